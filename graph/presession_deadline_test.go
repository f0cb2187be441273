package graph_test

import (
	"context"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/presession"
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
