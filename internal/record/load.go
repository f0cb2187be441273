package record

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/database"
)

// Load reads everything that is published into a snapshot, in one read-only
// transaction. now decides what is today.
func Load(ctx context.Context, db *database.DB, now func() time.Time) (s *Snapshot, err error) {
	err = database.OwnSnapshot(ctx, db, func(tx *database.Tx) error {
		s, err = load(ctx, tx, now)
		return err
	})
	return s, err
}

func load(ctx context.Context, tx *database.Tx, now func() time.Time) (*Snapshot, error) {
	head, err := changelog.ReadHead(ctx, tx)
	if err != nil {
		return nil, err
	}
	published, err := changelog.Committed(ctx, tx, head.Version)
	if err != nil {
		return nil, err
	}
	s := &Snapshot{version: Version{head.Epoch, head.Version}, published: published, today: func() civil.Date { return civil.Of(now()) }, tables: newTables()}
	l := newLoader(ctx, tx, s)
	l.tables()
	recommendations := l.recommendations(nil)
	pledges := l.pledges(nil)
	if l.err != nil {
		return nil, fmt.Errorf("load the record: %w", l.err)
	}
	s.recommendations = newCorpus(s, recommendations)
	s.pledges = newCorpus(s, pledges)
	return s, nil
}

// loader reads tables one after the other; the first error stops it. Rows of SQL are
// found by their id, rows of the record by their position: at maps the ones to the others.
type loader struct {
	ctx context.Context //nolint:containedctx // of the one transaction
	tx  *database.Tx
	s   *Snapshot
	at  *rowIDs
	err error
}

func newTables() *tables { return &tables{candidates: candidatesOnce()} }

func newLoader(ctx context.Context, tx *database.Tx, s *Snapshot) *loader {
	return &loader{ctx: ctx, tx: tx, s: s, at: &s.rowIDs}
}

// tables reads all that is not a statement.
func (l *loader) tables() {
	l.places()
	l.vocabularies()
	l.institutions()
	l.meetings()
	l.runs()
}

// each calls row for every row of a query.
func (l *loader) each(query string, args []any, row func(scan func(...any))) {
	if l.err != nil {
		return
	}
	rows, err := l.tx.QueryContext(l.ctx, query, args...)
	if err != nil {
		l.err = fmt.Errorf("%s: %w", query, err)
		return
	}
	defer rows.Close()
	scan := func(into ...any) {
		if err := rows.Scan(into...); err != nil && l.err == nil {
			l.err = fmt.Errorf("%s: %w", query, err)
		}
	}
	for l.err == nil && rows.Next() {
		row(scan)
	}
	if err := rows.Err(); err != nil && l.err == nil {
		l.err = fmt.Errorf("%s: %w", query, err)
	}
}

// table reads a table whose rows become positions in their order.
func table[T any](l *loader, query string, columns func(*T, *int) []any) ([]T, map[int]int) {
	rows, at := []T{}, map[int]int{}
	l.each(query, nil, func(scan func(...any)) {
		var row T
		var id int
		scan(columns(&row, &id)...)
		at[id] = len(rows)
		rows = append(rows, row)
	})
	return rows, at
}

// position finds a row that SQL points at by id, none for NULL and for what is not published.
func position(at map[int]int, id sql.NullInt64) int {
	if p, loaded := at[int(id.Int64)]; id.Valid && loaded {
		return p
	}
	return none
}

// codesOf maps the codes of rows to their positions.
func codesOf[K comparable, T any](rows []T, code func(*T) K) map[K]int {
	codes := make(map[K]int, len(rows))
	for p := range rows {
		codes[code(&rows[p])] = p
	}
	return codes
}
