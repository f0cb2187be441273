package changelog

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
)

// Queryer is a database, or a transaction of one.
type Queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// chunk is how many things are asked for in one statement: enough to be fast, and far
// below what either database takes.
const chunk = 1000

// in writes "(?,?…)" for a list of values; both databases take $1.
func in[T any](values []T) (string, []any) {
	args := make([]any, len(values))
	var list strings.Builder
	for i, v := range values {
		args[i] = v
		list.WriteString(map[bool]string{true: "(", false: ","}[i == 0])
		list.WriteString("$" + strconv.Itoa(i+1))
	}
	return list.String() + ")", args
}

// each calls row for every row of a query.
func each(ctx context.Context, q Queryer, query string, args []any, row func(scan func(...any) error) error) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
