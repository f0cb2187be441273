package graph_test

import (
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestMeetingThatWasHeld: it was not before it has begun, whatever is asked for; then nobody gets a place, and
// when it began stays.
func TestMeetingThatWasHeld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		speaks, waiting, offered := h.submitted(t, state), h.submitted(t, state), h.submitted(t, state)
		h.confirmed(t, speaks)
		if code := h.move(t, h.manager, waiting, "WAITLISTED", map[string]any{"rank": 1}); code != "" {
			t.Fatal(code)
		}
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		if code := h.release(t, 1); code != "" {
			t.Fatal(code)
		}
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, offered, "OFFERED", nil); code != "" {
			t.Fatal(code)
		}
		offered.revision++
		change := func(more map[string]any) string {
			more["id"], more["revision"] = h.meeting[state], h.meetingRevision(t, state)
			return h.changeMeeting(t, more)
		}
		if code := change(map[string]any{"state": "HELD"}); code != "CONFLICT" {
			t.Errorf("weeks before it was held: %q", code)
		}
		expires := func() string {
			return h.column(t, `SELECT offer_expires_at FROM registrations WHERE uid = '`+offered.id+`'`)
		}
		before := expires()
		h.plan(t, state, "2026-02-05T09:00:00Z", "Room XXI") // before the offer would have expired
		if got := expires(); got != before {
			t.Errorf("a time that may have been a mistake shortens an offer from %s to %s", before, got)
		}
		h.clock.set("2026-02-05T08:59:59Z")
		if code := change(map[string]any{"state": "HELD"}); code != "CONFLICT" {
			t.Errorf("a second before it was held: %q", code)
		}
		h.sweep(t)
		h.checkState(t, waiting, "WAITLISTED")
		if got := h.count(t, `SELECT COUNT(*) FROM meetings WHERE status <> 'PLANNED'`); got != 0 {
			t.Error("readers see that it was held")
		}
		h.clock.set("2026-02-05T09:00:00Z")
		if code := change(map[string]any{"state": "HELD", "startsAt": "2026-02-06T09:00:00Z"}); code != "CONFLICT" {
			t.Errorf("held a day before it is to begin: %q", code)
		}
		if code := change(map[string]any{"state": "HELD"}); code != "" {
			t.Fatal(code)
		}
		if code := h.own(t, offered, "confirmOffer"); code != "CONFLICT" {
			t.Errorf("a place at a meeting that was held is confirmed: %q", code)
		}
		if code := change(map[string]any{"startsAt": "2026-02-06T09:00:00Z"}); code != "CONFLICT" {
			t.Errorf("what was held is moved: %q", code)
		}
		h.clock.set("2026-02-05T09:00:01Z")
		h.sweep(t)
		h.checkState(t, waiting, "NOT_SELECTED")
		h.checkState(t, offered, "EXPIRED")
		h.checkState(t, speaks, "CONFIRMED")
	})
}

// TestPostponedMeetingIsToCome: a meeting that is postponed begins at none of the times that it had, so that places
// can still be offered, and stand.
func TestPostponedMeetingIsToCome(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		speaks, later := h.submitted(t, state), h.submitted(t, state)
		h.confirmed(t, speaks)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		if code := h.changeMeeting(t, map[string]any{"id": h.meeting[state], "revision": h.meetingRevision(t, state), "state": "POSTPONED", "reason": "The State asked for it."}); code != "" {
			t.Fatal(code)
		}
		h.clock.set("2026-03-02T10:00:00Z")
		if code := h.move(t, h.manager, later, "OFFERED", nil); code != "" {
			t.Errorf("an offer after the time that it had: %q", code)
		}
		h.clock.set("2026-03-02T11:00:00Z")
		h.sweep(t)
		h.checkState(t, later, "OFFERED")
	})
}
