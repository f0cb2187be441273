package desk

import (
	"context"
	"strings"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/viewer"
)

// RestoreVersionInput names a thing, the revision that was read, and the one to go back to.
type RestoreVersionInput struct {
	ID                 string
	Revision, Restored int
	Reason             string
}

// RestoreVersionPayload has the thing as readers see it again.
type RestoreVersionPayload struct {
	Outcome
	Node record.Node
}

// RestoreVersion writes a thing back as it was at an earlier entry of its history.
func (d *Desk) RestoreVersion(ctx context.Context, input RestoreVersionInput) (*RestoreVersionPayload, error) {
	err := d.change(ctx, input.Reason, func(c *change) error { return c.restore(input) }, viewer.Editor)
	out, err := outcome(err)
	if err != nil {
		return nil, err
	}
	payload := &RestoreVersionPayload{Outcome: out}
	if len(out.UserErrors) == 0 {
		payload.Node = d.record.Snapshot().Node(input.ID)
	}
	return payload, nil
}

func (c *change) restore(input RestoreVersionInput) error {
	return c.refuseImpossible(func() error { return c.restoreVersion(input) })
}

func (c *change) restoreVersion(input RestoreVersionInput) error {
	kind, _, _ := strings.Cut(input.ID, "_")
	if !changelog.IsKind(kind) {
		return fault.NotFound("%s is nothing that readers see", input.ID)
	}
	if changelog.Guarded(input.ID) {
		return fault.Conflict("%s follows rules of its own: change it where it is made", input.ID)
	}
	row, err := c.log.Take(kind, input.ID, int64(input.Revision))
	if err != nil {
		return err
	}
	earlier, known, err := changelog.At(c.ctx, c.Tx, input.ID, int64(input.Restored))
	switch {
	case err != nil:
		return err
	case !known:
		return fault.Invalid("restored", "%d is no revision of %s", input.Restored, input.ID)
	case earlier.Redacted:
		return fault.Invalid("restored", "revision %d was redacted: its text is gone for good", input.Restored)
	case earlier.Projection == nil:
		return fault.Invalid("restored", "readers saw nothing of %s at revision %d: withdraw it instead", input.ID, input.Restored)
	}
	c.log.Touch(kind, changelog.Restore, row)
	return c.log.RestoreTo(kind, row, *earlier.Projection)
}

// refuseImpossible refuses to bring back what no single step leads to: something that leads back
// to itself, and a published statement of a review that is not.
func (c *change) refuseImpossible(restore func() error) error {
	before, err := c.withoutReview()
	if err != nil {
		return err
	}
	if err := restore(); err != nil {
		return err
	}
	for _, v := range []vocabulary{issues, affectedGroups} {
		if err := c.refuseCycles(v); err != nil {
			return err
		}
	}
	after, err := c.withoutReview()
	if err == nil && after > before {
		err = fault.Conflict("then %d published recommendations or pledges would be of a review that readers do not see: restore the review first, or withdraw them", after-before)
	}
	return err
}

// withoutReview counts published statements of reviews that are not.
func (c *change) withoutReview() (int, error) {
	const of = ` WHERE status = 'PUBLISHED' AND review_id IN (SELECT id FROM reviews WHERE status <> 'PUBLISHED')`
	return c.count(`SELECT (SELECT COUNT(*) FROM recommendations` + of + `) + (SELECT COUNT(*) FROM pledges` + of + `)`)
}

// UndoChangeInput names a change, as an import or a bulk edit.
type UndoChangeInput struct {
	Change int
	Reason string
}

// UndoChangePayload says how many things are as before.
type UndoChangePayload struct {
	Outcome
	Undone int
}

// UndoChange takes back all that readers saw of one change.
func (d *Desk) UndoChange(ctx context.Context, input UndoChangeInput) (*UndoChangePayload, error) {
	payload := &UndoChangePayload{}
	err := d.change(ctx, input.Reason, func(c *change) (err error) {
		return c.refuseImpossible(func() error {
			payload.Undone, err = c.log.Undo(input.Change)
			return err
		})
	}, viewer.Editor)
	if payload.Outcome, err = outcome(err); err != nil {
		return nil, err
	}
	if len(payload.UserErrors) > 0 {
		payload.Undone = 0
	}
	return payload, nil
}

// RedactInput names a thing whose earlier versions are to be taken away.
type RedactInput struct{ ID, Reason string }

// RedactPayload has the thing as readers see it.
type RedactPayload struct {
	Outcome
	Node record.Node
}

// Redact takes away what earlier versions of a thing said, for good.
func (d *Desk) Redact(ctx context.Context, input RedactInput) (*RedactPayload, error) {
	err := d.change(ctx, input.Reason, func(c *change) error { return c.log.Redact(input.ID) }, viewer.ProtectionOfficer)
	out, err := outcome(err)
	if err != nil {
		return nil, err
	}
	return &RedactPayload{out, d.record.Snapshot().Node(input.ID)}, nil
}
