package changelog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/fault"
)

// Entry is one entry of the log.
type Entry struct {
	Number     int64
	Version    int64 // 0: nothing public changed
	Node       string
	Operation  Operation
	Projection *string // what readers saw of it afterwards; nil: nothing, or taken away
	Redacted   bool
	Change     Change
}

// Change is who did it, when and why.
type Change struct {
	ID                     int
	Origin                 Origin
	Actor, Reason, Request string
	At                     time.Time
}

const entryColumns = `SELECT e.id, COALESCE(e.version, 0), e.node, e.operation, e.projection, e.redacted, c.id, c.origin, c.actor, c.reason, c.request, c.at
	FROM change_entries e JOIN changes c ON c.id = e.change_id `

func entries(ctx context.Context, q Queryer, condition string, args ...any) ([]Entry, error) {
	var found []Entry
	err := each(ctx, q, entryColumns+condition, args, func(scan func(...any) error) error {
		var e Entry
		c := &e.Change
		err := scan(&e.Number, &e.Version, &e.Node, &e.Operation, &e.Projection, &e.Redacted, &c.ID, &c.Origin, &c.Actor, &c.Reason, &c.Request, &c.At)
		c.At = c.At.UTC()
		found = append(found, e)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the change log: %w", err)
	}
	return found, nil
}

// Since returns the entries about public things after a version, oldest first.
func Since(ctx context.Context, q Queryer, version int64, most int) ([]Entry, error) {
	return entries(ctx, q, `WHERE e.version > $1 ORDER BY e.version LIMIT $2`, version, most)
}

// Committed is when a version of the record was made, to the second; the zero time of Unix for
// a record in which nothing ever changed.
func Committed(ctx context.Context, q Queryer, version int64) (time.Time, error) {
	var at time.Time
	err := q.QueryRowContext(ctx, `SELECT c.at FROM change_entries e JOIN changes c ON c.id = e.change_id WHERE e.version = $1`, version).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Unix(0, 0).UTC(), nil
	}
	if err != nil {
		return at, fmt.Errorf("read when version %d was made: %w", version, err)
	}
	return at.UTC().Truncate(time.Second), nil
}

// At returns one entry of a thing, false where there is none with this number.
func At(ctx context.Context, q Queryer, node string, number int64) (Entry, bool, error) {
	found, err := entries(ctx, q, `WHERE e.node = $1 AND e.id = $2`, node, number)
	if err != nil || len(found) == 0 {
		return Entry{}, false, err
	}
	return found[0], true, nil
}

// Revision is the number of the last entry of a thing, 0 where it has none: who changes
// it names the one that they have read.
func Revision(ctx context.Context, q Queryer, node string) (number int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT COALESCE(MAX(id), 0) FROM change_entries WHERE node = $1`, node).Scan(&number)
	if err != nil {
		return 0, fmt.Errorf("read the revision of %s: %w", node, err)
	}
	return number, nil
}

// Touched returns the nodes of public things that changed after a version, each once,
// and whether there were so many changes that all should be read again.
func Touched(ctx context.Context, q Queryer, version int64, most int) (nodes []string, tooMany bool, err error) {
	// Not SELECT DISTINCT: SQLite would read the whole log for it.
	changes, seen := 0, map[string]bool{}
	err = each(ctx, q, `SELECT node FROM change_entries WHERE version > $1 ORDER BY version LIMIT $2`, []any{version, most + 1}, func(scan func(...any) error) error {
		var node string
		err := scan(&node)
		if changes++; !seen[node] {
			seen[node], nodes = true, append(nodes, node)
		}
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("read what changed: %w", err)
	}
	return nodes, changes > most, nil
}

// EditedOnDesk returns the rows of a kind that people changed: what the program brings
// leaves them alone.
func EditedOnDesk(ctx context.Context, q Queryer, name string) (map[int]bool, error) {
	k, edited := kinds[name], map[int]bool{}
	err := each(ctx, q, fmt.Sprintf(`SELECT t.id FROM %s t %s WHERE %s IN
		(SELECT e.node FROM change_entries e JOIN changes c ON c.id = e.change_id WHERE c.origin = '%s')`, k.table, k.joins, k.node, Desk), nil,
		func(scan func(...any) error) error {
			var row int
			err := scan(&row)
			edited[row] = true
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("read what people changed: %w", err)
	}
	return edited, nil
}

// Seen calls fn with all that readers ever saw of some things, oldest first: their
// projections as JSON. What was redacted they did not see.
func Seen(ctx context.Context, q Queryer, nodes []string, fn func(node, projection string) error) error {
	for some := range slices.Chunk(nodes, chunk) {
		places, args := make([]string, len(some)), make([]any, len(some))
		for i, node := range some {
			places[i], args[i] = "$"+strconv.Itoa(i+1), node
		}
		err := each(ctx, q, `SELECT node, projection FROM change_entries WHERE projection IS NOT NULL AND NOT redacted
			AND node IN (`+strings.Join(places, ", ")+`) ORDER BY id`, args, func(scan func(...any) error) error {
			var node, projection string
			if err := scan(&node, &projection); err != nil {
				return err
			}
			return fn(node, projection)
		})
		if err != nil {
			return fmt.Errorf("read what was seen: %w", err)
		}
	}
	return nil
}

// row finds the row of a thing by its public id.
func (k kind) row(ctx context.Context, q Queryer, node string) (row int, err error) {
	err = q.QueryRowContext(ctx, fmt.Sprintf("SELECT t.id FROM %s t %s WHERE %s = $1", k.table, k.joins, k.node), node).Scan(&row)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fault.NotFound("nothing has the id %s", node)
	}
	if err != nil {
		return 0, fmt.Errorf("find %s: %w", node, err)
	}
	return row, nil
}
