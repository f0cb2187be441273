package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestRoundChanged: whoever works with a round is told the ids of what changes in it and they see, and
// nothing else: no draft, nothing of another State, of another round, or of what they may not open.
func TestRoundChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state, other := h.states[0], h.states[1]
		watch := fmt.Sprintf(`subscription { roundChanged(round: %q) { round preSession registration } }`, h.round)
		foreign := h.staffMember(t, viewer.Grant{Role: viewer.Manager, Scope: "round:rnd_other"})
		for v, want := range map[*viewer.Viewer]string{nil: "UNAUTHENTICATED", with(viewer.Editor): "FORBIDDEN", foreign: "NOT_FOUND"} {
			if a, more := next(t, h.listen(t, v, watch)); !more || len(a.Errors) != 1 || a.Errors[0].Extensions.Code != want {
				t.Errorf("want %s, got %+v", want, a)
			}
		}
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state})
		biased := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round})
		reviewer := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round})
		mine := h.submitted(t, state)
		if code := h.evaluate(t, biased, mine, map[string]any{"conflict": true}); code != "" {
			t.Fatal(code)
		}
		manages, officers, conflicted, reviews := h.listen(t, h.manager, watch), h.listen(t, officer, watch), h.listen(t, biased, watch), h.listen(t, reviewer, watch)
		// Each listener hears the last of these, and what it sees of those before.
		elsewhere := h.apply(t, other)                                                     // a draft: nobody
		if code := h.evaluate(t, reviewer, mine, map[string]any{"score": 3}); code != "" { // not for those who only evaluate
			t.Fatal(code)
		}
		check := func(when string, of map[string]<-chan answer, want string) {
			t.Helper()
			for who, answers := range of {
				a, more := next(t, answers)
				if got := string(a.Data); !more || len(a.Errors) > 0 || got != want {
					t.Errorf("%s %s hears %s %+v, want %s", when, who, got, a.Errors, want)
				}
			}
		}
		event := func(state string, a *application) string {
			meeting, registration := "null", "null"
			if state != "" {
				meeting = fmt.Sprintf("%q", h.meeting[state])
			}
			if a != nil {
				registration = fmt.Sprintf("%q", a.id)
			}
			return fmt.Sprintf(`{"roundChanged":{"round":%q,"preSession":%s,"registration":%s}}`, h.round, meeting, registration)
		}
		check("of an evaluation", map[string]<-chan answer{"the manager": manages, "the officer": officers}, event(state, mine))
		// What all see, before the draft is one no more: who has not heard of it yet would then hear of it.
		if code := h.codeOf(t, h.manager, "changeRound", "ChangeRoundInput", `userErrors { field message code }`, map[string]any{"id": h.round, "revision": h.rowOf(t, `SELECT revision FROM rounds WHERE uid = $1`, h.round),
			"evaluationPhases": []map[string]any{{"opens": "2026-01-01", "closes": "2026-01-31", "reviewersSeeNames": true}}}, nil); code != "" {
			t.Fatal(code)
		}
		everybody := map[string]<-chan answer{"the manager": manages, "the officer": officers, "a reviewer": reviews, "who has a conflict": conflicted}
		check("of a phase of the round", everybody, event("", nil))
		if code := h.own(t, elsewhere, "submitApplication"); code != "" {
			t.Fatal(code)
		}
		check("of what is submitted elsewhere", map[string]<-chan answer{"the manager": manages, "a reviewer": reviews, "who has a conflict with another": conflicted}, event(other, elsewhere))
		h.giveConsents(t, mine, "PUBLIC NAME")
		check("of a participant", map[string]<-chan answer{"the manager": manages, "the officer": officers, "a reviewer": reviews}, event(state, mine))
		h.advance(t, "CALL_CLOSED")
		check("of the round", everybody, event("", nil))
	})
}

