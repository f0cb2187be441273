package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestStatementsOfWhoLeft: a statement stays of all whose words it has. Who leaves a merger, or whose merger has ended, and
// revokes a consent or raises a level then, has it withheld at once, and it is published no more.
func TestStatementsOfWhoLeft(t *testing.T) {
	for name, leave := range map[string]func(t *testing.T, h *hall, into, merged *application){
		"taken up again, once the other one is withdrawn": func(t *testing.T, h *hall, into, merged *application) {
			h.withdrawKeeping(t, into)
			h.takeUp(t, merged)
		},
		"withdrawn after the other one": func(t *testing.T, h *hall, into, merged *application) {
			h.withdrawKeeping(t, into)
			if code := h.own(t, merged, "withdrawApplication"); code != "" {
				t.Fatal(code)
			}
		},
		"withdrawn while the other one speaks": func(t *testing.T, h *hall, _, merged *application) {
			if code := h.own(t, merged, "withdrawApplication"); code != "" {
				t.Fatal(code)
			}
		},
		"merged still, once the other one is taken up again": func(t *testing.T, h *hall, into, _ *application) {
			h.withdrawKeeping(t, into)
			h.takeUp(t, into)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, url string) {
				h := openHall(t, url)
				h.takesFiles(t)
				merged := h.submitted(t, h.states[0])
				h.giveConsents(t, merged, "PUBLIC STATEMENT")
				into, officer := h.withAgenda(t)
				if code := h.move(t, h.manager, merged, "MERGED", map[string]any{"into": into.id, "agreement": "Both wrote."}); code != "" {
					t.Fatal(code)
				}
				id := h.accepted(t, into, officer)
				if code := h.decide(t, officer, into, id, "PUBLISHED", nil); code != "" {
					t.Fatal(code)
				}
				state := func() string { return strings.TrimSpace(h.column(t, `SELECT state FROM pre_session_statements`)) }
				leave(t, h, into, merged)
				if got := state(); got != "PUBLISHED" {
					t.Fatalf("while all consent to it the statement is %s", got)
				}
				h.must(t, merged.by, `mutation($input: RequestProtectionInput!) { requestProtection(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": merged.speaker, "level": 3}}, nil)
				if got := state(); got != "WITHHELD" {
					t.Errorf("with the words of somebody who is protected the statement is %s", got)
				}
				if got := h.count(t, `SELECT COUNT(*) FROM meeting_statements WHERE status = 'PUBLISHED'`); got != 0 {
					t.Errorf("readers see %d statements", got)
				}
				if code := h.decide(t, officer, into, id, "PUBLISHED", nil); code != "CONFLICT" {
					t.Errorf("it is published again: %q", code)
				}
			})
		})
	}
}

// TestNobodyLeft: a registration for which nobody takes part has nobody who could consent, whether it is merged or has left.
func TestNobodyLeft(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.takesFiles(t)
		merged := h.submitted(t, h.states[0])
		h.must(t, merged.by, `mutation($id: ID!) { removeParticipant(input: {id: $id}) { userErrors { code } } }`, map[string]any{"id": merged.speaker}, nil)
		into, officer := h.withAgenda(t)
		if code := h.move(t, h.manager, merged, "MERGED", map[string]any{"into": into.id, "agreement": "Both wrote."}); code != "" {
			t.Fatal(code)
		}
		if code := h.decide(t, officer, into, h.accepted(t, into, officer), "PUBLISHED", nil); code != "" {
			t.Fatal(code)
		}
		if code := h.own(t, merged, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		if got := strings.TrimSpace(h.column(t, `SELECT state FROM pre_session_statements`)); got != "PUBLISHED" {
			t.Errorf("once they have left the statement is %s", got)
		}
	})
}

// TestLaterStatementsOfWhoLeft: what takes the place of a statement with the words of who has left a merger has them as
// well, as have its asks, and who is not there any more does not consent.
func TestLaterStatementsOfWhoLeft(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.takesFiles(t)
		merged := h.submitted(t, h.states[0])
		h.giveConsents(t, merged, "PUBLIC STATEMENT")
		into, officer := h.withAgenda(t)
		if code := h.move(t, h.manager, merged, "MERGED", map[string]any{"into": into.id, "agreement": "Both wrote."}); code != "" {
			t.Fatal(code)
		}
		h.accepted(t, into, officer)
		if code := h.own(t, merged, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		h.must(t, merged.by, `mutation($input: RequestProtectionInput!) { requestProtection(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": merged.speaker, "level": 3}}, nil)
		later := h.accepted(t, into, officer)
		if code := h.decide(t, officer, into, later, "PUBLISHED", nil); code != "CONFLICT" {
			t.Errorf("a later statement is published with the words of somebody who is protected: %q", code)
		}
		h.takeUp(t, merged)
		h.must(t, merged.by, `mutation($id: ID!) { removeParticipant(input: {id: $id}) { userErrors { code } } }`, map[string]any{"id": merged.speaker}, nil)
		if got := h.rowOf(t, `SELECT COUNT(*) FROM participants WHERE uid = $1`, merged.speaker); got != 0 {
			t.Fatal("the participant is still there")
		}
		if code := h.decide(t, officer, into, later, "PUBLISHED", nil); code != "CONFLICT" {
			t.Errorf("it is published with the words of somebody who is gone: %q", code)
		}
	})
}

// withdrawKeeping withdraws a registration, and keeps its statement.
func (h *hall) withdrawKeeping(t *testing.T, a *application) {
	t.Helper()
	h.must(t, a.by, `mutation($id: ID!) { withdrawApplication(input: {id: $id, revision: 1}, keepStatement: true) { userErrors { code } } }`, map[string]any{"id": a.id}, nil)
	h.checkState(t, a, "WITHDRAWN")
}

// takeUp has staff take a registration up again.
func (h *hall) takeUp(t *testing.T, a *application) {
	t.Helper()
	if code := h.move(t, h.manager, a, "SUBMITTED", map[string]any{"reason": "They come after all."}); code != "" {
		t.Fatal(code)
	}
}

// TestMergersThatEndedStayEnded: the registration that spoke for others, and is taken up again, speaks for none of them:
// nobody of theirs comes back, not by way of another either, and each of them may be taken up, whatever becomes of it.
func TestMergersThatEndedStayEnded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		into, between, merged := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		for _, a := range []*application{into, between, merged} {
			h.giveConsents(t, a, "PUBLIC NAME", "PUBLIC ORGANISATION")
		}
		for _, pair := range [][2]*application{{merged, between}, {between, into}} {
			if code := h.move(t, h.manager, pair[0], "MERGED", map[string]any{"into": pair[1].id, "agreement": "Both wrote."}); code != "" {
				t.Fatal(code)
			}
		}
		revise := func(a *application) {
			a.revision = h.rowOf(t, `SELECT own_revision FROM registrations WHERE uid = $1`, a.id)
		}
		revise(into)
		h.confirmed(t, into)
		if code := h.own(t, into, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		for _, a := range []*application{between, into} { // the one in the middle first, for which none speaks any more
			h.takeUp(t, a)
			revise(a)
			h.confirmed(t, a)
		}
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, h.states[0], "2026-03-02T09:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		if got := h.public(t); strings.Contains(got, merged.by.UID) || strings.Contains(got, "Organisation "+merged.id) || !strings.Contains(got, between.by.UID) || !strings.Contains(got, into.by.UID) {
			t.Errorf("the agenda says %s", got)
		}
		var read struct {
			Mine struct {
				Application struct {
					MergerEnded  bool
					Participants []struct{ Publicly *struct{ Name string } }
				}
			}
		}
		h.must(t, merged.by, `query($id: ID!) { mine { application(id: $id) { mergerEnded participants { publicly { name } } } } }`, map[string]any{"id": merged.id}, &read)
		if a := read.Mine.Application; !a.MergerEnded || len(a.Participants) != 1 || a.Participants[0].Publicly != nil {
			t.Errorf("its applicant reads %+v", a)
		}
		h.takeUp(t, merged)
		h.checkState(t, merged, "SUBMITTED")
		if code := h.move(t, h.manager, merged, "MERGED", map[string]any{"into": between.id}); code != "INVALID" {
			t.Errorf("merged again with the agreement of before: %q", code)
		}
		if code := h.move(t, h.manager, merged, "MERGED", map[string]any{"into": between.id, "agreement": "Both wrote again."}); code != "" {
			t.Fatal(code)
		}
		if _, code := h.publish(t, "FEWER_MINUTES "+h.states[0]); code != "" {
			t.Fatal(code)
		}
		if got := h.public(t); !strings.Contains(got, merged.by.UID) {
			t.Errorf("once merged anew, the agenda says %s", got)
		}
	})
}

