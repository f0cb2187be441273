package graph_test

import (
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestMeetingThatIsNotHeld: who waits for it or has an offer is told, and confirms nothing any more; for who
// has a place staff have a draft.
func TestMeetingThatIsNotHeld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		offered, waiting, other, speaks := h.submitted(t, state), h.submitted(t, state), h.submitted(t, h.states[1]), h.submitted(t, state)
		h.confirmed(t, speaks)
		if code := h.move(t, h.manager, waiting, "WAITLISTED", map[string]any{"rank": 1}); code != "" {
			t.Fatal(code)
		}
		h.stage(t, offered)
		h.stage(t, other)
		if code := h.release(t, 3); code != "" {
			t.Fatal(code)
		}
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		if got := h.newsTo(t, offered); got != "agenda-changed:DRAFT" {
			t.Errorf("where it has moved, who has an offer is to be told %q", got)
		}
		if code := h.changeMeeting(t, map[string]any{"id": h.meeting[state], "revision": h.meetingRevision(t, state), "state": "NOT_HELD", "reason": "Too few apply."}); code != "" {
			t.Fatal(code)
		}
		if got := h.newsTo(t, offered); got != "agenda-changed:CANCELLED" {
			t.Errorf("before their registration ends, who has an offer is to be told %q", got)
		}
		offered.revision++
		if code := h.own(t, offered, "confirmOffer"); code != "CONFLICT" {
			t.Errorf("confirming a place at a meeting that is not held: %q", code)
		}
		h.sweep(t)
		h.sweep(t)
		for _, a := range []*application{offered, waiting} {
			h.checkState(t, a, "NOT_SELECTED")
			if got := h.count(t, `SELECT COUNT(*) FROM registrations WHERE outcome = 'NOT_HELD' AND uid = '`+a.id+`'`); got != 1 {
				t.Errorf("%s has another outcome", a.id)
			}
			if got := h.count(t, `SELECT COUNT(*) FROM outbox_messages WHERE template = 'not-held' AND status = 'QUEUED' AND about = '`+a.id+`'`); got != 1 {
				t.Errorf("%s is told %d times, want once", a.id, got)
			}
		}
		h.checkState(t, other, "OFFERED")
		if last := h.told(t, speaks); last[len(last)-1].template != "not-held" || last[len(last)-1].status != "DRAFT" {
			t.Errorf("who had confirmed a place is told %v", last[len(last)-1])
		}
	})
}
