package graph_test

import (
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestTimesBeyondTheCalendar: moments and days that no answer could write are refused before they are kept, and
// the farthest that are taken can be read again. One that was kept broke the list that it was in for good.
func TestTimesBeyondTheCalendar(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a := h.submitted(t, h.states[0])
		reads := func() {
			t.Helper()
			h.must(t, h.manager, `query($id: ID!) { desk { accessCodes(round: $id) { validUntil } round(id: $id) { evaluationPhases { opensAt closesAt } meetings { startsAt } } registrations(round: $id) { nodes { unavailable { from to } } } } }`, map[string]any{"id": h.round}, nil)
		}
		for _, at := range []struct {
			from, to, first, last, want string
		}{
			{"0002-01-01T00:00:00Z", "9999-12-31T23:59:59-23:00", "2026-01-20", "2026-01-25", "INVALID"},
			{"0002-01-01T00:00:00Z", "9998-12-31T23:59:59-23:00", "0000-01-01", "9999-12-31", "INVALID"},
			{"0002-01-01T00:00:00Z", "9998-12-31T23:59:59-23:00", "0001-01-01", "9999-12-31", ""},
		} {
			code := h.ask(t, h.manager, `mutation($code: CreateAccessCodeInput!, $round: ChangeRoundInput!) {
				createAccessCode(input: $code) { userErrors { code } } changeRound(input: $round) { userErrors { code } } }`, map[string]any{
				"code":  map[string]any{"round": h.round, "label": "Late", "maximumUses": 1, "validUntil": at.to},
				"round": map[string]any{"id": h.round, "revision": h.rowOf(t, `SELECT revision FROM rounds WHERE uid = $1`, h.round), "evaluationPhases": []any{map[string]any{"opens": at.first, "closes": at.last, "applicantsEdit": true}}},
			}, nil)
			if code != at.want {
				t.Errorf("until %s, from %s on: %q, want %q", at.to, at.first, code, at.want)
			}
			want := at.want
			if at.first == "0000-01-01" {
				want = "" // its moments can be written
			}
			code = h.ask(t, a.by, `mutation($input: SaveAvailabilityInput!) { saveAvailability(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{
				"id": a.id, "revision": h.rowOf(t, `SELECT own_revision FROM registrations WHERE uid = $1`, a.id), "unavailable": []any{map[string]any{"from": at.from, "to": at.to}},
			}}, nil)
			if code != want {
				t.Errorf("cannot until %s: %q, want %q", at.to, code, want)
			}
			reads()
		}
		code := h.ask(t, a.by, `mutation($input: SaveAvailabilityInput!) { saveAvailability(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{
			"id": a.id, "revision": 1, "unavailable": []any{map[string]any{"from": "0001-01-01T00:00:00Z", "to": "2026-03-01T00:00:00Z"}},
		}}, nil)
		if code != "INVALID" {
			t.Errorf("the first moment of all: %q", code)
		}
	})
}
