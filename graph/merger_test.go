package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// agrees has an applicant agree to a merger, and returns the code of what is wrong.
func (h *hall) agrees(t *testing.T, a *application, reference string) string {
	t.Helper()
	var done struct{ AgreeToMerge applicationAnswer }
	code := h.ask(t, a.by, `mutation($id: ID!, $with: String!) { agreeToMerge(input: {application: $id, reference: $with}) { `+applicationFields+` } }`, map[string]any{"id": a.id, "with": reference}, &done)
	if code == "" && len(done.AgreeToMerge.UserErrors) > 0 {
		return done.AgreeToMerge.UserErrors[0].Code
	}
	return code
}

func (h *hall) reference(t *testing.T, a *application) string {
	t.Helper()
	return strings.TrimSpace(h.column(t, `SELECT reference FROM registrations WHERE uid = '`+a.id+`'`))
}

// attaches has staff attach how the applicants of two agreed to a merger, and returns the code of what is wrong.
func (h *hall) attaches(t *testing.T, by *viewer.Viewer, to, with *application) string {
	t.Helper()
	_, revision := h.stateOf(t, to)
	code, _, _ := strings.Cut(h.codeOf(t, by, "attachAgreement", "AttachAgreementInput", `userErrors { field message code }`,
		map[string]any{"id": to.id, "revision": revision, "with": with.id, "agreement": "Both wrote on Monday."}, nil), " ")
	return code
}

func (h *hall) unstage(t *testing.T, a *application) {
	t.Helper()
	_, revision := h.stateOf(t, a)
	if code := h.codeOf(t, h.manager, "unstageDecision", "UnstageDecisionInput", `userErrors { field message code }`, map[string]any{"id": a.id, "revision": revision}, nil); code != "" {
		t.Fatal(code)
	}
}

// TestStoryOfMergers: two registrations are merged where each of their applicants has said so, or where it is
// attached how they agreed; nobody finds out by agreeing who else has applied.
func TestStoryOfMergers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
		reviewer := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round})
		first, second, third, fourth := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		into := map[string]any{"staged": true, "into": second.id}
		if code := h.move(t, h.manager, first, "MERGED", into); code != "INVALID" {
			t.Errorf("nobody has agreed: %q", code)
		}
		for reference, want := range map[string]string{
			"UPR-NOSUCHAA": "", strings.ToLower(h.reference(t, second)): "", h.reference(t, first): "INVALID",
			"UPR-NOSUCHONE": "INVALID", "UPR-NOSUCH1": "INVALID", "NOSUCHAA": "INVALID", "Wombat of Organisation": "INVALID", h.reference(t, second) + " " + h.reference(t, third): "INVALID",
		} {
			if got := h.agrees(t, first, reference); got != want {
				t.Errorf("agreeing to %s: %q, want %q", reference, got, want)
			}
		}
		if code := h.agrees(t, &application{id: first.id, by: second.by}, ""); code != "NOT_FOUND" {
			t.Errorf("agreeing for another: %q", code)
		}
		if code := h.agrees(t, h.apply(t, h.states[0]), h.reference(t, first)); code != "CONFLICT" {
			t.Errorf("agreeing with a draft: %q", code)
		}
		if code := h.agrees(t, first, " "+strings.ToLower(h.reference(t, second))); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, first, "MERGED", into); code != "INVALID" {
			t.Errorf("one of both has agreed: %q", code)
		}
		if code := h.agrees(t, second, h.reference(t, first)); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, first, "MERGED", into); code != "" {
			t.Fatalf("both have agreed: %q", code)
		}
		if code := h.agrees(t, second, ""); code != "" {
			t.Fatal(code)
		}
		if code := h.release(t, 1); code != "CONFLICT" {
			t.Errorf("released after one has taken it back: %q", code)
		}
		if code := h.agrees(t, second, h.reference(t, first)); code != "" {
			t.Fatal(code)
		}
		if code := h.release(t, 1); code != "" {
			t.Fatal(code)
		}
		h.checkState(t, first, "MERGED")

		// A note takes the place of what applicants say themselves.
		elsewhere := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[1]})
		if h.attaches(t, third.by, third, second) != "FORBIDDEN" || h.attaches(t, elsewhere, third, second) != "NOT_FOUND" || h.attaches(t, officer, third, fourth) != "" {
			t.Error("a note is for officers of the State to attach")
		}
		note := func(by *viewer.Viewer) string {
			var read struct {
				Desk struct {
					Registration struct{ Agreement *string }
				}
			}
			h.must(t, by, `query($id: ID!) { desk { registration(id: $id) { agreement } } }`, map[string]any{"id": third.id}, &read)
			if read.Desk.Registration.Agreement == nil {
				return ""
			}
			return *read.Desk.Registration.Agreement
		}
		if note(officer) != "Both wrote on Monday." || note(reviewer) != "" {
			t.Errorf("an officer reads %q, a reviewer %q", note(officer), note(reviewer))
		}
		if code := h.move(t, h.manager, third, "MERGED", map[string]any{"into": second.id}); code != "INVALID" {
			t.Errorf("with a note that says nothing of the other one: %q", code)
		}
		for _, with := range []*application{third, h.submitted(t, h.states[1])} {
			if code := h.attaches(t, officer, third, with); code != "INVALID" {
				t.Errorf("attaching how it agreed with itself, or one for another meeting: %q", code)
			}
		}
		if code := h.attaches(t, officer, second, third); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, third, "MERGED", map[string]any{"into": second.id}); code != "" {
			t.Errorf("with the note: %q", code)
		}
		if got := h.column(t, `SELECT operation FROM change_entries`); strings.Contains(got, "Monday") || strings.Contains(got, "UPR-") {
			t.Errorf("the change log says %s", got)
		}
	})
}

