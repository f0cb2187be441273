package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestStoryOfFeedback: what an applicant is told of not being selected is read with the release and not before, and
// mailed as far as the level of protection lets.
func TestStoryOfFeedback(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		const words = "Others speak of prisons at this meeting."
		feedback := func(a *application) string {
			var read struct {
				Mine struct {
					Application struct{ State, Feedback *string }
				}
			}
			h.must(t, a.by, `query($id: ID!) { mine { application(id: $id) { state feedback } } }`, map[string]any{"id": a.id}, &read)
			if read.Mine.Application.Feedback == nil {
				return *read.Mine.Application.State
			}
			return *read.Mine.Application.State + ": " + *read.Mine.Application.Feedback
		}
		open, protected, none := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		h.must(t, protected.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 2}) { userErrors { code } } }`, map[string]any{"id": protected.speaker}, nil)
		for _, a := range []*application{open, protected} {
			if code := h.move(t, h.manager, a, "NOT_SELECTED", map[string]any{"outcome": "COVERED_BY_OTHERS", "feedback": " " + words}); code != "" {
				t.Fatal(code)
			}
			if got := feedback(a); got != "SUBMITTED" {
				t.Errorf("before the release the applicant reads %s", got)
			}
		}
		if code := h.move(t, h.manager, none, "NOT_SELECTED", map[string]any{"outcome": "OTHER"}); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, none, "NOT_SELECTED", map[string]any{"outcome": "OTHER", "feedback": strings.Repeat("long ", 1000)}); code != "INVALID" {
			t.Errorf("feedback without an end: %q", code)
		}
		if code := h.release(t, 3); code != "" {
			t.Fatal(code)
		}
		for a, want := range map[*application]string{open: "NOT_SELECTED: " + words, protected: "NOT_SELECTED: " + words, none: "NOT_SELECTED"} {
			if got := feedback(a); got != want {
				t.Errorf("the applicant reads %s, want %s", got, want)
			}
			all := h.told(t, a)
			last := all[len(all)-1]
			if mailed := strings.Contains(last.text, words); mailed != (a == open) || last.template != "not-selected" {
				t.Errorf("%s, %s: %s", last.template, last.status, last.text)
			}
			if a != protected && (!strings.Contains(last.text, "written statement") || !strings.Contains(last.text, "online")) {
				t.Errorf("other ways are not told: %s", last.text)
			}
		}
		if code := h.move(t, h.manager, open, "SUBMITTED", nil); code != "" {
			t.Fatal(code)
		}
		if got := feedback(open) + h.column(t, `SELECT feedback FROM registrations WHERE uid = '`+open.id+`'`); got != "SUBMITTED\n" {
			t.Errorf("back among the others, there is %q", got)
		}
	})
}

// TestStagedDecisionsLeaveNothing: once another step is made, or a decision is taken back, nothing of what was staged
// is left to be read, mailed or released, and the log says that it has ended.
func TestStagedDecisionsLeaveNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		const words = "Others speak of prisons at this meeting."
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
		notSelected := map[string]any{"outcome": "COVERED_BY_OTHERS", "feedback": words}
		asked := map[string]any{"questions": "Since when do you work there?", "respondBy": "2026-02-05T12:00:00Z"}
		other := h.submitted(t, h.states[0])
		for name, test := range map[string]struct {
			staged string
			with   map[string]any
			end    func(a *application) string
			left   string
			logged string // after what is staged
		}{
			"changes asked for": {"NOT_SELECTED", notSelected, func(a *application) string { return h.move(t, officer, a, "CHANGES_REQUESTED", asked) },
				"CHANGES_REQUESTED", "STAGE_NOT_SELECTED_TO_SUBMITTED SUBMITTED_TO_CHANGES_REQUESTED"},
			"changes asked of who was to wait": {"WAITLISTED", map[string]any{"rank": 1}, func(a *application) string { return h.move(t, officer, a, "CHANGES_REQUESTED", asked) },
				"CHANGES_REQUESTED", "STAGE_WAITLISTED_TO_SUBMITTED SUBMITTED_TO_CHANGES_REQUESTED"},
			"shortlisted": {"NOT_SELECTED", notSelected, func(a *application) string {
				return h.move(t, officer, a, "SHORTLISTED", map[string]any{"reason": "We look again."})
			}, "SHORTLISTED", "STAGE_NOT_SELECTED_TO_SUBMITTED SUBMITTED_TO_SHORTLISTED"},
			"withdrawn": {"NOT_SELECTED", notSelected, func(a *application) string { return h.own(t, a, "withdrawApplication") },
				"WITHDRAWN", "STAGE_NOT_SELECTED_TO_SUBMITTED SUBMITTED_TO_WITHDRAWN"},
			"taken back": {"NOT_SELECTED", notSelected, func(a *application) string {
				_, revision := h.stateOf(t, a)
				return h.codeOf(t, h.manager, "unstageDecision", "UnstageDecisionInput", `userErrors { field message code }`, map[string]any{"id": a.id, "revision": revision}, nil)
			}, "SUBMITTED", "STAGE_NOT_SELECTED_TO_SUBMITTED"},
			"an offer staged instead": {"MERGED", map[string]any{"staged": true, "into": other.id, "agreement": "Both wrote."}, func(a *application) string {
				return h.move(t, h.manager, a, "OFFERED", map[string]any{"staged": true})
			}, "SUBMITTED > OFFERED", "STAGE_MERGED_TO_SUBMITTED STAGE_SUBMITTED_TO_OFFERED"},
		} {
			a := h.submitted(t, h.states[0])
			if code := h.move(t, h.manager, a, test.staged, test.with); code != "" {
				t.Fatal(name, code)
			}
			if code := test.end(a); code != "" {
				t.Fatal(name, code)
			}
			h.checkState(t, a, test.left)
			if n := h.rowOf(t, `SELECT COUNT(*) FROM registrations WHERE uid = $1 AND outcome IS NULL AND feedback = '' AND rank IS NULL AND pending_merge_id IS NULL`, a.id); n != 1 {
				t.Errorf("%s: something of what was staged is left", name)
			}
			var read struct {
				Desk struct {
					Registration struct {
						Outcome   *string
						Feedback  string
						Decisions []struct{ Reason string }
					}
				}
			}
			h.must(t, h.manager, `query($id: ID!) { desk { registration(id: $id) { outcome feedback decisions { reason } } } }`, map[string]any{"id": a.id}, &read)
			if r := read.Desk.Registration; r.Outcome != nil || r.Feedback != "" {
				t.Errorf("%s: staff still read %v", name, r)
			}
			for _, m := range h.told(t, a) {
				if m.status != "CANCELLED" && (strings.Contains(m.text, words) || m.status == "DRAFT" && m.template != "offer") {
					t.Errorf("%s: %s is %s", name, m.template, m.status)
				}
			}
			log := strings.Join(strings.Fields(h.column(t, `SELECT operation FROM change_entries WHERE node = '`+a.id+`' ORDER BY id`)), " ")
			if want := "STAGE_SUBMITTED_TO_" + test.staged + " " + test.logged; !strings.HasSuffix(log, want) {
				t.Errorf("%s: the log says %s, want %s", name, log, want)
			}
		}
	})
}

// TestWhoWaitsChangesContactAlone: who waits says how to be reached and when they can, and nothing else; who has an
// offer says who speaks as well.
func TestWhoWaitsChangesContactAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a := h.submitted(t, h.states[0])
		protects := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		available := func() string {
			var done struct{ SaveAvailability applicationAnswer }
			revision := h.rowOf(t, `SELECT own_revision FROM registrations WHERE uid = $1`, a.id)
			h.must(t, a.by, `mutation($input: SaveAvailabilityInput!) { saveAvailability(input: $input) { `+applicationFields+` } }`,
				map[string]any{"input": map[string]any{"id": a.id, "revision": revision, "availability": fmt.Sprint("From ", revision, " March on.")}}, &done)
			if wrong := done.SaveAvailability.UserErrors; len(wrong) > 0 {
				return wrong[0].Code
			}
			return ""
		}
		speaker := func(more map[string]any) string {
			input := map[string]any{"application": a.id, "id": a.speaker, "revision": h.rowOf(t, `SELECT revision FROM participants WHERE uid = $1`, a.speaker)}
			for field, value := range more {
				input[field] = value
			}
			var saved struct{ SaveParticipant participantAnswer }
			h.must(t, a.by, `mutation($input: SaveParticipantInput!) { saveParticipant(input: $input) { `+participantFields+` } }`, map[string]any{"input": input}, &saved)
			if wrong := saved.SaveParticipant.UserErrors; len(wrong) > 0 {
				return wrong[0].Code
			}
			return ""
		}
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		if available() != "" || speaker(map[string]any{"contact": "PHONE"}) != "CONFLICT" {
			t.Error("after the call it is not only said when somebody can speak")
		}
		if code := h.move(t, h.manager, a, "WAITLISTED", map[string]any{"rank": 1}); code != "" {
			t.Fatal(code)
		}
		if available() != "" || speaker(map[string]any{"contact": "PHONE"}) != "CONFLICT" {
			t.Error("that it is to wait shows before it is released")
		}
		if code := h.release(t, 1); code != "" {
			t.Fatal(code)
		}
		for _, test := range []struct {
			of   map[string]any
			want string
		}{
			{map[string]any{"id": nil, "identity": map[string]any{"name": "Another"}}, "CONFLICT"},
			{map[string]any{"gender": "WOMAN"}, "CONFLICT"},
			{map[string]any{"pseudonym": "Somebody"}, "CONFLICT"},
			{map[string]any{"contact": "PHONE", "identity": map[string]any{"name": "Another", "position": "Another", "email": "new@speakers.example.org", "phone": "+41 79"}}, ""},
		} {
			if got := speaker(test.of); got != test.want {
				t.Errorf("who waits changes %v: %q", test.of, got)
			}
		}
		var opened struct {
			OpenIdentity struct {
				Identity struct{ Name, Position, Email, Phone string }
			}
		}
		h.must(t, protects, `mutation($id: ID!) { openIdentity(input: {id: $id, reason: "To see who it is."}) { identity { name position email phone } } }`, map[string]any{"id": a.speaker}, &opened)
		if got := fmt.Sprint(opened.OpenIdentity.Identity); got != "{Wombat "+a.by.UID+"  new@speakers.example.org +41 79}" {
			t.Errorf("the identity is %s", got)
		}
		if code := available(); code != "" {
			t.Errorf("who waits cannot say when they can: %q", code)
		}
		h.stage(t, a)
		if code := h.release(t, 1); code != "" {
			t.Fatal(code)
		}
		if available() != "" || speaker(map[string]any{"gender": "WOMAN"}) != "" {
			t.Error("who has an offer cannot say who speaks, and when they can")
		}
		var read struct {
			Desk struct{ Registration struct{ Availability string } }
		}
		h.must(t, h.manager, `query($id: ID!) { desk { registration(id: $id) { availability } } }`, map[string]any{"id": a.id}, &read)
		if !strings.HasSuffix(read.Desk.Registration.Availability, "March on.") {
			t.Errorf("coordinators read %q", read.Desk.Registration.Availability)
		}
		a.revision = h.rowOf(t, `SELECT own_revision FROM registrations WHERE uid = $1`, a.id)
		if code := h.own(t, a, "confirmOffer"); code != "" {
			t.Fatal(code)
		}
		if code := available(); code != "" {
			t.Errorf("who is confirmed cannot say when they can: %q", code)
		}
		if code := h.own(t, a, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		if available() != "CONFLICT" {
			t.Error("who has withdrawn still says when they can")
		}
	})
}
