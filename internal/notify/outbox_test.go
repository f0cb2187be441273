package notify_test

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/notify"
)

// TestMessagesAreSent follows messages from a draft to the mailbox, and those that do not get there.
func TestMessagesAreSent(t *testing.T) {
	t.Parallel()
	each(t, nil, func(t *testing.T, h *house, p *postOffice) {
		held := offer("held@example.org")
		held.Hold = true
		later := offer("later@example.org")
		later.NotBefore = time.Now().Add(8 * time.Second)
		drafts := []string{h.add(t, held), h.add(t, held)}
		queued, tardy, cancelled := h.add(t, offer("queued@example.org")), h.add(t, later), h.add(t, later)
		err := database.WithTx(t.Context(), h.db, func(tx *database.Tx) error {
			_, err := h.Add(t.Context(), tx, offer("rolled-back@example.org"))
			return errors.Join(err, errors.New("on purpose"))
		})
		if err == nil {
			t.Fatal("the transaction was kept")
		}
		h.in(t, func(tx *database.Tx) error { return h.Cancel(t.Context(), tx, drafts[1], cancelled) })
		h.work(t)
		if m := h.becomes(t, queued, notify.Sent); m.SentAt == nil || m.Attempts != 1 {
			t.Errorf("%+v", m)
		}
		if m := h.message(t, tardy); time.Now().Before(later.NotBefore) && (m.Status != notify.Queued || m.NextAt == nil) {
			t.Errorf("before its time: %+v", m)
		}
		if m := h.message(t, drafts[0]); m.Status != notify.DraftStatus {
			t.Errorf("a draft: %+v", m)
		}
		h.in(t, func(tx *database.Tx) error { return h.Release(t.Context(), tx, drafts[0]) })
		h.becomes(t, drafts[0], notify.Sent)
		if m := h.becomes(t, tardy, notify.Sent); m.SentAt.Before(later.NotBefore.Truncate(time.Microsecond)) {
			t.Errorf("sent at %v, before %v", m.SentAt, later.NotBefore)
		}
		letters := p.letters()
		for uid, to := range map[string]string{queued: "queued@example.org", drafts[0]: "held@example.org", tardy: "later@example.org"} {
			if l := letters[uid]; len(l) != 1 || l[0].to != to || l[0].from != "upr@example.org" || !strings.Contains(l[0].raw, "https://upr.example.org/sign-in") {
				t.Errorf("%s: %+v", to, l)
			}
		}
		if len(letters) != 3 {
			t.Errorf("%d letters, want 3", len(letters))
		}
		for _, uid := range []string{drafts[1], cancelled} {
			if m := h.message(t, uid); m.Status != notify.Cancelled {
				t.Errorf("%+v", m)
			}
		}
	})
}

// TestReleaseIsWholeOrNot releases many, with one among them that cannot be.
func TestReleaseIsWholeOrNot(t *testing.T) {
	t.Parallel()
	each(t, nil, func(t *testing.T, h *house, _ *postOffice) {
		var uids []string
		h.in(t, func(tx *database.Tx) error {
			for i := range 200 {
				d := offer(fmt.Sprintf("a%d@example.org", i))
				d.Hold = true
				uid, err := h.Add(t.Context(), tx, d)
				if err != nil {
					return err
				}
				uids = append(uids, uid)
			}
			return nil
		})
		release := func(uids ...string) error {
			return database.WithTx(t.Context(), h.db, func(tx *database.Tx) error { return h.Release(t.Context(), tx, uids...) })
		}
		if err := release(append(uids, "msg_none")...); fault.CodeOf(err) != fault.CodeNotFound {
			t.Errorf("an id that is none: %v", err)
		}
		if err := release(append(uids, h.add(t, offer("b@example.org")))...); fault.CodeOf(err) != fault.CodeConflict {
			t.Errorf("one that is queued: %v", err)
		}
		if m := h.message(t, uids[0]); m.Status != notify.DraftStatus {
			t.Errorf("after refusals: %+v", m)
		}
		if err := release(append(uids, uids[0])...); err != nil {
			t.Fatal(err)
		}
		if err := release(uids[0]); fault.CodeOf(err) != fault.CodeConflict {
			t.Errorf("a second time: %v", err)
		}
	})
}

