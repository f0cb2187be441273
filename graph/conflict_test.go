package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestLeakToWhoHasAConflictOfInterest: who has declared one does not open the registration, nor see, score or move
// it, whatever else was granted to them.
func TestLeakToWhoHasAConflictOfInterest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		a := h.submitted(t, state)
		h.submitted(t, state)
		by := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round}, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state})
		if code := h.evaluate(t, by, a, map[string]any{"conflict": true}); code != "" {
			t.Fatal(code)
		}
		check := func(when string) {
			t.Helper()
			var read struct {
				Desk struct {
					Registration  *struct{ ID string }
					Registrations struct{ TotalCount int }
				}
			}
			h.must(t, by, `query($id: ID!, $round: ID!) { desk { registration(id: $id) { id } registrations(round: $round) { totalCount } } }`, map[string]any{"id": a.id, "round": h.round}, &read)
			if read.Desk.Registration != nil || read.Desk.Registrations.TotalCount != 1 {
				t.Errorf("%s they see %+v", when, read.Desk)
			}
			if code := h.ask(t, by, `query($id: ID!) { desk { statements(registration: $id) { id } } }`, map[string]any{"id": a.id}, nil); code != "NOT_FOUND" {
				t.Errorf("%s they read its statements: %q", when, code)
			}
			if code := h.move(t, by, a, "SHORTLISTED", map[string]any{"reason": "because"}); code != "NOT_FOUND" {
				t.Errorf("%s they move it: %q", when, code)
			}
			if code := h.evaluate(t, by, a, map[string]any{"score": 5}); !strings.HasPrefix(code, "NOT_FOUND") && code != "FORBIDDEN" {
				t.Errorf("%s they score it: %q", when, code)
			}
		}
		check("as a reviewer and officer")
		by.Grants = by.Grants[1:]
		check("as an officer alone")
	})
}

// TestOneOrganisationSpeaksOnce: an organisation that has a place is offered no other, by its name or as it is
// matched, also where it speaks by another's registration.
func TestOneOrganisationSpeaksOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		first, second, elsewhere := h.submitted(t, state), h.submitted(t, state), h.submitted(t, h.states[1])
		set := func(a *application, query string, value any) {
			t.Helper()
			if _, err := h.db.SQL.Exec(query, value, a.id); err != nil {
				t.Fatal(err)
			}
		}
		for _, a := range []*application{first, second, elsewhere} {
			set(a, `UPDATE registrations SET organisation = $1 WHERE uid = $2`, map[bool]string{true: "  Rights  NOW ", false: "Rights Now"}[a == second])
		}
		if code := h.move(t, h.manager, first, "OFFERED", map[string]any{"staged": true}); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, second, "OFFERED", nil); code != "CONFLICT" {
			t.Errorf("two places for one name: %q", code)
		}
		if code := h.move(t, h.manager, elsewhere, "OFFERED", nil); code != "" {
			t.Errorf("a place at another Pre-session: %q", code)
		}
		match := func(a *application, place int) {
			t.Helper()
			set(a, `UPDATE registrations SET organisation_id = (SELECT id FROM organisations ORDER BY id LIMIT 1 OFFSET $1) WHERE uid = $2`, place)
		}
		match(first, 0)
		match(second, 1)
		if code := h.move(t, h.manager, second, "OFFERED", map[string]any{"staged": true}); code != "" {
			t.Errorf("two organisations of one name: %q", code)
		}
		if code := h.release(t, 2); code != "" {
			t.Fatal(code)
		}
		merged, again := h.submitted(t, state), h.submitted(t, state)
		match(merged, 2)
		if code := h.move(t, h.manager, merged, "MERGED", map[string]any{"into": first.id, "agreement": "Both wrote to us."}); code != "" {
			t.Fatal(code)
		}
		match(again, 2)
		if code := h.move(t, h.manager, again, "OFFERED", nil); code != "CONFLICT" {
			t.Errorf("another place for who speaks by another registration: %q", code)
		}
	})
}

// TestRoomsOverlap: a room is one however it is written, and free when a meeting has ended.
func TestRoomsOverlap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, h.states[0], "2026-03-02T09:00:00Z", "Room XXI")
		h.plan(t, h.states[1], "2026-03-02T09:59:00Z", "room  xxi")
		acknowledged := []string{"NO_SPEAKERS " + h.states[0], "NO_SPEAKERS " + h.states[1]}
		if _, code := h.publish(t, acknowledged...); !strings.Contains(code, "one room") {
			t.Errorf("two meetings in one room: %q", code)
		}
		h.plan(t, h.states[1], "2026-03-02T10:00:00Z", "room  xxi")
		if _, code := h.publish(t, acknowledged...); code != "" {
			t.Errorf("one after the other: %q", code)
		}
	})
}

// TestNamesThatLookTheSame: an organisation is one however its letters are written, and with or without what nobody
// sees: it is flagged, and has no second place. A name of which nothing is seen is none.
func TestNamesThatLookTheSame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		for i, names := range [][2]string{{"Réseau Égalité", "Re\u0301seau E\u0301galite\u0301"}, {"خانه\u200cمهر", "خانهمهر"}, {"शर्\u200dमा", "शर्मा"}, {"Quokka Watch", "\uff31uokka\u2800Watch\u115f"}} {
			var both []*application
			for _, name := range names {
				a := h.apply(t, h.states[i])
				if code := h.saveAnswers(t, a, map[string]any{"organisation": name}); code != "" {
					t.Fatal(code)
				}
				if code := h.own(t, a, "submitApplication"); code != "" {
					t.Fatal(code)
				}
				both = append(both, a)
			}
			var read struct {
				Desk struct {
					Registrations struct{ Nodes []struct{ Duplicate bool } }
				}
			}
			h.must(t, h.manager, `query($round: ID!, $filter: RegistrationFilter) { desk { registrations(round: $round, filter: $filter) { nodes { duplicate } } } }`,
				map[string]any{"round": h.round, "filter": map[string]any{"preSession": h.meeting[h.states[i]]}}, &read)
			if got := fmt.Sprint(read.Desk.Registrations.Nodes); got != "[{true} {true}]" {
				t.Errorf("%q: duplicates are %s", names, got)
			}
			if code := h.move(t, h.manager, both[0], "OFFERED", nil); code != "" {
				t.Fatal(code)
			}
			if code := h.move(t, h.manager, both[1], "OFFERED", nil); code != "CONFLICT" {
				t.Errorf("%q: two places for one organisation: %q", names, code)
			}
		}
		for _, unseen := range []string{"\u115f", "\u1160", "\u2800", "\u034f", "\ufe0f", "\u200b\u3164"} {
			a := h.apply(t, h.states[0])
			if code := h.saveAnswers(t, a, map[string]any{"organisation": unseen}); code != "INVALID organisation" {
				t.Errorf("%q is a name: %q", unseen, code)
			}
		}
	})
}
