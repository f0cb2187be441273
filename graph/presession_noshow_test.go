package graph_test

import (
	"slices"
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

// TestAgendaOfTheDay: who has spoken, or has not come, stays in the agenda as it was, also once the meeting
// was held, and is told of no change.
func TestAgendaOfTheDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		spoke, absent, first := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[1])
		for _, a := range []*application{spoke, absent, first} {
			h.confirmed(t, a)
		}
		h.clock.set("2026-02-01T00:30:01Z")
		h.sweep(t)
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, h.states[0], "2026-03-02T08:00:00Z", "Room XXI")
		h.plan(t, h.states[1], "2026-03-02T13:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		h.clock.set("2026-03-02T09:30:00Z")
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer})
		for a, to := range map[*application]string{spoke: "SPOKE", absent: "NO_SHOW"} {
			if code := h.move(t, officer, a, to, nil); code != "" {
				t.Fatal(code)
			}
		}
		owed := []string{"STATEMENT_MISSING " + h.states[0], "STATEMENT_MISSING " + h.states[1]}
		if got := h.warned(t); !slices.Equal(got, owed) {
			t.Errorf("on the day it warns of %v", got)
		}
		mails := h.count(t, `SELECT COUNT(*) FROM outbox_messages`)
		if changes, code := h.publish(t, owed...); code != "" || len(changes) != 0 {
			t.Errorf("on the day it says %v %s", changes, code)
		}
		h.changePlan(t, h.states[0], map[string]any{"room": "Room XXII"})
		if changes, code := h.publish(t, owed...); code != "" || !slices.Equal(changes, []string{spoke.id + " MOVED", absent.id + " MOVED"}) {
			t.Errorf("of the room in which it was it says %v %s", changes, code)
		}
		h.changePlan(t, h.states[0], map[string]any{"state": "HELD"})
		if got := h.warned(t); !slices.Equal(got, owed[1:]) {
			t.Errorf("of what was held it warns of %v", got)
		}
		if changes, code := h.publish(t, owed[1:]...); code != "" || len(changes) != 0 {
			t.Errorf("of what was held it says %v %s", changes, code)
		}
		if got := h.count(t, `SELECT COUNT(*) FROM outbox_messages`); got != mails {
			t.Errorf("%d messages are written to who has spoken: %s", got-mails, h.column(t, `SELECT template || ' ' || about FROM outbox_messages`))
		}
	})
}
