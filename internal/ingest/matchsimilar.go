package ingest

import (
	"fmt"
	"strings"
)

// This file is step 4 of the matching (match.go).

// pairSimilar takes the clear cases first: what they take is no rival of the rest.
func (m *matching) pairSimilar() {
	rows, entries := m.openRows(), m.openEntries()
	if len(rows)*len(entries) > mostCompared {
		for _, row := range rows {
			m.refuse(row, "%s and %s of this State in this review are left to compare, which is too many: is this the right file?",
				Plural(len(rows), "row"), Plural(len(entries), "stored "+row.Kind.String()))
		}
		return
	}
	table := newLikenessTable(rows, entries)
	for m.pairClear(table) {
	}
	for _, row := range m.openRows() {
		if best, _ := table.best(row, m.taken); best == nil {
			m.pair(row, nil)
		} else {
			m.refuseSimilar(row, best, table)
		}
	}
}

func (m *matching) pairClear(table likenessTable) (paired bool) {
	for _, row := range m.openRows() {
		best, like := table.best(row, m.taken)
		if best != nil && m.isCorrection(like) && like.share-m.rival(table, row, best) >= clearBy {
			m.pair(row, best)
			paired = true
		}
	}
	return paired
}

// rival is how much alike the row or the entry is to any other one that is left.
func (m *matching) rival(table likenessTable, row *Row, entry *entry) (share float64) {
	for e, like := range table[row] {
		if e != entry && !m.taken[e] {
			share = max(share, like.share)
		}
	}
	for r, likes := range table {
		if r != row && !m.settled[r] {
			share = max(share, likes[entry].share)
		}
	}
	return share
}

func (m *matching) isCorrection(like likeness) bool {
	return like.share >= correctionFrom && (like.swaps == 0 || m.whole)
}

func (m *matching) refuseSimilar(row *Row, best *entry, table likenessTable) {
	var candidates []string
	for _, e := range m.openEntries() {
		if like, ok := table[row][e]; ok {
			candidates = append(candidates, fmt.Sprintf("%s (%.2f alike: %q)", e.uid, like.share, shown(e.text)))
		}
	}
	m.refuse(row, "this may be a correction of %s, or a new %s; %s",
		strings.Join(candidates, " or of "), row.Kind, howToDecide(row, best.uid))
}

// likenessTable has the rows of a group against the entries, as far as they are alike.
type likenessTable map[*Row]map[*entry]likeness

func newLikenessTable(rows []*Row, entries []*entry) likenessTable {
	table := likenessTable{}
	for _, r := range rows {
		table[r] = map[*entry]likeness{}
		for _, e := range entries {
			if like := compare(e.key(), r.key()); like.share >= perhapsFrom {
				table[r][e] = like
			}
		}
	}
	return table
}

// best is the entry most alike that is not taken, the first by id among equals; nil: none is.
func (t likenessTable) best(row *Row, taken map[*entry]bool) (best *entry, like likeness) {
	for e, l := range t[row] {
		if !taken[e] && (l.share > like.share || l.share == like.share && e.uid < best.uid) {
			best, like = e, l
		}
	}
	return best, like
}
