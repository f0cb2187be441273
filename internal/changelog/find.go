package changelog

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Filter says which entries; what is empty does not restrict.
type Filter struct {
	Node       string
	Actor      string
	Origin     Origin
	Operation  Operation
	Change     int
	Since      time.Time // included
	Until      time.Time // excluded
	PublicOnly bool      // about kinds of things that readers see
	Seen       string    // SQL that admits entries, which are e, of changes, which are c; empty: all
}

// Step is an entry together with what readers saw before it.
type Step struct {
	Entry
	Before *string
}

// condition writes the filter as SQL.
func (f Filter) condition() (string, []any) {
	conditions, args := []string{"TRUE"}, []any{}
	add := func(given bool, sql string, arg any) {
		if given {
			args = append(args, arg)
			conditions = append(conditions, sql+" $"+strconv.Itoa(len(args)))
		}
	}
	add(f.Node != "", "e.node =", f.Node)
	add(f.Actor != "", "c.actor =", f.Actor)
	add(f.Origin != "", "c.origin =", string(f.Origin))
	add(f.Operation != "", "e.operation =", string(f.Operation))
	add(f.Change != 0, "e.change_id =", f.Change)
	add(!f.Since.IsZero(), "c.at >=", f.Since.UTC())
	add(!f.Until.IsZero(), "c.at <", f.Until.UTC())
	if f.Seen != "" {
		conditions = append(conditions, f.Seen)
	}
	if f.PublicOnly {
		prefixes := make([]string, len(order))
		for i, kind := range order {
			prefixes[i] = "e.node LIKE '" + kind + `\_%' ESCAPE '\'`
		}
		conditions = append(conditions, "("+strings.Join(prefixes, " OR ")+")")
	}
	return strings.Join(conditions, " AND "), args
}

// Find returns entries, newest first, those with a number below before (0: all), and how
// many the filter has altogether.
func Find(ctx context.Context, q Queryer, f Filter, before int64, most int) (steps []Step, total int, err error) {
	condition, args := f.condition()
	err = q.QueryRowContext(ctx, `SELECT COUNT(*) FROM change_entries e JOIN changes c ON c.id = e.change_id WHERE `+condition, args...).Scan(&total)
	if err != nil {
		return nil, 0, fmt.Errorf("count the entries of the change log: %w", err)
	}
	if before > 0 {
		args = append(args, before)
		condition += " AND e.id < $" + strconv.Itoa(len(args))
	}
	args = append(args, most)
	steps, err = stepsOf(ctx, q, "WHERE "+condition+" ORDER BY e.id DESC LIMIT $"+strconv.Itoa(len(args)), args)
	return steps, total, err
}

// After returns entries after a number, oldest first.
func After(ctx context.Context, q Queryer, f Filter, number int64, most int) ([]Step, error) {
	condition, args := f.condition()
	args = append(args, number, most)
	return stepsOf(ctx, q, fmt.Sprintf("WHERE %s AND e.id > $%d ORDER BY e.id LIMIT $%d", condition, len(args)-1, len(args)), args)
}

func stepsOf(ctx context.Context, q Queryer, condition string, args []any) ([]Step, error) {
	found, err := entries(ctx, q, condition, args...)
	if err != nil {
		return nil, err
	}
	steps := make([]Step, len(found))
	for i, e := range found {
		steps[i] = Step{Entry: e}
		if e.Version == 0 {
			continue
		}
		if steps[i].Before, err = seenBefore(ctx, q, e); err != nil {
			return nil, err
		}
	}
	return steps, nil
}

// seenBefore returns what readers saw of a thing before an entry, nil where nothing.
func seenBefore(ctx context.Context, q Queryer, e Entry) (before *string, err error) {
	err = each(ctx, q, `SELECT projection FROM change_entries WHERE node = $1 AND id < $2 AND version IS NOT NULL ORDER BY id DESC LIMIT 1`,
		[]any{e.Node, e.Number}, func(scan func(...any) error) error { return scan(&before) })
	if err != nil {
		return nil, fmt.Errorf("read what was seen before entry %d: %w", e.Number, err)
	}
	return before, nil
}
