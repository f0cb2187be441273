package notify

import (
	"context"
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/outboxmessage"
	"github.com/upr-info/upr/internal/database"
)

// Look has messages dropped that are to be sent, or tried again, and hold no more: past says why of a template about something;
// empty: it holds.
func (o *Outbox) Look(past func(ctx context.Context, tx *database.Tx, about, template string) (why string, err error)) {
	o.past = past
}

// Drop takes back what is queued and holds no more, in the caller's transaction, and keeps why: a short word. What is sent at this
// moment stays, and is looked at again where it is not taken.
func (o *Outbox) Drop(ctx context.Context, tx *database.Tx, why string, uids ...string) error {
	for part := range slices.Chunk(uids, 500) {
		err := tx.Ent.OutboxMessage.Update().Where(outboxmessage.UIDIn(part...), outboxmessage.StatusEQ(outboxmessage.StatusQUEUED)).
			SetStatus(outboxmessage.StatusCANCELLED).SetFailure(why).ClearPrivate().Exec(asProgram(ctx))
		if err != nil {
			return fmt.Errorf("drop messages: %w", err)
		}
	}
	return nil
}

// dropPast drops a queued message that holds no more, and says whether it did.
func (o *Outbox) dropPast(ctx context.Context, tx *database.Tx, row *ent.OutboxMessage) (bool, error) {
	if o.past == nil {
		return false, nil
	}
	why, err := o.past(ctx, tx, row.About, row.Template)
	if err != nil || why == "" {
		return false, err
	}
	return true, o.Drop(ctx, tx, why, row.UID)
}
