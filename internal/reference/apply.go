package reference

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"entgo.io/ent/dialect"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/database"
)

// Changes are how many rows of the database an application wrote.
type Changes struct{ Added, Changed int }

// Update applies the data in a change of its own.
func Update(ctx context.Context, db *database.DB, d *Data) (changes Changes, err error) {
	because := changelog.Because{Actor: "program:migrate", Origin: changelog.Reference, Reason: "the lists that the program brings"}
	_, err = changelog.Write(ctx, db, because, func(tx *database.Tx, log *changelog.Log) error {
		changes, err = Apply(ctx, tx, log, d)
		return err
	})
	return changes, err
}

// Apply brings the database's lists up to the data: it adds what is missing, changes
// what differs and deletes nothing. Applied again it writes nothing.
//
// What people changed on the desk it leaves alone, with all that belongs to it.
func Apply(ctx context.Context, tx *database.Tx, log *changelog.Log, d *Data) (Changes, error) {
	a := &applier{ctx: ctx, tx: tx, log: log, edited: map[string]map[int]bool{}}
	a.lock()
	a.states(d)
	a.calendar(d)
	a.sdgs(d)
	a.vocabularies(d)
	a.institutions(d)
	return a.changes, a.err
}

// applier writes the tables one after the other; the first error stops it. Tables that
// others refer to leave the ids of their rows by code.
type applier struct {
	ctx     context.Context
	tx      *database.Tx
	log     *changelog.Log
	edited  map[string]map[int]bool // rows that people changed, by kind
	changes Changes
	err     error
	ids     struct{ states, goals map[string]int } // lists that several others refer to
}

// lock makes processes that start together wait for each other: none would see the
// rows that another is about to add. On SQLite the transaction itself does.
func (a *applier) lock() {
	if a.tx.Dialect != dialect.Postgres {
		return
	}
	if _, err := a.tx.ExecContext(a.ctx, "SELECT pg_advisory_xact_lock(hashtext('upr reference data'))"); err != nil {
		a.err = fmt.Errorf("wait for other processes: %w", err)
	}
}

// table is what one table is to hold. Rows are equal by their first keys columns, and
// are compared and written in all of them. A row that the data no longer has becomes a
// new one that is equal in its first within columns, so that a corrected member of a
// troika does not make it four; without such a one it stays.
type table struct {
	name    string
	kind    string // of the change log
	owner   int    // 1 + the column with the thing that a row belongs to; 0: it is one itself
	keys    int
	within  int // 0: rows that the data no longer has always stay
	columns []string
	rows    [][]any
	noID    bool // a table of pairs alone
}

// sync writes a table's missing and differing rows and returns the ids by key.
func (a *applier) sync(t table) map[string]int {
	if a.err != nil {
		return nil
	}
	have, ids, err := a.read(t)
	if err != nil {
		a.err = fmt.Errorf("read %s: %w", t.name, err)
		return nil
	}
	edited := a.editedOf(t.kind)
	var missing [][]any
	for _, row := range t.rows {
		key := keyOf(row[:t.keys])
		old, exists := have[key]
		switch {
		case edited[t.thing(ids[key], row)]:
		case !exists:
			missing = append(missing, row)
			have[key] = row
		case keyOf(old) != keyOf(row):
			a.update(t, ids[key], row)
		}
	}
	a.insert(t, a.replace(t, missing, have, ids), ids)
	return ids
}

// thing is the row of what readers know: a row itself, or the one that it belongs to.
func (t table) thing(id int, row []any) int {
	if t.owner == 0 {
		return id
	}
	owner, _ := row[t.owner-1].(int)
	return owner
}

func (a *applier) editedOf(kind string) map[int]bool {
	if edited, known := a.edited[kind]; known || a.err != nil {
		return edited
	}
	a.edited[kind], a.err = changelog.EditedOnDesk(a.ctx, a.tx, kind)
	return a.edited[kind]
}

