package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestLeakOfDraftsThatWereWithdrawn: what was never submitted is the applicant's, also once they have thrown it away:
// no list, table, level of protection, agreement or statement tells staff of it.
func TestLeakOfDraftsThatWereWithdrawn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		other, a := h.submitted(t, h.states[0]), h.apply(t, h.states[0])
		h.participant(t, a, map[string]any{"id": a.speaker, "revision": 2, "level": 3})
		a.revision = h.count(t, `SELECT own_revision FROM registrations WHERE uid = '`+a.id+`'`)
		if code := h.own(t, a, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		h.checkState(t, a, "WITHDRAWN")
		officer, protection := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]}), h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		reviewer, get := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round}), h.fetch(t)
		for name, by := range map[string]*viewer.Viewer{"the manager": h.manager, "the officer": officer, "the protection officer": protection, "a reviewer": reviewer} {
			told := h.words(t, by, `query($id: ID!, $r: ID!) { desk { registration(id: $r) { id answers { organisation } } registrations(round: $id) { totalCount counts { state count } nodes { id answers { organisation } } } } }`, map[string]any{"id": h.round, "r": a.id})
			if strings.Contains(told, a.id) || strings.Contains(told, "WITHDRAWN") || !strings.Contains(told, other.id) {
				t.Errorf("%s reads %s", name, told)
			}
			if told := h.words(t, by, `query($r: ID!) { desk { statements(registration: $r) { id } } }`, map[string]any{"r": a.id}); !strings.Contains(told, "NOT_FOUND") && !strings.Contains(told, "FORBIDDEN") {
				t.Errorf("%s is told of its statements: %s", name, told)
			}
			if answer := get(by, "/presessions/"+h.round+"/registrations.csv"); answer.Code != 200 || strings.Contains(answer.Body.String(), a.id) {
				t.Errorf("%s takes the table %d %s", name, answer.Code, answer.Body)
			}
		}
		if code := h.move(t, h.manager, a, "SUBMITTED", map[string]any{"reason": "They called."}); code != "NOT_FOUND" {
			t.Errorf("who takes it up is told %q", code)
		}
		if told := h.words(t, reviewer, `mutation($id: ID!) { evaluateRegistration(input: {id: $id, score: 3}) { userErrors { code } } }`, map[string]any{"id": a.id}); !strings.Contains(told, "NOT_FOUND") {
			t.Errorf("who evaluates it is told %s", told)
		}
		if told := h.words(t, protection, `mutation($id: ID!) { openIdentity(input: {id: $id, reason: "To see who it is."}) { userErrors { code } } }`, map[string]any{"id": a.speaker}); !strings.Contains(told, "NOT_FOUND") {
			t.Errorf("who opens its participant is told %s", told)
		}
		_, revision := h.stateOf(t, other)
		if told := h.words(t, officer, `mutation($i: AttachAgreementInput!) { attachAgreement(input: $i) { userErrors { code } } }`, map[string]any{"i": map[string]any{"id": other.id, "revision": revision, "with": a.id, "agreement": "Both called."}}); !strings.Contains(told, "INVALID") {
			t.Errorf("who attaches an agreement with it is told %s", told)
		}
	})
}
