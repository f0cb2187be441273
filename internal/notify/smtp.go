package notify

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"github.com/upr-info/upr/internal/fault"
)

// SMTP sends mail through a server.
type SMTP struct {
	host, port string
	tls        bool // from the start
	plain      bool // never encrypted
	user       *url.Userinfo
	from       string
	domain     string // of from

	talkFor, answerWithin time.Duration
}

const (
	// talkFor is how long a conversation may take until the server has all but the last line.
	talkFor = 40 * time.Second
	// answerWithin is how long the server may then think about it: some look for viruses.
	answerWithin = 60 * time.Second
)

// NewSMTP reads an address such as smtps://user:password@mail.example.org?from=upr@example.org.
// smtps: is encrypted from the start, on port 465; smtp: on port 587 becomes so before
// anything is sent; smtp+plain: never is, and is meant for this machine alone.
func NewSMTP(address string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err == nil && u.Port() != "" {
		_, err = strconv.ParseUint(u.Port(), 10, 16)
	}
	if err != nil || u.Hostname() == "" {
		return nil, fault.Invalid("UPR_SMTP_URL", "must be like smtps://user:password@mail.example.org?from=upr@example.org")
	}
	from := u.Query().Get("from")
	if from == "" {
		return nil, fault.Invalid("UPR_SMTP_URL", "must say who sends: add ?from=upr@example.org")
	}
	s := &SMTP{host: u.Hostname(), port: u.Port(), user: u.User, from: from, talkFor: talkFor, answerWithin: answerWithin}
	if err := mail.NewMsg().From(from); err != nil {
		return nil, fault.Invalid("UPR_SMTP_URL", "from=%s is no address: write it as in ?from=upr@example.org", from)
	}
	s.domain = strings.TrimRight(from[strings.LastIndexByte(from, '@')+1:], "> ")
	port := "587"
	switch u.Scheme {
	case "smtps":
		port, s.tls = "465", true
	case "smtp":
	case "smtp+plain":
		port, s.plain = "25", true
	default:
		return nil, fault.Invalid("UPR_SMTP_URL", "must begin with smtps://, smtp:// or smtp+plain://")
	}
	if s.port == "" {
		s.port = port
	}
	return s, nil
}

// Send sends a plain text.
func (s *SMTP) Send(ctx context.Context, to, subject, text string) error {
	return s.Deliver(ctx, Mail{To: to, Subject: subject, Text: text}, func() error { return nil })
}

// Deliver is what a Mailer promises.
func (s *SMTP) Deliver(ctx context.Context, m Mail, last func() error) error {
	message, sender, recipient, err := s.compose(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.talkFor)
	defer cancel()
	conn, err := s.dial(ctx)
	if err != nil {
		return fmt.Errorf("reach the mail server: %w", err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) }) // whatever it waits for
	defer stop()
	client, err := s.greet(conn)
	if err != nil {
		return refused("greet the mail server", err, false)
	}
	if err := client.Mail(sender); err != nil {
		return refused("name the sender", err, false)
	}
	if err := client.Rcpt(recipient); err != nil {
		return refused("name the recipient", err, true)
	}
	return s.hand(conn, client, message, last, stop)
}

// hand sends a mail whose envelope the server has.
func (s *SMTP) hand(conn net.Conn, client *smtp.Client, message []byte, last func() error, stop func() bool) error {
	data, err := client.Data()
	if err != nil {
		return refused("begin the mail", err, true)
	}
	if _, err := data.Write(message); err != nil {
		return refused("send the mail", err, false)
	}
	if err := last(); err != nil {
		return err
	}
	// From here on the answer is waited for, whoever is in a hurry: without it nobody would know.
	if !stop() {
		return errors.New("the mail server took too long")
	}
	if err := conn.SetDeadline(time.Now().Add(s.answerWithin)); err != nil {
		return fmt.Errorf("wait for the mail server: %w", err)
	}
	err = data.Close()
	var said *textproto.Error
	switch {
	case err == nil:
		_ = conn.SetDeadline(time.Now().Add(time.Second))
		_ = client.Quit() // it has the mail, whatever it says
		return nil
	case errors.As(err, &said) && said.Code/100 == 2:
		return nil
	case errors.As(err, &said) && said.Code >= 400:
		return refused("end the mail", err, true)
	}
	return ErrInDoubt
}

