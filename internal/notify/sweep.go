package notify

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/upr-info/upr/ent/outboxmessage"
	"github.com/upr-info/upr/internal/database"
)

// sweepJob looks for claims of processes that were killed.
type sweepJob struct{}

// Kind is kept with the jobs.
func (sweepJob) Kind() string { return "outbox_sweep" }

// sweep ends claims of processes that are not there any more. What the server cannot have taken is
// queued again; of what it may have taken nobody knows, and staff decide.
func (o *Outbox) sweep(ctx context.Context, _ sweepJob) error {
	return database.WithTx(ctx, o.db, func(tx *database.Tx) error {
		rows, err := tx.Ent.OutboxMessage.Query().Where(outboxmessage.StatusEQ(outboxmessage.StatusSENDING),
			outboxmessage.ClaimedAtLT(o.now().UTC().Add(-o.lease))).All(asProgram(ctx))
		if err != nil {
			return fmt.Errorf("look for messages of killed processes: %w", err)
		}
		for _, row := range rows {
			// A mark that is made at this moment is waited for, and then this changes nothing.
			change := tx.Ent.OutboxMessage.Update().Where(outboxmessage.ID(row.ID), outboxmessage.StatusEQ(outboxmessage.StatusSENDING),
				outboxmessage.Claim(row.Claim), outboxmessage.Handed(row.Handed))
			if row.Handed {
				change.SetStatus(outboxmessage.StatusIN_DOUBT) // the claim stays: a process that was only slow may still say what it knows
			} else {
				change.SetStatus(outboxmessage.StatusQUEUED).SetClaim("").SetNextAt(o.now().UTC())
			}
			n, err := change.Save(asProgram(ctx))
			if err != nil {
				return fmt.Errorf("end a claim: %w", err)
			}
			if n == 0 {
				continue
			}
			slog.WarnContext(ctx, "a process ended while it sent a message", "message", row.UID, "in_doubt", row.Handed)
			if row.Handed {
				continue
			}
			if err := o.insert(ctx, tx, row.UID, o.now()); err != nil {
				return err
			}
		}
		return nil
	})
}
