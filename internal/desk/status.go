package desk

import (
	"fmt"
	"slices"
	"strings"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
)

// Status says whether readers see something.
type Status string

const (
	Draft     Status = "DRAFT"
	Published Status = "PUBLISHED"
	Withdrawn Status = "WITHDRAWN"
)

// StepInput names a thing, the revision that was read, and why it takes a step.
type StepInput struct {
	ID       string
	Revision int
	Reason   string
}

// step is from where to where something may go.
type step struct {
	operation changelog.Operation
	from      []Status
	to        Status
}

var (
	publishing  = step{changelog.Publish, []Status{Draft}, Published}
	withdrawing = step{changelog.Withdraw, []Status{Draft, Published}, Withdrawn}
	restoring   = step{changelog.Restore, []Status{Withdrawn}, Published}
)

// status reads where a row of a table stands.
func (c *change) status(table string, row int) (s Status, err error) {
	err = c.QueryRowContext(c.ctx, fmt.Sprintf("SELECT status FROM %s WHERE id = $1", table), row).Scan(&s)
	if err != nil {
		return "", fmt.Errorf("read a status: %w", err)
	}
	return s, nil
}

// take moves a thing one step. check says what stands against it, nil: nothing can.
func (c *change) take(s step, kind, table string, input StepInput, check func(row int) error) error {
	row, err := c.log.Take(kind, input.ID, int64(input.Revision))
	if err != nil {
		return err
	}
	is, err := c.status(table, row)
	if err != nil {
		return err
	}
	if !slices.Contains(s.from, is) {
		return fault.Conflict("%s is %s and cannot take this step", input.ID, strings.ToLower(string(is)))
	}
	if check != nil {
		if err := check(row); err != nil {
			return err
		}
	}
	c.log.Touch(kind, s.operation, row)
	if _, err := c.ExecContext(c.ctx, fmt.Sprintf("UPDATE %s SET status = $1 WHERE id = $2", table), string(s.to), row); err != nil {
		return fmt.Errorf("write a status: %w", err)
	}
	return nil
}

// count counts what a query finds for a row.
func (c *change) count(query string, args ...any) (n int, err error) {
	if err := c.QueryRowContext(c.ctx, query, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count: %w", err)
	}
	return n, nil
}
