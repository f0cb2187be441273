package graph_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/viewer"
)

// postman is the mail server of a hall once it is back.
type postman struct {
	during func(notify.Mail) error // before the server has a mail; nil: nothing
	since  *time.Time              // when the server is back; nil: now, months later

	mu    sync.Mutex
	taken []string // address and subject
}

func (*postman) Send(context.Context, string, string, string) error { return nil }

func (p *postman) Deliver(_ context.Context, mail notify.Mail, last func() error) error {
	if p.during != nil {
		if err := p.during(mail); err != nil {
			return err
		}
	}
	if err := last(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken = append(p.taken, mail.To+" "+mail.Subject)
	return nil
}

// mailedTo are the subjects of what somebody got.
func (p *postman) mailedTo(a *application) (subjects []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, mail := range p.taken {
		if subject, is := strings.CutPrefix(mail, a.by.UID+"@example.org "); is {
			subjects = append(subjects, subject)
		}
	}
	return subjects
}

// mails has a process with a mail server send what is queued in a hall. What it returns waits until nothing is, and ends it.
func (h *hall) mails(t *testing.T, p *postman) (end func()) {
	t.Helper()
	queue, means := job.New(h.db), h.means
	means.Outbox = notify.NewOutbox(h.db, h.means.Box, p, queue)
	presession.New(h.db, h.clock.now, means) // which says what holds
	if began := time.Now(); p.since != nil {
		means.Outbox.SetClock(func() time.Time { return p.since.Add(time.Since(began)) })
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- queue.Run(ctx) }()
	return func() {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); h.count(t, `SELECT COUNT(*) FROM outbox_messages WHERE status IN ('QUEUED', 'SENDING')`) > 0; time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("not all is sent")
			}
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// past lists what was taken back of a registration, and why.
func (h *hall) past(t *testing.T, a *application) string {
	t.Helper()
	return strings.Join(strings.Fields(h.column(t, `SELECT template || ':' || failure FROM outbox_messages WHERE status = 'CANCELLED' AND about = '`+a.id+`' ORDER BY id`)), " ")
}

// TestMailThatHoldsNoMore: while the mail server is away, offers are made, and withdrawn from, confirmed and expire. Once it is back
// nobody is asked for what cannot be done any more; what has happened is told.
func TestMailThatHoldsNoMore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state})
		leaves, confirms, expires, stays := h.submitted(t, state), h.submitted(t, state), h.submitted(t, state), h.submitted(t, state)
		answers, cancelled, waits, joins := h.submitted(t, state), h.submitted(t, state), h.submitted(t, state), h.submitted(t, state)
		for _, a := range []*application{leaves, confirms, expires, stays} {
			h.stage(t, a)
		}
		for i, a := range []*application{waits, joins} {
			if code := h.move(t, h.manager, a, "WAITLISTED", map[string]any{"rank": i + 1}); code != "" {
				t.Fatal(code)
			}
		}
		if code := h.release(t, 6); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, officer, answers, "CHANGES_REQUESTED", map[string]any{"questions": "Since when?", "respondBy": "2026-01-20T12:00:00Z"}); code != "" {
			t.Fatal(code)
		}
		h.clock.set("2026-01-17T11:00:00Z") // reminders of offers, and of the question soon after
		h.sweep(t)
		for a, mutation := range map[*application]string{leaves: "withdrawApplication", confirms: "confirmOffer", answers: "submitApplication"} {
			h.readPage(t, a)
			if code := h.own(t, a, mutation); code != "" {
				t.Fatal(mutation, code)
			}
		}
		if _, err := h.db.SQL.Exec(`UPDATE registrations SET offer_expires_at = $1 WHERE uid = $2`, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), stays.id); err != nil {
			t.Fatal(err)
		}
		h.clock.set("2026-01-17T13:00:00Z")
		h.sweep(t)
		h.confirmed(t, cancelled)
		if code := h.move(t, h.manager, cancelled, "CANCELLED", map[string]any{"reason": "The room is gone."}); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, joins, "MERGED", map[string]any{"into": confirms.id, "agreement": "Both wrote."}); code != "" {
			t.Fatal(code)
		}
		if code := h.release(t, 1); code != "" { // the offer to who waits, which was proposed
			t.Fatal(code)
		}
		for a, want := range map[*application]string{
			leaves: "offer:WITHDRAWN offer-reminder:WITHDRAWN", confirms: "offer:CONFIRMED offer-reminder:CONFIRMED", expires: "offer:EXPIRED offer-reminder:EXPIRED", stays: "",
			answers: "changes-requested:SUBMITTED", cancelled: "offer:CONFIRMED confirmed:CANCELLED", waits: "waitlisted:OFFERED", joins: "waitlisted:MERGED offer:",
		} {
			if got := h.past(t, a); got != want {
				t.Errorf("of what waits there is taken back %q, want %q", got, want)
			}
		}
		p := &postman{}
		h.mails(t, p)()
		const asks, again = "[Action required] Please confirm by", "[Action required] Reminder"
		for a, want := range map[*application][]string{
			leaves: {"Your registration is withdrawn"}, confirms: {"Your place is confirmed", "Your registration is now part"}, expires: {"The offer has expired"},
			stays: {asks, again}, answers: {}, cancelled: {}, waits: {asks}, joins: {"Your registration is now part"},
		} {
			want = append([]string{"Your registration is begun", "We have received your registration"}, want...)
			got := p.mailedTo(a)
			if !slices.EqualFunc(got, want, strings.HasPrefix) {
				t.Errorf("they get %q, want %q", got, want)
			}
		}
	})
}

