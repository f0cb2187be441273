package slice

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/upr-info/upr/internal/fault"
)

// Comparison is what is different between two slices of one kind.
type Comparison struct {
	Kind      string       `json:"kind"`
	Before    Compared     `json:"before"`
	After     Compared     `json:"after"`
	Columns   []string     `json:"columns"` // that both have: they are compared
	Key       []string     `json:"key"`     // the columns that tell rows apart
	Added     int          `json:"added"`
	Removed   int          `json:"removed"`
	Changed   int          `json:"changed"`
	Redacted  int          `json:"redacted"` // rows that differ in what was redacted alone
	Unchanged int          `json:"unchanged"`
	Rows      []Difference `json:"rows"`
	tag       string
	public    bool
}

// Compared is one of two slices that are compared.
type Compared struct {
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	Filter  json.RawMessage `json:"filter"`
	Pinned  bool            `json:"pinned"`
	Version string          `json:"version"`
	Count   int             `json:"count"`
}

// RowChange says what became of a row.
type RowChange string

// What becomes of rows. A row is redacted where texts that were taken away are all that differs.
const (
	RowAdded    RowChange = "ADDED"
	RowRemoved  RowChange = "REMOVED"
	RowChanged  RowChange = "CHANGED"
	RowRedacted RowChange = "REDACTED"
)

// Difference is a row that is not the same in both.
type Difference struct {
	Change RowChange       `json:"change"`
	Key    json.RawMessage `json:"key"`
	// Columns whose values differ, and those of which one side was redacted, so that nothing can
	// be said; none where the whole row came or went.
	Columns  []string        `json:"columns"`
	Redacted []string        `json:"redacted"`
	Before   json.RawMessage `json:"before"` // the values that differ, or the whole row; null: there was none
	After    json.RawMessage `json:"after"`
}

// maxDifferences is how many rows that differ are told.
const maxDifferences = 50_000

// side is a slice that is compared, with its rows as pinned ones are kept.
type side struct {
	Compared
	q    *Question
	body []byte
	tag  string
}

// Compare says what is different between two slices that whoever asks may read: rows of the
// second that the first has not, rows that it has not any more, and rows with other values. A live
// slice is compared as it is now. Returns NotFound, Invalid where they have no rows in common that
// could be told apart, and LimitExceeded where too much is different.
func (s *Service) Compare(ctx context.Context, before, after string) (*Comparison, error) {
	var found [2]*Saved
	for i, id := range []string{before, after} { // before a place is taken: nobody waits there for the database
		saved, err := s.Find(ctx, id)
		if err != nil {
			return nil, err
		}
		found[i] = saved
	}
	leave, err := s.place(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	var sides [2]*side
	for i, saved := range found {
		if sides[i], err = s.side(ctx, saved); err != nil {
			return nil, err
		}
	}
	a, b := sides[0], sides[1]
	if a.q.Kind != b.q.Kind {
		return nil, fault.Invalid("", "%s has %s and %s has %s: slices of one kind can be compared", before, a.q.Kind.Name, after, b.q.Kind.Name)
	}
	c := &Comparison{Kind: a.q.Kind.Name, Before: a.Compared, After: b.Compared, Key: a.q.Kind.Key, Rows: []Difference{}, public: found[0].Public && found[1].Public}
	if c.Columns, err = sharedColumns(a, b); err != nil {
		return nil, err
	}
	for _, name := range c.Key {
		if !slices.Contains(c.Columns, name) {
			return nil, fault.Invalid("", "rows are told apart by %s, which not both have among their columns", strings.Join(c.Key, " and "))
		}
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{layout, before, a.tag, after, b.tag}, "\n")))
	c.tag = `"` + hex.EncodeToString(sum[:12]) + `"`
	return c, c.collect(a.body, b.body)
}

// side reads a slice: what was kept of it, or what it has now.
func (s *Service) side(ctx context.Context, saved *Saved) (*side, error) {
	q, err := s.questionOf(ctx, saved)
	if err != nil {
		return nil, err
	}
	of := &side{Compared: Compared{ID: saved.ID, Name: saved.Name, Filter: json.RawMessage(q.FilterText()), Pinned: saved.Version != nil}, q: q}
	if saved.Version != nil {
		row, err := s.content(ctx, saved.content)
		if err != nil {
			return nil, err
		}
		of.Version, of.Count, of.body, of.tag = *saved.Version, row.Count, row.Body, row.Digest
		return of, nil
	}
	t, err := Answer(s.record.Snapshot(), q, true, s.about)
	if err != nil {
		return nil, err
	}
	if t.Count > maxPinned {
		return nil, fault.LimitExceeded("slice %s has %d rows now, of which %d at most are compared: follow its changes instead", saved.ID, t.Count, maxPinned)
	}
	k, err := keep(t)
	if err != nil {
		return nil, err
	}
	of.Version, of.Count, of.body, of.tag = k.version, k.count, k.body, k.digest
	return of, nil
}

