package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestMissionsAreToldOfPostponements: whoever was invited is told that a meeting is postponed, and when it takes place anew, in
// their language; the day that was set for delegates ends with the time; who was not written to yet, or is not
// invited any more, is told nothing.
func TestMissionsAreToldOfPostponements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		a := h.submitted(t, state)
		h.confirmed(t, a)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		french := missionOf(h.states[1])
		french["language"] = "FR"
		ids := h.invite(t, french, missionOf(h.states[2]), missionOf(h.states[3]))
		told, unwritten, withdrawn := ids[0], ids[1], ids[2]
		token := h.tokenOf(t, told)
		h.releaseMail(t, told)
		h.releaseMail(t, withdrawn)
		if code := h.codeOf(t, h.manager, "withdrawInvitation", "WithdrawInvitationInput", `done userErrors { field message code }`, map[string]any{"id": withdrawn}, nil); code != "" {
			t.Fatal(code)
		}
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		if code := h.codeOf(t, h.manager, "changeMissionDeadline", "ChangeMissionDeadlineInput", `preSession { id } userErrors { field message code }`,
			map[string]any{"id": h.meeting[state], "revision": h.meetingRevision(t, state), "closes": "2026-02-20"}, nil); code != "" {
			t.Fatal(code)
		}
		h.changePlan(t, state, map[string]any{"state": "POSTPONED", "reason": "The State asked for it."})
		if got := fmt.Sprint(h.mailAbout(t, told)); got != "[mission-invitation QUEUED mission-postponed DRAFT]" {
			t.Errorf("when it is postponed they have %s", got)
		}
		for _, silent := range []string{unwritten, withdrawn} {
			if got := fmt.Sprint(h.mailAbout(t, silent)); strings.Contains(got, "postponed") {
				t.Errorf("who is not to be told has %s", got)
			}
		}
		last := func() string {
			all := h.told(t, &application{id: told})
			return all[len(all)-1].text
		}
		if got := last(); !strings.Contains(got, "ne peut pas avoir lieu") || strings.Contains(got, "mars") || strings.Contains(got, "asked") || !strings.Contains(got, "/invitations#"+token) {
			t.Errorf("they are told %s", got)
		}
		h.clock.set("2026-03-01T12:00:00Z") // the day that was set is over
		if _, code := h.delegate(t, token, state, "ann@"+strings.ToLower(h.states[1])+".example.org", nil); code != "" {
			t.Errorf("while it is postponed a delegate registers: %q", code)
		}
		h.plan(t, state, "2026-03-20T09:00:00Z", "Room XXII")
		if got := fmt.Sprint(h.mailAbout(t, told)); strings.Contains(got, "rescheduled") {
			t.Errorf("before it is published they have %s", got)
		}
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		if got := fmt.Sprint(h.mailAbout(t, told)); got != "[mission-invitation QUEUED mission-postponed CANCELLED mission-rescheduled DRAFT]" {
			t.Errorf("when it takes place anew they have %s", got)
		}
		if got := last(); !strings.Contains(got, "20 mars 2026") || !strings.Contains(got, "Room XXII") || !strings.Contains(got, "18 mars 2026") || strings.Contains(got, "Wombat") {
			t.Errorf("they are told %s", got)
		}
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		if got := len(h.mailAbout(t, told)); got != 3 {
			t.Errorf("with the next version they have %d messages", got)
		}
		h.clock.set("2026-03-19T00:00:00Z")
		if _, code := h.delegate(t, token, state, "ben@"+strings.ToLower(h.states[1])+".example.org", nil); !strings.HasPrefix(code, "CONFLICT") {
			t.Errorf("a delegate registers a day before: %q", code)
		}
	})
}
