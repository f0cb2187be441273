// Package rotation seals anew, under the first key of UPR_SECRET_KEY_FILE, what its former keys have
// sealed. Servers may run meanwhile, with the same file.
package rotation

import (
	"context"
	"fmt"
	"strings"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/secret"
)

// Table has columns that are sealed for the owner of a row.
type Table struct {
	Name    string // its rows are t
	joins   string
	owner   string // SQL of whom the columns are sealed for
	Columns []string
}

// Tables are all that have sealed columns.
var Tables = []Table{
	{Name: "users", owner: "t.uid", Columns: []string{"totp_secret", "totp_pending"}},
	{Name: "webhooks", owner: "t.uid", Columns: []string{"secret", "former_secret"}},
	{Name: "outbox_messages", owner: "t.uid", Columns: []string{"address", "content", "private"}},
	{Name: "stored_files", owner: "'file ' || t.uid", Columns: []string{"data_key"}},
	{Name: "participant_identities", joins: "JOIN participants p ON p.id = t.participant_id", owner: "p.uid", Columns: []string{"data_key"}},
	{Name: "invitations", owner: "t.uid", Columns: []string{"token", "address"}},
	{Name: "attendances", owner: "t.uid", Columns: []string{"identity"}},
	{Name: "sign_in_links", owner: "t.digest", Columns: []string{"lead"}},
	{Name: "sign_up_links", owner: "t.digest", Columns: []string{"lead"}},
}

// Needed says whether a database has secrets, which the key that sealed them opens and no other.
func Needed(ctx context.Context, db *database.DB) (needed bool, err error) {
	for _, table := range Tables {
		for _, column := range table.Columns {
			if err := db.SQL.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+table.Name+" WHERE LENGTH("+column+") > 0)").Scan(&needed); err != nil || needed {
				return needed, err
			}
		}
	}
	return false, nil
}

// Result is what became of the secrets of a table.
type Result struct {
	Table string
	Anew  int // sealed anew
	Lost  int // that no key opens
}

// perStep is how many rows are read at a time.
const perStep = 500

// Reseal works through all tables. Doing it again does what is left.
func Reseal(ctx context.Context, db *database.DB, box secret.Box) ([]Result, error) {
	results := make([]Result, len(Tables))
	for i, table := range Tables {
		results[i].Table = table.Name
		for last, more := 0, true; more; {
			var err error
			if last, more, err = table.step(ctx, db, box, last, &results[i]); err != nil {
				return nil, fmt.Errorf("seal %s anew: %w", table.Name, err)
			}
		}
	}
	return results, nil
}

// row is one of a table: its sealed columns, and whom they are sealed for.
type row struct {
	id     int
	owner  string
	sealed [][]byte
}

// step seals the rows behind last.
func (t Table) step(ctx context.Context, db *database.DB, box secret.Box, last int, result *Result) (int, bool, error) {
	rows, err := t.read(ctx, db, last)
	if err != nil {
		return 0, false, err
	}
	for _, row := range rows {
		last = row.id
		for i, column := range t.Columns {
			if len(row.sealed[i]) == 0 {
				continue
			}
			anew, err := box.Reseal(row.sealed[i], row.owner)
			switch {
			case err != nil:
				result.Lost++
				continue
			case anew == nil:
				continue
			}
			// What a server has written meanwhile is sealed under the first key, and stays.
			err = database.WithTx(ctx, db, func(tx *database.Tx) error {
				_, err := tx.ExecContext(ctx, "UPDATE "+t.Name+" SET "+column+" = $1 WHERE id = $2 AND "+column+" = $3", anew, row.id, row.sealed[i])
				return err
			})
			if err != nil {
				return 0, false, err
			}
			result.Anew++
		}
	}
	return last, len(rows) == perStep, nil
}

func (t Table) read(ctx context.Context, db *database.DB, last int) (all []row, err error) {
	rows, err := db.SQL.QueryContext(ctx, fmt.Sprintf("SELECT t.id, %s, t.%s FROM %s t %s WHERE t.id > $1 ORDER BY t.id LIMIT %d",
		t.owner, strings.Join(t.Columns, ", t."), t.Name, t.joins, perStep), last)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		r := row{sealed: make([][]byte, len(t.Columns))}
		into := []any{&r.id, &r.owner}
		for i := range r.sealed {
			into = append(into, &r.sealed[i])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}
