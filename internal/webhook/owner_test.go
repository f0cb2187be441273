package webhook_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/webhook"
)

func containsText(object json.RawMessage, text string) bool {
	var o struct{ Text string }
	return json.Unmarshal(object, &o) == nil && o.Text == text
}

// TestWebhooksAreOnesOwn has somebody else look at, change and redeliver what is not theirs, and
// keys without the scopes.
func TestWebhooksAreOnesOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		h := open(t, address, 30)
		r := receive(t, h, false, nil)
		ann, bob := h.partner(t, "ann@example.org", all...), h.partner(t, "bob@example.org", all...)
		id, _ := h.create(t, ann, map[string]any{"url": r.url})
		h.work(t)
		h.say(t, 1, "First")
		r.after(t, 1)
		waitFor(t, "delivery", func() bool { d := h.mine(t, ann)[0].Deliveries; return len(d) == 1 && d[0].State == "DELIVERED" })
		letter := h.mine(t, ann)[0].Deliveries[0].ID
		if n := len(h.mine(t, bob)); n != 0 {
			t.Errorf("somebody else sees %d webhooks", n)
		}
		asked := map[string]map[string]any{
			`mutation($id: ID!) { withdrawWebhook(input: {id: $id}) { webhook { id } userErrors { code message } } }`:            {"id": id},
			`mutation($id: ID!) { enableWebhook(input: {id: $id}) { webhook { id } userErrors { code message } } }`:              {"id": id},
			`mutation($id: ID!) { rotateWebhookSecret(input: {id: $id}) { webhook { id } secret userErrors { code message } } }`: {"id": id},
			`mutation($id: ID!) { redeliver(input: {id: $id}) { webhook { id } userErrors { code message } } }`:                  {"id": letter},
		}
		reader, writer := h.partner(t, "ann@example.org", "webhooks:read", "changes:read"), h.partner(t, "ann@example.org", "webhooks:write")
		for query, variables := range asked {
			if code, _ := h.ask(t, bob, query, variables, nil); code != "NOT_FOUND" {
				t.Errorf("somebody else: %s: %q", query, code)
			}
			if code, _ := h.ask(t, reader, query, variables, nil); code != "FORBIDDEN" {
				t.Errorf("a key that reads: %s: %q", query, code)
			}
		}
		if code, _ := h.ask(t, writer, `{ mine { webhooks { id } } }`, nil, nil); code != "FORBIDDEN" {
			t.Errorf("a key that writes reads: %q", code)
		}
		create := `mutation($url: String!) { createWebhook(input: {name: "x", url: $url}) { secret userErrors { code message } } }`
		for _, key := range []string{reader, writer} {
			if code, _ := h.ask(t, key, create, map[string]any{"url": r.url}, nil); code != "FORBIDDEN" {
				t.Errorf("a key without both scopes makes a webhook: %q", code)
			}
		}
		if code, _ := h.ask(t, bob, `{ desk { webhooks { id } } }`, nil, nil); code != "FORBIDDEN" {
			t.Errorf("a partner sees everybody's: %q", code)
		}
		for range 9 {
			h.create(t, ann, map[string]any{"url": r.url})
		}
		if code, _ := h.ask(t, ann, create, map[string]any{"url": r.url}, nil); code != "LIMIT_EXCEEDED" {
			t.Errorf("more than ten: %q", code)
		}
		before := len(r.all())
		for _, hook := range h.mine(t, ann) {
			h.must(t, ann, `mutation($id: ID!) { withdrawWebhook(input: {id: $id}) { webhook { withdrawnAt } userErrors { code message } } }`, map[string]any{"id": hook.ID}, nil)
		}
		h.say(t, 2, "Second")
		time.Sleep(time.Second)
		if n := len(r.all()); n != before || len(h.mine(t, ann)) != 0 {
			t.Errorf("%d deliveries after the withdrawal", n-before)
		}
	})
}

// TestSecretsAreRotated has both secrets sign for a day, and the new one alone afterwards.
func TestSecretsAreRotated(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		h := open(t, address, 30)
		r := receive(t, h, false, nil)
		key := h.partner(t, "ann@example.org", all...)
		id, former := h.create(t, key, map[string]any{"url": r.url})
		var got struct{ RotateWebhookSecret struct{ Secret string } }
		h.must(t, key, `mutation($id: ID!) { rotateWebhookSecret(input: {id: $id}) { secret userErrors { code message } } }`, map[string]any{"id": id}, &got)
		current := got.RotateWebhookSecret.Secret
		h.work(t)
		h.say(t, 1, "First")
		d := r.after(t, 1)[0]
		if err := d.verify(current); err != nil || d.verify(former) != nil || current == former {
			t.Errorf("%v, %v", err, d.verify(former))
		}
		if _, err := h.db.SQL.Exec(`UPDATE webhooks SET former_until = $1`, time.Now().Add(-time.Minute).UTC()); err != nil {
			t.Fatal(err)
		}
		h.say(t, 2, "Second")
		d = r.after(t, 2)[1]
		if err := d.verify(current); err != nil || d.verify(former) == nil {
			t.Errorf("after a day: %v; the former secret still signs: %t", err, d.verify(former) == nil)
		}
	})
}

