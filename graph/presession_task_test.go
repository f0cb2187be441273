package graph_test

import (
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestLeakByTasks: staff are not asked to tell what is not released, whoever is protected.
func TestLeakByTasks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		protects := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		a := h.submitted(t, h.states[0])
		// No channel is approved: that is mail alone, and theirs is none.
		speaker := h.participant(t, a, map[string]any{"level": 2, "contact": "PHONE", "identity": map[string]any{"name": "Bilby"}})
		h.must(t, protects, `mutation($id: ID!, $revision: Int!) { decideProtection(input: {id: $id, revision: $revision, level: 2, reason: "Spoken with them."}) { userErrors { message } } }`,
			map[string]any{"id": speaker, "revision": h.count(t, `SELECT revision FROM participants WHERE uid = '`+speaker+`'`)}, nil)
		tasks := func(want int) {
			t.Helper()
			if got := h.count(t, `SELECT COUNT(*) FROM outbox_messages WHERE template = 'offer' AND status = 'TASK'`); got != want {
				t.Errorf("staff are to tell %d offers, want %d", got, want)
			}
		}
		h.stage(t, a)
		tasks(0)
		_, revision := h.stateOf(t, a)
		h.must(t, h.manager, `mutation($id: ID!, $revision: Int!) { unstageDecision(input: {id: $id, revision: $revision}) { userErrors { message } } }`, map[string]any{"id": a.id, "revision": revision}, nil)
		tasks(0)
		h.stage(t, a)
		if code := h.release(t, 1); code != "" {
			t.Fatal(code)
		}
		tasks(1)
		if got := h.count(t, `SELECT COUNT(*) FROM outbox_messages WHERE template = 'offer' AND status NOT IN ('TASK', 'CANCELLED')`); got != 0 {
			t.Errorf("%d offers are mailed, or drafts", got)
		}
		if _, revision = h.stateOf(t, a); revision == 0 {
			t.Error("nothing was released")
		}
		h.must(t, a.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 3}) { userErrors { code } } }`, map[string]any{"id": speaker}, nil)
		tasks(1)
		if got := h.count(t, `SELECT level FROM outbox_messages WHERE template = 'offer' AND status = 'TASK'`); got != 3 {
			t.Errorf("the task is of level %d, want 3", got)
		}
		a.revision = h.count(t, `SELECT own_revision FROM registrations WHERE uid = '`+a.id+`'`)
		if code := h.own(t, a, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		tasks(0)
	})
}
