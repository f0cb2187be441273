package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestAgendaAtAnotherTime: who was told a time as they confirmed, and is in the agenda at another one, is told that it has changed, also
// where the draft is written anew; who was told that it is to follow is not. An offer without a time has nothing that moves.
func TestAgendaAtAnotherTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		early, timed, offered := h.submitted(t, state), h.submitted(t, state), h.submitted(t, state)
		h.confirmed(t, early)
		if code := h.move(t, h.manager, offered, "OFFERED", nil); code != "" {
			t.Fatal(code)
		}
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		h.checkPage(t, "an offer whose time was to follow", offered, "")
		h.confirmed(t, timed)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		for _, at := range []string{"2026-03-03T09:00:00Z", "2026-03-04T09:00:00Z"} {
			h.changePlan(t, state, map[string]any{"startsAt": at})
			if _, code := h.publish(t, "OFFERS_OPEN "+state); code != "" {
				t.Fatal(code)
			}
			for a, want := range map[*application]string{early: "the agenda is published.\n", timed: "the agenda is published; the time or the room of your meeting has changed.\n"} {
				if text, _, status := h.toldWith(t, a, "agenda-changed"); status != "DRAFT" || !strings.Contains(text, want) {
					t.Errorf("%s, they are told %s, want %s", at, text, want)
				}
			}
		}
	})
}

// TestMissionsRegisterNobodyLate: where a Pre-session takes place anew within two days, nobody is told to register until a day that is over.
func TestMissionsRegisterNobodyLate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		h.confirmed(t, h.submitted(t, state))
		invited := h.invite(t, missionOf(h.states[1]))[0]
		h.releaseMail(t, invited)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		for _, step := range []struct{ at, says, not string }{{"2026-03-09T09:00:00Z", "Until 7 March 2026", "closed"}, {"2026-02-03T15:00:00Z", "Registration has closed.", "Until"}} {
			h.changePlan(t, state, map[string]any{"state": "POSTPONED", "reason": "The room is flooded."})
			h.releaseMail(t, invited)
			h.changePlan(t, state, map[string]any{"state": "SCHEDULED", "startsAt": step.at})
			if _, code := h.publish(t, "STATEMENT_MISSING "+state); code != "" {
				t.Fatal(code)
			}
			all := h.told(t, &application{id: invited})
			last := all[len(all)-1]
			if last.template != "mission-rescheduled" || !strings.Contains(last.text, step.says) || strings.Contains(last.text, step.not) {
				t.Errorf("%s: they are told by %s: %s", step.at, last.template, last.text)
			}
		}
	})
}