// sharedColumns are those that both have. What was pinned before a column came has it not.
func sharedColumns(a, b *side) (names []string, err error) {
	for _, p := range a.q.chosen(true) {
		if slices.Contains(b.q.chosen(true), p) {
			names = append(names, a.q.Kind.Columns[p].Name)
		}
	}
	for _, of := range []*side{a, b} {
		err := eachKept(of.body, func(_ []byte, first map[string]json.RawMessage) (bool, error) {
			names = slices.DeleteFunc(names, func(name string) bool { return first[name] == nil })
			return false, nil
		})
		if err != nil {
			return nil, err
		}
	}
	return names, nil
}

// keptRow is a row as it is kept: its cells by the names of its columns.
type keptRow map[string]json.RawMessage

// collect goes through the rows of the first, then of the second, and of the first again for
// what is gone.
func (c *Comparison) collect(before, after []byte) error {
	digests := map[string][16]byte{}
	err := eachKept(before, func(_ []byte, row map[string]json.RawMessage) (bool, error) {
		digests[c.key(row)] = c.digest(row)
		return true, nil
	})
	if err != nil {
		return err
	}
	changed := map[string]int{} // places among the rows
	err = eachKept(after, func(_ []byte, row map[string]json.RawMessage) (bool, error) {
		key := c.key(row)
		was, there := digests[key]
		delete(digests, key)
		switch {
		case !there:
			c.Added++
			return true, c.add(Difference{Change: RowAdded, Key: json.RawMessage(key), After: object(row, c.Columns)})
		case was != c.digest(row):
			changed[key] = len(c.Rows)
			return true, c.add(Difference{Key: json.RawMessage(key), After: object(row, c.Columns)})
		}
		c.Unchanged++
		return true, nil
	})
	if err != nil {
		return err
	}
	return eachKept(before, func(_ []byte, row map[string]json.RawMessage) (bool, error) {
		key := c.key(row)
		if _, gone := digests[key]; gone {
			c.Removed++
			return true, c.add(Difference{Change: RowRemoved, Key: json.RawMessage(key), Before: object(row, c.Columns)})
		}
		if place, differs := changed[key]; differs {
			return true, c.settle(&c.Rows[place], row)
		}
		return true, nil
	})
}

func (c *Comparison) add(d Difference) error {
	if len(c.Rows) == maxDifferences {
		return fault.LimitExceeded("more than %d rows differ: take both slices and compare them, or slices with a narrower filter", maxDifferences)
	}
	d.Columns, d.Redacted = []string{}, []string{}
	c.Rows = append(c.Rows, d)
	return nil
}

// settle says in which columns a row differs from what it was.
func (c *Comparison) settle(d *Difference, before keptRow) error {
	var after keptRow
	if err := json.Unmarshal(d.After, &after); err != nil {
		return fmt.Errorf("read a row: %w", err)
	}
	var differ []string
	for _, name := range c.Columns {
		was, is := before[name], after[name]
		if bytes.Equal(was, is) {
			continue
		}
		differ = append(differ, name)
		if isRedacted(was) || isRedacted(is) {
			d.Redacted = append(d.Redacted, name)
		} else {
			d.Columns = append(d.Columns, name)
		}
	}
	d.Before, d.After = object(before, differ), object(after, differ)
	if d.Change = RowChanged; len(d.Columns) == 0 {
		d.Change = RowRedacted
		c.Redacted++
		return nil
	}
	c.Changed++
	return nil
}

func isRedacted(cell json.RawMessage) bool { return string(cell) == `"`+redacted+`"` }

// key tells a row apart from others: its key columns, as JSON.
func (c *Comparison) key(row keptRow) string { return string(object(row, c.Key)) }

func (c *Comparison) digest(row keptRow) (short [16]byte) {
	sum := sha256.Sum256(object(row, c.Columns))
	return [16]byte(sum[:16])
}

// object writes some cells of a row in the order of columns.
func object(row keptRow, columns []string) json.RawMessage {
	b := []byte{'{'}
	for i, name := range columns {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, name), ':')
		if cell := row[name]; len(cell) > 0 {
			b = append(b, cell...)
		} else {
			b = append(b, "null"...)
		}
	}
	return append(b, '}')
}

// Page returns some of the rows that differ.
func (c *Comparison) Page(first, skip *int) ([]Difference, error) {
	size, from := pageByDefault, 0
	if first != nil {
		size = *first
	}
	if skip != nil {
		from = *skip
	}
	if size < 1 || size > pageAtMost {
		return nil, fault.Invalid("first", "is a number from 1 to %d", pageAtMost)
	}
	if from < 0 {
		return nil, fault.Invalid("skip", "%d is less than 0", from)
	}
	from = min(from, len(c.Rows))
	return c.Rows[from:min(from+size, len(c.Rows))], nil
}
