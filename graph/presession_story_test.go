package graph_test

import (
	"fmt"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestStoryOfFourteenStates goes from the call to the days themselves with 120 registrations.
func TestStoryOfFourteenStates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		if len(h.states) != 14 {
			t.Fatalf("%d States are under review, want 14", len(h.states))
		}
		protects := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		all := map[string][]*application{}
		for i, state := range h.states {
			apply := 8
			if i < 8 {
				apply = 9
			}
			for range apply {
				a := h.submitted(t, state)
				all[state] = append(all[state], a)
				h.giveConsents(t, a, "PUBLIC NAME", "PUBLIC ORGANISATION")
			}
		}
		const n = 14*8 + 8
		h.clock.set("2026-02-01T00:30:00Z")
		h.sweep(t)
		if got := h.count(t, `SELECT COUNT(*) FROM pre_sessions WHERE state = 'VIABLE'`); got != 14 {
			t.Errorf("%d Pre-sessions have enough applications, want 14", got)
		}

		// One in each State is protected, and not offered a place before that was looked at.
		for _, state := range h.states {
			a := all[state][0]
			h.must(t, a.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 2}) { userErrors { code } } }`, map[string]any{"id": a.speaker}, nil)
			if code := h.move(t, h.manager, a, "OFFERED", map[string]any{"staged": true}); code != "CONFLICT" {
				t.Errorf("a place for somebody whose protection nobody has looked at: %q", code)
			}
			h.must(t, protects, `mutation($id: ID!) { decideProtection(input: {id: $id, revision: 4, level: 2, reason: "Spoken with them by telephone."}) { participant { reviewed } userErrors { message } } }`, map[string]any{"id": a.speaker}, nil)
		}
		staged := 0
		for _, state := range h.states {
			for k, a := range all[state] {
				to, more := "OFFERED", map[string]any{"staged": true}
				switch {
				case k == 6:
					to, more = "WAITLISTED", map[string]any{"rank": 1}
				case k > 6:
					to, more = "NOT_SELECTED", map[string]any{"outcome": "CAPACITY"}
				}
				if code := h.move(t, h.manager, a, to, more); code != "" {
					t.Fatalf("%s %d: %s", state, k, code)
				}
				staged++
			}
		}
		if staged != n {
			t.Fatalf("%d decisions of %d", staged, n)
		}
		if code := h.release(t, staged); code != "" {
			t.Fatal(code)
		}
		if got := h.count(t, `SELECT COUNT(DISTINCT about) FROM outbox_messages WHERE template IN ('offer', 'waitlisted', 'not-selected') AND status <> 'DRAFT' AND status <> 'CANCELLED'`); got != n {
			t.Errorf("%d of %d applicants are told", got, n)
		}
		if got := h.count(t, `SELECT COUNT(*) FROM outbox_messages WHERE template = 'offer' AND level = 2 AND status <> 'TASK'`); got != 14 {
			t.Errorf("%d neutral offers go to those whose channel was approved, want 14", got)
		}

		// In the first State somebody declines, in the second somebody does not answer.
		for i, state := range h.states {
			for k, a := range all[state][:6] {
				a.revision++
				mutation := "confirmOffer"
				switch {
				case i == 0 && k == 1:
					mutation = "withdrawApplication"
				case i == 1 && k == 1:
					continue
				}
				if code := h.own(t, a, mutation); code != "" {
					t.Fatalf("%s %d: %s", state, k, code)
				}
			}
		}
		h.clock.set("2026-02-08T00:30:01Z")
		h.sweep(t)
		h.checkState(t, all[h.states[1]][1], "EXPIRED")
		for _, state := range h.states[:2] {
			h.checkState(t, all[state][6], "WAITLISTED > OFFERED")
		}
		if code := h.release(t, 2); code != "" {
			t.Fatal(code)
		}
		for _, state := range h.states[:2] {
			next := all[state][6]
			next.revision += 2
			if code := h.own(t, next, "confirmOffer"); code != "" {
				t.Fatal(code)
			}
		}
		if got := h.count(t, `SELECT COUNT(*) FROM registrations WHERE state = 'CONFIRMED'`); got != 14*6 {
			t.Errorf("%d have a place, want %d", got, 14*6)
		}

		h.advance(t, "DECISIONS_RELEASED")
		for i, state := range h.states {
			h.plan(t, state, fmt.Sprintf("2026-03-%02dT%02d:00:00Z", 2+i/4, 8+i%4*2), "Room XXI")
		}
		changes, code := h.publish(t)
		if code != "" || len(changes) != 14*6 {
			t.Fatalf("%d are told of the agenda, want %d: %s", len(changes), 14*6, code)
		}
		if got := h.count(t, `SELECT COUNT(*) FROM speakers WHERE status = 'PUBLISHED'`); got != 14*5 { // the protected have chosen no pseudonym
			t.Errorf("%d speakers are named, want %d", got, 14*5)
		}
		h.advance(t, "RUNNING")

		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer})
		for i, state := range h.states {
			h.clock.set(fmt.Sprintf("2026-03-%02dT20:00:00Z", 2+i/4))
			for k, a := range all[state] {
				now, _ := h.stateOf(t, a)
				if now != "CONFIRMED" {
					continue
				}
				to := "SPOKE"
				if k == 5 {
					to = "NO_SHOW"
				}
				if code := h.move(t, officer, a, to, nil); code != "" {
					t.Fatalf("%s %d: %s", state, k, code)
				}
			}
			if code := h.changeMeeting(t, map[string]any{"id": h.meeting[state], "revision": h.count(t, `SELECT revision FROM pre_sessions WHERE uid = '`+h.meeting[state]+`'`), "state": "HELD"}); code != "" {
				t.Fatal(code)
			}
		}
		h.sweep(t)
		for state, want := range map[string]int{"SPOKE": 14 * 5, "NO_SHOW": 14, "WAITLISTED": 0, "OFFERED": 0, "WITHDRAWN": 1, "EXPIRED": 1} {
			if got := h.count(t, `SELECT COUNT(*) FROM registrations WHERE state = '`+state+`'`); got != want {
				t.Errorf("%d are %s, want %d", got, state, want)
			}
		}
		if got := h.count(t, `SELECT COUNT(*) FROM speakers WHERE status = 'PUBLISHED'`); got != 14*5 { // also who did not come: that can be a mistake
			t.Errorf("%d speakers are named, want %d", got, 14*5)
		}
		h.advance(t, "CLOSED")
	})
}

// count reads one number from the tables.
func (h *hall) count(t testing.TB, query string) (n int) {
	t.Helper()
	if err := h.db.SQL.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
