// Package notify has the outbox and sends mail.
//
// What is to be told to people is put into the outbox (outbox.go) in the transaction of what it
// follows from, in words of a template (template.go) that hold no more than the protection level
// of the recipient allows (level.go). It is sent later by a job (deliver.go) through a Mailer
// (smtp.go). What became unclear is found by another job (sweep.go) and settled by staff (staff.go).
package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Mail is one mail to one person.
type Mail struct {
	ID       string // stands in its Message-ID, so that the same mail is recognised; empty: any
	To       string
	Subject  string
	Text     string
	Calendar string // an .ics part; empty: none
}

// Mailer sends mail.
type Mailer interface {
	// Send sends a plain text.
	Send(ctx context.Context, to, subject, text string) error
	// Deliver hands a mail to the server. last is called when all but its last line is sent: up to
	// there the server has taken nothing, and nothing is sent any more where last returns an error.
	// Returns a *Refusal where the server refuses, ErrInDoubt where it does not say whether it has
	// taken the mail; after any other error it has not. No error holds the address or the text.
	Deliver(ctx context.Context, m Mail, last func() error) error
}

// ErrInDoubt says that a server got a mail to its end and did not answer: it may have taken it.
var ErrInDoubt = errors.New("the server did not say whether it has taken the mail")

// Refusal is what a server answered instead of taking a mail. Its words are left out: they may
// repeat an address, or the text.
type Refusal struct {
	Code     int    // of SMTP, as in 550
	Enhanced string // as in 5.1.1; empty: none
	Final    bool   // trying again is of no use
}

// Error says the codes.
func (r *Refusal) Error() string { return "the mail server refused: " + r.Codes() }

// Codes are what the server answered, as in "550 5.1.1".
func (r *Refusal) Codes() string {
	if r.Enhanced == "" {
		return fmt.Sprint(r.Code)
	}
	return fmt.Sprintf("%d %s", r.Code, r.Enhanced)
}

// Printed writes mail where a person sees it: samples have no mail server.
type Printed struct{ To io.Writer }

// Send prints a mail.
func (p Printed) Send(_ context.Context, to, subject, text string) error {
	_, err := fmt.Fprintf(p.To, "mail to %s: %s\n\n%s\n", to, subject, text)
	return err
}

// Deliver prints a mail.
func (p Printed) Deliver(ctx context.Context, m Mail, last func() error) error {
	if err := last(); err != nil {
		return err
	}
	return p.Send(ctx, m.To, m.Subject, m.Text)
}