// TestMailThatIsSentAtThisMoment: what the mail server is about to take as its registration moves on is not dropped; where it does not take
// it, or nobody knows as the process is killed, it is not tried again.
func TestMailThatIsSentAtThisMoment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		taken, refused, killed := h.submitted(t, state), h.submitted(t, state), h.submitted(t, state)
		all := []*application{taken, refused, killed}
		for _, a := range all {
			if code := h.move(t, h.manager, a, "OFFERED", nil); code != "" {
				t.Fatal(code)
			}
		}
		of := func(a *application) string { return ` WHERE template = 'offer' AND about = '` + a.id + `'` }
		if _, err := h.db.SQL.Exec(`UPDATE outbox_messages SET status = 'SENDING', claim = 'x', claimed_at = $1`+of(killed), h.clock.now().Add(time.Hour).UTC()); err != nil {
			t.Fatal(err)
		}
		sending, withdrawn := make(chan struct{}, 2), make(chan struct{})
		since := h.clock.now().Add(2 * time.Minute) // after the receipts may go, and before anybody gives up
		p := &postman{since: &since, during: func(mail notify.Mail) error {
			if !strings.Contains(mail.Subject, "Please confirm by") {
				return nil
			}
			sending <- struct{}{}
			<-withdrawn
			if mail.To == refused.by.UID+"@example.org" {
				return &notify.Refusal{Code: 451}
			}
			return nil
		}}
		end := h.mails(t, p)
		<-sending
		<-sending
		for _, a := range all {
			if code := h.own(t, a, "withdrawApplication"); code != "" {
				t.Fatal(code)
			}
			if got := strings.TrimSpace(h.column(t, `SELECT status FROM outbox_messages`+of(a))); got != "SENDING" {
				t.Errorf("as it is sent, the offer is %s", got)
			}
		}
		close(withdrawn)
		doubtful := strings.TrimSpace(h.column(t, `SELECT uid FROM outbox_messages`+of(killed)))
		if _, err := h.db.SQL.Exec(`UPDATE outbox_messages SET status = 'IN_DOUBT'` + of(killed)); err != nil {
			t.Fatal(err)
		}
		if _, err := h.means.Outbox.Settle(viewer.NewContext(t.Context(), h.manager), doubtful, notify.SendAgain, "it did not arrive"); err != nil {
			t.Fatal(err)
		}
		end()
		for a, want := range map[*application]string{taken: "SENT", refused: "CANCELLED WITHDRAWN", killed: "CANCELLED WITHDRAWN"} {
			if got := strings.TrimSpace(h.column(t, `SELECT status || ' ' || failure FROM outbox_messages`+of(a))); got != want {
				t.Errorf("the offer is %s, want %s", got, want)
			}
			if got := p.mailedTo(a); slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "confirm") }) != (a == taken) || got[len(got)-1] != "Your registration is withdrawn" {
				t.Errorf("they get %q", got)
			}
		}
	})
}

// TestNobodyIsThankedWhoDidNotCome: thanks that wait in the queue are taken back where it is corrected that somebody spoke.
func TestNobodyIsThankedWhoDidNotCome(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a, officer := h.withAgenda(t)
		h.clock.set("2026-03-02T10:00:00Z")
		for _, c := range []struct{ to, want string }{{"SPOKE", "QUEUED"}, {"NO_SHOW", "CANCELLED"}} {
			if code := h.move(t, officer, a, c.to, map[string]any{"reason": "The officer was there."}); code != "" {
				t.Fatal(code)
			}
			if _, _, status := h.toldWith(t, a, "thank-you"); status != c.want {
				t.Errorf("once it is %s, thanks are %s, want %s", c.to, status, c.want)
			}
		}
	})
}