// TestDraftsThatAreRefused says what a caller must give, and never repeats an address.
func TestDraftsThatAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t, dbtest.SQLite(t), "smtp+plain://127.0.0.1:1?from=upr@example.org")
	for name, test := range map[string]struct {
		change func(d *notify.Draft)
		want   string
	}{
		"template":     {func(d *notify.Draft) { d.Template = "none" }, "there are agenda-changed, asks-to-confirm"},
		"address":      {func(d *notify.Draft) { d.To = "secret" }, "no address"},
		"named":        {func(d *notify.Draft) { d.To = "secret <secret@example.org>" }, "no address"},
		"two lines":    {func(d *notify.Draft) { d.To = "secret@example.org\r\nBcc: a@b.c" }, "no address"},
		"level":        {func(d *notify.Draft) { d.Level = 4 }, "there are 0 to 3"},
		"lacks":        {func(d *notify.Draft) { delete(d.Data, "deadline") }, "deadline is missing"},
		"empty":        {func(d *notify.Draft) { d.Data["link"] = " \n" }, "link is missing"},
		"unknown":      {func(d *notify.Draft) { d.Data["nmae"] = "Ann" }, "nmae is no field"},
		"link of what": {func(d *notify.Draft) { d.Neutral, d.Data["link"] = true, "https://example.org/utopia/offer" }, "link names the state"},
	} {
		d := offer("ann@example.org")
		test.change(&d)
		err := database.WithTx(t.Context(), h.db, func(tx *database.Tx) error {
			_, err := h.Add(t.Context(), tx, d)
			return err
		})
		if fault.CodeOf(err) != fault.CodeInvalid || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestProcessesNeverSendTwice has several processes, each with jobs of its own for the same messages.
func TestProcessesNeverSendTwice(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, address string) {
		p := newPostOffice(t, nil)
		h := newHouse(t, address, p.address)
		var uids []string
		for i := range 60 {
			uids = append(uids, h.add(t, offer(fmt.Sprintf("a%d@example.org", i))))
		}
		for range 3 {
			houseOver(t, h.db, p.address).work(t)
		}
		var wait atomic.Int64
		for _, uid := range uids {
			wait.Add(1)
			go func() { // a job that was done twice
				defer wait.Add(-1)
				_ = h.SendNow(t.Context(), uid)
			}()
		}
		for _, uid := range uids {
			h.becomes(t, uid, notify.Sent)
		}
		for wait.Load() > 0 {
			time.Sleep(10 * time.Millisecond)
		}
		letters := p.letters()
		for _, uid := range uids {
			if n := len(letters[uid]); n != 1 {
				t.Errorf("%s was sent %d times", uid, n)
			}
		}
	})
}

// TestThrottling sends no more than so many messages a minute, by two processes together.
func TestThrottling(t *testing.T) {
	t.Parallel()
	each(t, nil, func(t *testing.T, h *house, p *postOffice) {
		other := houseOver(t, h.db, p.address)
		h.Limit(120)
		other.Limit(120) // one in half a second
		var uids []string
		for range 8 {
			uids = append(uids, h.add(t, offer("a@example.org")))
		}
		began := time.Now()
		h.work(t)
		other.work(t)
		for _, uid := range uids {
			h.becomes(t, uid, notify.Sent)
		}
		if took := time.Since(began); took < 3*time.Second {
			t.Errorf("8 messages took %v, want 3.5 s", took)
		}
	})
}

// TestWithoutMail has a process without a mail server leave messages to one that has.
func TestWithoutMail(t *testing.T) {
	t.Parallel()
	p := newPostOffice(t, nil)
	h := newHouse(t, dbtest.SQLite(t), p.address)
	h.queue = job.New(h.db)
	h.Outbox = notify.NewOutbox(h.db, h.box, nil, h.queue)
	h.work(t)
	uid := h.add(t, offer("a@example.org"))
	time.Sleep(2500 * time.Millisecond) // a queue looks once a second
	if m := h.message(t, uid); m.Status != notify.Queued {
		t.Errorf("%+v", m)
	}
	houseOver(t, h.db, p.address).work(t)
	h.becomes(t, uid, notify.Sent)
}

// TestForget erases what was said about something.
func TestForget(t *testing.T) {
	t.Parallel()
	each(t, nil, func(t *testing.T, h *house, p *postOffice) {
		sent, waiting := h.add(t, offer("a@example.org")), offer("b@example.org")
		waiting.NotBefore = time.Now().Add(time.Hour)
		unsent := h.add(t, waiting)
		h.work(t)
		h.becomes(t, sent, notify.Sent)
		h.in(t, func(tx *database.Tx) error { return h.Forget(t.Context(), tx, "reg_1") })
		h.becomes(t, unsent, notify.Cancelled)
		h.becomes(t, sent, notify.Sent)
		var left int
		if err := h.db.SQL.QueryRow(`SELECT COUNT(*) FROM outbox_messages WHERE address IS NOT NULL OR content IS NOT NULL OR private IS NOT NULL`).Scan(&left); err != nil || left != 0 {
			t.Errorf("%d messages still say something: %v", left, err)
		}
		if len(p.letters()) != 1 {
			t.Errorf("%v", p.letters())
		}
	})
}

// TestPauses grow, and do not end.
func TestPauses(t *testing.T) {
	for attempts, want := range map[int]time.Duration{1: time.Minute, 2: 2 * time.Minute, 5: 16 * time.Minute, 9: 4 * time.Hour, 100: 4 * time.Hour} {
		if got := notify.Pause(attempts); got > want || got < want*4/5 {
			t.Errorf("after %d attempts %v, want %v less a fifth at most", attempts, got, want)
		}
	}
}
