package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestCallsOpenByThemselves: a call opens with its first day in Geneva, once, by the program; one that is over does not.
func TestCallsOpenByThemselves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		begin := func(session int, opens, closes string) string {
			var made struct {
				CreateRound struct {
					Round struct{ ID string }
					outcomeOf
				}
			}
			h.must(t, h.manager, `mutation($input: CreateRoundInput!) { createRound(input: $input) { round { id } userErrors { message } } }`, map[string]any{"input": map[string]any{"session": session, "callOpens": opens, "callCloses": closes}}, &made)
			if made.CreateRound.Round.ID == "" {
				t.Fatal(made.CreateRound.UserErrors)
			}
			return made.CreateRound.Round.ID
		}
		coming, over := begin(12, "2026-01-20", "2026-01-31"), begin(11, "2025-12-01", "2025-12-31")
		state := func(id string) string {
			return strings.TrimSpace(h.column(t, `SELECT state FROM rounds WHERE uid = '`+id+`'`))
		}
		h.clock.set("2026-01-19T22:59:59Z")
		h.sweep(t)
		if got := state(coming); got != "DRAFT" {
			t.Errorf("a second before its first day the round is %s", got)
		}
		h.clock.set("2026-01-19T23:00:00Z")
		h.sweep(t)
		head := h.head(t)
		h.sweep(t)
		if state(coming) != "CALL_OPEN" || state(over) != "DRAFT" || h.head(t) != head {
			t.Errorf("the rounds are %s and %s; swept again, the log has %v, before %v", state(coming), state(over), h.head(t), head)
		}
		if got := h.column(t, `SELECT c.actor FROM changes c JOIN change_entries e ON e.change_id = c.id WHERE e.operation = 'TO_CALL_OPEN' AND e.node = '`+coming+`'`); strings.TrimSpace(got) != "program:presession" {
			t.Errorf("it was opened by %q", got)
		}
	})
}
