package graph_test

import (
	"fmt"
	"testing"

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
		if code := h.own(t, elsewhere, "submitApplication"); code != "" {
			t.Fatal(code)
		}
		check("of what is submitted elsewhere", map[string]<-chan answer{"the manager": manages, "a reviewer": reviews, "who has a conflict with another": conflicted}, event(other, elsewhere))
		h.giveConsents(t, mine, "PUBLIC NAME")
		check("of a participant", map[string]<-chan answer{"the manager": manages, "the officer": officers, "a reviewer": reviews}, event(state, mine))
		h.advance(t, "CALL_CLOSED")
		check("of the round", map[string]<-chan answer{"the manager": manages, "the officer": officers, "a reviewer": reviews, "who has a conflict": conflicted}, event("", nil))
	})
}
