package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/outboxmessage"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/viewer"
)

// What staff do with messages, as the change log names it.
const (
	opRelease = changelog.Operation("RELEASE")
	opCancel  = changelog.Operation("CANCEL")
	opSettle  = changelog.Operation("SETTLE")
	opResend  = changelog.Operation("RESEND")
	opBounce  = changelog.Operation("BOUNCE")
	opOpen    = changelog.Operation("OPEN")
)

const maxReason = 1000

// change changes messages that whoever asks may change, and notes it with the reason: which and what,
// no text and no address. Returns NotFound for those that they do not see, Forbidden for those that
// they only see.
func (o *Outbox) change(ctx context.Context, reason string, op changelog.Operation, ids []string, may func(*viewer.Viewer, *ent.OutboxMessage) bool,
	fn func(ctx context.Context, tx *database.Tx, rows []*ent.OutboxMessage) error) ([]Message, error) {
	v, err := reader(ctx)
	if err != nil {
		return nil, err
	}
	if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > maxReason {
		return nil, fault.Invalid("reason", "must have 1 to %d characters", maxReason)
	}
	if op == opOpen {
		if err := changelog.SaysWhy(reason); err != nil {
			return nil, err
		}
	}
	ids = distinct(ids)
	if len(ids) == 0 || len(ids) > maxPage {
		return nil, fault.Invalid("ids", "must be 1 to %d", maxPage)
	}
	var after []*ent.OutboxMessage
	because := changelog.Because{Origin: changelog.Desk, Actor: v.Actor(), Reason: reason, Request: viewer.Request(ctx)}
	_, err = changelog.Write(ctx, o.db, because, func(tx *database.Tx, log *changelog.Log) error {
		seen, err := o.seenBy(ctx, tx.Ent, v)
		if err != nil {
			return err
		}
		rows, err := tx.Ent.OutboxMessage.Query().Where(outboxmessage.UIDIn(ids...), seen).Order(outboxmessage.ByID()).All(asProgram(ctx))
		if err != nil {
			return fmt.Errorf("read messages: %w", err)
		}
		there := map[string]bool{}
		for _, row := range rows {
			there[row.UID] = true
			if !may(v, row) {
				return fault.Forbidden("%s is for others to decide: ask the manager of its round", row.UID)
			}
			// Whom no key opens any more is compared with nothing: a message about them is sent to nobody, and can be cancelled.
			if err := o.namesNobody(ctx, tx, v, row, reason); err != nil && (op != opCancel || !errors.Is(err, secret.ErrUnopened)) {
				return err
			}
			log.Note(row.UID, op)
		}
		for _, id := range ids {
			if !there[id] {
				return notThere(id)
			}
		}
		if err := fn(ctx, tx, rows); err != nil {
			return err
		}
		after, err = o.rows(ctx, tx, ids)
		return err
	})
	messages := make([]Message, len(after))
	for i, row := range after {
		messages[i] = o.messageOf(row)
	}
	return messages, err
}

// namesNobody refuses a reason that names to whom a message goes, of who reads that, or one of those whom it is about,
// of the protection officer. What was erased, or cannot be read any more, goes to nobody: it can still be cancelled.
func (o *Outbox) namesNobody(ctx context.Context, tx *database.Tx, v *viewer.Viewer, row *ent.OutboxMessage, reason string) error {
	officer := v.Has(viewer.ProtectionOfficer)
	if !officer && !readsName(v, row) {
		return nil
	}
	private := map[string]string{}
	if err := o.unseal(row.Private, row.UID, &private); err != nil {
		private = nil
	}
	address, err := o.box.Open(row.Address, row.UID)
	if err != nil {
		address = ""
	}
	if err := changelog.NamesNobody(reason, private["name"], address); err != nil || !officer || o.names == nil {
		return err
	}
	return o.names(ctx, tx, row.About, reason)
}

// changeOne is change for one message.
func (o *Outbox) changeOne(ctx context.Context, reason string, op changelog.Operation, id string, may func(*viewer.Viewer, *ent.OutboxMessage) bool,
	fn func(ctx context.Context, tx *database.Tx, row *ent.OutboxMessage) error) (*Message, error) {
	messages, err := o.change(ctx, reason, op, []string{id}, may, func(ctx context.Context, tx *database.Tx, rows []*ent.OutboxMessage) error {
		return fn(ctx, tx, rows[0])
	})
	if err != nil {
		return nil, err
	}
	return &messages[0], nil
}

