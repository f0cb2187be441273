package webhook_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/webhook"
)

// withGroups are the scopes of a partner who has groups, slices and webhooks.
var withGroups = append([]string{"groups:write", "slices:write", "slices:read", "recommendations:read"}, all...)

// group makes a group of one State and returns its id.
func (h *house) group(t *testing.T, key, state string, public bool) string {
	t.Helper()
	var made struct {
		Group struct{ Group struct{ ID string } }
	}
	h.must(t, key, `mutation($s: String!, $p: Boolean!) { group: createPartnerGroup(input: {name: "Ours", public: $p, members: [{state: $s}]}) { group { id } userErrors { code message } } }`,
		map[string]any{"s": state, "p": public}, &made)
	return made.Group.Group.ID
}

func (h *house) withdrawGroup(t *testing.T, key, id string) {
	t.Helper()
	h.must(t, key, `mutation($id: ID!) { withdrawPartnerGroup(input: {id: $id}) { group { id } userErrors { code message } } }`, map[string]any{"id": id}, nil)
}

// statements returns two States that recommend something, each with the row of a recommendation.
func (h *house) statements(t *testing.T, key string) (states []string, rows []int) {
	t.Helper()
	var got struct {
		Recommendations struct {
			Nodes []struct {
				ID                string
				RecommendingState *struct{ Code string }
			}
		}
	}
	h.must(t, key, `{ recommendations(first: 30) { nodes { id recommendingState { code } } } }`, nil, &got)
	for _, n := range got.Recommendations.Nodes {
		if n.RecommendingState == nil || len(states) == 1 && states[0] == n.RecommendingState.Code {
			continue
		}
		var row int
		if err := h.db.SQL.QueryRow(`SELECT id FROM recommendations WHERE uid = $1`, n.ID).Scan(&row); err != nil {
			t.Fatal(err)
		}
		if states, rows = append(states, n.RecommendingState.Code), append(rows, row); len(states) == 2 {
			return states, rows
		}
	}
	t.Fatal("all is recommended by one State")
	return nil, nil
}

func byGroup(id string) map[string]any {
	return map[string]any{"recommendingStateGroups": []string{id}}
}

// disabled waits until a webhook is, and returns why.
func (h *house) disabled(t *testing.T, key, id string) (because string) {
	t.Helper()
	waitFor(t, "end of "+id, func() bool {
		for _, one := range h.mine(t, key) {
			if one.ID == id && one.DisabledBecause != nil {
				because = *one.DisabledBecause
			}
		}
		return because != ""
	})
	return because
}

// TestWebhooksFollowGroupsOfPartners has webhooks of a filter and of a slice told of what a private
// group admits, of the group's change, and of its end.
func TestWebhooksFollowGroupsOfPartners(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		h := open(t, address, 60)
		key := h.partner(t, "ann@example.org", withGroups...)
		states, rows := h.statements(t, key)
		group := h.group(t, key, states[0], false)
		var saved struct {
			Slice struct{ Slice struct{ ID string } }
		}
		h.must(t, key, `mutation($f: String!) { slice: createSlice(input: {name: "Ours", kind: "recommendations", filter: $f}) { slice { id } userErrors { code message } } }`,
			map[string]any{"f": fmt.Sprintf(`{"recommendingStateGroups":["%s"]}`, group)}, &saved)
		byFilter, bySlice := receive(t, h, false, nil), receive(t, h, false, nil)
		one, _ := h.create(t, key, map[string]any{"url": byFilter.url, "filter": byGroup(group)})
		two, _ := h.create(t, key, map[string]any{"url": bySlice.url, "slice": saved.Slice.Slice.ID})
		h.work(t)
		h.say(t, rows[0], "Said by a member")
		for _, r := range []*receiver{byFilter, bySlice} {
			if d := r.after(t, 1)[0].message.Data; d.Anew || !d.Complete || len(d.Changes) != 1 || !containsText(d.Changes[0].Object, "Said by a member") {
				t.Fatalf("a member: %s", r.all()[0].body)
			}
		}
		h.must(t, key, `mutation($id: ID!, $s: String!) { changePartnerGroup(input: {id: $id, revision: 1, members: [{state: $s}]}) { group { id } userErrors { code message } } }`,
			map[string]any{"id": group, "s": states[1]}, nil)
		for _, r := range []*receiver{byFilter, bySlice} {
			d := r.after(t, 2)[1].message.Data
			if !d.Anew || len(d.Changes) != 0 || d.Since == d.Cursor {
				t.Fatalf("the group changed: %s", r.all()[1].body)
			}
			h.takeAnew(t, key, d.Fetch, d.Cursor)
		}
		h.say(t, rows[1], "Said by a new member")
		for _, r := range []*receiver{byFilter, bySlice} {
			got := r.after(t, 3)
			if d := got[2].message.Data; d.Anew || len(d.Changes) != 1 || !containsText(d.Changes[0].Object, "Said by a new member") {
				t.Errorf("a new member: %s", got[2].body)
			}
		}
		waitFor(t, "rest", func() bool {
			return h.mine(t, key)[0].Deliveries[0].State == "DELIVERED" && h.mine(t, key)[1].Deliveries[0].State == "DELIVERED"
		})
		h.withdrawGroup(t, key, group)
		for _, id := range []string{one, two} {
			if because := h.disabled(t, key, id); !strings.Contains(because, "was withdrawn by its owner") || !strings.Contains(because, "createWebhook") {
				t.Errorf("disabled because %s", because)
			}
			waitFor(t, "mail about "+id, func() bool { return strings.Contains(h.mail.all(), id) })
		}
		if said := h.mail.all(); !strings.Contains(said, "createWebhook") || strings.Contains(said, "Put its receiver right") {
			t.Errorf("the owner is told %s", said)
		}
		var enabled struct {
			EnableWebhook struct {
				Webhook struct{ DisabledBecause *string }
			}
		}
		h.must(t, key, `mutation($id: ID!) { enableWebhook(input: {id: $id}) { webhook { disabledBecause } userErrors { code message } } }`, map[string]any{"id": one}, &enabled)
		if enabled.EnableWebhook.Webhook.DisabledBecause == nil {
			t.Error("it is said to go on with a withdrawn group")
		}
		if len(byFilter.all()) != 3 || len(bySlice.all()) != 3 {
			t.Errorf("%d and %d deliveries", len(byFilter.all()), len(bySlice.all()))
		}
		code, message := h.ask(t, key, `mutation($i: CreateWebhookInput!) { createWebhook(input: $i) { secret userErrors { code message } } }`,
			map[string]any{"i": map[string]any{"name": "Late", "url": byFilter.url, "slice": saved.Slice.Slice.ID}}, nil)
		if code != "CONFLICT" || !strings.Contains(message, "was withdrawn by its owner") {
			t.Errorf("a slice of a withdrawn group: %s %s", code, message)
		}
	})
}

