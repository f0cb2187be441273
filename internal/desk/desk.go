// Package desk is where staff edit the record: each method of Desk is one change, with
// its author and reason, in one transaction and one change of the change log. It returns
// when the record of this process shows the change.
package desk

import (
	"context"
	"log/slog"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/viewer"
)

// Desk edits the record.
type Desk struct {
	db     *database.DB
	record *record.Record
	seen   Seen
}

// Seen admits, in SQL, the entries e of the change log that somebody reads, whatever their roles.
type Seen func(ctx context.Context, client *ent.Client, v *viewer.Viewer) (string, error)

// New is the desk of a database, whose record it keeps in step.
func New(db *database.DB, r *record.Record, seen Seen) *Desk { return &Desk{db, r, seen} }

// change is one change on its way: its transaction and its part of the log.
type change struct {
	*database.Tx
	ctx context.Context //nolint:containedctx // of the one change
	log *changelog.Log
	by  *viewer.Viewer
}

// change runs fn as whoever asks, one of some roles, for a reason, and brings the record up
// to date. Any error leaves everything as it was.
func (d *Desk) change(ctx context.Context, reason string, fn func(c *change) error, roles ...viewer.Role) error {
	if err := policy.Require(ctx, roles...); err != nil {
		return err
	}
	v, err := policy.RequireViewer(ctx)
	if err != nil {
		return err
	}
	if reason, err = requireText("reason", reason); err != nil {
		return err
	}
	because := changelog.Because{Actor: v.Actor(), Origin: changelog.Desk, Reason: reason, Request: viewer.Request(ctx)}
	_, err = changelog.Write(ctx, d.db, because, func(tx *database.Tx, log *changelog.Log) error {
		return fn(&change{Tx: tx, ctx: ctx, log: log, by: v})
	})
	if err != nil {
		return err
	}
	if err := d.record.CatchUp(ctx); err != nil { // the change stands all the same, and the follower tries again
		slog.WarnContext(ctx, "a change is not in the record yet", "error", err)
	}
	return nil
}
