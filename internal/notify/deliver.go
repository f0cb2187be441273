package notify

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/outboxmessage"
	"github.com/upr-info/upr/internal/database"
)

// sendJob sends one message.
type sendJob struct{ ID string }

// Kind is kept with the jobs.
func (sendJob) Kind() string { return "outbox_send" }

// send sends a message once, whatever happens:
//
//  1. claim: the message is SENDING, by this attempt alone. From here on no other job sends it.
//  2. Everything but the last line goes to the server, which has taken nothing so far.
//  3. mark: it is written that the server may have the message. Nobody sends it by themselves any more.
//  4. The last line is sent, and the server says yes or no.
//  5. settle: what it said is written.
//
// A process that is killed before 3 leaves a claim, whose message sweep queues again; one that is
// killed between 3 and 5 leaves a message IN_DOUBT for staff. The marks of a process that was only
// slow, and whose claim was taken from it, are refused.
func (o *Outbox) send(ctx context.Context, j sendJob) error {
	m, err := o.claim(ctx, j.ID)
	if err != nil || m == nil {
		return err
	}
	mail, err := o.open(m)
	if err == nil {
		err = o.mail.Deliver(ctx, mail, func() error { return o.mark(ctx, m) })
	}
	return o.settle(context.WithoutCancel(ctx), m, err)
}

// claim takes a queued message. It returns none where there is nothing to send: it was sent or
// cancelled, holds no more, or its turn comes later.
func (o *Outbox) claim(ctx context.Context, uid string) (m *ent.OutboxMessage, err error) {
	err = database.WithTx(ctx, o.db, func(tx *database.Tx) error {
		m = nil
		row, err := tx.Ent.OutboxMessage.Query().Where(outboxmessage.UID(uid), outboxmessage.StatusEQ(outboxmessage.StatusQUEUED)).Only(asProgram(ctx))
		if ent.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read a message: %w", err)
		}
		now := o.now().UTC().Truncate(time.Microsecond)
		if row.NextAt != nil && row.NextAt.After(now) {
			return o.insert(ctx, tx, uid, *row.NextAt)
		}
		if dropped, err := o.dropPast(ctx, tx, row); err != nil || dropped {
			return err
		}
		turn, err := o.afterOthers(ctx, tx, row, now)
		if err == nil && !turn.After(now) {
			turn, err = o.turn(ctx, tx, row, now)
		}
		if err != nil {
			return err
		}
		if turn.After(now) {
			return o.later(ctx, tx, row, turn)
		}
		token := rand.Text()
		n, err := tx.Ent.OutboxMessage.Update().Where(outboxmessage.ID(row.ID), outboxmessage.StatusEQ(outboxmessage.StatusQUEUED)).
			SetStatus(outboxmessage.StatusSENDING).SetClaim(token).SetClaimedAt(now).SetHanded(false).AddAttempts(1).Save(asProgram(ctx))
		if err != nil {
			return fmt.Errorf("claim a message: %w", err)
		}
		if n == 1 {
			row.Claim, m = token, row
			row.Attempts++
		}
		return nil
	})
	return m, err
}

// turn is when a message may go, where only so many do in a minute. It keeps its place.
func (o *Outbox) turn(ctx context.Context, tx *database.Tx, row *ent.OutboxMessage, now time.Time) (time.Time, error) {
	if o.pace == 0 || row.SlotAt != nil {
		return now, nil
	}
	if tx.Dialect == dialect.Postgres {
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(hashtext('upr outbox'))"); err != nil {
			return now, fmt.Errorf("wait for a turn: %w", err)
		}
	}
	turn := now
	last, err := tx.Ent.OutboxMessage.Query().Where(outboxmessage.SlotAtNotNil()).Order(outboxmessage.BySlotAt(entsql.OrderDesc())).First(asProgram(ctx))
	if err == nil && last.SlotAt.Add(o.pace).After(now) {
		turn = last.SlotAt.Add(o.pace).UTC().Truncate(time.Microsecond)
	}
	if err != nil && !ent.IsNotFound(err) {
		return now, fmt.Errorf("find a turn: %w", err)
	}
	if err := tx.Ent.OutboxMessage.UpdateOneID(row.ID).SetSlotAt(turn).Exec(asProgram(ctx)); err != nil {
		return now, fmt.Errorf("take a turn: %w", err)
	}
	return turn, nil
}

