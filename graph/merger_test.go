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

// TestStoryOfMergers: two registrations are merged where each of their applicants has said so, or where it is
// attached how they agreed; nobody finds out by agreeing who else has applied.
func TestStoryOfMergers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
		reviewer := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round})
		first, second, third := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
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
		attach := func(by *viewer.Viewer, to *application) string {
			var done struct{ AttachAgreement outcomeOf }
			_, revision := h.stateOf(t, to)
			code := h.ask(t, by, `mutation($id: ID!, $revision: Int!) { attachAgreement(input: {id: $id, revision: $revision, agreement: "Both wrote on Monday."}) { userErrors { code } } }`, map[string]any{"id": to.id, "revision": revision}, &done)
			if code == "" && len(done.AttachAgreement.UserErrors) > 0 {
				return done.AttachAgreement.UserErrors[0].Code
			}
			return code
		}
		elsewhere := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[1]})
		if attach(third.by, third) != "FORBIDDEN" || attach(elsewhere, third) != "NOT_FOUND" || attach(officer, third) != "" {
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
		if code := attach(officer, second); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, third, "MERGED", map[string]any{"into": second.id}); code != "" {
			t.Errorf("with the notes: %q", code)
		}
		if got := h.column(t, `SELECT operation FROM change_entries`); strings.Contains(got, "Monday") || strings.Contains(got, "UPR-") {
			t.Errorf("the change log says %s", got)
		}
	})
}
