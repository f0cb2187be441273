package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/outboxmessage"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/internal/database"
)

// lookAgain is when a message that waits for another is looked at again.
const lookAgain = time.Second

// afterOthers is when a message may go for those that were released before it, are about the same and go to the same
// address: who is told of a change and then that it is off reads it in that order. Whoever gets none of these waits for nobody.
// One that is in doubt is waited for no more: staff decide of it, which may take days.
func (o *Outbox) afterOthers(ctx context.Context, tx *database.Tx, row *ent.OutboxMessage, now time.Time) (time.Time, error) {
	if row.About == "" || row.QueuedAt == nil {
		return now, nil
	}
	rows, err := tx.Ent.OutboxMessage.Query().Where(outboxmessage.About(row.About), outboxmessage.StatusIn(outboxmessage.StatusQUEUED, outboxmessage.StatusSENDING),
		outboxmessage.Or(outboxmessage.NotBeforeIsNil(), outboxmessage.NotBeforeLTE(now)), releasedBefore(row)).
		Select(outboxmessage.FieldUID, outboxmessage.FieldAddress, outboxmessage.FieldNextAt).All(asProgram(ctx))
	if err != nil {
		return now, fmt.Errorf("look for what goes before a message: %w", err)
	}
	if len(rows) == 0 {
		return now, nil
	}
	to, err := o.box.Open(row.Address, row.UID)
	if err != nil {
		return now, nil //nolint:nilerr // it fails by itself, and waits for nobody
	}
	turn := now
	for _, earlier := range rows {
		if address, err := o.box.Open(earlier.Address, earlier.UID); err != nil || address != to {
			continue
		}
		at := now.Add(lookAgain)
		if earlier.NextAt != nil && earlier.NextAt.After(at) {
			at = *earlier.NextAt
		}
		if at.After(turn) {
			turn = at
		}
	}
	return turn.UTC().Truncate(time.Microsecond), nil
}

// releasedBefore admits what was released before a message; of what was released together, what was written before it.
func releasedBefore(row *ent.OutboxMessage) predicate.OutboxMessage {
	return outboxmessage.Or(outboxmessage.QueuedAtLT(*row.QueuedAt), outboxmessage.And(outboxmessage.QueuedAtEQ(*row.QueuedAt), outboxmessage.IDLT(row.ID)))
}
