package notify

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/outboxmessage"
	"github.com/upr-info/upr/internal/database"
)

// sweepJob looks for what processes that were killed left behind.
type sweepJob struct{}

// Kind is kept with the jobs.
func (sweepJob) Kind() string { return "outbox_sweep" }

// sweepAtOnce is how many messages one sweep takes care of.
const sweepAtOnce = 500

// sweep ends claims of processes that are not there any more, and sees to it that what is queued has
// a job.
func (o *Outbox) sweep(ctx context.Context, _ sweepJob) error {
	return database.WithTx(ctx, o.db, func(tx *database.Tx) error {
		rows, err := tx.Ent.OutboxMessage.Query().Where(outboxmessage.StatusEQ(outboxmessage.StatusSENDING)).Limit(sweepAtOnce).All(asProgram(ctx))
		if err != nil {
			return fmt.Errorf("look for messages of killed processes: %w", err)
		}
		for _, row := range rows {
			if row.ClaimedAt.After(o.now().Add(-o.lease)) {
				continue
			}
			if err := o.endClaim(ctx, tx, row); err != nil {
				return err
			}
		}
		if len(rows) > 0 || o.mail == nil {
			return nil
		}
		return o.sweepJobs(ctx, tx)
	})
}

// endClaim queues a message again that the server cannot have taken. Of one that it may have taken
// nobody knows, and staff decide.
func (o *Outbox) endClaim(ctx context.Context, tx *database.Tx, row *ent.OutboxMessage) error {
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
		return nil
	}
	slog.WarnContext(ctx, "a process ended while it sent a message", "message", row.UID, "in_doubt", row.Handed)
	if row.Handed {
		return nil
	}
	return o.insert(ctx, tx, row.UID, o.now())
}

// sweepJobs gives messages another job that are due for long while nothing is sent: theirs began in a
// process that was killed. A message with two jobs is sent once.
func (o *Outbox) sweepJobs(ctx context.Context, tx *database.Tx) error {
	now := o.now().UTC()
	rows, err := tx.Ent.OutboxMessage.Query().Where(outboxmessage.StatusEQ(outboxmessage.StatusQUEUED), outboxmessage.NextAtLT(now.Add(-o.lease))).
		Order(outboxmessage.ByNextAt()).Limit(sweepAtOnce).All(asProgram(ctx))
	if err != nil {
		return fmt.Errorf("look for messages without a job: %w", err)
	}
	for _, row := range rows {
		if err := o.later(ctx, tx, row, now); err != nil {
			return err
		}
	}
	return nil
}

// DoubtQueued says of all that is queued that it is in doubt: in a database that was restored, it may
// have been sent since the backup.
func DoubtQueued(ctx context.Context, tx *database.Tx) error {
	n, err := tx.Ent.OutboxMessage.Update().Where(outboxmessage.StatusIn(outboxmessage.StatusQUEUED, outboxmessage.StatusSENDING)).
		SetStatus(outboxmessage.StatusIN_DOUBT).SetClaim("").Save(asProgram(ctx))
	if err != nil {
		return fmt.Errorf("doubt what is queued: %w", err)
	}
	if n > 0 {
		slog.WarnContext(ctx, "messages of the outbox are in doubt: they were queued in the backup, and may have been sent since", "messages", n)
	}
	return nil
}
