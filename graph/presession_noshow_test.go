package graph_test

import (
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestStoryOfANoShow: that somebody did not come deletes nothing, and is corrected with a reason.
func TestStoryOfANoShow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a := h.submitted(t, h.states[0])
		h.giveConsents(t, a, "PUBLIC NAME", "PUBLIC ORGANISATION")
		h.confirmed(t, a)
		h.clock.set("2026-02-01T00:30:01Z")
		h.sweep(t)
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, h.states[0], "2026-03-02T08:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer})
		h.clock.set("2026-03-02T20:00:00Z")
		for _, step := range []struct{ to, reason, want string }{
			{"NO_SHOW", "", ""}, {"SPOKE", "", "INVALID"}, {"SPOKE", "They were late.", ""}, {"NO_SHOW", "", "INVALID"}, {"NO_SHOW", "It was somebody else.", ""}, {"SPOKE", "It was not.", ""},
		} {
			if code := h.move(t, officer, a, step.to, map[string]any{"reason": step.reason}); code != step.want {
				t.Errorf("%s because %q: %q, want %q", step.to, step.reason, code, step.want)
			}
			if got := h.count(t, `SELECT COUNT(*) FROM speakers WHERE status = 'PUBLISHED' AND name <> ''`); got != 1 {
				t.Errorf("%d speakers are named after %s, want 1", got, step.to)
			}
		}
		h.checkState(t, a, "SPOKE")
	})
}