// ReleaseMessages has drafts sent, all or none.
func (o *Outbox) ReleaseMessages(ctx context.Context, ids []string, reason string) ([]Message, error) {
	return o.change(ctx, reason, opRelease, ids, manages, func(ctx context.Context, tx *database.Tx, rows []*ent.OutboxMessage) error {
		about := make([]string, len(rows))
		for i, row := range rows {
			about[i] = row.About
		}
		if o.beforeRelease != nil {
			if err := o.beforeRelease(ctx, tx, about...); err != nil {
				return err
			}
		}
		return o.Release(ctx, tx, ids...)
	})
}

// CancelMessages takes messages back that were not sent yet, all or none.
func (o *Outbox) CancelMessages(ctx context.Context, ids []string, reason string) ([]Message, error) {
	return o.change(ctx, reason, opCancel, ids, coordinates, func(ctx context.Context, tx *database.Tx, _ []*ent.OutboxMessage) error {
		if err := o.Cancel(ctx, tx, ids...); err != nil {
			return err
		}
		after, err := o.rows(ctx, tx, distinct(ids))
		for _, row := range after {
			if row.Status != outboxmessage.StatusCANCELLED {
				return fault.Conflict("%s is %s and can be cancelled no more", row.UID, row.Status)
			}
		}
		return err
	})
}

// Outcome is what staff found out about a message.
type Outcome string

// What staff can say.
const (
	WasSent   Outcome = "SENT"       // it arrived; or somebody told it, where it was a task
	SendAgain Outcome = "SEND_AGAIN" // it did not arrive
)

// Settle says what became of a message that is in doubt, or that a task was done.
func (o *Outbox) Settle(ctx context.Context, id string, outcome Outcome, reason string) (*Message, error) {
	may := func(v *viewer.Viewer, row *ent.OutboxMessage) bool {
		return coordinates(v, row) || row.Status == outboxmessage.StatusTASK && v.Has(viewer.ProtectionOfficer)
	}
	return o.changeOne(ctx, reason, opSettle, id, may, func(ctx context.Context, tx *database.Tx, row *ent.OutboxMessage) error {
		task := row.Status == outboxmessage.StatusTASK
		switch {
		case row.Status != outboxmessage.StatusIN_DOUBT && !task:
			return fault.Conflict("%s is %s: there is nothing to settle", id, row.Status)
		case outcome == WasSent:
			return step(ctx, row, tx.Ent.OutboxMessage.Update().SetStatus(outboxmessage.StatusSENT).SetSentAt(o.now().UTC()).SetClaim("").SetHanded(false))
		case task:
			return fault.Invalid("outcome", "a task is not sent: say SENT when the person was told, or cancel it")
		}
		return o.again(ctx, tx, row)
	})
}

// Resend sends a message again that was refused or came back.
func (o *Outbox) Resend(ctx context.Context, id, reason string) (*Message, error) {
	return o.changeOne(ctx, reason, opResend, id, coordinates, func(ctx context.Context, tx *database.Tx, row *ent.OutboxMessage) error {
		if row.Status != outboxmessage.StatusFAILED && row.Status != outboxmessage.StatusBOUNCED {
			return fault.Conflict("%s is %s: what failed or came back is sent again", id, row.Status)
		}
		return o.again(ctx, tx, row)
	})
}

// again queues a message anew.
func (o *Outbox) again(ctx context.Context, tx *database.Tx, row *ent.OutboxMessage) error {
	if len(row.Address) == 0 || len(row.Content) == 0 {
		return fault.Conflict("what %s said was erased: it cannot be sent again", row.UID)
	}
	now := o.now().UTC().Truncate(time.Microsecond)
	err := step(ctx, row, tx.Ent.OutboxMessage.Update().SetStatus(outboxmessage.StatusQUEUED).SetQueuedAt(now).SetNextAt(now).
		SetAttempts(0).SetClaim("").SetHanded(false).SetFailure("").ClearSlotAt().ClearSentAt())
	if err != nil {
		return err
	}
	return o.insert(ctx, tx, row.UID, now)
}

// step changes a message unless somebody else did at this moment.
func step(ctx context.Context, row *ent.OutboxMessage, change *ent.OutboxMessageUpdate) error {
	n, err := change.Where(outboxmessage.ID(row.ID), outboxmessage.StatusEQ(row.Status), outboxmessage.Revision(row.Revision)).Save(asProgram(ctx))
	if err != nil {
		return fmt.Errorf("change a message: %w", err)
	}
	if n == 0 {
		return fault.Conflict("%s was changed at this moment: read it again", row.UID)
	}
	return nil
}

