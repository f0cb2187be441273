package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestMissionsAreToldTheLastTime: a draft that says when a meeting takes place anew follows what is published, and who was
// told already is told anew;
// where it had no time when it was postponed, who was told so is told the time as well; and of one that is not held
// after all, they are told that, and not that it is postponed. Who is not invited any more is told nothing.
func TestMissionsAreToldTheLastTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		h.confirmed(t, h.submitted(t, state))
		h.changePlan(t, state, map[string]any{"state": "VIABLE"})
		ids := h.invite(t, missionOf(h.states[1]), missionOf(h.states[2]))
		told, withdrawn := ids[0], ids[1]
		h.releaseMail(t, told)
		h.releaseMail(t, withdrawn)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		has := func(when, want string) {
			t.Helper()
			if got := fmt.Sprint(h.mailAbout(t, told)); got != "[mission-invitation QUEUED"+want+"]" {
				t.Errorf("%s they have %s", when, got)
			}
		}
		says := func(when string, want ...string) {
			t.Helper()
			all := h.told(t, &application{id: told})
			for _, part := range want {
				if got := all[len(all)-1].text; !strings.Contains(got, part) {
					t.Errorf("%s they are told %s, want %q", when, got, part)
				}
			}
		}
		publish := func() {
			t.Helper()
			if _, code := h.publish(t); code != "" {
				t.Fatal(code)
			}
		}
		h.changePlan(t, state, map[string]any{"state": "POSTPONED", "reason": "The State asked for it."})
		h.releaseMail(t, told)
		if code := h.codeOf(t, h.manager, "withdrawInvitation", "WithdrawInvitationInput", `done userErrors { field message code }`, map[string]any{"id": withdrawn}, nil); code != "" {
			t.Fatal(code)
		}
		h.plan(t, state, "2026-03-20T09:00:00Z", "Room XXI")
		publish()
		has("with a first time", " mission-postponed QUEUED mission-rescheduled DRAFT")
		says("with a first time", "20 March 2026", "Room XXI", "18 March 2026")
		h.changePlan(t, state, map[string]any{"startsAt": "2026-03-25T09:00:00Z", "room": "Room XXII"})
		says("when it is planned otherwise", "20 March 2026", "Room XXI\n", "18 March 2026")
		publish()
		says("when it moves", "25 March 2026", "Room XXII", "23 March 2026")
		has("once that is published", " mission-postponed QUEUED mission-rescheduled DRAFT")
		if code := h.codeOf(t, h.manager, "changeMissionDeadline", "ChangeMissionDeadlineInput", `preSession { id } userErrors { field message code }`,
			map[string]any{"id": h.meeting[state], "revision": h.meetingRevision(t, state), "closes": "2026-03-10"}, nil); code != "" {
			t.Fatal(code)
		}
		says("with another deadline", "25 March 2026", "10 March 2026")
		h.releaseMail(t, told)
		publish()
		has("when nothing has changed since they were told", " mission-postponed QUEUED mission-rescheduled QUEUED")
		h.changePlan(t, state, map[string]any{"startsAt": "2026-03-26T09:00:00Z"})
		has("when it is planned otherwise again", " mission-postponed QUEUED mission-rescheduled QUEUED")
		publish()
		has("when it moves once they were told", " mission-postponed QUEUED mission-rescheduled QUEUED mission-rescheduled DRAFT")
		says("when it moves once they were told", "26 March 2026")
		h.changePlan(t, state, map[string]any{"state": "POSTPONED", "reason": "The State asked for it."})
		has("when it is postponed again", " mission-postponed QUEUED mission-rescheduled QUEUED mission-rescheduled CANCELLED mission-postponed DRAFT")
		h.changePlan(t, state, map[string]any{"state": "NOT_HELD", "reason": "Nobody comes."})
		has("when it is not held", " mission-postponed QUEUED mission-rescheduled QUEUED mission-rescheduled CANCELLED mission-postponed CANCELLED mission-not-held DRAFT")
		says("when it is not held", "will not be held")
		if got := fmt.Sprint(h.mailAbout(t, withdrawn)); got != "[mission-invitation CANCELLED mission-postponed CANCELLED]" {
			t.Errorf("who is not invited any more has %s", got)
		}
		before := len(h.mailAbout(t, told))
		h.changePlan(t, h.states[1], map[string]any{"state": "NOT_HELD", "reason": "Too few apply."})
		if got := h.mailAbout(t, told); len(got) != before {
			t.Errorf("of a Pre-session of which nobody has heard they have %s", got)
		}
	})
}