// TestWhatIsWanted sends by kind, filter and slice: what leaves a filter is told as deleted, and
// where something else decides it, all is to be taken anew.
func TestWhatIsWanted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		h := open(t, address, 60)
		key := h.partner(t, "ann@example.org", append([]string{"slices:write", "slices:read"}, all...)...)
		byFilter, bySlice, byKind := receive(t, h, false, nil), receive(t, h, false, nil), receive(t, h, false, nil)
		h.say(t, 1, "Protect the capybara")
		if err := h.record.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.create(t, key, map[string]any{"url": byFilter.url, "filter": map[string]any{"text": "capybara"}})
		var saved struct {
			CreateSlice struct{ Slice struct{ ID string } }
		}
		h.must(t, key, `mutation { createSlice(input: {name: "Capybaras", kind: "recommendations", filter: "{\"text\": \"capybara\"}"}) { slice { id } userErrors { code message } } }`, nil, &saved)
		h.create(t, key, map[string]any{"url": bySlice.url, "slice": saved.CreateSlice.Slice.ID})
		h.create(t, key, map[string]any{"url": byKind.url, "kinds": []string{"reviews"}})
		h.work(t)
		h.say(t, 2, "Protect the capybara as well")
		byFilter.after(t, 1)
		h.say(t, 1, "Protect nobody")
		for _, r := range []*receiver{byFilter, bySlice} {
			waitFor(t, "end of what left the filter", func() bool {
				got := r.all()
				for _, d := range got {
					for _, c := range d.message.Data.Changes {
						if c.Deleted && bytes.Contains(d.body, []byte("Protect nobody")) {
							t.Errorf("what is not wanted was sent: %s", d.body)
						}
						if c.Deleted {
							return true
						}
					}
				}
				return false
			})
		}
		if !bytes.Contains(byFilter.all()[0].body, []byte("Protect the capybara as well")) {
			t.Errorf("got %s", byFilter.all()[0].body)
		}
		if n := len(byKind.all()); n != 0 {
			t.Errorf("%d deliveries about other kinds", n)
		}
		h.change(t, changelog.Review, 1, `UPDATE reviews SET date = '2011-01-01' WHERE id = 1`)
		byKind.after(t, 1)
		waitFor(t, "word that all is to be taken anew", func() bool {
			got := byFilter.all()
			d := got[len(got)-1].message.Data
			return d.Anew && len(d.Changes) == 0 && strings.HasPrefix(d.Fetch, "https://upr.example.org/export/record.ndjson?filter=")
		})
		for _, wrong := range []map[string]any{
			{"kinds": []string{"users"}}, {"slice": "slc_none"}, {"slice": saved.CreateSlice.Slice.ID, "kinds": []string{"reviews"}}, {"filter": map[string]any{"statesUnderReview": []string{"XXX"}}},
			{"kinds": []string{"reviews"}, "filter": map[string]any{"text": "x"}}, {"url": "https://127.1/"}, {"name": "a\nb"}, {"name": ""},
		} {
			input := map[string]any{"name": "x", "url": byKind.url}
			for name, value := range wrong {
				input[name] = value
			}
			code, message := h.ask(t, key, `mutation($input: CreateWebhookInput!) { createWebhook(input: $input) { secret userErrors { code message } } }`, map[string]any{"input": input}, nil)
			if code != "INVALID" && code != "NOT_FOUND" {
				t.Errorf("%v: %q %s", wrong, code, message)
			}
		}
	})
}

// TestMoreThanADeliveryHolds is told as a span of versions, which /changes gives; a restore as the
// word to begin anew.
func TestMoreThanADeliveryHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		h := open(t, address, 700)
		r := receive(t, h, false, nil)
		key := h.partner(t, "ann@example.org", all...)
		h.create(t, key, map[string]any{"url": r.url, "kinds": []string{"recommendations"}})
		_, err := changelog.Write(t.Context(), h.db, changelog.Because{Actor: "program:test", Origin: changelog.Desk}, func(tx *database.Tx, log *changelog.Log) error {
			for row := 1; row <= 600; row++ {
				log.Touch(changelog.Recommendation, changelog.Correct, row)
			}
			_, err := tx.ExecContext(t.Context(), `UPDATE recommendations SET number = '7.7' WHERE id <= 600`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		stop := h.work(t)
		d := r.after(t, 1)[0].message.Data
		path, is := strings.CutPrefix(d.Fetch, "https://upr.example.org/changes?")
		if d.Complete || len(d.Changes) != 0 || !is {
			t.Fatalf("got %s", r.all()[0].body)
		}
		if d.Cursor != h.record.Snapshot().Version().String() {
			t.Errorf("it ends at %s, and the record at %s", d.Cursor, h.record.Snapshot().Version())
		}
		response, err := http.Get(h.url + "/changes?" + path)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var page struct {
			Changes []json.RawMessage
			Cursor  string
		}
		if err := json.NewDecoder(response.Body).Decode(&page); err != nil || len(page.Changes) != 600 || page.Cursor != d.Cursor {
			t.Errorf("%d changes up to %s, want 600 up to %s", len(page.Changes), page.Cursor, d.Cursor)
		}
		h.say(t, 1, strings.Repeat("A long text. ", 40_000)) // more bytes than a delivery holds
		if d := r.after(t, 2)[1]; d.message.Data.Complete || len(d.body) > 2000 {
			t.Errorf("%d bytes were sent", len(d.body))
		}
		waitFor(t, "delivery", func() bool { return h.mine(t, key)[0].Deliveries[0].State == "DELIVERED" })
		stop()
		if err := database.WithTx(t.Context(), h.db, func(tx *database.Tx) error { return changelog.NewEpoch(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
		if err := h.record.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		h.work(t)
		waitFor(t, "word of the restore", func() bool {
			got := r.all()
			d := got[len(got)-1].message.Data
			return d.Anew && d.Fetch == "https://upr.example.org/export/record.ndjson?kinds=recommendations" && d.Cursor == h.record.Snapshot().Version().String()
		})
	})
}

// TestTheExampleOfStandardWebhooks is the one of its specification.
func TestTheExampleOfStandardWebhooks(t *testing.T) {
	got, err := webhook.Sign([]string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; err != nil || got != want {
		t.Errorf("got %s, want %s (%v)", got, want, err)
	}
}
