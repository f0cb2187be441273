package webhook_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
)

var all = []string{"webhooks:read", "webhooks:write", "changes:read"}

// logged are lines of the log.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// TestDeliveries sends corrections, withdrawals and redactions over TLS: signed, in the order of
// versions, without gaps, as /changes has them; and nothing of what is private. The secret is
// neither logged nor readable in the database.
func TestDeliveries(t *testing.T) {
	log := &logged{}
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(io.MultiWriter(log, io.Discard), &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(before) })
	dbtest.Each(t, func(t *testing.T, address string) {
		h := open(t, address, 40)
		h.change(t, changelog.Recommendation, 9, `UPDATE recommendations SET status = 'DRAFT' WHERE id = 9`)
		r := receive(t, h, true, nil)
		key := h.partner(t, "ann@example.org", all...)
		_, secret := h.create(t, key, map[string]any{"url": r.url + "/upr"})
		h.work(t)
		h.say(t, 1, `Amend the "law" & <practice>; 批准《公约》`)
		got := r.after(t, 1)
		h.say(t, 9, "A quokka that nobody is to see")
		h.change(t, changelog.Recommendation, 2, `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = 2`)
		got = r.after(t, len(got)+1)
		h.say(t, 3, "A name that is to go")
		_, err := changelog.Write(t.Context(), h.db, changelog.Because{Actor: "program:test", Origin: changelog.Desk}, func(tx *database.Tx, log *changelog.Log) error {
			if _, err := tx.ExecContext(t.Context(), `UPDATE recommendations SET text = 'What is left' WHERE id = 3`); err != nil {
				return err
			}
			var uid string
			if err := tx.QueryRow(`SELECT uid FROM recommendations WHERE id = 3`).Scan(&uid); err != nil {
				return err
			}
			return log.Redact(uid)
		})
		if err != nil {
			t.Fatal(err)
		}
		waitFor(t, "redaction", func() bool {
			got = r.all()
			return bytes.Contains(got[len(got)-1].body, []byte("What is left"))
		})
		var changes []string
		for i, d := range got {
			if err := d.verify(secret); err != nil || !strings.HasPrefix(d.id, "dlv_") || d.message.Type != "record.changed" {
				t.Errorf("%d: %v, %s", i, err, d.body)
			}
			if i > 0 && d.message.Data.Since != got[i-1].message.Data.Cursor {
				t.Errorf("%d begins at %s, and the one before ends at %s", i, d.message.Data.Since, got[i-1].message.Data.Cursor)
			}
			for _, c := range d.message.Data.Changes {
				text, _ := json.Marshal(c)
				changes = append(changes, string(text))
			}
			if bytes.Contains(d.body, []byte("quokka")) {
				t.Errorf("what is private was sent: %s", d.body)
			}
		}
		if want := h.changes(t, got[0].message.Data.Since); strings.Join(changes, "\n") != strings.Join(want, "\n") {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(changes, "\n"), strings.Join(want, "\n"))
		}
		if !strings.Contains(strings.Join(changes, "\n"), `"deleted":true`) {
			t.Error("the withdrawal was not told")
		}
		waitFor(t, "delivered state", func() bool {
			d := h.mine(t, key)[0].Deliveries
			return len(d) == len(got) && d[0].State == "DELIVERED" && d[0].ID == got[len(got)-1].id && *d[0].Status == http.StatusNoContent && d[0].Failure == nil
		})
		var sealed []byte
		if err := h.db.SQL.QueryRow(`SELECT secret FROM webhooks`).Scan(&sealed); err != nil || bytes.Contains(sealed, []byte(secret[6:20])) {
			t.Errorf("the secret can be read in the database (%v)", err)
		}
		log.mu.Lock()
		defer log.mu.Unlock()
		if bytes.Contains(log.text.Bytes(), []byte(secret[6:])) || bytes.Contains(log.text.Bytes(), []byte("quokka")) {
			t.Error("the log has the secret, or what is private")
		}
	})
}

// changes are those of /changes after a cursor.
func (h *house) changes(t *testing.T, since string) (all []string) {
	t.Helper()
	response, err := http.Get(h.url + "/changes?since=" + url.QueryEscape(since))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var page struct{ Changes []json.RawMessage }
	if err := json.NewDecoder(response.Body).Decode(&page); err != nil {
		t.Fatal(err)
	}
	for _, c := range page.Changes {
		var text bytes.Buffer
		if err := json.Compact(&text, c); err != nil {
			t.Fatal(err)
		}
		escaped, _ := json.Marshal(json.RawMessage(text.Bytes()))
		all = append(all, string(escaped))
	}
	return all
}

