package graph_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/viewer"
)

// TestStoryOfDeadlines: the call closes with the day in Geneva, on the days on which clocks change
// too, and who began before has an hour more.
func TestStoryOfDeadlines(t *testing.T) {
	for day, closes := range map[string]string{"2026-01-31": "2026-01-31T22:59:59Z", "2026-03-28": "2026-03-28T22:59:59Z", "2026-03-29": "2026-03-29T21:59:59Z", "2026-10-25": "2026-10-25T22:59:59Z"} {
		t.Run(day, func(t *testing.T) {
			h := openHall(t, dbtest.SQLite(t))
			var done struct {
				ChangeRound struct {
					Round struct{ CallClosesAt time.Time }
					outcomeOf
				}
			}
			h.must(t, h.manager, `mutation($input: ChangeRoundInput!) { changeRound(input: $input) { round { callClosesAt } userErrors { message } } }`,
				map[string]any{"input": map[string]any{"id": h.round, "revision": 2, "callCloses": day}}, &done)
			at, err := time.Parse(time.RFC3339, closes)
			if err != nil || !done.ChangeRound.Round.CallClosesAt.Equal(at) {
				t.Fatalf("the call closes at %v, want %s: %v", done.ChangeRound, closes, err)
			}
			drafts := []*application{h.apply(t, h.states[0]), h.apply(t, h.states[0]), h.apply(t, h.states[0])}
			for i, test := range []struct {
				after time.Duration
				want  string
			}{{0, ""}, {time.Hour, ""}, {time.Hour + time.Second, "CONFLICT"}} {
				h.clock.at.Store(at.Add(test.after).Unix())
				h.sweep(t)
				if code := h.own(t, drafts[i], "submitApplication"); code != test.want {
					t.Errorf("%v after the closing time: %q", test.after, code)
				}
			}
			h.clock.at.Store(at.Add(time.Second).Unix())
			var begun struct{ StartApplication applicationAnswer }
			h.must(t, h.person(t), `mutation($id: ID!) { startApplication(input: {preSession: $id}) { `+applicationFields+` } }`, map[string]any{"id": h.meeting[h.states[0]]}, &begun)
			if len(begun.StartApplication.UserErrors) != 1 {
				t.Error("begun after the closing time")
			}
		})
	}
}

// callClosesOn changes the last day of the call.
func (h *hall) callClosesOn(t *testing.T, day string) {
	t.Helper()
	var read struct {
		Desk struct{ Round struct{ Revision int } }
	}
	h.must(t, h.manager, `query($id: ID!) { desk { round(id: $id) { revision } } }`, map[string]any{"id": h.round}, &read)
	if wrong := h.codeOf(t, h.manager, "changeRound", "ChangeRoundInput", `userErrors { code message }`, map[string]any{"id": h.round, "revision": read.Desk.Round.Revision, "callCloses": day}, nil); wrong != "" {
		t.Fatal(wrong)
	}
}

// TestTenDaysAfterTheCall are days in Geneva, also where one of them has 23 hours.
func TestTenDaysAfterTheCall(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.callClosesOn(t, "2026-03-20")
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
		a := h.submitted(t, h.states[0])
		_, revision := h.stateOf(t, a)
		asks := func(respondBy string) string {
			t.Helper()
			return h.codeOf(t, officer, "moveRegistration", "MoveRegistrationInput", `userErrors { code message }`,
				map[string]any{"id": a.id, "revision": revision, "to": "CHANGES_REQUESTED", "questions": "Since when?", "respondBy": respondBy}, nil)
		}
		if got := asks("2026-03-30T22:00:00Z"); !strings.HasPrefix(got, "INVALID") || !strings.HasSuffix(got, "30 March 2026") {
			t.Errorf("the 31st, in Geneva: %q", got)
		}
		if got := asks("2026-03-30T21:59:59Z"); got != "" {
			t.Errorf("the last second of the 30th, in Geneva: %q", got)
		}
	})
}

// TestThreeDaysBeforeAMeeting end at the hour of the meeting in Geneva, also where one of them has 23 hours.
func TestThreeDaysBeforeAMeeting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.takesFiles(t)
		a := h.submitted(t, h.states[0])
		h.confirmed(t, a)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, h.states[0], "2026-03-30T08:00:00Z", "Room XXI") // at ten, and on the 27th that is at nine
		begin := func() string {
			t.Helper()
			_, code := h.statement(t, a.by, "beginStatement", "BeginStatementInput", map[string]any{"application": a.id, "language": "EN"})
			return code
		}
		h.clock.set("2026-03-27T08:59:59Z")
		if code := begin(); code != "" {
			t.Errorf("before ten in Geneva: %q", code)
		}
		h.clock.set("2026-03-27T09:00:00Z")
		if code := begin(); code != "CONFLICT" {
			t.Errorf("at ten in Geneva: %q", code)
		}
	})
}

// TestIncompleteAfterTheCall: who could not save what is missing is told that the call has closed.
func TestIncompleteAfterTheCall(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a := h.apply(t, h.states[0])
		if got := h.saveAnswers(t, a, map[string]any{"aims": ""}); got != "" {
			t.Fatal(got)
		}
		submit := func() string {
			t.Helper()
			return h.codeOf(t, a.by, "submitApplication", "ApplicationInput", `userErrors { code message }`, map[string]any{"id": a.id, "revision": a.revision}, nil)
		}
		if got := submit(); !strings.HasPrefix(got, "INVALID") || !strings.Contains(got, "missing") {
			t.Errorf("while the call is open: %q", got)
		}
		h.clock.set("2026-02-02T12:00:00Z")
		if got := submit(); !strings.HasPrefix(got, "CONFLICT") || !strings.Contains(got, "closed since 31 January 2026") {
			t.Errorf("after the call: %q", got)
		}
		if got := h.saveAnswers(t, a, nil); !strings.HasPrefix(got, "CONFLICT") {
			t.Errorf("saved after the call: %q", got)
		}
	})
}

// TestSweepWritesOnlyWhereACallIsDue sweeps while somebody else changes the database: that nothing
// is due is found out without waiting for them.
func TestSweepWritesOnlyWhereACallIsDue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := func() (state string) {
			t.Helper()
			if err := h.db.SQL.QueryRow("SELECT state FROM rounds WHERE uid = $1", h.round).Scan(&state); err != nil {
				t.Fatal(err)
			}
			return state
		}
		sweepBeside := func(when string) {
			t.Helper()
			before := h.head(t)
			err := database.WithTx(t.Context(), h.db, func(tx *database.Tx) error {
				if _, err := tx.ExecContext(t.Context(), "UPDATE log_heads SET id = id"); err != nil {
					return err
				}
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				return presession.New(h.db, h.clock.now, h.means).Sweep(ctx)
			})
			if err != nil || h.head(t) != before {
				t.Errorf("%s: the sweep writes: %v", when, err)
			}
		}
		sweepBeside("before the end")
		h.clock.set("2026-02-01T02:00:00Z")
		before := h.head(t)
		h.sweep(t)
		if h.head(t) == before || state() != "CALL_CLOSED" {
			t.Errorf("the call is over, and the round is %s", state())
		}
		sweepBeside("after the end")
	})
}

// head is where the log ends.
func (h *hall) head(t *testing.T) changelog.Head {
	t.Helper()
	head, err := changelog.ReadHead(t.Context(), h.db.SQL)
	if err != nil {
		t.Fatal(err)
	}
	return head
}
