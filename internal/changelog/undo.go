package changelog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/upr-info/upr/internal/fault"
)

// undone is one thing that a change touched.
type undone struct {
	node   string
	before *string // what readers saw before; nil: nothing
	gone   bool    // what readers saw before was redacted
	latest bool    // readers see what it made of it: nobody has changed it since, or that was undone
}

// Undo takes back what readers saw of one change: what it corrected is as before, what it
// brought is withdrawn, what it withdrew is back. It returns how many things that are.
// Returns NotFound where there is no such change, and Conflict where some of it was changed
// since, was redacted, or cannot be withdrawn; then nothing is to be kept.
func (l *Log) Undo(change int) (int, error) {
	things, err := l.undone(change)
	if err != nil {
		return 0, err
	}
	if len(things) == 0 {
		return 0, fault.NotFound("no change %d has anything that readers see", change)
	}
	for _, t := range things {
		if Guarded(t.node) {
			return 0, fault.Conflict("%s follows rules of its own: change it where it is made", t.node)
		}
	}
	if err := refuseLater(things); err != nil {
		return 0, err
	}
	for _, t := range things {
		if t.gone {
			return 0, fault.Conflict("what readers saw of %s before was redacted: it is gone for good", t.node)
		}
	}
	gone := map[string][]string{}
	for _, t := range things {
		kind, _, _ := strings.Cut(t.node, "_")
		if t.before == nil {
			gone[kind] = append(gone[kind], t.node)
			continue
		}
		row, err := kinds[kind].row(l.ctx, l.tx, t.node)
		if err != nil {
			return 0, err
		}
		l.Touch(kind, Undo, row)
		if err := l.lock(kinds[kind], nil, []int{row}); err != nil {
			return 0, err
		}
		if err := l.RestoreTo(kind, row, *t.before); err != nil {
			return 0, fmt.Errorf("undo %s: %w", t.node, err)
		}
	}
	for kind, nodes := range gone {
		if err := l.withdraw(kind, nodes); err != nil {
			return 0, err
		}
	}
	return len(things), nil
}

// undone reads what a change touched, and whether that is still as it left it.
func (l *Log) undone(change int) (things []undone, err error) {
	err = each(l.ctx, l.tx, `SELECT e.node,
			(SELECT p.projection FROM change_entries p WHERE p.node = e.node AND p.id < e.id AND p.version IS NOT NULL ORDER BY p.id DESC LIMIT 1),
			COALESCE((SELECT p.redacted FROM change_entries p WHERE p.node = e.node AND p.id < e.id AND p.version IS NOT NULL ORDER BY p.id DESC LIMIT 1), FALSE),
			CASE WHEN COALESCE((SELECT a.projection FROM change_entries a WHERE a.node = e.node AND a.version IS NOT NULL ORDER BY a.id DESC LIMIT 1), '')
				= COALESCE(e.projection, '') THEN 1 ELSE 0 END
		FROM change_entries e WHERE e.change_id = $1 AND e.version IS NOT NULL ORDER BY e.id`, []any{change}, func(scan func(...any) error) error {
		var t undone
		err := scan(&t.node, &t.before, &t.gone, &t.latest)
		things = append(things, t)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read change %d: %w", change, err)
	}
	return things, nil
}

// refuseLater names some of what was changed since.
func refuseLater(things []undone) error {
	var later []string
	for _, t := range things {
		if !t.latest {
			later = append(later, t.node)
		}
	}
	if len(later) == 0 {
		return nil
	}
	return fault.Conflict("%d of %d things were changed since, as %s: undo what came later first",
		len(later), len(things), strings.Join(later[:min(3, len(later))], ", "))
}

// withdraw hides things that readers did not see before.
func (l *Log) withdraw(kind string, nodes []string) error {
	k := kinds[kind]
	if k.public == "" {
		return fault.Conflict("%s cannot be withdrawn", nodes[0])
	}
	for part := range slices.Chunk(nodes, chunk) {
		wanted, args := in(part)
		var rows []int
		err := each(l.ctx, l.tx, fmt.Sprintf("SELECT t.id FROM %s t %s WHERE %s IN %s ORDER BY t.id", k.table, k.joins, k.node, wanted), args, func(scan func(...any) error) error {
			var row int
			err := scan(&row)
			rows = append(rows, row)
			return err
		})
		if err != nil {
			return fmt.Errorf("find what to withdraw: %w", err)
		}
		wanted, args = in(rows)
		if _, err := l.tx.ExecContext(l.ctx, fmt.Sprintf("UPDATE %s SET %s WHERE id IN %s", k.table, hidden, wanted), args...); err != nil {
			return fmt.Errorf("withdraw: %w", err)
		}
		l.Touch(kind, Undo, rows...)
	}
	return nil
}