// TestAgreementsAreOfTwo: how two agreed to be merged says nothing of a third, and ends with the staged decision with
// which it was said.
func TestAgreementsAreOfTwo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		p, q, r := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		merge := func(a, into *application, agreement string, staged bool) string {
			t.Helper()
			return h.move(t, h.manager, a, "MERGED", map[string]any{"into": into.id, "staged": staged, "agreement": agreement})
		}
		for _, a := range []*application{p, r} {
			if code := merge(a, q, "Both wrote.", true); code != "" {
				t.Fatal(code)
			}
			h.unstage(t, a)
		}
		if code := merge(p, r, "", true); code != "INVALID" {
			t.Errorf("with what was said with decisions that were taken back: %q", code)
		}
		if merge(p, q, "Both wrote.", true) != "" || h.move(t, h.manager, p, "WAITLISTED", map[string]any{"rank": 1}) != "" {
			t.Fatal("no other decision takes its place")
		}
		if code := merge(p, q, "", true); code != "INVALID" {
			t.Errorf("with what was said with a decision in whose place there was another: %q", code)
		}
		h.unstage(t, p)
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
		if h.attaches(t, officer, p, q) != "" || h.attaches(t, officer, r, q) != "" {
			t.Fatal("nothing is attached")
		}
		if code := merge(p, r, "", false); code != "INVALID" {
			t.Errorf("with notes of how each agreed with a third: %q", code)
		}
		if code := merge(p, q, "", true); code != "" {
			t.Errorf("with the note of how they agreed: %q", code)
		}
		h.unstage(t, p)
		if code := merge(p, r, "Both called.", true); code != "" {
			t.Fatal(code)
		}
		h.unstage(t, p)
		if code := merge(p, q, "", true); code != "" {
			t.Errorf("with the note, after another merger was taken back: %q", code)
		}
		if code := h.release(t, 1); code != "" {
			t.Fatal(code)
		}
		h.checkState(t, p, "MERGED")
		if code := h.own(t, p, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, p, "SUBMITTED", map[string]any{"reason": "They come after all."}); code != "" {
			t.Fatal(code)
		}
		if code := merge(p, q, "", true); code != "INVALID" {
			t.Errorf("with the note of a merger that was: %q", code)
		}
	})
}

