package notify_test

import (
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/lib/pq"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/notify"
)

const words = "mailbox of quokka@example.org"

func says(code int, enhanced smtp.EnhancedCode) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: words}
}

// TestServersThatFail has a server fail once at each step, in each way: what it certainly has not
// taken is tried again and arrives once, what it may have taken is in doubt and is not.
func TestServersThatFail(t *testing.T) {
	t.Parallel()
	drop := func(c *smtp.Conn) error { _ = c.Conn().Close(); return nil }
	say := func(code int, enhanced smtp.EnhancedCode) func(*smtp.Conn) error {
		return func(*smtp.Conn) error { return says(code, enhanced) }
	}
	for _, test := range []struct {
		name, step string
		does       func(c *smtp.Conn) error // nil: it hangs
		want       notify.Status            // after the first attempt
		failure    string
		letters    int
	}{
		{"busy", "GREET", say(421, smtp.EnhancedCode{4, 3, 2}), notify.Queued, "421 4.3.2", 0},
		{"unwilling", "GREET", say(554, smtp.EnhancedCode{5, 3, 2}), notify.Queued, "554 5.3.2", 0},
		{"the sender is refused", "MAIL", say(550, smtp.EnhancedCode{5, 1, 8}), notify.Queued, "550 5.1.8", 0},
		{"hangs at the sender", "MAIL", nil, notify.Queued, "no connection", 0},
		{"drops at the sender", "MAIL", drop, notify.Queued, "no connection", 0},
		{"not this recipient now", "RCPT", say(450, smtp.EnhancedCode{4, 2, 2}), notify.Queued, "450 4.2.2", 0},
		{"never this recipient", "RCPT", say(550, smtp.EnhancedCode{5, 1, 1}), notify.Failed, "550 5.1.1", 0},
		{"hangs at the recipient", "RCPT", nil, notify.Queued, "no connection", 0},
		{"drops at the recipient", "RCPT", drop, notify.Queued, "no connection", 0},
		{"not this text now", "DATA", say(451, smtp.EnhancedCode{4, 7, 1}), notify.Queued, "451 4.7.1", 0},
		{"never this text", "DATA", say(554, smtp.EnhancedCode{5, 7, 1}), notify.Failed, "554 5.7.1", 0},
		{"hangs at the end", "DATA", nil, notify.InDoubt, "", 0},
		{"drops at the end", "DATA", drop, notify.InDoubt, "", 1},
		{"takes it and drops", "TAKEN", drop, notify.InDoubt, "", 1},
		{"takes it and hangs", "TAKEN", nil, notify.InDoubt, "", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var failed atomic.Int64
			times, ended := int64(1), make(chan struct{})
			if test.step == "GREET" {
				times = 2 // after EHLO, HELO is tried
			}
			p := newPostOffice(t, func(step, _ string, c *smtp.Conn) error {
				if step != test.step || failed.Add(1) > times {
					return nil
				}
				if test.does == nil {
					<-ended
					return says(451, smtp.EnhancedCode{4, 0, 0})
				}
				return test.does(c)
			})
			t.Cleanup(func() { close(ended) })
			h := newHouse(t, dbtest.SQLite(t), p.address)
			switch {
			case test.does == nil && test.want == notify.InDoubt:
				h.mail.Hurry(time.Minute, time.Second)
			case test.does == nil: // until it hangs nothing is to take that long
				h.mail.Hurry(5*time.Second, time.Minute)
			}
			uid := h.add(t, offer("quokka@example.org"))
			for range 2 {
				if err := h.SendNow(t.Context(), uid); err != nil {
					t.Fatal(err)
				}
				m := h.message(t, uid)
				if m.Status != test.want || m.Failure != test.failure {
					t.Fatalf("got %s (%s), want %s (%s)", m.Status, m.Failure, test.want, test.failure)
				}
				if m.Status == notify.Queued {
					break
				}
			}
			time.Sleep(150 * time.Millisecond) // the pause before another attempt
			if err := h.SendNow(t.Context(), uid); err != nil {
				t.Fatal(err)
			}
			want := test.letters
			if test.want == notify.Queued {
				want = 1
				h.becomes(t, uid, notify.Sent)
			}
			if got := len(p.letters()[uid]); got != want {
				t.Errorf("%d letters, want %d", got, want)
			}
		})
	}
}

// TestServersThatAreNone has nobody listen, somebody who says nothing, and somebody who does not speak SMTP.
func TestServersThatAreNone(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]string{"nobody": "-", "silent": "", "rubbish": "HTTP/1.1 400 quokka\r\n\r\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = listener.Close() })
			go func() {
				for {
					c, err := listener.Accept()
					if err != nil {
						return
					}
					_, _ = c.Write([]byte(says))
				}
			}()
			address := listener.Addr().String()
			if says == "-" {
				address = "127.0.0.1:1"
			}
			h := newHouse(t, dbtest.SQLite(t), "smtp+plain://"+address+"?from=upr@example.org")
			if says == "" {
				h.mail.Hurry(time.Second, time.Second)
			}
			uid := h.add(t, offer("quokka@example.org"))
			if err := h.SendNow(t.Context(), uid); err != nil {
				t.Fatal(err)
			}
			if m := h.message(t, uid); m.Status != notify.Queued || m.Failure != "no connection" || m.NextAt == nil {
				t.Errorf("%+v", m)
			}
		})
	}
}

