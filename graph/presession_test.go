package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/viewer"
)

// sweep lets time do what it does.
func (h *hall) sweep(t *testing.T) {
	t.Helper()
	if err := presession.New(h.db, h.clock.now, h.means).Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestStoryOfARound goes from the call to the day itself.
func TestStoryOfARound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state})
		reviewer := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round})
		var all []*application
		for range 9 {
			all = append(all, h.submitted(t, state))
		}
		asked, left, merged := all[6], all[7], all[8]

		respondBy := map[string]any{"questions": "Since when do you work there?", "respondBy": "2026-02-05T12:00:00Z"}
		if code := h.move(t, officer, asked, "CHANGES_REQUESTED", respondBy); code != "" {
			t.Fatal(code)
		}
		if got := h.seen(t, asked); !strings.Contains(got, "Since when") {
			t.Errorf("the applicant sees %s", got)
		}
		asked.revision++
		if code := h.own(t, asked, "submitApplication"); code != "" {
			t.Error(code)
		}
		if code := h.move(t, officer, all[0], "SHORTLISTED", nil); code != "INVALID" {
			t.Errorf("shortlisted without an evaluation: %q", code)
		}
		for i, a := range all[:7] {
			var done struct{ EvaluateRegistration outcomeOf }
			h.must(t, reviewer, `mutation($input: EvaluateRegistrationInput!) { evaluateRegistration(input: $input) { userErrors { message } } }`,
				map[string]any{"input": map[string]any{"id": a.id, "score": 1 + i%5, "notes": "as I see it"}}, &done)
			if code := h.move(t, officer, a, "SHORTLISTED", nil); code != "" {
				t.Fatal(code)
			}
		}
		h.clock.set("2026-02-01T02:00:00Z")
		h.sweep(t)

		for _, a := range all[:6] {
			if code := h.move(t, h.manager, a, "OFFERED", map[string]any{"staged": true}); code != "" {
				t.Fatal(code)
			}
		}
		if code := h.move(t, h.manager, asked, "OFFERED", map[string]any{"staged": true}); code != "CONFLICT" {
			t.Errorf("a seventh place of six: %q", code)
		}
		for _, decide := range []string{
			h.move(t, h.manager, asked, "WAITLISTED", map[string]any{"rank": 1}),
			h.move(t, h.manager, left, "NOT_SELECTED", map[string]any{"outcome": "CAPACITY"}),
			h.move(t, h.manager, merged, "MERGED", map[string]any{"staged": true, "into": all[0].id, "agreement": "Both wrote to us."}),
		} {
			if decide != "" {
				t.Fatal(decide)
			}
		}
		before := h.seen(t, all[0])
		if code := h.release(t, 3); code != "CONFLICT" {
			t.Errorf("a release of what was not looked at: %q", code)
		}
		if h.seen(t, all[0]) != before {
			t.Error("a refused release is seen by an applicant")
		}
		if code := h.release(t, 9); code != "" {
			t.Fatal(code)
		}
		h.advance(t, "DECISIONS_RELEASED")
		for a, want := range map[*application]string{all[0]: "OFFERED", asked: "WAITLISTED", left: "NOT_SELECTED", merged: "MERGED"} {
			h.checkState(t, a, want)
			a.revision++
		}

		// One confirms, by a double click; one declines; one forgets.
		for range 2 {
			if code := h.own(t, all[0], "confirmOffer"); code != "" {
				t.Error(code)
			}
			all[0].revision--
		}
		all[0].revision++
		h.checkState(t, all[0], "CONFIRMED")
		if code := h.own(t, all[1], "withdrawApplication"); code != "" {
			t.Error(code)
		}
		h.checkState(t, asked, "WAITLISTED > OFFERED")
		if code := h.release(t, 1); code != "" {
			t.Error(code)
		}
		h.clock.set("2026-02-09T03:00:00Z")
		h.sweep(t)
		h.sweep(t)
		h.checkState(t, all[2], "EXPIRED")
		h.checkState(t, all[0], "CONFIRMED")

		var done struct {
			ChangePreSession struct {
				PreSession struct {
					Slots int
					State string
				}
				outcomeOf
			}
		}
		h.must(t, h.manager, `mutation($input: ChangePreSessionInput!) { changePreSession(input: $input) { preSession { slots state } userErrors { field message } } }`,
			map[string]any{"input": map[string]any{"id": h.meeting[state], "revision": h.meetingRevision(t, state), "state": "SCHEDULED", "startsAt": "2026-02-20T09:00:00Z", "room": "XXVII", "duration": 90}}, &done)
		if p := done.ChangePreSession; p.PreSession.Slots != 12 || p.PreSession.State != "SCHEDULED" {
			t.Errorf("after the change: %+v", p)
		}
		if code := h.move(t, officer, all[0], "SPOKE", nil); code != "CONFLICT" {
			t.Errorf("spoke before the day: %q", code)
		}
		h.clock.set("2026-02-20T10:00:00Z")
		if code := h.move(t, officer, all[0], "SPOKE", nil); code != "" {
			t.Error(code)
		}
		var read struct {
			Desk struct {
				Registration struct {
					State     string
					Score     float64
					Decisions []struct{ From, To, Actor, As string }
				}
			}
		}
		h.must(t, h.manager, `query($id: ID!) { desk { registration(id: $id) { state score decisions { from to actor as } } } }`, map[string]any{"id": all[0].id}, &read)
		got := fmt.Sprint(read.Desk.Registration.Decisions)
		for _, want := range []string{"{NEW DRAFT applicant APPLICANT", "{SHORTLISTED OFFERED " + h.manager.UID + " MANAGER", "{CONFIRMED SPOKE " + officer.UID + " OFFICER state:" + state} {
			if !strings.Contains(got, want) {
				t.Errorf("the decisions %s lack %s", got, want)
			}
		}
	})
}

func (h *hall) meetingRevision(t *testing.T, state string) int {
	t.Helper()
	return h.rowOf(t, `SELECT revision FROM pre_sessions WHERE uid = $1`, h.meeting[state])
}
