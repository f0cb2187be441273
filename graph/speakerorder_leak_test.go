package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestLeakByTheOrderOfSpeakers: who is not to be known moves nobody in the order that others are told.
func TestLeakByTheOrderOfSpeakers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		l := levels{h, h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})}
		first, second, hidden := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		l.raise(t, hidden, 3)
		l.protect(t, l.officer, hidden.speaker, 3)
		for _, a := range []*application{first, second, hidden} {
			h.giveConsents(t, a, "PUBLIC NAME")
			h.confirmed(t, a)
		}
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, h.states[0], "2026-03-02T09:00:00Z", "Room XXI")
		order := func(all ...*application) (changes []string) {
			t.Helper()
			ids := make([]string, len(all))
			for i, a := range all {
				ids[i] = a.id
			}
			if code := h.codeOf(t, h.manager, "orderSpeakers", "OrderSpeakersInput", `userErrors { field message code }`, map[string]any{"id": h.meeting[h.states[0]], "revision": h.meetingRevision(t, h.states[0]), "registrations": ids}, nil); code != "" {
				t.Fatal(code)
			}
			changes, code := h.publish(t)
			if code != "" {
				t.Fatal(code)
			}
			return changes
		}
		order(first, second, hidden)
		if got := order(hidden, first, second); len(got) != 1 || !strings.HasPrefix(got[0], hidden.id) {
			t.Errorf("once somebody speaks first who is not to be known, news is %v", got)
		}
		if got, want := fmt.Sprint(order(hidden, second, first)), fmt.Sprint([]string{second.id + " REORDERED", first.id + " REORDERED"}); got != want {
			t.Errorf("once two change places, news is %s, want %s", got, want)
		}
		// Nobody has released yet that the agenda is published.
		for a, want := range map[*application]string{second: "the agenda is published; you are now number 1 among", first: "the agenda is published; you are now number 2 among"} {
			if text, _, _ := h.toldWith(t, a, "agenda-changed"); !strings.Contains(text, want) {
				t.Errorf("told is %q, want %q", text, want)
			}
		}
	})
}
