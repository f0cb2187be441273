package notify

import (
	"errors"
	"fmt"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/internal/fault"
)

// Status says how far a message is.
type Status string

// The states of a message.
const (
	DraftStatus Status = "DRAFT"     // waits to be released
	Queued      Status = "QUEUED"    // is sent when its time comes, again where a server was away
	Sending     Status = "SENDING"   // is sent at this moment
	Sent        Status = "SENT"      // the server has taken it
	InDoubt     Status = "IN_DOUBT"  // the server may have taken it: staff say
	Failed      Status = "FAILED"    // the server refused for good
	Bounced     Status = "BOUNCED"   // came back
	Cancelled   Status = "CANCELLED" // was taken back before it was sent
	Task        Status = "TASK"      // is told by staff, by a safe channel; a draft before it is released
)

// Message is a message of the outbox, without what it says and to whom.
type Message struct {
	ID        string
	Template  string
	Language  string
	About     string
	Round     string
	State     string
	Level     int
	Neutral   bool
	Status    Status
	Revision  int // of the text
	Failure   string
	Attempts  int
	CreatedAt time.Time
	NotBefore *time.Time
	QueuedAt  *time.Time
	NextAt    *time.Time // of the next attempt; nil: there is none
	SentAt    *time.Time

	row *ent.OutboxMessage
	o   *Outbox
}

func (o *Outbox) messageOf(row *ent.OutboxMessage) Message {
	m := Message{ID: row.UID, Template: row.Template, Language: row.Language, About: row.About, Round: row.Round, State: row.State, Level: row.Level,
		Neutral: row.Neutral, Status: Status(row.Status), Revision: row.Revision, Failure: row.Failure, Attempts: row.Attempts, CreatedAt: row.CreatedAt.UTC(),
		NotBefore: row.NotBefore, QueuedAt: row.QueuedAt, SentAt: row.SentAt, row: row, o: o}
	if m.Status == Queued {
		m.NextAt = row.NextAt
	}
	return m
}

// errSealed says that a message cannot be read any more.
var errSealed = errors.New("the message cannot be opened: it was forgotten, or UPR_SECRET_KEY_FILE was replaced")

// read opens what a message says.
func (o *Outbox) read(row *ent.OutboxMessage) (c content, private map[string]string, err error) {
	if len(row.Content) == 0 {
		return c, nil, fault.Conflict("what %s said was erased", row.UID)
	}
	if err := o.unseal(row.Content, row.UID, &c); err != nil {
		return c, nil, fmt.Errorf("%w: %w", errSealed, err)
	}
	if len(row.Private) > 0 {
		if err := o.unseal(row.Private, row.UID, &private); err != nil {
			return c, nil, fmt.Errorf("%w: %w", errSealed, err)
		}
	}
	return c, private, nil
}

// Filled is what a field of the template was filled with, but for what is private; empty: it was not.
func (m *Message) Filled(field string) (string, error) {
	c, _, err := m.o.read(m.row)
	return c.Data[field], err
}

// open makes the mail of a message.
func (o *Outbox) open(row *ent.OutboxMessage) (Mail, error) {
	c, private, err := o.read(row)
	if err != nil {
		return Mail{}, errSealed
	}
	address, err := o.box.Open(row.Address, row.UID)
	if err != nil {
		return Mail{}, errSealed
	}
	return Mail{ID: row.UID, To: address, Subject: c.Subject, Text: unmark(c.Text, private), Calendar: c.Calendar}, nil
}
