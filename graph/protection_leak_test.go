package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// reviewedAt brings somebody at a level into an agenda that is published, once the protection officer has looked.
func (h *hall) reviewedAt(t *testing.T, a *application, protection *viewer.Viewer, more map[string]any) {
	t.Helper()
	more["id"], more["revision"] = a.speaker, h.count(t, `SELECT revision FROM participants WHERE uid = '`+a.speaker+`'`)
	h.participant(t, a, more)
	h.protect(t, protection, a.speaker, more["level"].(int))
	a.revision = h.count(t, `SELECT own_revision FROM registrations WHERE uid = '`+a.id+`'`)
	h.confirmed(t, a)
	h.clock.set("2026-02-02T12:00:00Z")
	h.advance(t, "CALL_CLOSED")
	h.advance(t, "DECISIONS_RELEASED")
	h.plan(t, h.states[0], "2026-03-02T09:00:00Z", "Room XXI")
	if _, code := h.publish(t); code != "" {
		t.Fatal(code)
	}
}

// TestLeakOfLoweredLevels: somebody who was protected is not published by being removed and added again, under the same
// name or one that is spelt otherwise, until the protection officer has looked.
func TestLeakOfLoweredLevels(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		protection := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		a, ordinary := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		h.giveConsents(t, ordinary, "PUBLIC NAME")
		h.confirmed(t, ordinary)
		public := map[string]any{"consents": consents("PUBLIC NAME", "PUBLIC ORGANISATION"), "level": 0}
		h.participant(t, a, map[string]any{"id": a.speaker, "revision": 2, "level": 2})
		h.reviewedAt(t, a, protection, map[string]any{"level": 2, "pseudonym": "Numbat"})
		if got := h.warned(t); fmt.Sprint(got) != "[]" {
			t.Fatalf("before, the agenda warns of %v", got)
		}
		h.must(t, a.by, `mutation($id: ID!) { removeParticipant(input: {id: $id}) { userErrors { code } } }`, map[string]any{"id": a.speaker}, nil)
		again := h.participant(t, a, public)
		spelt := h.participant(t, a, map[string]any{"identity": map[string]any{"name": "Wombatt", "email": "other@example.org"}, "consents": public["consents"], "level": 0})
		nameless := h.participant(t, a, map[string]any{"identity": nil, "consents": public["consents"], "level": 1})
		warning := "PROTECTION_NOT_REVIEWED " + h.states[0]
		if got := h.warned(t); fmt.Sprint(got) != "["+warning+"]" {
			t.Errorf("the agenda warns of %v", got)
		}
		for _, id := range []string{again, spelt, nameless} { // asking does not make it so
			h.must(t, a.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 0}) { userErrors { code } } }`, map[string]any{"id": id}, nil)
		}
		if _, code := h.publish(t, warning); code != "" {
			t.Fatal(code)
		}
		if got := h.public(t); strings.Contains(got, "Wombatt") || strings.Contains(got, "Wombat "+a.by.UID) || strings.Contains(got, a.id) || !strings.Contains(got, "Wombat "+ordinary.by.UID) {
			t.Errorf("anybody reads %s", got)
		}
		if got := h.count(t, `SELECT COUNT(*) FROM participants WHERE lower_to = level AND uid IN ('`+again+`', '`+spelt+`', '`+nameless+`')`); got != 3 {
			t.Errorf("%d of three wait for the protection officer", got)
		}
		h.protect(t, protection, spelt, 0)
		if _, code := h.publish(t, warning); code != "" {
			t.Fatal(code)
		}
		if got := h.public(t); !strings.Contains(got, "Wombatt") || strings.Contains(got, "Wombat "+a.by.UID) {
			t.Errorf("of whom the protection officer has looked at anybody reads %s", got)
		}
	})
}

// TestLeakByAnotherReview: who is another person, or has another channel, is not who the protection officer has looked at.
func TestLeakByAnotherReview(t *testing.T) {
	for name, more := range map[string]map[string]any{
		"another person":  {"contact": "EMAIL", "identity": map[string]any{"name": "Bilby", "email": "bilby@example.org"}},
		"another channel": {"contact": "EMAIL"},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, url string) {
				h := openHall(t, url)
				protection := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
				a := h.submitted(t, h.states[0])
				first := "SIGNAL"
				if name == "another person" {
					first = "EMAIL"
				}
				h.reviewedAt(t, a, protection, map[string]any{"level": 2, "contact": first, "pseudonym": "Numbat"})
				input := map[string]any{"application": a.id, "id": a.speaker, "revision": h.count(t, `SELECT revision FROM participants WHERE uid = '`+a.speaker+`'`), "pseudonym": "Numbat"}
				for field, value := range more {
					input[field] = value
				}
				if code := h.codeOf(t, a.by, "saveParticipant", "SaveParticipantInput", `userErrors { field message code }`, input, nil); code != "" {
					t.Fatal(code)
				}
				if got := h.count(t, `SELECT COUNT(*) FROM participants WHERE reviewed_at IS NOT NULL AND uid = '`+a.speaker+`'`); got != 0 {
					t.Error("the review stands")
				}
				a.revision = h.count(t, `SELECT own_revision FROM registrations WHERE uid = '`+a.id+`'`)
				if code := h.own(t, a, "withdrawApplication"); code != "" {
					t.Fatal(code)
				}
				if _, _, status := h.toldWith(t, a, "withdrawn-thanks"); status != "TASK" {
					t.Errorf("what is written by the channel is %s, want a task", status)
				}
			})
		})
	}
}

// TestLeakByOtherWaysAroundALevel: nor is somebody with a level named by another pseudonym, or by being added before they are
// removed.
func TestLeakByOtherWaysAroundALevel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		protection := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		a, b := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		public := consents("PUBLIC NAME", "PUBLIC ORGANISATION")
		waiting := func(id string) bool {
			return h.count(t, `SELECT COUNT(*) FROM participants WHERE lower_to = level AND uid = '`+id+`'`) == 1
		}
		remove := func(by *viewer.Viewer, id string) {
			t.Helper()
			h.must(t, by, `mutation($id: ID!) { removeParticipant(input: {id: $id}) { userErrors { code } } }`, map[string]any{"id": id}, nil)
		}
		revisionOf := func(id string) int { return h.count(t, `SELECT revision FROM participants WHERE uid = '`+id+`'`) }

		// Somebody at level 1 is added once more, and removed then.
		h.participant(t, b, map[string]any{"id": b.speaker, "revision": revisionOf(b.speaker), "level": 1})
		h.protect(t, protection, b.speaker, 1)
		again := h.participant(t, b, map[string]any{"identity": map[string]any{"name": "Wombat " + b.by.UID}, "consents": public, "level": 0})
		remove(b.by, b.speaker)
		if !waiting(again) {
			t.Error("who was added before they were removed does not wait for the protection officer")
		}

		// Another pseudonym.
		h.giveConsents(t, a, "PUBLIC NAME", "PUBLIC ORGANISATION")
		h.reviewedAt(t, a, protection, map[string]any{"level": 2, "pseudonym": "Numbat"})
		if got := h.public(t); !strings.Contains(got, "Numbat") {
			t.Fatalf("anybody reads %s", got)
		}
		h.participant(t, a, map[string]any{"id": a.speaker, "revision": revisionOf(a.speaker), "level": 2, "pseudonym": "Wombat " + a.by.UID})
		warning := "PROTECTION_NOT_REVIEWED " + h.states[0]
		if _, code := h.publish(t, warning); code != "" {
			t.Fatal(code)
		}
		if got := h.public(t); strings.Contains(got, a.by.UID) || !waiting(a.speaker) {
			t.Errorf("by another pseudonym anybody reads %s", got)
		}
	})
}