// TestGivingUp has a server refuse for now, for ever.
func TestGivingUp(t *testing.T) {
	t.Parallel()
	each(t, func(step, _ string, _ *smtp.Conn) error {
		if step == "RCPT" {
			return says(450, smtp.EnhancedCode{4, 2, 2})
		}
		return nil
	}, func(t *testing.T, h *house, p *postOffice) {
		h.Hurry(10*time.Millisecond, time.Hour, time.Minute)
		uid := h.add(t, offer("quokka@example.org"))
		h.work(t)
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
			m := h.message(t, uid)
			if m.Attempts >= 2 && m.Status == notify.Queued {
				break
			}
			if m.Status == notify.Failed || time.Now().After(deadline) {
				t.Fatalf("it is not tried again: %+v", m)
			}
		}
		impatient := houseOver(t, h.db, p.address)
		impatient.Hurry(10*time.Millisecond, 0, time.Minute)
		for deadline := time.Now().Add(time.Minute); h.message(t, uid).Status != notify.Failed && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
			if err := impatient.SendNow(t.Context(), uid); err != nil {
				t.Fatal(err)
			}
		}
		if m := h.message(t, uid); m.Status != notify.Failed || m.Failure != "450 4.2.2" || m.Attempts < 3 {
			t.Errorf("%+v", m)
		}
	})
}

// TestASlowProcess loses its claim in the middle of a conversation, before the server can have taken
// the message and afterwards.
func TestASlowProcess(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, address string) {
		var sweep func()
		var at atomic.Value
		p := newPostOffice(t, func(step, _ string, _ *smtp.Conn) error {
			if step == at.Load() {
				at.Store("")
				sweep()
			}
			return nil
		})
		h := newHouse(t, address, p.address)
		h.Hurry(time.Millisecond, time.Hour, -time.Minute) // each claim is an old one
		var during notify.Status
		uid := ""
		sweep = func() {
			if err := h.Sweep(t.Context()); err != nil {
				t.Error(err)
			}
			during = h.message(t, uid).Status
		}
		for _, test := range []struct {
			step          string
			during, after notify.Status
			letters       int
		}{{"RCPT", notify.Queued, notify.Queued, 0}, {"DATA", notify.InDoubt, notify.Sent, 1}} {
			uid = h.add(t, offer("a@example.org"))
			at.Store(test.step)
			if err := h.SendNow(t.Context(), uid); err != nil {
				t.Fatal(err)
			}
			m := h.message(t, uid)
			if during != test.during || m.Status != test.after || len(p.letters()[uid]) != test.letters {
				t.Errorf("at %s: %s, then %s with %d letters", test.step, during, m.Status, len(p.letters()[uid]))
			}
			if err := h.SendNow(t.Context(), uid); err != nil || len(p.letters()[uid]) != 1 || h.message(t, uid).Status != notify.Sent {
				t.Errorf("in the end: %+v, %d letters, %v", h.message(t, uid), len(p.letters()[uid]), err)
			}
		}
	})
}

// TestWordsOfServersAreNotKept has a server repeat an address: it is in no log, and not in the database.
func TestWordsOfServersAreNotKept(t *testing.T) {
	l := keepLogs(t)
	for _, step := range []string{"GREET", "MAIL", "RCPT", "DATA"} {
		p := newPostOffice(t, func(at, _ string, _ *smtp.Conn) error {
			if at == step {
				return says(550, smtp.EnhancedCode{5, 1, 1})
			}
			return nil
		})
		h := newHouse(t, dbtest.SQLite(t), p.address)
		uid := h.add(t, offer("quokka@example.org"))
		if err := h.SendNow(t.Context(), uid); err != nil {
			t.Fatal(err)
		}
		if m := h.message(t, uid); m.Failure != "550 5.1.1" {
			t.Errorf("%+v", m)
		}
		if err := h.mail.Send(t.Context(), "quokka@example.org", "s", "t"); err == nil || strings.Contains(err.Error(), "quokka") {
			t.Errorf("%v", err)
		}
	}
	if text := l.String(); strings.Contains(text, "quokka") || strings.Count(text, "a message was not sent") != 4 {
		t.Errorf("the log:\n%s", text)
	}
}

// TestADatabaseThatIsAway takes the database away in the middle of a conversation: before the mark,
// so that the message is sent later, and after the server has taken it, which is not forgotten.
func TestADatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	for step, want := range map[string]notify.Status{"RCPT": notify.Queued, "TAKEN": notify.Sent} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			address := dbtest.Postgres(t)
			var allow func(bool)
			var gone atomic.Bool
			p := newPostOffice(t, func(at, _ string, _ *smtp.Conn) error {
				if at == step && !gone.Swap(true) {
					allow(false)
					time.AfterFunc(3*time.Second, func() { allow(true) })
				}
				return nil
			})
			h := newHouse(t, address, p.address)
			allow = connections(t, address)
			uid := h.add(t, offer("a@example.org"))
			if err := h.SendNow(t.Context(), uid); err != nil {
				t.Fatal(err)
			}
			if m := h.message(t, uid); m.Status != want {
				t.Errorf("%+v", m)
			}
			time.Sleep(150 * time.Millisecond) // the pause before another attempt
			if err := h.SendNow(t.Context(), uid); err != nil {
				t.Fatal(err)
			}
			if n := len(p.letters()[uid]); n != 1 || h.message(t, uid).Status != notify.Sent {
				t.Errorf("in the end %d letters, %+v", n, h.message(t, uid))
			}
		})
	}
}

// connections ends all connections to a database and lets nobody in, or lets them in again.
func connections(t *testing.T, address string) (allow func(allowed bool)) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(u.Path, "/")
	u.Path = "/postgres"
	server, err := database.Open(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return func(allowed bool) {
		if _, err := server.SQL.Exec(fmt.Sprintf("ALTER DATABASE %s ALLOW_CONNECTIONS %t", pq.QuoteIdentifier(name), allowed)); err != nil {
			t.Error(err)
		}
		if allowed {
			return
		}
		if _, err := server.SQL.Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`, name); err != nil {
			t.Error(err)
		}
	}
}