// TestAgreementsEndWithMergers: who leaves a merger, or is taken up again, is merged by a new agreement alone: neither a note
// that was left on the other one counts, nor what its applicant has said.
func TestAgreementsEndWithMergers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
		a, b := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		into := map[string]any{"into": b.id}
		for what, agree := range map[string]func() string{
			"a note on the other one": func() string { return h.attaches(t, officer, b, a) },
			"what both have said":     func() string { return h.agrees(t, a, h.reference(t, b)) + h.agrees(t, b, h.reference(t, a)) },
		} {
			if code := agree(); code != "" {
				t.Fatal(what, code)
			}
			if code := h.move(t, h.manager, a, "MERGED", into); code != "" {
				t.Fatal(what, code)
			}
			if code := h.own(t, a, "withdrawApplication"); code != "" {
				t.Fatal(what, code)
			}
			h.takeUp(t, a)
			if code := h.agrees(t, a, h.reference(t, b)); code != "" {
				t.Fatal(what, code)
			}
			if code := h.move(t, h.manager, a, "MERGED", into); code != "INVALID" {
				t.Errorf("merged again with %s: %q", what, code)
			}
		}
		if code := h.attaches(t, officer, b, a); code != "" { // and who was never merged, as well
			t.Fatal(code)
		}
		a.revision = h.rowOf(t, `SELECT own_revision FROM registrations WHERE uid = $1`, a.id)
		if code := h.own(t, a, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		h.takeUp(t, a)
		if code := h.move(t, h.manager, a, "MERGED", into); code != "INVALID" {
			t.Errorf("merged after it was withdrawn: %q", code)
		}
	})
}