// TestRoundChangedOfWhatIsSeen: whoever watches is told of what they see change alone: nobody of calendars, identities
// that were opened and owners who invite each other, and who only evaluates of no agreements and owners.
func TestRoundChangedOfWhatIsSeen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHouse(t, url)
		state := h.states[0]
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state})
		reviewer := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round})
		protects := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		quiet, agrees, seen := h.submitted(t, state), h.submitted(t, state), h.submitted(t, state)
		unowned, code := h.onBehalf(t, officer, nil)
		if code != "" {
			t.Fatal(code)
		}
		h.fillIn(t, unowned)
		unowned.speaker = h.participant(t, unowned, nil)
		if code := h.own(t, unowned, "submitApplication"); code != "" {
			t.Fatal(code)
		}
		if code := h.codeOf(t, h.manager, "changeRound", "ChangeRoundInput", `userErrors { field message code }`, map[string]any{"id": h.round, "revision": h.rowOf(t, `SELECT revision FROM rounds WHERE uid = $1`, h.round),
			"evaluationPhases": []map[string]any{{"opens": "2026-01-01", "closes": "2026-01-31", "reviewersSeeNames": false}}}, nil); code != "" {
			t.Fatal(code)
		}
		watch := fmt.Sprintf(`subscription { roundChanged(round: %q) { registration } }`, h.round)
		whole := h.handler
		h.handler = graph.NewHandler(h.resolver(nil), graph.Options{}) // the whole server ends what no session holds
		all := map[string]<-chan answer{"the manager": h.listen(t, h.manager, watch), "the officer": h.listen(t, officer, watch), "the reviewer": h.listen(t, reviewer, watch)}
		h.handler = whole
		hears := func(when string, who string, of ...*application) {
			t.Helper()
			for _, a := range of {
				got, more := next(t, all[who])
				if want := fmt.Sprintf(`{"roundChanged":{"registration":%q}}`, a.id); !more || len(got.Errors) > 0 || string(got.Data) != want {
					t.Errorf("%s %s hears %s %+v, want %s", when, who, got.Data, got.Errors, want)
				}
			}
		}
		ends := func(when string, staff ...*application) { // with what all see
			t.Helper()
			h.giveConsents(t, seen, "PUBLIC NAME")
			hears(when, "the manager", append(staff, seen)...)
			hears(when, "the officer", append(staff, seen)...)
			hears(when, "the reviewer", seen)
		}
		h.must(t, quiet.by, `mutation($id: ID!) { newCalendarLink(input: {id: $id, revision: 1}) { link } }`, map[string]any{"id": quiet.id}, nil)
		h.must(t, protects, `mutation($id: ID!) { openIdentity(input: {id: $id, reason: "To see who it is."}) { userErrors { code } } }`, map[string]any{"id": quiet.speaker}, nil)
		if code := h.invite(t, quiet, "second@example.org"); code != "" {
			t.Fatal(code)
		}
		_, link, _ := h.link(t)
		h.follow(t, link)
		ends("of what nobody sees")
		if code := h.agrees(t, agrees, h.reference(t, seen)); code != "" {
			t.Fatal(code)
		}
		ends("of an agreement while names are hidden", agrees)
		if code := h.invite(t, unowned, "first@example.org"); code != "" {
			t.Fatal(code)
		}
		ends("of an owner whom staff invite", unowned)
		for who, by := range map[string]*viewer.Viewer{"an officer": officer, "a reviewer": reviewer} {
			var read struct {
				Desk struct {
					Registration struct{ Decisions []struct{ To string } }
				}
			}
			h.must(t, by, `query($id: ID!) { desk { registration(id: $id) { decisions { to } } } }`, map[string]any{"id": unowned.id}, &read)
			if got := strings.Contains(fmt.Sprint(read.Desk.Registration.Decisions), "INVITE_OWNER"); got != (by == officer) {
				t.Errorf("%s reads that an owner was invited: %v", who, got)
			}
		}
		_, link, _ = h.link(t)
		h.follow(t, link)
		for who := range all {
			hears("of its first owner", who, unowned)
		}
	})
}