// TestReceiversThatFail answers 503 at first, is away, redirects and talks: each delivery is sent
// again under its id, and nothing of what the receiver says is shown.
func TestReceiversThatFail(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, address string) {
		t.Parallel()
		h := open(t, address, 30)
		h.hooks.SetPauses(100*time.Millisecond, 100*time.Millisecond, 100*time.Millisecond)
		elsewhere := receive(t, h, false, nil)
		r := receive(t, h, false, func(w http.ResponseWriter, before int) {
			switch before {
			case 0:
				w.Header().Set("Retry-After", "1")
				http.Error(w, "the wombat sleeps", http.StatusServiceUnavailable)
			case 1:
				w.Header().Set("Location", elsewhere.url)
				w.WriteHeader(http.StatusTemporaryRedirect)
			}
		})
		release := make(chan struct{})
		answer := sync.OnceFunc(func() { close(release) })
		defer answer()
		slow := receive(t, h, false, func(http.ResponseWriter, int) { <-release })
		key := h.partner(t, "ann@example.org", all...)
		h.create(t, key, map[string]any{"url": slow.url, "name": "Slow"})
		_, secret := h.create(t, key, map[string]any{"url": r.url})
		h.work(t)
		h.say(t, 1, "First")
		r.after(t, 1)
		slow.after(t, 1)
		for _, hook := range h.mine(t, key) {
			if hook.Name == "Slow" && (len(hook.Deliveries) != 1 || hook.Deliveries[0].Failure != nil) {
				t.Errorf("another receiver was asked only after the slow one was given up: %+v", hook.Deliveries)
			}
		}
		answer()
		waitFor(t, "failure that is seen", func() bool {
			d := h.mine(t, key)[0].Deliveries
			return len(d) == 1 && d[0].Attempts >= 1 && d[0].State == "WAITING" && d[0].Failure != nil && strings.HasPrefix(*d[0].Failure, "it answered ")
		})
		h.say(t, 2, "Second")
		got := r.after(t, 4)
		if got[0].id != got[1].id || got[1].id != got[2].id || got[3].id == got[2].id || !bytes.Equal(got[0].body, got[2].body) || got[3].message.Data.Since != got[2].message.Data.Cursor {
			t.Errorf("ids %s %s %s %s", got[0].id, got[1].id, got[2].id, got[3].id)
		}
		for _, d := range got {
			if err := d.verify(secret); err != nil {
				t.Error(err)
			}
		}
		if n := len(elsewhere.all()); n != 0 {
			t.Error("a redirect was followed")
		}
		for _, hook := range h.mine(t, key) {
			for _, d := range hook.Deliveries {
				if d.Failure != nil && strings.Contains(*d.Failure, "wombat") {
					t.Errorf("what the receiver says is shown: %s", *d.Failure)
				}
			}
		}
	})
}

// TestReceiversThatAreGone are disabled at once at 410, and after three dead letters; the owner is
// told, and enables and redelivers.
func TestReceiversThatAreGone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, address string) {
		t.Parallel()
		h := open(t, address, 30)
		h.hooks.SetPauses()
		var answers sync.Map
		answers.Store("status", http.StatusGone)
		r := receive(t, h, false, func(w http.ResponseWriter, _ int) {
			status, _ := answers.Load("status")
			w.WriteHeader(status.(int))
		})
		key := h.partner(t, "ann@example.org", all...)
		id, _ := h.create(t, key, map[string]any{"url": r.url})
		h.work(t)
		h.say(t, 1, "First")
		r.after(t, 1)
		because := func() string {
			if b := h.mine(t, key)[0].DisabledBecause; b != nil {
				return *b
			}
			return ""
		}
		waitFor(t, "disabling", func() bool { return strings.Contains(because(), "410 Gone") })
		waitFor(t, "mail", func() bool { return strings.Contains(h.mail.all(), "410 Gone") })
		if mail := h.mail.all(); !strings.HasPrefix(mail, "ann@example.org\n") || !strings.Contains(mail, "Our copy") {
			t.Errorf("got %s", mail)
		}
		answers.Store("status", http.StatusInternalServerError)
		h.say(t, 2, "Nobody is told")
		enable := func() {
			t.Helper()
			h.must(t, key, `mutation($id: ID!) { enableWebhook(input: {id: $id}) { webhook { disabledAt } userErrors { code message } } }`, map[string]any{"id": id}, nil)
		}
		if n := len(r.all()); n != 1 {
			t.Errorf("%d deliveries to what is disabled", n)
		}
		enable()
		got := r.after(t, 2)
		if got[1].message.Data.Since != got[0].message.Data.Cursor || !bytes.Contains(got[1].body, []byte("Nobody is told")) {
			t.Errorf("it did not go on where it stopped: %s", got[1].body)
		}
		for i, text := range []string{"Third", "Fourth"} {
			waitFor(t, "dead letter", func() bool { return len(h.mine(t, key)[0].DeadLetters) == 2+i })
			h.say(t, 3, text)
		}
		waitFor(t, "second disabling", func() bool { return strings.Contains(because(), "it answered 500") })
		waitFor(t, "second mail", func() bool { return strings.Contains(h.mail.all(), "3 deliveries, one after the other") })
		letter := h.mine(t, key)[0].DeadLetters[0].ID
		redeliver := `mutation($id: ID!) { redeliver(input: {id: $id}) { webhook { id } userErrors { code message } } }`
		if code, message := h.ask(t, key, redeliver, map[string]any{"id": letter}, nil); code != "INVALID" || !strings.Contains(message, "enable it first") {
			t.Errorf("got %s %s", code, message)
		}
		answers.Store("status", http.StatusOK)
		enable()
		h.must(t, key, redeliver, map[string]any{"id": letter}, nil)
		waitFor(t, "redelivery", func() bool {
			d := h.mine(t, key)[0]
			return d.Deliveries[0].State == "DELIVERED" && d.Deliveries[0].ID == letter
		})
		if code, _ := h.ask(t, key, redeliver, map[string]any{"id": "dlv_none"}, nil); code != "NOT_FOUND" {
			t.Errorf("got %s", code)
		}
	})
}
