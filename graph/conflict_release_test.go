package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestManagersReleaseNothingOfTheirOwn: a manager who has applied does not learn what was decided about their registration,
// or is to be merged into one that speaks for it, nor about others for the same Pre-session; a release by them leaves that staged, for another manager.
func TestManagersReleaseNothingOfTheirOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		own, speaks, joins, other := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[1])
		alone := h.submitted(t, h.states[1])
		if code := h.move(t, h.manager, own, "MERGED", map[string]any{"into": speaks.id, "agreement": "Both wrote."}); code != "" {
			t.Fatal(code)
		}
		for _, staged := range []string{
			h.move(t, h.manager, joins, "MERGED", map[string]any{"staged": true, "into": speaks.id, "agreement": "Both wrote."}),
			h.move(t, h.manager, speaks, "OFFERED", map[string]any{"staged": true}),
			h.move(t, h.manager, alone, "WAITLISTED", map[string]any{"rank": 1}),
			h.move(t, h.manager, other, "NOT_SELECTED", map[string]any{"outcome": "CAPACITY"}),
		} {
			if staged != "" {
				t.Fatal(staged)
			}
		}
		pending := func(by *viewer.Viewer) string {
			t.Helper()
			var read struct {
				Desk struct {
					PendingDecisions []struct {
						State string
						Count int
					}
				}
			}
			h.must(t, by, `query($r: ID!) { desk { pendingDecisions(round: $r) { state count } } }`, map[string]any{"r": h.round}, &read)
			all := []string{}
			for _, p := range read.Desk.PendingDecisions {
				all = append(all, fmt.Sprint(p.State, p.Count))
			}
			slices.Sort(all)
			return strings.Join(all, " ")
		}
		releases := func(by *viewer.Viewer, expected int) string {
			t.Helper()
			code, _, _ := strings.Cut(h.codeOf(t, by, "releaseDecisions", "ReleaseDecisionsInput", `released userErrors { field message code }`, map[string]any{"round": h.round, "expected": expected}, nil), " ")
			return code
		}
		for _, a := range []*application{own, alone} {
			a.by.Grants, a.by.SecondFactor = append(a.by.Grants, viewer.Grant{Role: viewer.Manager}), true
		}
		if got := pending(h.manager); got != "MERGED1 NOT_SELECTED1 OFFERED1 WAITLISTED1" {
			t.Errorf("a manager counts %s", got)
		}
		if got := pending(own.by); got != "NOT_SELECTED1 WAITLISTED1" {
			t.Errorf("a manager whose registration was merged counts %s", got)
		}
		if got := pending(alone.by); got != "MERGED1 OFFERED1" {
			t.Errorf("a manager who has applied counts %s", got)
		}
		if code := releases(own.by, 4); code != "CONFLICT" {
			t.Errorf("they release all: %q", code)
		}
		if code := releases(own.by, 2); code != "" {
			t.Fatal(code)
		}
		for a, want := range map[*application]string{other: "NOT_SELECTED", alone: "WAITLISTED", speaks: "SUBMITTED > OFFERED", joins: "SUBMITTED > MERGED"} {
			h.checkState(t, a, want)
		}
		if code := h.release(t, 2); code != "" {
			t.Fatal(code)
		}
		for a, want := range map[*application]string{speaks: "OFFERED", joins: "MERGED"} {
			h.checkState(t, a, want)
		}
	})
}

