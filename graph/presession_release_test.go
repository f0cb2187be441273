package graph_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/viewer"
)

// refusal is what a release of decisions is refused with.
func (h *hall) refusal(t *testing.T, expected int) string {
	t.Helper()
	var done struct{ ReleaseDecisions outcomeOf }
	h.must(t, h.manager, `mutation($input: ReleaseDecisionsInput!) { releaseDecisions(input: $input) { userErrors { field message code } } }`,
		map[string]any{"input": map[string]any{"round": h.round, "expected": expected}}, &done)
	if len(done.ReleaseDecisions.UserErrors) == 0 {
		return ""
	}
	return done.ReleaseDecisions.UserErrors[0].Message
}

// stage stages an offer.
func (h *hall) stage(t *testing.T, a *application) {
	t.Helper()
	if code := h.move(t, h.manager, a, "OFFERED", map[string]any{"staged": true}); code != "" {
		t.Fatal(code)
	}
}

// TestReleaseLooksAgain: an offer that was possible when it was staged is not made where it is not
// any more, and the refusal names its registration.
func TestReleaseLooksAgain(t *testing.T) {
	for name, since := range map[string]func(t *testing.T, h *hall, a *application){
		"the level of protection was raised": func(t *testing.T, h *hall, a *application) {
			h.must(t, a.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 1}) { userErrors { code } } }`, map[string]any{"id": a.speaker}, nil)
		},
		"somebody who is protected was added": func(t *testing.T, h *hall, a *application) {
			h.participant(t, a, map[string]any{"level": 2})
		},
		"the meeting has begun": func(t *testing.T, h *hall, a *application) {
			h.plan(t, h.states[0], "2026-03-02T08:00:00Z", "Room XXI")
			h.clock.set("2026-03-02T08:00:00Z")
		},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, url string) {
				h := openHall(t, url)
				a := h.submitted(t, h.states[0])
				h.stage(t, a)
				since(t, h, a)
				reference := ""
				if err := h.db.SQL.QueryRow(`SELECT reference FROM registrations WHERE uid = $1`, a.id).Scan(&reference); err != nil {
					t.Fatal(err)
				}
				if refused := h.refusal(t, 1); !strings.Contains(refused, reference) {
					t.Errorf("the release is refused with %q, which does not name %s", refused, reference)
				}
				h.checkState(t, a, "SUBMITTED > OFFERED")
			})
		})
	}
}

// TestStagedForTwoMeetings: who is to have a place at one meeting has none at another at that time.
func TestStagedForTwoMeetings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		first, second := h.submitted(t, h.states[0]), h.submitted(t, h.states[1])
		for _, a := range []*application{first, second} {
			h.participant(t, a, map[string]any{"identity": map[string]any{"name": "Wombat", "email": "wombat@speakers.example.org"}})
		}
		h.plan(t, h.states[0], "2026-03-02T08:00:00Z", "Room XXI")
		h.plan(t, h.states[1], "2026-03-02T08:30:00Z", "Room XXII")
		h.stage(t, first)
		if code := h.move(t, h.manager, second, "OFFERED", map[string]any{"staged": true}); code != "CONFLICT" {
			t.Errorf("a second place at the same time: %q", code)
		}
		h.checkState(t, second, "SUBMITTED")
	})
}

// TestVetoOfARelease: what may veto a move is asked again when it becomes known.
func TestVetoOfARelease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a := h.submitted(t, h.states[0])
		h.stage(t, a)
		meetings := h.resolver(nil).PreSessions
		meetings.Veto = func(_ context.Context, id string, from, to presession.State) error {
			if id != a.id || from != presession.Submitted || to != presession.Offered {
				t.Errorf("asked about %s from %s to %s", id, from, to)
			}
			return fault.Conflict("the extension says no")
		}
		_, err := meetings.ReleaseDecisions(viewer.NewContext(t.Context(), h.manager), presession.Release{Round: h.round, Expected: 1})
		if err == nil || !strings.Contains(err.Error(), "the extension says no") {
			t.Errorf("got %v", err)
		}
		h.checkState(t, a, "SUBMITTED > OFFERED")
	})
}

// TestMergersIntoWhatEnds: a merger is not staged into what is to be not selected, nor that while a merger into it waits;
// where both are, the release names both registrations, and goes on once one of the decisions is taken back.
func TestMergersIntoWhatEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		merged, into, other := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		stages := func(a *application, to string, more map[string]any) string {
			t.Helper()
			_, revision := h.stateOf(t, a)
			input := map[string]any{"id": a.id, "revision": revision, "to": to, "staged": true}
			for field, value := range more {
				input[field] = value
			}
			return h.codeOf(t, h.manager, "moveRegistration", "MoveRegistrationInput", `userErrors { field message code }`, input, nil)
		}
		merger, ends := map[string]any{"into": into.id, "agreement": "Both wrote."}, map[string]any{"outcome": "CAPACITY"}
		if code := stages(into, "NOT_SELECTED", ends); code != "" {
			t.Fatal(code)
		}
		if code := stages(merged, "MERGED", merger); !strings.HasPrefix(code, "CONFLICT") || !strings.Contains(code, h.reference(t, into)) {
			t.Errorf("a merger into what is to be not selected: %q", code)
		}
		h.unstage(t, into)
		if code := stages(merged, "MERGED", merger); code != "" {
			t.Fatal(code)
		}
		if code := stages(into, "NOT_SELECTED", ends); !strings.HasPrefix(code, "CONFLICT") || !strings.Contains(code, h.reference(t, merged)) {
			t.Errorf("what another is to be merged into is to be not selected: %q", code)
		}
		h.checkState(t, into, "SUBMITTED")
		h.stage(t, other)
		if _, err := h.db.SQL.Exec(`UPDATE registrations SET pending_state = 'NOT_SELECTED', outcome = 'CAPACITY' WHERE uid = $1`, into.id); err != nil { // as it could be staged before
			t.Fatal(err)
		}
		if refused := h.refusal(t, 3); !strings.Contains(refused, h.reference(t, merged)) || !strings.Contains(refused, h.reference(t, into)) {
			t.Errorf("the release is refused with %q", refused)
		}
		h.unstage(t, into)
		if code := h.release(t, 2); code != "" {
			t.Fatal(code)
		}
		h.checkState(t, merged, "MERGED")
		h.checkState(t, other, "OFFERED")
	})
}

// TestReleaseOfWhatWasRead: where a manager says which decisions they have read, nothing else is made known, though there are as many.
func TestReleaseOfWhatWasRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a, b := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		release := func(read ...*application) (string, any) {
			list := []any{}
			for _, r := range read {
				list = append(list, map[string]any{"registration": r.id, "revision": r.revision})
			}
			var done map[string]any
			code := h.codeOf(t, h.manager, "releaseDecisions", "ReleaseDecisionsInput", `released userErrors { field message code }`, map[string]any{"round": h.round, "expected": 1, "read": list}, &done)
			return code, done["released"]
		}
		stage := func(r *application, outcome string) {
			if code := h.move(t, h.manager, r, "NOT_SELECTED", map[string]any{"outcome": outcome}); code != "" {
				t.Fatal(code)
			}
		}
		stage(a, "CAPACITY")
		_, a.revision = h.stateOf(t, a)
		h.unstage(t, a)
		stage(b, "CAPACITY")
		if code, _ := release(a); !strings.HasPrefix(code, "CONFLICT has the decision on") {
			t.Errorf("another registration is decided by now: %q", code)
		}
		h.unstage(t, b)
		stage(a, "LATE")
		if code, _ := release(a); !strings.HasPrefix(code, "CONFLICT has the decision on") {
			t.Errorf("it is decided otherwise by now: %q", code)
		}
		h.checkState(t, a, "SUBMITTED > NOT_SELECTED")
		_, a.revision = h.stateOf(t, a)
		if code, released := release(a); code != "" || fmt.Sprint(released) != "1" {
			t.Errorf("as it was read: %q, %v", code, released)
		}
	})
}

// TestDecisionsWait: an offer, and a merger, wait for the release unless it is said that they do not.
func TestDecisionsWait(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a, into := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		for to, more := range map[string]map[string]any{"OFFERED": {}, "MERGED": {"into": into.id, "agreement": "Both wrote."}} {
			more["staged"] = nil
			if code := h.move(t, h.manager, a, to, more); code != "" {
				t.Fatal(code)
			}
			h.checkState(t, a, "SUBMITTED > "+to)
		}
		if code := h.move(t, h.manager, a, "OFFERED", map[string]any{"staged": false}); code != "" {
			t.Fatal(code)
		}
		h.checkState(t, a, "OFFERED")
	})
}