// takeAnew takes all from where a delivery says, as the owner and as anybody.
func (h *house) takeAnew(t *testing.T, key, fetch, cursor string) {
	t.Helper()
	path, is := strings.CutPrefix(fetch, "https://upr.example.org/export/record.ndjson?")
	if !is {
		t.Fatalf("all is at %s", fetch)
	}
	for bearer, want := range map[string]int{key: http.StatusOK, "": http.StatusBadRequest} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/export/record.ndjson?"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if bearer != "" {
			request.Header.Set("Authorization", "Bearer "+bearer)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%s is answered %d, want %d", fetch, response.StatusCode, want)
		}
		_, now, _ := strings.Cut(response.Header.Get("X-Record-Version"), "~")
		if _, told, _ := strings.Cut(cursor, "~"); bearer != "" && (told == "" || told != now) {
			t.Errorf("the cursor %s is told, and the file has that of %s", cursor, now)
		}
	}
}

// TestAGroupGoesWhileADeliveryWaits withdraws a group, and takes one away from those who used it,
// between two attempts.
func TestAGroupGoesWhileADeliveryWaits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		h := open(t, address, 60)
		h.hooks.SetPauses(slowly(5000)...)
		ann, bob := h.partner(t, "ann@example.org", withGroups...), h.partner(t, "bob@example.org", withGroups...)
		states, rows := h.statements(t, ann)
		withdrawn, taken := h.group(t, bob, states[0], true), h.group(t, bob, states[0], true)
		busy := func(w http.ResponseWriter, _ int) { w.WriteHeader(http.StatusServiceUnavailable) }
		first, second := receive(t, h, false, busy), receive(t, h, false, busy)
		one, _ := h.create(t, ann, map[string]any{"url": first.url, "filter": byGroup(withdrawn)})
		two, _ := h.create(t, ann, map[string]any{"url": second.url, "filter": byGroup(taken)})
		h.work(t)
		h.say(t, rows[0], "Said by a member")
		first.after(t, 1)
		second.after(t, 1)
		h.withdrawGroup(t, bob, withdrawn)
		if because := h.disabled(t, ann, one); !strings.Contains(because, "was withdrawn by its owner") {
			t.Errorf("disabled because %s", because)
		}
		if _, err := h.db.SQL.Exec(`UPDATE partner_groups SET public = $1 WHERE uid = $2`, false, taken); err != nil {
			t.Fatal(err)
		}
		h.say(t, rows[0], "Said again")
		if because := h.disabled(t, ann, two); !strings.Contains(because, "no group of yours") || !strings.Contains(because, "createWebhook") {
			t.Errorf("disabled because %s", because)
		}
		for _, hook := range h.mine(t, ann) {
			if len(hook.DeadLetters) != 1 || hook.DeadLetters[0].State != "DEAD" {
				t.Errorf("what waited is %+v", hook.Deliveries)
			}
		}
	})
}

func slowly(n int) []time.Duration {
	pauses := make([]time.Duration, n)
	for i := range pauses {
		pauses[i] = 200 * time.Millisecond
	}
	return pauses
}

// TestAProcessThatLags makes nothing of a webhook that another process made behind its own end of
// the record, and does not take it back.
func TestAProcessThatLags(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		h := open(t, address, 30)
		key := h.partner(t, "ann@example.org", withGroups...)
		states, _ := h.statements(t, key)
		r, err := record.Open(t.Context(), h.db, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		other, err := newHooks(h.db, r, nil, "127.0.0.0/8")
		if err != nil {
			t.Fatal(err)
		}
		group := h.group(t, key, states[0], false)
		h.create(t, key, map[string]any{"url": "http://127.0.0.1:1", "filter": byGroup(group)})
		before := h.mine(t, key)[0].Cursor
		for name, hooks := range map[string]*webhook.Service{"which lags": other, "that made it": h.hooks} {
			if err := hooks.Make(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := h.mine(t, key)[0]; len(got.Deliveries) > 0 || number(t, got.Cursor) < number(t, before) {
				t.Errorf("the process %s: %+v, before %s", name, got, before)
			}
		}
	})
}

func number(t *testing.T, cursor string) (n int) {
	t.Helper()
	_, after, _ := strings.Cut(cursor, ".")
	if _, err := fmt.Sscanf(after, "%d~", &n); err != nil {
		t.Fatal(cursor, err)
	}
	return n
}
