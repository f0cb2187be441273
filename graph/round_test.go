package graph_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// createRound begins the round of a session, and returns its id or why not.
func (h *hall) createRound(t testing.TB, session int, opens, closes string) (id, code, words string) {
	t.Helper()
	var made struct {
		CreateRound struct {
			Round struct{ ID string }
			outcomeOf
		}
	}
	h.must(t, h.manager, `mutation($input: CreateRoundInput!) { createRound(input: $input) { round { id } userErrors { field message code } } }`,
		map[string]any{"input": map[string]any{"session": session, "callOpens": opens, "callCloses": closes}}, &made)
	for _, e := range made.CreateRound.UserErrors {
		code, words = code+e.Code, words+e.Field+" "+e.Message
	}
	return made.CreateRound.Round.ID, code, words
}

// TestOneRoundASession: a double click on createRound makes one round, also in the same moment, and the other click is told so. A
// State whose Pre-session is in another round is not in a second one.
func TestOneRoundASession(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		if _, code, words := h.createRound(t, 13, "2026-01-05", "2026-01-31"); code != "CONFLICT" || words != "session 13 has a round already" {
			t.Errorf("a second round is %s %q", code, words)
		}
		var wait sync.WaitGroup
		ids, codes := make([]string, 4), make([]string, 4)
		for i := range ids {
			wait.Go(func() { ids[i], codes[i], _ = h.createRound(t, 12, "2026-01-05", "2026-01-31") })
		}
		wait.Wait()
		if n := h.rowOf(t, `SELECT COUNT(*) FROM rounds r JOIN sessions s ON s.id = r.session_id WHERE s.number = 12`); n != 1 || strings.Count(strings.Join(codes, " "), "CONFLICT") != 3 {
			t.Errorf("%d rounds, %v %v", n, ids, codes)
		}
		moved := h.states[0]
		if _, err := h.db.SQL.Exec(`UPDATE reviews SET session_id = (SELECT id FROM sessions WHERE number = 11) WHERE id = (SELECT review_id FROM pre_sessions WHERE uid = '` + h.meeting[moved] + `')`); err != nil {
			t.Fatal(err)
		}
		if id, code, words := h.createRound(t, 11, "2026-01-05", "2026-01-31"); id == "" {
			t.Errorf("a session into which a State was moved has no round: %s %s", code, words)
		}
		if n := h.rowOf(t, `SELECT COUNT(*) FROM pre_sessions m JOIN reviews r ON r.id = m.review_id JOIN states s ON s.id = r.state_id WHERE s.iso3 = '`+moved+`' AND r.session_id = (SELECT id FROM sessions WHERE number = 11)`); n != 1 {
			t.Errorf("%s has %d Pre-sessions of one review", moved, n)
		}
	})
}