// TestMergersMeetConflicts: who has a place by a registration that theirs was merged into by way of another is offered none
// elsewhere at the same time, nor is their organisation; and who is merged into one that has a place, or is offered one, must
// be free to speak as for an offer.
func TestMergersMeetConflicts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		here, there := h.states[0], h.states[1]
		speaks, between, merged := h.submitted(t, here), h.submitted(t, here), h.submitted(t, here)
		merge := func(a, into *application, more map[string]any) string {
			t.Helper()
			input := map[string]any{"into": into.id, "agreement": "Both wrote."}
			for field, value := range more {
				input[field] = value
			}
			return h.move(t, h.manager, a, "MERGED", input)
		}
		namesake := func(state string, of *application) *application {
			t.Helper()
			a := h.apply(t, state)
			h.participant(t, a, map[string]any{"id": a.speaker, "revision": h.rowOf(t, `SELECT revision FROM participants WHERE uid = $1`, a.speaker), "identity": map[string]any{"name": "Wombat " + of.by.UID, "email": of.by.UID + "@speakers.example.org", "phone": "+41 22 000 00 00"}})
			if code := h.own(t, a, "submitApplication"); code != "" {
				t.Fatal(code)
			}
			return a
		}
		clash, same, again, protected, late := namesake(there, merged), h.submitted(t, here), h.submitted(t, there), h.submitted(t, here), h.submitted(t, here)
		busy := namesake(here, again)
		if merge(merged, between, nil) != "" || merge(between, speaks, nil) != "" {
			t.Fatal("not merged")
		}
		h.confirmed(t, speaks)
		h.plan(t, here, "2026-03-02T09:00:00Z", "Room XXI")
		h.plan(t, there, "2026-03-02T09:30:00Z", "Room XX")
		if code := h.move(t, h.manager, clash, "OFFERED", nil); code != "CONFLICT" {
			t.Errorf("a place elsewhere for who speaks by way of two others: %q", code)
		}
		if _, err := h.db.SQL.Exec(`UPDATE registrations SET organisation = (SELECT organisation FROM registrations WHERE uid = $1) WHERE uid IN ($2, $3)`, merged.id, same.id, late.id); err != nil {
			t.Fatal(err)
		}
		if code := h.move(t, h.manager, same, "OFFERED", nil); code != "CONFLICT" {
			t.Errorf("a place for an organisation that speaks by way of two others: %q", code)
		}
		if code := merge(same, speaks, nil); code != "" {
			t.Errorf("merging with the registration by which its organisation speaks: %q", code)
		}
		protects := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		h.must(t, protected.by, `mutation($input: RequestProtectionInput!) { requestProtection(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": protected.speaker, "level": 2}}, nil)
		for _, staged := range []bool{true, false} {
			if code := merge(protected, speaks, map[string]any{"staged": staged}); code != "CONFLICT" {
				t.Errorf("a merger into a place before the protection officer has looked, staged %v: %q", staged, code)
			}
		}
		h.protect(t, protects, protected.speaker, 2)
		if code := merge(protected, speaks, nil); code != "" {
			t.Errorf("a merger once the protection officer has looked: %q", code)
		}
		if code := merge(busy, speaks, map[string]any{"staged": true}); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, again, "OFFERED", nil); code != "" {
			t.Fatal(code)
		}
		if code := h.release(t, 1); code != "CONFLICT" {
			t.Errorf("a merger of who was given a place elsewhere since is released: %q", code)
		}
		h.unstage(t, busy)
		if code := merge(busy, speaks, nil); code != "CONFLICT" {
			t.Errorf("a merger of who speaks elsewhere at the same time: %q", code)
		}
	})
}
