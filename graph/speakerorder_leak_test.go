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

// TestLeakByAGapBetweenSpeakers: who is hidden leaves no gap in the places of the others, and no agenda needs to be published for that.
func TestLeakByAGapBetweenSpeakers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		l := levels{h, h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})}
		var all []*application
		for range 4 {
			a := h.submitted(t, h.states[0])
			h.giveConsents(t, a, "PUBLIC NAME")
			h.confirmed(t, a)
			all = append(all, a)
		}
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, h.states[0], "2026-03-02T09:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		site := h.site(t)
		check := func(when, want string) {
			t.Helper()
			if got := strings.Join(strings.Fields(h.column(t, `SELECT place FROM speakers WHERE status = 'PUBLISHED' ORDER BY id`)), " "); got != want {
				t.Errorf("%s the places are %s, want %s", when, got, want)
			}
			h.public(t)
			for place, told := range map[string]string{"changes": changesOf(t, site, "speakers"), "export": site("/export/speakers.ndjson")} {
				if n := strings.Count(want, " ") + 1; !strings.Contains(told, fmt.Sprintf(`"place":%d`, n)) || place == "export" && strings.Contains(told, fmt.Sprintf(`"place":%d`, n+1)) {
					t.Errorf("%s %s says %s", when, place, told)
				}
			}
		}
		check("at first", "1 2 3 4")
		l.raise(t, all[0], 3)
		check("without the first", "1 2 3")
		l.raise(t, all[2], 3)
		check("without the third", "1 2")
		if _, code := h.publish(t, "PROTECTION_NOT_REVIEWED "+h.states[0]); code != "" {
			t.Fatal(code)
		}
		check("published anew", "1 2")
	})
}