// later has a queued message sent at another moment.
func (o *Outbox) later(ctx context.Context, tx *database.Tx, row *ent.OutboxMessage, at time.Time) error {
	if err := tx.Ent.OutboxMessage.UpdateOneID(row.ID).SetNextAt(at).Exec(asProgram(ctx)); err != nil {
		return fmt.Errorf("put a message off: %w", err)
	}
	return o.insert(ctx, tx, row.UID, at)
}

// errLost says that somebody else decided about a message meanwhile.
var errLost = errors.New("the message is not this attempt's any more")

// mark writes that the server may have a message from now on.
func (o *Outbox) mark(ctx context.Context, m *ent.OutboxMessage) error {
	return database.WithDurableTx(ctx, o.db, func(tx *database.Tx) error {
		n, err := tx.Ent.OutboxMessage.Update().Where(outboxmessage.ID(m.ID), outboxmessage.Claim(m.Claim), outboxmessage.StatusEQ(outboxmessage.StatusSENDING)).
			SetHanded(true).Save(asProgram(ctx))
		if err == nil && n == 0 {
			return errLost
		}
		return err
	})
}

const (
	// settleFor is how long the answer of the server is tried to be written: a database that is
	// away for a moment must not make a message doubtful.
	settleFor   = 30 * time.Second
	settleEvery = 500 * time.Millisecond
)

// settle writes what became of an attempt.
func (o *Outbox) settle(ctx context.Context, m *ent.OutboxMessage, result error) (err error) {
	if errors.Is(result, errLost) {
		return nil
	}
	said := false
	for deadline := time.Now().Add(settleFor); ; time.Sleep(settleEvery) {
		err = database.WithDurableTx(ctx, o.db, func(tx *database.Tx) error { return o.outcome(ctx, tx, m, result) })
		if err == nil || time.Now().After(deadline) {
			return err
		}
		if !said {
			slog.WarnContext(ctx, "what became of a message cannot be written yet", "message", m.UID, "error", err)
		}
		said = true
	}
}

func (o *Outbox) outcome(ctx context.Context, tx *database.Tx, m *ent.OutboxMessage, result error) error {
	now := o.now().UTC().Truncate(time.Microsecond)
	change := tx.Ent.OutboxMessage.Update().SetHanded(false).Where(outboxmessage.ID(m.ID), outboxmessage.Claim(m.Claim),
		outboxmessage.StatusIn(outboxmessage.StatusSENDING, outboxmessage.StatusIN_DOUBT))
	again := time.Time{}
	var refusal *Refusal
	switch {
	case result == nil:
		change.SetStatus(outboxmessage.StatusSENT).SetSentAt(now).SetFailure("")
	case errors.Is(result, ErrInDoubt):
		change.SetStatus(outboxmessage.StatusIN_DOUBT).SetHanded(true).SetFailure("")
	case errors.As(result, &refusal) && refusal.Final:
		change.SetStatus(outboxmessage.StatusFAILED).SetFailure(refusal.Codes())
	case now.Sub(firstTry(m)) > o.giveUp:
		change.SetStatus(outboxmessage.StatusFAILED).SetFailure(failureOf(result))
	default:
		again = now.Add(o.retry(m.Attempts))
		change.SetStatus(outboxmessage.StatusQUEUED).SetNextAt(again).SetFailure(failureOf(result))
	}
	n, err := change.Save(asProgram(ctx))
	if err != nil {
		return fmt.Errorf("write what became of a message: %w", err)
	}
	if result != nil {
		slog.WarnContext(ctx, "a message was not sent", "message", m.UID, "attempt", m.Attempts, "error", result)
	}
	if n == 0 || again.IsZero() {
		return nil
	}
	if dropped, err := o.dropPast(ctx, tx, m); err != nil || dropped { // others wait for it
		return err
	}
	return o.insert(ctx, tx, m.UID, again)
}

// firstTry is when a message could first be sent.
func firstTry(m *ent.OutboxMessage) time.Time {
	if m.NotBefore != nil && (m.QueuedAt == nil || m.NotBefore.After(*m.QueuedAt)) {
		return *m.NotBefore
	}
	return *m.QueuedAt
}

// failureOf says why a message waits, without words of others.
func failureOf(err error) string {
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return refusal.Codes()
	}
	if errors.Is(err, errSealed) {
		return "cannot be opened"
	}
	return "no connection"
}

// pause is how long after an attempt the next one is made: a minute at first, four hours at most,
// and not the same for all that failed together.
func pause(attempts int) time.Duration {
	d := min(time.Minute<<min(attempts-1, 10), 4*time.Hour)
	return d - time.Duration(mathrand.Int64N(int64(d)/5+1))
}