// Bounce says that a message came back. The report is what came with it, as a mail of RFC 3464: it
// tells which message, where no id is given.
func (o *Outbox) Bounce(ctx context.Context, id, report *string, reason string) (*Message, error) {
	uid, code := "", ""
	if report != nil {
		var err error
		if uid, code, err = readReport(*report); err != nil {
			return nil, err
		}
	}
	switch {
	case id == nil && uid == "":
		return nil, fault.Invalid("id", "is missing: name the message, or paste the report whole, with the headers of the message that came back")
	case id != nil && uid != "" && *id != uid:
		return nil, fault.Invalid("report", "is about another message: %s", uid)
	case id != nil:
		uid = *id
	}
	return o.changeOne(ctx, reason, opBounce, uid, coordinates, func(ctx context.Context, tx *database.Tx, row *ent.OutboxMessage) error {
		if row.Status != outboxmessage.StatusSENT && row.Status != outboxmessage.StatusIN_DOUBT {
			return fault.Conflict("%s is %s: what was sent can come back", uid, row.Status)
		}
		return step(ctx, row, tx.Ent.OutboxMessage.Update().SetStatus(outboxmessage.StatusBOUNCED).SetFailure(code).SetClaim("").SetHanded(false))
	})
}

// Opened is what stands in a message that is opened: to whom it goes and all it says.
type Opened struct {
	Message *Message
	Address *string // nil: a task has none, or it was erased
	Text    string
}

// Open shows the protection officer to whom a message goes and all it says. Each opening is logged,
// with the reason.
func (o *Outbox) Open(ctx context.Context, id, reason string) (*Opened, error) {
	may := func(v *viewer.Viewer, _ *ent.OutboxMessage) bool { return v.Has(viewer.ProtectionOfficer) }
	opened := &Opened{}
	m, err := o.changeOne(ctx, reason, opOpen, id, may, func(_ context.Context, _ *database.Tx, row *ent.OutboxMessage) error {
		c, private, err := o.read(row)
		if err != nil {
			return err
		}
		opened.Text = unmark(c.Text, private)
		if len(row.Address) == 0 {
			return nil
		}
		address, err := o.box.Open(row.Address, row.UID)
		opened.Address = &address
		return err
	})
	opened.Message = m
	if err != nil {
		return nil, err
	}
	return opened, nil
}

// Edit changes the text of a draft. Returns Conflict for what is no draft, or was edited since it was
// read; Invalid for a text without the mark [[link]] that it had, or with the name of the recipient.
func (o *Outbox) Edit(ctx context.Context, id string, revision int, subject, text, reason string) (*Message, error) {
	return o.changeOne(ctx, reason, changelog.Correct, id, coordinates, func(ctx context.Context, tx *database.Tx, row *ent.OutboxMessage) error {
		switch {
		case row.Status != outboxmessage.StatusDRAFT:
			return fault.Conflict("%s is %s: only drafts are edited", id, row.Status)
		case row.Neutral:
			return fault.Conflict("%s is neutral: it says nothing of what it is about, and stays so", id)
		case row.Revision != revision:
			return fault.Conflict("%s was edited since you read it: read it again, and send its revision %d", id, row.Revision)
		}
		c, private, err := o.read(row)
		if err != nil {
			return err
		}
		if c.Subject, c.Text, err = edited(c.Text, subject, text, private); err != nil {
			return err
		}
		return step(ctx, row, tx.Ent.OutboxMessage.Update().SetContent(o.seal(c, row.UID)).AddRevision(1))
	})
}

// edited checks a text that a person wrote.
func edited(before, subject, text string, private map[string]string) (string, string, error) {
	subject, text = strings.TrimSpace(subject), strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if subject == "" || utf8.RuneCountInString(subject) > 200 || strings.ContainsFunc(subject, control) {
		return "", "", fault.Invalid("subject", "must be one line of 1 to 200 characters")
	}
	if text == "" || len(text) > maxSource || strings.ContainsFunc(strings.ReplaceAll(text, "\n", ""), control) {
		return "", "", fault.Invalid("text", "must have 1 to %d bytes, and no control characters", maxSource)
	}
	if name := private["name"]; name != "" {
		text = strings.ReplaceAll(text, name, "[[name]]") // shown at level 0, sealed apart at any
		if strings.Contains(subject, name) {
			return "", "", fault.Invalid("subject", "is seen by whoever is near: leave out the name of the recipient")
		}
	}
	if mark, unknown := unknownMark(text, private); unknown || strings.Contains(subject, "[[") {
		return "", "", fault.Invalid("text", "[[%s]] stands for nothing here: there are [[name]] and [[link]], in the text alone", mark)
	}
	if strings.Contains(before, "[[link]]") && !strings.Contains(text, "[[link]]") {
		return "", "", fault.Invalid("text", "must keep [[link]]: without it the recipient can do nothing")
	}
	return subject, text + "\n", nil
}

func control(r rune) bool { return r < ' ' || r == 0x7f }
