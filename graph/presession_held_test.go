package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
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
		var read struct {
			Mine struct {
				Application struct{ OfferExpiresAt string }
			}
		}
		h.must(t, offered.by, `query($id: ID!) { mine { application(id: $id) { offerExpiresAt } } }`, map[string]any{"id": offered.id}, &read)
		if got := read.Mine.Application.OfferExpiresAt; got != "2026-02-05T09:00:00Z" {
			t.Errorf("the applicant reads that the offer stands until %s", got)
		}
		h.clock.set("2026-02-04T09:00:00Z")
		h.sweep(t)
		if text, _, _ := h.toldWith(t, offered, "offer-reminder"); !strings.Contains(text, "5 February 2026, 10:00 (Geneva)") {
			t.Errorf("a day before the reminder says %s", text)
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
		if text, _, _ := h.toldWith(t, offered, "expired"); !strings.Contains(text, "5 February 2026, 10:00 (Geneva)") {
			t.Errorf("when it is over they are told %s", text)
		}
		h.checkState(t, speaks, "CONFIRMED")
	})
}

// TestPostponedMeetingIsToCome: a meeting that is postponed begins at none of the times that it had, so that places
// can still be offered, and stand.
func TestPostponedMeetingIsToCome(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		speaks, offered, later := h.submitted(t, state), h.submitted(t, state), h.submitted(t, state)
		h.confirmed(t, speaks)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, offered, "OFFERED", nil); code != "" {
			t.Fatal(code)
		}
		h.changePlan(t, state, map[string]any{"state": "POSTPONED", "reason": "The State asked for it."})
		if _, calendar, _ := h.toldWith(t, offered, "postponed"); !strings.Contains(calendar, "STATUS:CANCELLED") {
			t.Errorf("who has an offer is told with the calendar %s", calendar)
		}
		if _, calendar, _ := h.toldWith(t, speaks, "postponed"); !strings.Contains(calendar, "STATUS:CANCELLED") || !strings.Contains(calendar, "DTSTART:20260302T090000Z") {
			t.Errorf("when it is postponed the calendar has %s", calendar)
		}
		h.clock.set("2026-03-02T10:00:00Z")
		if code := h.move(t, h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state}), speaks, "SPOKE", nil); code != "CONFLICT" {
			t.Errorf("somebody has spoken there: %q", code)
		}
		if code := h.move(t, h.manager, later, "OFFERED", nil); code != "" {
			t.Errorf("an offer after the time that it had: %q", code)
		}
		if text, calendar, _ := h.toldWith(t, later, "offer"); calendar != "" || strings.Contains(text, "2 March") {
			t.Errorf("the offer says %s %s", text, calendar)
		}
		token := h.tokenOf(t, h.invite(t, missionOf(h.states[1]))[0])
		if _, code := h.delegate(t, token, state, "ann@"+strings.ToLower(h.states[1])+".example.org", nil); code != "" {
			t.Errorf("a delegate registers: %q", code)
		}
		h.clock.set("2026-03-02T11:00:00Z")
		h.sweep(t)
		h.checkState(t, later, "OFFERED")
		for _, test := range []struct {
			change map[string]any
			want   string
		}{
			{map[string]any{"startsAt": "2026-03-09T09:00:00Z"}, "CONFLICT"}, {map[string]any{"state": "SCHEDULED"}, "INVALID"},
			{map[string]any{"startsAt": "2026-03-02T12:00:00Z", "state": "SCHEDULED"}, ""}, {map[string]any{"startsAt": "2026-03-09T09:00:00Z"}, ""},
		} {
			test.change["id"], test.change["revision"] = h.meeting[state], h.meetingRevision(t, state)
			if code := h.changeMeeting(t, test.change); code != test.want {
				t.Errorf("%v: %q, want %q", test.change, code, test.want)
			}
		}
	})
}

// TestPostponedToTheSameTime: who was told that a meeting is postponed is told that it takes place, also where and when it
// was to at first.
func TestPostponedToTheSameTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		merged := h.submitted(t, state)
		speaks, _ := h.withAgenda(t)
		if code := h.move(t, h.manager, merged, "MERGED", map[string]any{"into": speaks.id, "agreement": "Both wrote."}); code != "" {
			t.Fatal(code)
		}
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		was := h.column(t, `SELECT starts_at FROM meetings`)
		at, err := time.Parse("2006-01-02T15:04:05", strings.TrimSpace(was)[:19])
		if err != nil {
			t.Fatal(err)
		}
		h.changePlan(t, state, map[string]any{"state": "POSTPONED", "reason": "The State asked for it."})
		for _, a := range []*application{speaks, merged} {
			if _, calendar, _ := h.toldWith(t, a, "postponed"); !strings.Contains(calendar, "STATUS:CANCELLED") {
				t.Errorf("when it is postponed the calendar has %s", calendar)
			}
		}
		h.changePlan(t, state, map[string]any{"state": "SCHEDULED", "startsAt": at.Format(time.RFC3339)})
		for _, want := range []string{"[" + speaks.id + " MOVED]", "[]"} {
			if changes, code := h.publish(t); code != "" || fmt.Sprint(changes) != want {
				t.Errorf("the agenda says anew %v %s, want %s", changes, code, want)
			}
		}
		for _, a := range []*application{speaks, merged} {
			if _, calendar, _ := h.toldWith(t, a, "agenda-changed"); !strings.Contains(calendar, "STATUS:CONFIRMED") {
				t.Errorf("when it takes place the calendar has %s", calendar)
			}
		}
	})
}

// TestRoundWithAPostponedMeeting stays open: in one that is closed nobody would be told of the new time.
func TestRoundWithAPostponedMeeting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.withAgenda(t)
		h.changePlan(t, h.states[0], map[string]any{"state": "POSTPONED", "reason": "The State asked for it."})
		h.advance(t, "RUNNING")
		advance := func() string {
			return h.codeOf(t, h.manager, "advanceRound", "AdvanceRoundInput", `userErrors { field message code }`,
				map[string]any{"id": h.round, "revision": h.rowOf(t, `SELECT revision FROM rounds WHERE uid = $1`, h.round), "to": "CLOSED"}, nil)
		}
		if code := advance(); !strings.HasPrefix(code, "CONFLICT") || !strings.Contains(code, "postponed") {
			t.Errorf("closed with a meeting that is postponed: %q", code)
		}
		h.changePlan(t, h.states[0], map[string]any{"state": "NOT_HELD", "reason": "The State did not come."})
		if code := advance(); !strings.HasPrefix(code, "CONFLICT") || !strings.Contains(code, h.states[1]) || strings.Contains(code, h.states[0]) {
			t.Errorf("closed with meetings that are to come: %q", code)
		}
		h.endOthers(t)
		if code := advance(); code != "" {
			t.Error(code)
		}
	})
}