// TestManagersOrderNothingOfTheirOwn: their registration keeps its place among the speakers, and what is new for it is not
// said to them, by whichever list.
func TestManagersOrderNothingOfTheirOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		first, own, third := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		for _, a := range []*application{first, own, third} {
			h.confirmed(t, a)
		}
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, h.states[0], "2026-03-02T09:00:00Z", "Room XXI")
		own.by.Grants, own.by.SecondFactor = append(own.by.Grants, viewer.Grant{Role: viewer.Manager}), true
		orders := func(all ...*application) string {
			t.Helper()
			ids := []string{}
			for _, a := range all {
				ids = append(ids, a.id)
			}
			code, _, _ := strings.Cut(h.codeOf(t, own.by, "orderSpeakers", "OrderSpeakersInput", `userErrors { field message code }`,
				map[string]any{"id": h.meeting[h.states[0]], "revision": h.meetingRevision(t, h.states[0]), "registrations": ids}, nil), " ")
			return code
		}
		if code := orders(own, third, first); code != "INVALID" {
			t.Errorf("ordering their own: %q", code)
		}
		if code := orders(third, first); code != "" {
			t.Fatal(code)
		}
		for place, a := range []*application{third, own, first} {
			if got := h.rowOf(t, `SELECT place FROM registrations WHERE uid = $1`, a.id); got != place+1 {
				t.Errorf("%s speaks at %d, want %d", a.id, got, place+1)
			}
		}
		var before struct {
			Desk struct {
				Agenda struct {
					Changes []struct{ Registration string }
				}
			}
		}
		h.must(t, own.by, `query($r: ID!) { desk { agenda(round: $r) { changes { registration } } } }`, map[string]any{"r": h.round}, &before)
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		var after struct {
			Desk struct {
				AgendaVersions []struct {
					Changes []struct{ Registration string }
				}
			}
		}
		h.must(t, own.by, `query($r: ID!) { desk { agendaVersions(round: $r) { changes { registration } } } }`, map[string]any{"r": h.round}, &after)
		for _, said := range []string{fmt.Sprint(before), fmt.Sprint(after)} {
			if strings.Contains(said, own.id) || !strings.Contains(said, first.id) {
				t.Errorf("they are told of %s", said)
			}
		}
		if got := h.count(t, `SELECT COUNT(*) FROM outbox_messages WHERE template = 'agenda-changed' AND about = '`+own.id+`'`); got != 1 {
			t.Errorf("as an applicant they are told %d times", got)
		}
	})
}

// TestAdministratorsReadNothingOfTheirOwn: the history tells what is staged, to all but who has an interest: whose
// registration it is, whose organisation's, or who has another one for the same Pre-session.
func TestAdministratorsReadNothingOfTheirOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a, rival := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		slug := strings.TrimSpace(h.column(t, `SELECT slug FROM organisations ORDER BY id LIMIT 1`))
		if code := h.matches(t, h.manager, a, slug); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, a, "NOT_SELECTED", map[string]any{"staged": true, "outcome": "CAPACITY"}); code != "" {
			t.Fatal(code)
		}
		admin := h.staffMember(t, viewer.Grant{Role: viewer.Admin}, viewer.Grant{Role: viewer.Manager})
		both := *admin
		both.Grants = append(slices.Clone(admin.Grants), a.by.Grants...)
		member, applicant := *admin, *admin
		member.Organisations = []string{slug}
		applicant.Grants = append(slices.Clone(admin.Grants), rival.by.Grants...)
		const watch = `subscription { deskChanged { node operation } }`
		everything, some := h.listen(t, admin, watch), h.listen(t, &applicant, watch)
		h.unstage(t, a)
		h.changePlan(t, h.states[1], map[string]any{"room": "Room XXI"})
		if got, _ := next(t, everything); !strings.Contains(string(got.Data), a.id) {
			t.Errorf("an administrator is told of %s %+v", got.Data, got.Errors)
		}
		if got, _ := next(t, some); !strings.Contains(string(got.Data), h.meeting[h.states[1]]) {
			t.Errorf("who has applied for the same Pre-session is told of %s %+v", got.Data, got.Errors)
		}
		for by, sees := range map[*viewer.Viewer]bool{admin: true, &both: false, &member: false, &applicant: false} {
			for _, filter := range []string{`{id: "` + a.id + `"}`, `{operation: "STAGE_SUBMITTED_TO_NOT_SELECTED"}`} {
				var read struct {
					Desk struct{ History struct{ TotalCount int } }
				}
				h.must(t, by, `{ desk { history(filter: `+filter+`) { totalCount } } }`, nil, &read)
				if got := read.Desk.History.TotalCount; got > 0 != sees {
					t.Errorf("%s has %d entries for who owns it: %v", filter, got, !sees)
				}
			}
		}
	})
}
