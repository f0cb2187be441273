package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestStoryOfStatementsDue: who speaks is asked for a statement three times, and not once it is handed
// in; who is protected, in words that say nothing.
func TestStoryOfStatementsDue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.takesFiles(t)
		state := h.states[0]
		brings, owes, waits := h.submitted(t, state), h.submitted(t, state), h.submitted(t, state)
		h.confirmed(t, brings)
		h.confirmed(t, owes)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		asked := func(a *application) (n int) {
			t.Helper()
			h.sweep(t)
			h.sweep(t) // which does nothing more
			for _, m := range h.told(t, a) {
				if m.template == "statement-due" && m.status != "CANCELLED" {
					n++
				}
			}
			return n
		}
		h.clock.set("2026-02-09T08:59:00Z")
		if n := asked(owes); n != 0 {
			t.Errorf("more than three weeks before it %d are asked", n)
		}
		h.clock.set("2026-02-09T09:00:00Z")
		if a, b, c := asked(brings), asked(owes), asked(waits); a != 1 || b != 1 || c != 0 {
			t.Errorf("three weeks before it %d %d %d are asked", a, b, c)
		}
		h.accepted(t, brings, h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state}))
		h.must(t, owes.by, `mutation($input: RequestProtectionInput!) { requestProtection(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": owes.speaker, "level": 2}}, nil)
		for i, at := range []string{"2026-02-16T09:00:00Z", "2026-02-23T09:00:00Z", "2026-02-28T09:00:00Z"} {
			h.clock.set(at)
			if a, b := asked(brings), asked(owes); a != 1 || b != min(2+i, 3) {
				t.Errorf("at %s %d %d are asked", at, a, b)
			}
		}
		if _, code := h.statement(t, owes.by, "beginStatement", "BeginStatementInput", map[string]any{"application": owes.id, "language": "EN"}); code != "CONFLICT" {
			t.Errorf("a statement two days before the meeting: %q", code)
		}
		for _, m := range h.told(t, owes) {
			if m.template == "statement-due" && strings.Contains(m.text, "Organisation") {
				t.Errorf("who is protected is written %s", m.text)
			}
		}
		if all := h.told(t, brings); !strings.Contains(all[len(all)-1].text, "by 16 February 2026") {
			t.Errorf("who speaks is written %s", all[len(all)-1].text)
		}
	})
}
