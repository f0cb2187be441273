package database

import (
	"context"
	"fmt"
	"strings"

	"entgo.io/ent/dialect"
	"github.com/lib/pq"
)

// ReserveIDs takes n fresh ids of a table, so that rows and the rows that point at
// them can be written in bulk. They rise, but need not be consecutive.
func ReserveIDs(ctx context.Context, tx *Tx, table string, n int) ([]int, error) {
	ids := make([]int, 0, n)
	if n == 0 {
		return ids, nil
	}
	if tx.Dialect == dialect.SQLite {
		// The transaction holds the only write lock, so nobody takes them meanwhile.
		var last int
		err := tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = ?", table).Scan(&last)
		if err != nil {
			return nil, fmt.Errorf("reserve ids of %s: %w", table, err)
		}
		for i := range n {
			ids = append(ids, last+1+i)
		}
		return ids, nil
	}
	rows, err := tx.QueryContext(ctx, "SELECT nextval(pg_get_serial_sequence($1, 'id')) FROM generate_series(1, $2)", table, n)
	if err != nil {
		return nil, fmt.Errorf("reserve ids of %s: %w", table, err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("reserve ids of %s: %w", table, err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// Insert writes rows in bulk: COPY on PostgreSQL, statements of many rows on SQLite.
// Each row has a value for every column. Ent's hooks do not run.
func Insert(ctx context.Context, tx *Tx, table string, columns []string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	write := insertMany
	if tx.Dialect == dialect.Postgres {
		write = copyIn
	}
	if err := write(ctx, tx, table, columns, rows); err != nil {
		return fmt.Errorf("insert into %s: %w", table, err)
	}
	return nil
}

func copyIn(ctx context.Context, tx *Tx, table string, columns []string, rows [][]any) error {
	quoted := make([]string, len(columns))
	for i, column := range columns {
		quoted[i] = pq.QuoteIdentifier(column)
	}
	stmt, err := tx.PrepareContext(ctx, fmt.Sprintf("COPY %s (%s) FROM STDIN", pq.QuoteIdentifier(table), strings.Join(quoted, ", ")))
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, row := range rows {
		if _, err := stmt.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	_, err = stmt.ExecContext(ctx)
	return err
}

// maxVariables keeps a statement well below SQLite's limit of 32,766.
const maxVariables = 4000

func insertMany(ctx context.Context, tx *Tx, table string, columns []string, rows [][]any) error {
	perStatement := maxVariables / len(columns)
	for len(rows) > 0 {
		n := min(perStatement, len(rows))
		args := make([]any, 0, n*len(columns))
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		if _, err := tx.ExecContext(ctx, insertStatement(table, columns, n), args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func insertStatement(table string, columns []string, rows int) string {
	row := "(?" + strings.Repeat(",?", len(columns)-1) + ")"
	return fmt.Sprintf("INSERT INTO `%s` (`%s`) VALUES %s", table, strings.Join(columns, "`,`"),
		row+strings.Repeat(","+row, rows-1))
}
