// Package notify sends mail.
package notify

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/upr-info/upr/internal/fault"
)

// SMTP sends mail through a server.
type SMTP struct {
	client *mail.Client
	from   string
}

// NewSMTP reads an address such as smtps://user:password@mail.example.org?from=upr@example.org.
// smtps: is encrypted from the start, on port 465; smtp: on port 587 becomes so before
// anything is sent; smtp+plain: never is, and is meant for this machine alone.
func NewSMTP(address string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, fault.Invalid("UPR_SMTP_URL", "must be like smtps://user:password@mail.example.org?from=upr@example.org")
	}
	from := u.Query().Get("from")
	if from == "" {
		return nil, fault.Invalid("UPR_SMTP_URL", "must say who sends: add ?from=upr@example.org")
	}
	options, err := options(u)
	if err != nil {
		return nil, err
	}
	client, err := mail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fault.Invalid("UPR_SMTP_URL", "cannot be used: %v", err)
	}
	return &SMTP{client, from}, nil
}

func options(u *url.URL) ([]mail.Option, error) {
	options := []mail.Option{mail.WithTimeout(20 * time.Second)}
	port := 587
	switch u.Scheme {
	case "smtps":
		port, options = 465, append(options, mail.WithSSL())
	case "smtp":
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	case "smtp+plain":
		port, options = 25, append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		return nil, fault.Invalid("UPR_SMTP_URL", "must begin with smtps://, smtp:// or smtp+plain://")
	}
	if text := u.Port(); text != "" {
		port, _ = strconv.Atoi(text) // url.Parse took only digits
	}
	options = append(options, mail.WithPort(port))
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	return options, nil
}

// Send sends a plain text.
func (s *SMTP) Send(ctx context.Context, to, subject, text string) error {
	message := mail.NewMsg()
	if err := message.From(s.from); err != nil {
		return fmt.Errorf("the sender of UPR_SMTP_URL: %w", err)
	}
	if err := message.To(to); err != nil {
		return fmt.Errorf("the recipient: %w", err)
	}
	message.Subject(subject)
	message.SetBodyString(mail.TypeTextPlain, text)
	if err := s.client.DialAndSendWithContext(ctx, message); err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	return nil
}

// Printed writes mail where a person sees it: samples have no mail server.
type Printed struct{ To io.Writer }

// Send prints a mail.
func (p Printed) Send(_ context.Context, to, subject, text string) error {
	_, err := fmt.Fprintf(p.To, "mail to %s: %s\n\n%s\n", to, subject, text)
	return err
}