// TestNoMergersOnceAMeetingHasBegun: there is no speaking time to share any more, as there is none to offer; what was staged
// before is refused by its reference.
func TestNoMergersOnceAMeetingHasBegun(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		speaks, late, staged := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		h.confirmed(t, speaks)
		h.plan(t, h.states[0], "2026-03-02T09:00:00Z", "Room XXI")
		into := map[string]any{"into": speaks.id, "agreement": "Both wrote.", "staged": true}
		if code := h.move(t, h.manager, staged, "MERGED", into); code != "" {
			t.Fatal(code)
		}
		h.clock.set("2026-03-03T09:00:00Z")
		for _, later := range []bool{true, false} {
			into["staged"] = later
			if code := h.move(t, h.manager, late, "MERGED", into); code != "CONFLICT" {
				t.Errorf("a merger the day after, staged %v: %q", later, code)
			}
		}
		if refused := h.refusal(t, 1); !strings.Contains(refused, h.reference(t, staged)) {
			t.Errorf("the release is refused with %q", refused)
		}
		h.checkState(t, late, "SUBMITTED")
	})
}

// TestWordsOfWhoIsRemoved: once somebody protected is removed nobody can be asked whether their words may be read: the
// statements that may have them are taken back, and others can be handed in.
func TestWordsOfWhoIsRemoved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.takesFiles(t)
		merged := h.submitted(t, h.states[0])
		h.giveConsents(t, merged, "PUBLIC STATEMENT")
		into, officer := h.withAgenda(t)
		if code := h.move(t, h.manager, merged, "MERGED", map[string]any{"into": into.id, "agreement": "Both wrote."}); code != "" {
			t.Fatal(code)
		}
		id := h.accepted(t, into, officer)
		h.must(t, merged.by, `mutation($input: RequestProtectionInput!) { requestProtection(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": merged.speaker, "level": 3}}, nil)
		h.must(t, merged.by, `mutation($id: ID!) { removeParticipant(input: {id: $id}) { userErrors { code } } }`, map[string]any{"id": merged.speaker}, nil)
		if code := h.decide(t, officer, into, id, "PUBLISHED", nil); code != "CONFLICT" {
			t.Errorf("the words of somebody who is gone are published: %q", code)
		}
		if got := strings.TrimSpace(h.column(t, `SELECT state FROM pre_session_statements`)); got != "WITHDRAWN" {
			t.Errorf("the statement is %s", got)
		}
		if code := h.decide(t, officer, into, h.accepted(t, into, officer), "PUBLISHED", nil); code != "" {
			t.Errorf("another one is published: %q", code)
		}
	})
}

// TestMergedMailIsAsCautious: who is merged with somebody protected is not written to more openly than they are.
func TestMergedMailIsAsCautious(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		into, merged := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		h.must(t, into.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 3}) { userErrors { code } } }`, map[string]any{"id": into.speaker}, nil)
		if code := h.move(t, h.manager, merged, "MERGED", map[string]any{"into": into.id, "agreement": "Both wrote."}); code != "" {
			t.Fatal(code)
		}
		staged := h.submitted(t, h.states[0])
		if code := h.move(t, h.manager, staged, "MERGED", map[string]any{"into": merged.id, "agreement": "Both wrote.", "staged": true}); code == "" {
			t.Error("merged into one that is merged itself")
		}
		if text, _, status := h.toldWith(t, merged, "merged"); status != "TASK" || strings.Contains(text, "Organisation") {
			t.Errorf("of their merger they are told, %s: %s", status, text)
		}
		// Also where they ask for it before what is written has gone out.
		other, waits, pending := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		for a, more := range map[*application]bool{waits: false, pending: true} {
			if code := h.move(t, h.manager, a, "MERGED", map[string]any{"into": other.id, "agreement": "Both wrote.", "staged": more}); code != "" {
				t.Fatal(code)
			}
		}
		h.must(t, other.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 3}) { userErrors { code } } }`, map[string]any{"id": other.speaker}, nil)
		for _, a := range []*application{waits, pending} {
			if text, _, status := h.toldWith(t, a, "merged"); status == "QUEUED" || strings.Contains(text, "Organisation") {
				t.Errorf("of their merger they are told, %s: %s", status, text)
			}
		}
	})
}
