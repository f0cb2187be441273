package ingest

import (
	"fmt"
	"slices"
	"strings"
)

// This file finds, without ids in the source, which rows of a file are which of
// the stored recommendations. It looks at one group at a time: one review, one
// recommending State, one kind.
//
//  1. Equal texts are the same. Among equal ones, those that agree in everything
//     else come first, then their order counts. A text that people edited since is
//     known by what it was as well.
//  2. For what is left over, a person's decision counts.
//  3. Texts that are equal but for case, punctuation and accents are the same, unless
//     several different ones are.
//  4. Texts that are at least 0.8 alike, and clearly more than any other two, are a
//     correction. Between 0.6 and 0.8, or without a clear winner, it may be one:
//     refused, a person decides. Below that it is a new recommendation.
//
// One more caution in step 4, learnt from the real export: one State's recommendations
// in a review often differ in a single word that makes all the difference ("Ratify
// the first …", "Ratify the second Optional Protocol to ICCPR"). Where a word became
// another one, it is a correction only if the file has the whole review, so that the
// stored text is known to be gone. Otherwise a person decides.
const (
	correctionFrom = 0.8
	perhapsFrom    = 0.6
	clearBy        = 0.1
	wholeReview    = 0.9     // share of the stored recommendations that a file must have as rows
	mostCompared   = 250_000 // pairs in one group; real groups have less than a hundredth
)

// pairing says which stored recommendation a row is; entry is nil for a new one.
type pairing struct {
	row   *Row
	entry *entry
}

// matching is the state of one group.
type matching struct {
	rows      []*Row
	entries   []*entry
	former    map[string][]*entry // entries by keys that they had before people edited them
	found     map[*entry]bool     // in other groups
	whole     bool                // the file has the whole review
	decisions Decisions
	asked     map[*Row]bool // for which a decision was looked up and found
	settled   map[*Row]bool // paired or refused
	taken     map[*entry]bool
	pairs     []pairing
	refusals  []*Refusal
}

func (m *matching) run() {
	m.asked, m.settled, m.taken = map[*Row]bool{}, map[*Row]bool{}, map[*entry]bool{}
	m.pairEqual()
	m.pairFormer()
	m.pairDecided()
	m.pairFolded()
	m.pairSimilar()
}

func (m *matching) pair(row *Row, entry *entry) {
	m.pairs = append(m.pairs, pairing{row, entry})
	m.settled[row] = true
	if entry != nil {
		m.taken[entry] = true
	}
}

func (m *matching) refuse(row *Row, format string, args ...any) {
	m.refusals = append(m.refusals, &Refusal{File: row.File, Row: row.Number, Column: "Text",
		Value: shown(row.Text), Reason: fmt.Sprintf(format, args...)})
	m.settled[row] = true
}

func (m *matching) openRows() []*Row { return without(m.rows, m.settled) }

func (m *matching) openEntries() []*entry { return without(m.entries, m.taken) }

func without[T comparable](list []T, gone map[T]bool) (rest []T) {
	for _, item := range list {
		if !gone[item] {
			rest = append(rest, item)
		}
	}
	return rest
}

func (m *matching) pairEqual() {
	rows, entries := byKey(m.rows, (*Row).key), byKey(m.entries, (*entry).key)
	for _, key := range keysInOrder(m.rows, (*Row).key) {
		if len(entries[key]) > 0 {
			m.pairAmongEqual(rows[key], entries[key])
		}
	}
}

// pairFormer pairs rows that are what an entry was before people edited it. Its recommending
// State may be another one now.
func (m *matching) pairFormer() {
	for _, row := range m.openRows() {
		switch entries := without(without(m.former[row.key()], m.taken), m.found); len(entries) {
		case 0:
		case 1:
			m.pair(row, entries[0])
		default:
			m.refuseAmong(row, entries)
		}
	}
}

func byKey[T any](list []T, key func(T) string) map[string][]T {
	lists := map[string][]T{}
	for _, item := range list {
		lists[key(item)] = append(lists[key(item)], item)
	}
	return lists
}

// pairAmongEqual pairs rows that all have one text with entries that all have one text.
func (m *matching) pairAmongEqual(rows []*Row, entries []*entry) {
	for _, row := range rows {
		i := slices.IndexFunc(entries, func(e *entry) bool { return !m.taken[e] && e.agrees(row) })
		if i >= 0 {
			m.pair(row, entries[i])
		}
	}
	rows, entries = without(rows, m.settled), without(entries, m.taken)
	if len(rows) < len(entries) && !alike(entries) {
		for _, row := range rows {
			m.refuseAmong(row, entries)
		}
		return
	}
	for i := range min(len(rows), len(entries)) {
		m.pair(rows[i], entries[i])
	}
}

// refuseAmong is for a row whose text several stored recommendations have, none of
// which agrees with it in the rest.
func (m *matching) refuseAmong(row *Row, entries []*entry) {
	if e, ok, known := m.decided(row, entries); known {
		if ok {
			m.pair(row, e)
		}
		return
	}
	var ids []string
	for _, e := range entries {
		ids = append(ids, e.uid)
	}
	m.refuse(row, "%s have this text, and the row agrees with none of them in response, action and issues: %s; %s",
		Plural(len(ids), "stored "+row.Kind.String()), strings.Join(ids, ", "), howToDecide(row, ids[0]))
}

func alike(entries []*entry) bool {
	for _, e := range entries[1:] {
		if !e.sameFields(entries[0]) {
			return false
		}
	}
	return true
}

func (m *matching) pairDecided() {
	if len(m.decisions.byRow) == 0 {
		return
	}
	for _, row := range m.openRows() {
		if e, ok, known := m.decided(row, m.openEntries()); known && ok {
			m.pair(row, e)
		}
	}
}

// decided looks a row up in the decisions. A decision that cannot be carried out
// is refused.
func (m *matching) decided(row *Row, entries []*entry) (e *entry, ok, known bool) {
	id, known := m.decisions.of(row)
	if !known {
		return nil, false, false
	}
	m.asked[row] = true
	if id == decisionNew {
		return nil, true, true
	}
	for _, e := range entries {
		if e.uid == id {
			return e, true, true
		}
	}
	m.refuse(row, "the decision for this row names %s, which is not among the %ss of the same State in this review that no other row is", id, row.Kind)
	return nil, false, true
}

func (m *matching) pairFolded() {
	open := m.openRows()
	folded := func(r *Row) string { return fold(r.key()) }
	rows, entries := byKey(open, folded), byKey(m.openEntries(), func(e *entry) string { return fold(e.key()) })
	if len(entries) == 0 {
		return
	}
	for _, key := range keysInOrder(open, folded) {
		if key != "" && len(entries[key]) > 0 && sameText(rows[key], (*Row).key) && sameText(entries[key], (*entry).key) {
			m.pairAmongEqual(rows[key], entries[key])
		}
	}
}

func sameText[T any](list []T, key func(T) string) bool {
	for _, item := range list[1:] {
		if key(item) != key(list[0]) {
			return false
		}
	}
	return true
}

func howToDecide(row *Row, id string) string {
	return fmt.Sprintf("decide with --decisions and a file that has a line such as %s,%d,%s or %s,%d,%s",
		row.File, row.Number, id, row.File, row.Number, decisionNew)
}

// keysInOrder keeps the order of the file, so that results do not depend on maps.
func keysInOrder[K comparable](rows []*Row, key func(*Row) K) (keys []K) {
	seen := map[K]bool{}
	for _, r := range rows {
		if k := key(r); !seen[k] {
			seen[k] = true
			keys = append(keys, k)
		}
	}
	return keys
}
