package notify_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/sample/sampletest"

	"github.com/emersion/go-smtp"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/secret"
)

// postOffice is a mail server that keeps what it takes, and does what a test wants at each step.
type postOffice struct {
	address string
	// at is called before a step is answered: GREET, MAIL, RCPT, DATA (all was read) or TAKEN (it was
	// kept); an error is the answer.
	at func(step, to string, c *smtp.Conn) error

	mu    sync.Mutex
	taken []letter
}

// letter is a mail that was taken.
type letter struct{ from, to, id, raw string }

func newPostOffice(t *testing.T, at func(step, to string, c *smtp.Conn) error) *postOffice {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &postOffice{address: "smtp+plain://" + listener.Addr().String() + "?from=upr@example.org", at: at}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{p: p, c: c}, p.ask("GREET", "", c)
	}))
	server.Domain = "localhost"
	server.ErrorLog = quiet{}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return p
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

func (p *postOffice) ask(step, to string, c *smtp.Conn) error {
	if p.at == nil {
		return nil
	}
	return p.at(step, to, c)
}

// letters are those that were taken, by their Message-IDs.
func (p *postOffice) letters() map[string][]letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	byID := map[string][]letter{}
	for _, l := range p.taken {
		byID[l.id] = append(byID[l.id], l)
	}
	return byID
}

type session struct {
	p        *postOffice
	c        *smtp.Conn
	from, to string
}

func (*session) Reset()        {}
func (*session) Logout() error { return nil }
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return s.p.ask("MAIL", "", s.c)
}
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return s.p.ask("RCPT", to, s.c)
}
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.p.ask("DATA", s.to, s.c); err != nil {
		return err
	}
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	id, _, _ := strings.Cut(strings.Trim(message.Header.Get("Message-ID"), "<>"), "@")
	s.p.mu.Lock()
	s.p.taken = append(s.p.taken, letter{s.from, s.to, id, string(raw)})
	s.p.mu.Unlock()
	return s.p.ask("TAKEN", s.to, s.c)
}

// house is an outbox with a mail server and a queue.
type house struct {
	db    *database.DB
	box   secret.Box
	mail  *notify.SMTP
	queue *job.Queue
	*notify.Outbox
}

// boxOf is the same for all processes of a test.
func boxOf() secret.Box { return secret.NewBox(secret.Key{1, 2, 3}) }

func newHouse(t *testing.T, address, server string) *house {
	t.Helper()
	db := sampletest.Migrated(t, address)
	return houseOver(t, db, server)
}

// houseOver is another process over the same database.
func houseOver(t *testing.T, db *database.DB, server string) *house {
	t.Helper()
	smtp, err := notify.NewSMTP(server)
	if err != nil {
		t.Fatal(err)
	}
	smtp.Hurry(30*time.Second, 30*time.Second)
	h := &house{db: db, box: boxOf(), mail: smtp, queue: job.New(db)}
	h.Outbox = notify.NewOutbox(db, h.box, smtp, h.queue)
	h.Hurry(100*time.Millisecond, time.Hour, time.Minute)
	return h
}

// each runs a test with an outbox on both databases.
func each(t *testing.T, at func(step, to string, c *smtp.Conn) error, run func(t *testing.T, h *house, p *postOffice)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, address string) {
		p := newPostOffice(t, at)
		run(t, newHouse(t, address, p.address), p)
	})
}

// work does jobs until the test ends.
func (h *house) work(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.queue.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// in runs something in a transaction.
func (h *house) in(t *testing.T, fn func(tx *database.Tx) error) {
	t.Helper()
	if err := database.WithTx(t.Context(), h.db, fn); err != nil {
		t.Fatal(err)
	}
}

// offer is a message to somebody.
func offer(to string) notify.Draft {
	return notify.Draft{Template: "offer", Language: "EN", To: to, About: "reg_1", Round: "rnd_a", State: "EGY", Data: notify.SampleOf("offer", "EN")}
}

func (h *house) add(t *testing.T, d notify.Draft) (uid string) {
	t.Helper()
	h.in(t, func(tx *database.Tx) (err error) {
		uid, err = h.Add(t.Context(), tx, d)
		return err
	})
	return uid
}

// message reads a message as it is now.
func (h *house) message(t *testing.T, uid string) (m notify.Message) {
	t.Helper()
	h.in(t, func(tx *database.Tx) error {
		all, err := h.About(t.Context(), tx, "reg_1")
		for _, each := range all {
			if each.ID == uid {
				m = each
			}
		}
		return err
	})
	if m.ID == "" {
		t.Fatalf("%s is not there", uid)
	}
	return m
}

// becomes waits until a message has a status.
func (h *house) becomes(t *testing.T, uid string, want notify.Status) notify.Message {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		m := h.message(t, uid)
		if m.Status == want {
			return m
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is %s, want %s (%s)", uid, m.Status, want, m.Failure)
		}
	}
}

// logs are lines of the log while a test runs.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func keepLogs(t *testing.T) *logs {
	t.Helper()
	l, before := &logs{}, slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(before) })
	return l
}