// replace writes missing rows over those that the data no longer has, as table says,
// and returns the ones that remain to be added.
func (a *applier) replace(t table, missing [][]any, have map[string][]any, ids map[string]int) [][]any {
	if t.within == 0 || len(missing) == 0 {
		return missing
	}
	wanted := make(map[string]bool, len(t.rows))
	for _, row := range t.rows {
		wanted[keyOf(row[:t.keys])] = true
	}
	gone := map[string][]string{}
	for _, key := range slices.Sorted(maps.Keys(have)) {
		if !wanted[key] {
			parent := keyOf(have[key][:t.within])
			gone[parent] = append(gone[parent], key)
		}
	}
	var added [][]any
	for _, row := range missing {
		parent := keyOf(row[:t.within])
		if len(gone[parent]) == 0 {
			added = append(added, row)
			continue
		}
		id := ids[gone[parent][0]]
		gone[parent] = gone[parent][1:]
		ids[keyOf(row[:t.keys])] = id
		a.update(t, id, row)
	}
	return added
}

func (a *applier) read(t table) (map[string][]any, map[string]int, error) {
	columns := strings.Join(t.columns, ", ")
	if !t.noID {
		columns = "id, " + columns
	}
	rows, err := a.tx.QueryContext(a.ctx, "SELECT "+columns+" FROM "+t.name)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	have, ids := map[string][]any{}, map[string]int{}
	for rows.Next() {
		var id int
		row := make([]any, len(t.columns))
		into := make([]any, 0, len(row)+1)
		if !t.noID {
			into = append(into, &id)
		}
		for i := range row {
			into = append(into, &row[i])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, nil, err
		}
		key := keyOf(row[:t.keys])
		have[key], ids[key] = row, id
	}
	return have, ids, rows.Err()
}

// keyOf writes values so that those of Go, of SQLite and of PostgreSQL are alike.
func keyOf(values []any) string {
	text := make([]string, len(values))
	for i, value := range values {
		switch v := value.(type) {
		case nil:
		case bool:
			text[i] = map[bool]string{true: "1", false: "0"}[v]
		case []byte:
			text[i] = compact(v)
		case time.Time:
			text[i] = v.Format(time.DateOnly)
		default:
			text[i] = fmt.Sprint(v)
		}
	}
	return strings.Join(text, "\x00")
}

// compact takes away the blanks that PostgreSQL puts into JSON. Other text stays as it is.
func compact(text []byte) string {
	var compacted bytes.Buffer
	if json.Compact(&compacted, text) != nil {
		return string(text)
	}
	return compacted.String()
}

func (a *applier) update(t table, id int, row []any) {
	if a.err != nil {
		return
	}
	set := make([]string, len(t.columns))
	for i, column := range t.columns {
		set[i] = fmt.Sprintf("%s = %s", column, a.placeholder(i+1))
	}
	query := fmt.Sprintf("UPDATE %s SET %s WHERE id = %s", t.name, strings.Join(set, ", "), a.placeholder(len(set)+1))
	if _, err := a.tx.ExecContext(a.ctx, query, append(append([]any{}, row...), id)...); err != nil {
		a.err = fmt.Errorf("change %s: %w", t.name, err)
	}
	a.changes.Changed++
	a.log.Touch(t.kind, changelog.Correct, t.thing(id, row))
}

func (a *applier) placeholder(n int) string {
	if a.tx.Dialect == dialect.Postgres {
		return "$" + strconv.Itoa(n)
	}
	return "?" + strconv.Itoa(n)
}

func (a *applier) insert(t table, missing [][]any, ids map[string]int) {
	if a.err != nil || len(missing) == 0 {
		return
	}
	a.changes.Added += len(missing)
	if t.owner > 0 {
		for _, row := range missing {
			a.log.Touch(t.kind, changelog.Correct, t.thing(0, row))
		}
	}
	if t.noID {
		a.err = database.Insert(a.ctx, a.tx, t.name, t.columns, missing)
		return
	}
	fresh, err := database.ReserveIDs(a.ctx, a.tx, t.name, len(missing))
	if err != nil {
		a.err = err
		return
	}
	if t.owner == 0 {
		a.log.Touch(t.kind, changelog.Create, fresh...)
	}
	for i, row := range missing {
		ids[keyOf(row[:t.keys])] = fresh[i]
		missing[i] = append([]any{fresh[i]}, row...)
	}
	a.err = database.Insert(a.ctx, a.tx, t.name, append([]string{"id"}, t.columns...), missing)
}

// day is NULL where it is not known.
func day(d civil.Date) any {
	if !d.Known() {
		return nil
	}
	return string(d)
}

// number is NULL where it is not known.
func number(n *int) any {
	if n == nil {
		return nil
	}
	return *n
}

func jsonOf(values []string) (string, error) {
	text, err := json.Marshal(values)
	return string(text), err
}
