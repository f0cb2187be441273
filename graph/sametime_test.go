package graph_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestLeakByWhoSpeaksElsewhere: staff who write down a guessed address, or apply with it, do not learn whether somebody
// protected who speaks at that time has it: not by a refusal, by a warning, nor by an agenda that cannot be published.
// The protection officer does, who may open them.
func TestLeakByWhoSpeaksElsewhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		here, there := h.states[0], h.states[1]
		protected := h.submitted(t, there)
		unprotected := h.submitted(t, there)
		who := map[string]any{"name": "Berta Béta", "email": "b.kestrel@people.test"}
		speaker := h.participant(t, protected, map[string]any{"level": 3, "identity": who})
		h.participant(t, unprotected, map[string]any{"identity": map[string]any{"name": "Carl", "email": "carl@people.test"}})
		protection := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		h.must(t, protection, `mutation($id: ID!, $revision: Int!) { decideProtection(input: {id: $id, revision: $revision, level: 3, reason: "Spoken with them."}) { userErrors { message } } }`,
			map[string]any{"id": speaker, "revision": h.rowOf(t, `SELECT revision FROM participants WHERE uid = $1`, speaker)}, nil)
		guess := func(organisation, email string) *application {
			t.Helper()
			a, code := h.onBehalf(t, h.manager, map[string]any{"organisation": organisation, "preSession": h.meeting[here]})
			if code != "" {
				t.Fatal(code)
			}
			h.fillIn(t, a)
			h.participant(t, a, map[string]any{"identity": map[string]any{"name": "Guessed", "email": email}})
			if code := h.own(t, a, "submitApplication"); code != "" {
				t.Fatal(code)
			}
			if _, err := h.db.SQL.Exec(`UPDATE registrations SET organisation = $1 WHERE uid = $2`, organisation, a.id); err != nil {
				t.Fatal(err)
			}
			return a
		}
		wrong, right, known := guess("Numbat One", "nobody@people.test"), guess("Numbat Two", "B.Kestrel@people.test"), guess("Numbat Three", "carl@people.test")
		h.plan(t, here, "2026-03-02T09:00:00Z", "Room XXI")
		h.plan(t, there, "2026-03-02T09:30:00Z", "Room XXII")
		h.confirmed(t, protected)
		h.confirmed(t, unprotected)
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + here})
		both := h.staffMember(t, append(slices.Clone(h.manager.Grants), viewer.Grant{Role: viewer.ProtectionOfficer})...)
		if code := h.move(t, both, right, "OFFERED", nil); code != "CONFLICT" {
			t.Errorf("who may open them offers a place to who speaks elsewhere: %q", code)
		}
		if code := h.move(t, h.manager, known, "OFFERED", nil); code != "CONFLICT" {
			t.Errorf("who speaks elsewhere, and is not protected, is offered a place: %q", code)
		}
		for name, a := range map[string]*application{"another address": wrong, "the address": right} {
			if code := h.move(t, h.manager, a, "OFFERED", nil); code != "" {
				t.Errorf("with %s: %q", name, code)
			}
			if code := h.move(t, officer, a, "CONFIRMED", map[string]any{"reason": "They telephoned."}); code != "" {
				t.Errorf("with %s: %q", name, code)
			}
		}
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		warns := func(by *viewer.Viewer) bool {
			t.Helper()
			var read struct {
				Desk struct {
					Agenda struct{ Warnings []struct{ Warning string } }
				}
			}
			h.must(t, by, `query($id: ID!) { desk { agenda(round: $id) { warnings { warning } } } }`, map[string]any{"id": h.round}, &read)
			return slices.ContainsFunc(read.Desk.Agenda.Warnings, func(w struct{ Warning string }) bool { return w.Warning == "PERSON_TWICE" })
		}
		if warns(h.manager) || !warns(protection) || !warns(both) {
			t.Errorf("warned are the manager %t, the protection officer %t, who is both %t", warns(h.manager), warns(protection), warns(both))
		}
		if code := h.ask(t, protection, `query { desk { agenda(round: "rnd_none") { latest } } }`, nil, nil); code != "NOT_FOUND" {
			t.Errorf("the agenda of no round: %q", code)
		}
		if _, code := h.publish(t, h.warned(t)...); strings.Contains(code, "one person") || code != "" {
			t.Errorf("published: %q", code)
		}
	})
}
