package graph_test

import (
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestAgendaHasWhoWasMerged: who speaks for a registration that was merged is in the agenda with the
// one that speaks for both, and leaves it with that one.
func TestAgendaHasWhoWasMerged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		into, merged := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		for _, a := range []*application{into, merged} {
			h.giveConsents(t, a, "PUBLIC NAME", "PUBLIC ORGANISATION")
		}
		if code := h.move(t, h.manager, merged, "MERGED", map[string]any{"into": into.id, "agreement": "Both wrote."}); code != "" {
			t.Fatal(code)
		}
		h.confirmed(t, into)
		h.clock.set("2026-02-01T00:30:01Z")
		h.sweep(t)
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, h.states[0], "2026-03-02T08:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		if got := h.count(t, `SELECT COUNT(*) FROM speakers WHERE status = 'PUBLISHED' AND name <> ''`); got != 2 {
			t.Errorf("%d speakers are named, want 2", got)
		}
		if code := h.own(t, into, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		if got := h.count(t, `SELECT COUNT(*) FROM speakers WHERE status = 'PUBLISHED'`); got != 0 {
			t.Errorf("%d speakers are left of a registration that was withdrawn", got)
		}
	})
}
