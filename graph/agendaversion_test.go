package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

func (h *hall) unfreeze(t *testing.T, by *viewer.Viewer, number int) (left, code string) {
	t.Helper()
	var done map[string]any
	code = h.codeOf(t, by, "unfreezeAgenda", "UnfreezeAgendaInput", `round { revision } left userErrors { field message code }`,
		map[string]any{"round": h.round, "revision": h.rowOf(t, `SELECT revision FROM rounds WHERE uid = $1`, h.round), "number": number}, &done)
	return fmt.Sprint(done["left"]), code
}

// TestUnfreezeAgenda: a version that was published is worked on again, for readers unchanged, and
// nobody who has left since comes back by it, nor what was revoked.
func TestUnfreezeAgenda(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state, other := h.states[0], h.states[1]
		first, second, third, late := h.submitted(t, state), h.submitted(t, state), h.submitted(t, state), h.submitted(t, state)
		elsewhere := h.submitted(t, other)
		for _, a := range []*application{first, second, third, elsewhere} {
			h.giveConsents(t, a, "PUBLIC NAME", "PUBLIC ORGANISATION")
			h.confirmed(t, a)
		}
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		h.plan(t, other, "2026-03-02T11:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		h.plan(t, state, "2026-03-05T09:00:00Z", "Room XXII")
		h.changePlan(t, state, map[string]any{"duration": 90, "mode": "HYBRID"})
		if code := h.codeOf(t, h.manager, "orderSpeakers", "OrderSpeakersInput", `userErrors { field message code }`,
			map[string]any{"id": h.meeting[state], "revision": h.meetingRevision(t, state), "registrations": []string{third.id, second.id, first.id}}, nil); code != "" {
			t.Fatal(code)
		}
		h.changePlan(t, other, map[string]any{"state": "POSTPONED", "reason": "The room is flooded"})
		h.confirmed(t, late)
		if code := h.own(t, second, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		h.giveConsents(t, third, "PUBLIC ORGANISATION")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		before := h.public(t)

		if _, code := h.unfreeze(t, h.manager, 3); !strings.HasPrefix(code, "INVALID") {
			t.Errorf("a version that there is not: %q", code)
		}
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state})
		if _, code := h.unfreeze(t, officer, 1); code != "FORBIDDEN" {
			t.Errorf("by an officer: %q", code)
		}
		foreign := h.staffMember(t, viewer.Grant{Role: viewer.Manager, Scope: "round:rnd_other"})
		if _, code := h.unfreeze(t, foreign, 1); !strings.HasPrefix(code, "NOT_FOUND") {
			t.Errorf("by the manager of another round: %q", code)
		}
		left, code := h.unfreeze(t, h.manager, 1)
		if want := fmt.Sprint([]string{second.id, elsewhere.id}); code != "" || left != want {
			t.Fatalf("left out are %s %s, want %s", left, code, want)
		}
		if got := h.public(t); got != before {
			t.Errorf("before it is published anybody reads %s, before %s", got, before)
		}
		changes, code := h.publish(t)
		if want := fmt.Sprint([]string{first.id + " MOVED", third.id + " MOVED", late.id + " MOVED"}); code != "" || fmt.Sprint(changes) != want {
			t.Errorf("the third version says %v %s, want %s", changes, code, want)
		}
		got := h.public(t)
		if want := "[{Wombat " + first.by.UID + " Organisation " + first.id + "} { Organisation " + third.id + "}]"; !strings.Contains(got, want) || !strings.Contains(got, "{Room XXI POSTPONED") || strings.Contains(got, second.id) {
			t.Errorf("anybody reads %s, which lacks %s", got, want)
		}
		if minutes, slots := h.rowOf(t, `SELECT duration FROM pre_sessions WHERE uid = $1`, h.meeting[state]), h.rowOf(t, `SELECT slots FROM pre_sessions WHERE uid = $1`, h.meeting[state]); minutes != 60 || slots != 6 {
			t.Errorf("it lasts %d minutes, for %d speakers", minutes, slots)
		}
		var read struct {
			Desk struct {
				AgendaVersions []struct {
					Number  int
					Changes []struct{ Registration, Change string }
				}
			}
		}
		h.must(t, h.manager, `query($id: ID!) { desk { agendaVersions(round: $id) { number changes { registration change } } } }`, map[string]any{"id": h.round}, &read)
		if all := read.Desk.AgendaVersions; len(all) != 3 || all[0].Number != 3 || len(all[2].Changes) != 4 || fmt.Sprint(all[1].Changes) !=
			fmt.Sprintf("[{%s MOVED} {%s MOVED} {%s NEW} {%s CANCELLED} {%s CANCELLED}]", third.id, first.id, late.id, second.id, elsewhere.id) {
			t.Errorf("the versions are %+v", all)
		}
		h.clock.set("2026-03-02T12:00:00Z") // it was held by the time of the versions
		revision := h.meetingRevision(t, state)
		if _, code := h.unfreeze(t, h.manager, 2); code != "" || h.meetingRevision(t, state) != revision {
			t.Errorf("a meeting that has begun is moved: %s", code)
		}
	})
}
