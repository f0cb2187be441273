package notify_test

import (
	"io"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"github.com/upr-info/upr/internal/notify"
)

// letters is a mail server that keeps what it gets.
type letters struct{ got chan string }

func (l letters) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{l, ""}, nil }

type session struct {
	letters
	envelope string
}

func (*session) Reset()        {}
func (*session) Logout() error { return nil }
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.envelope = "from " + from
	return nil
}
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.envelope += " to " + to
	return nil
}
func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	s.got <- s.envelope + "\n" + string(text)
	return err
}

func TestSMTP(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := letters{make(chan string, 1)}
	server := smtp.NewServer(l)
	server.Domain = "localhost"
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })

	mail, err := notify.NewSMTP("smtp+plain://" + listener.Addr().String() + "?from=upr@example.org")
	if err != nil {
		t.Fatal(err)
	}
	if err := mail.Send(t.Context(), "ann@example.org", "Sign in", "https://upr.example.org/sign-in/link?token=ABC"); err != nil {
		t.Fatal(err)
	}
	got := <-l.got
	for _, part := range []string{"from upr@example.org to ann@example.org", "Subject: Sign in", "/sign-in/link?token=3DABC"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is missing in\n%s", part, got)
		}
	}
	strict, err := notify.NewSMTP("smtp://" + listener.Addr().String() + "?from=upr@example.org")
	if err != nil {
		t.Fatal(err)
	}
	if err := strict.Send(t.Context(), "ann@example.org", "Sign in", "secret"); err == nil {
		t.Error("a server without TLS got the mail")
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	for address, sentence := range map[string]string{
		"mail.example.org":           "must be like",
		"smtps://mail.example.org":   "must say who sends",
		"http://mail.org?from=a@b.c": "must begin with",
	} {
		if _, err := notify.NewSMTP(address); err == nil || !strings.Contains(err.Error(), sentence) {
			t.Errorf("%s: %v", address, err)
		}
	}
}