// compose writes a mail as it is sent, and both addresses as the envelope has them.
func (s *SMTP) compose(m Mail) (text []byte, sender, recipient string, err error) {
	message := mail.NewMsg()
	if message.From(s.from) != nil || message.To(m.To) != nil {
		return nil, "", "", errors.New("the address of the recipient cannot be used") // the sender's was checked
	}
	message.SetMessageIDWithValue(cmp.Or(m.ID, strings.ToLower(rand.Text())) + "@" + s.domain) // and not of the name of this machine
	message.SetDate()
	message.Subject(m.Subject)
	message.SetGenHeader("Auto-Submitted", "auto-generated") // no answers of machines
	message.SetBodyString(mail.TypeTextPlain, m.Text)
	if m.Calendar != "" {
		message.AddAlternativeString(mail.ContentType("text/calendar; method="+method(m.Calendar)), m.Calendar)
	}
	var b bytes.Buffer
	if _, err := message.WriteTo(&b); err != nil {
		return nil, "", "", errors.New("the mail cannot be written")
	}
	from, to := message.GetFrom(), message.GetTo()
	return b.Bytes(), "<" + from[0].Address + ">", "<" + to[0].Address + ">", nil
}

var methodLine = regexp.MustCompile(`(?m)^METHOD:([A-Z]+)\r?$`)

// method is what a calendar asks of its reader. Mail programs look for it in the type of the part.
func method(calendar string) string {
	if found := methodLine.FindStringSubmatch(calendar); found != nil {
		return found[1]
	}
	return "PUBLISH"
}

func (s *SMTP) dial(ctx context.Context) (net.Conn, error) {
	address := net.JoinHostPort(s.host, s.port)
	if s.tls {
		return (&tls.Dialer{Config: s.tlsConfig()}).DialContext(ctx, "tcp", address)
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", address)
}

func (s *SMTP) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
}

// greet goes as far as a server that knows who sends, encrypted where that is asked for.
func (s *SMTP) greet(conn net.Conn) (*smtp.Client, error) {
	client, err := smtp.NewClient(conn, s.host)
	if err != nil {
		return nil, err
	}
	if err := client.Hello(s.domain); err != nil {
		return nil, err
	}
	if !s.tls && !s.plain {
		if offered, _ := client.Extension("STARTTLS"); !offered {
			return nil, errors.New("the mail server does not offer STARTTLS")
		}
		if err := client.StartTLS(s.tlsConfig()); err != nil {
			return nil, err
		}
	}
	if s.user == nil {
		return client, nil
	}
	return client, client.Auth(s.auth(client))
}

// auth picks the safest way to sign in that a server offers. A password is not sent in the open.
func (s *SMTP) auth(client *smtp.Client) smtp.Auth {
	password, _ := s.user.Password()
	name := s.user.Username()
	_, offered := client.Extension("AUTH")
	ways := " " + offered + " "
	switch {
	case strings.Contains(ways, " SCRAM-SHA-256 "):
		return smtp.ScramSHA256Auth(name, password)
	case strings.Contains(ways, " SCRAM-SHA-1 "):
		return smtp.ScramSHA1Auth(name, password)
	case !strings.Contains(ways, " PLAIN ") && strings.Contains(ways, " LOGIN "):
		return smtp.LoginAuth(name, password, s.host, false)
	case !strings.Contains(ways, " PLAIN ") && strings.Contains(ways, " CRAM-MD5 "):
		return smtp.CRAMMD5Auth(name, password)
	}
	return smtp.PlainAuth("", name, password, s.host, false)
}

var enhanced = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// refused words what went wrong without the words of the server. aboutThis says that a refusal is
// about this mail, and not about whoever sends it: only that one is final.
func refused(doing string, err error, aboutThis bool) error {
	var said *textproto.Error
	if errors.As(err, &said) {
		return &Refusal{said.Code, enhanced.FindString(said.Msg), aboutThis && said.Code/100 == 5}
	}
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("%s: it took too long", doing)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s: the connection was closed", doing)
	}
	return fmt.Errorf("%s: %v", doing, clean(err))
}

// clean leaves errors of the net and of this program as they are. Others may hold what was sent.
func clean(err error) error {
	var network *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &network):
		return network
	case errors.As(err, &certificate):
		return certificate
	case strings.HasPrefix(err.Error(), "the mail server "):
		return err
	}
	return errors.New("something else than SMTP was answered (" + strconv.Quote(fmt.Sprintf("%T", err)) + ")")
}
