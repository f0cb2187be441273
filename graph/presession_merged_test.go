package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestAgendaHasWhoWasMerged: who speaks for a registration that was merged is in the agenda with the
// one that speaks for both, and leaves it with that one.
func TestAgendaHasWhoWasMerged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		into, merged := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		for _, a := range []*application{into, merged} {
			h.giveConsents(t, a, "PUBLIC NAME", "PUBLIC ORGANISATION")
		}
		if code := h.move(t, h.manager, merged, "MERGED", map[string]any{"into": into.id, "agreement": "Both wrote."}); code != "" {
			t.Fatal(code)
		}
		h.confirmed(t, into)
		h.clock.set("2026-02-01T00:30:01Z")
		h.sweep(t)
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, h.states[0], "2026-03-02T08:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		if got := h.count(t, `SELECT COUNT(*) FROM speakers WHERE status = 'PUBLISHED' AND name <> ''`); got != 2 {
			t.Errorf("%d speakers are named, want 2", got)
		}
		if code := h.own(t, into, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		if got := h.count(t, `SELECT COUNT(*) FROM speakers WHERE status = 'PUBLISHED'`); got != 0 {
			t.Errorf("%d speakers are left of a registration that was withdrawn", got)
		}
	})
}

// TestLeakOfWhoWasMerged: the protection and the consents of who speaks by another registration count for
// what is written to that one, and for who reads its statements.
func TestLeakOfWhoWasMerged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.takesFiles(t)
		waits := h.submitted(t, h.states[0])
		a, officer := h.withAgenda(t)
		id := h.accepted(t, a, officer)
		if code := h.decide(t, officer, a, id, "PUBLISHED", nil); code != "" {
			t.Fatal(code)
		}
		state := func() string { return strings.TrimSpace(h.column(t, `SELECT state FROM pre_session_statements`)) }
		if code := h.move(t, h.manager, waits, "MERGED", map[string]any{"into": a.id, "agreement": "Both wrote."}); code != "" {
			t.Fatal(code)
		}
		if got := state(); got == "PUBLISHED" {
			t.Errorf("with somebody who has not consented among its speakers a statement is %s", got)
		}
		h.giveConsents(t, waits, "PUBLIC NAME", "PUBLIC ORGANISATION", "PUBLIC STATEMENT")
		if code := h.decide(t, officer, a, id, "PUBLISHED", nil); code != "" {
			t.Fatal(code)
		}
		h.must(t, waits.by, `mutation($input: RequestProtectionInput!) { requestProtection(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": waits.speaker, "level": 2}}, nil)
		if got := state(); got == "PUBLISHED" {
			t.Errorf("with somebody who is protected among its speakers a statement is %s", got)
		}
		for _, m := range h.told(t, a) {
			if (m.status == "QUEUED" || m.status == "TASK") && strings.Contains(m.text, "Organisation") {
				t.Errorf("with somebody who is protected among them, speakers are written %s", m.text)
			}
		}
	})
}

// TestBadgesOfWhoWasMerged: who speaks by a registration that was merged is let in.
func TestBadgesOfWhoWasMerged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		into, between, merged := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		for _, a := range []*application{into, between, merged} {
			h.giveConsents(t, a, "UN_SECURITY NAME")
		}
		for _, pair := range [][2]*application{{merged, between}, {between, into}} {
			if code := h.move(t, h.manager, pair[0], "MERGED", map[string]any{"into": pair[1].id, "agreement": "Both wrote."}); code != "" {
				t.Fatal(code)
			}
		}
		h.confirmed(t, into)
		protection := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		var made map[string]any
		code := h.codeOf(t, protection, "makeBadgeList", "MakeBadgeListInput", `badgeList { people } userErrors { field message code }`, map[string]any{"round": h.round, "reason": "the gate asks"}, &made)
		if list, _ := made["badgeList"].(map[string]any); code != "" || list["people"] != 3.0 {
			t.Errorf("%v people, want 3 (%s)", list["people"], code)
		}
	})
}

// TestWhoWasMergedAttends: who speaks by a registration that was merged is told whose missions come, from the offer to
// the other one on, and has a letter written once that one has a place, as long as it has.
func TestWhoWasMergedAttends(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		into, between, merged := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		for _, pair := range [][2]*application{{merged, between}, {between, into}} {
			if code := h.move(t, h.manager, pair[0], "MERGED", map[string]any{"into": pair[1].id, "agreement": "Both wrote."}); code != "" {
				t.Fatal(code)
			}
		}
		revisionOf := func(a *application) int {
			return h.rowOf(t, `SELECT own_revision FROM registrations WHERE uid = $1`, a.id)
		}
		check := func(when, missions, letter, asked string) {
			t.Helper()
			var read struct {
				Mine struct {
					Application struct {
						Missions        *struct{ StateUnderReview bool }
						LetterRequested *string
					}
				}
			}
			h.must(t, merged.by, `query($id: ID!) { mine { application(id: $id) { missions { stateUnderReview } letterRequested } } }`, map[string]any{"id": merged.id}, &read)
			code, _, _ := strings.Cut(h.codeOf(t, merged.by, "requestLetter", "ApplicationInput", `userErrors { field message code }`, map[string]any{"id": merged.id, "revision": revisionOf(merged)}, nil), " ")
			tasks := strings.Join(strings.Fields(h.column(t, `SELECT status FROM outbox_messages WHERE template = 'letter-requested' AND about = '`+merged.id+`' ORDER BY id`)), " ")
			if told := fmt.Sprint(read.Mine.Application.Missions != nil, " ", read.Mine.Application.LetterRequested != nil); told != missions || code != letter || tasks != asked {
				t.Errorf("%s they are told %s, ask for a letter: %q, and the tasks are %q", when, told, code, tasks)
			}
		}
		check("before an offer", "false false", "CONFLICT", "")
		if code := h.move(t, h.manager, into, "OFFERED", nil); code != "" {
			t.Fatal(code)
		}
		check("with an offer", "true false", "CONFLICT", "")
		into.revision = revisionOf(into)
		if code := h.own(t, into, "confirmOffer"); code != "" {
			t.Fatal(code)
		}
		check("with a place", "true false", "", "TASK")
		check("once it is asked for", "true true", "", "TASK")
		if code := h.own(t, into, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		check("without the place", "false true", "", "CANCELLED")
		if code := h.move(t, h.manager, into, "SUBMITTED", map[string]any{"reason": "They come after all."}); code != "" {
			t.Fatal(code)
		}
		check("in the pool again", "false false", "CONFLICT", "CANCELLED")
		into.revision = revisionOf(into)
		h.confirmed(t, into)
		check("with a place of the other one alone", "false false", "CONFLICT", "CANCELLED")
	})
}

// TestWhoWasMergedIsTold: the owners of a registration that was merged are told what becomes of the meeting, and when the
// registration that speaks for them ends, as cautiously as both need it; their calendar follows that one. Theirs ends with
// it, until staff take it up again.
func TestWhoWasMergedIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		into, between, merged, protected := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		protects := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		h.must(t, protected.by, `mutation($input: RequestProtectionInput!) { requestProtection(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": protected.speaker, "level": 2}}, nil)
		h.protect(t, protects, protected.speaker, 2)
		for _, pair := range [][2]*application{{merged, between}, {between, into}, {protected, into}} {
			if code := h.move(t, h.manager, pair[0], "MERGED", map[string]any{"into": pair[1].id, "agreement": "Both wrote."}); code != "" {
				t.Fatal(code)
			}
		}
		for _, a := range []*application{into, between, merged} { // who wait beside somebody with a level
			h.protect(t, protects, a.speaker, 0)
		}
		into.revision = h.rowOf(t, `SELECT own_revision FROM registrations WHERE uid = $1`, into.id)
		h.confirmed(t, into)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, h.states[0], "2026-03-02T09:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		var made struct{ NewCalendarLink struct{ Link string } }
		h.must(t, merged.by, `mutation($input: ApplicationInput!) { newCalendarLink(input: $input) { link userErrors { field message code } } }`, map[string]any{"input": map[string]any{"id": merged.id, "revision": 1}}, &made)
		calendar := func() string {
			t.Helper()
			token := strings.TrimSuffix(strings.TrimPrefix(made.NewCalendarLink.Link, "https://upr.example.org/calendar/own/"), ".ics")
			text, err := h.resolver(nil).PreSessions.OwnCalendar(t.Context(), token)
			if err != nil {
				t.Fatal(err)
			}
			return text
		}
		told := func(a *application) string {
			t.Helper()
			return strings.Join(strings.Fields(strings.ReplaceAll(h.column(t, `SELECT template || ':' || status FROM outbox_messages WHERE about = '`+a.id+`' AND template IN ('agenda-changed', 'postponed', 'merger-ended', 'cancelled') ORDER BY id`), "\n", " ")), " ")
		}
		ended := func(a *application) bool {
			t.Helper()
			var read struct {
				Mine struct{ Application struct{ MergerEnded bool } }
			}
			h.must(t, a.by, `query($id: ID!) { mine { application(id: $id) { mergerEnded } } }`, map[string]any{"id": a.id}, &read)
			return read.Mine.Application.MergerEnded
		}
		before := calendar()
		if !strings.Contains(before, "STATUS:CONFIRMED") || ended(merged) {
			t.Errorf("while the other one speaks for it the merger has ended: %v, and the calendar has %s", ended(merged), before)
		}
		if got := told(merged); got != "agenda-changed:DRAFT" {
			t.Errorf("of the agenda they are told %q", got)
		}
		if code := h.changeMeeting(t, map[string]any{"id": h.meeting[h.states[0]], "revision": h.rowOf(t, `SELECT revision FROM pre_sessions WHERE uid = $1`, h.meeting[h.states[0]]), "state": "POSTPONED", "reason": "The room is flooded"}); code != "" {
			t.Fatal(code)
		}
		if got := told(merged); got != "agenda-changed:CANCELLED postponed:DRAFT" {
			t.Errorf("when it is postponed they are told %q", got)
		}
		if code := h.move(t, h.manager, merged, "SUBMITTED", map[string]any{"reason": "because"}); code != "CONFLICT" {
			t.Errorf("taken up again while the other one speaks for it: %q", code)
		}
		if code := h.own(t, into, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		if got := told(merged); got != "agenda-changed:CANCELLED postponed:CANCELLED merger-ended:QUEUED" {
			t.Errorf("when the other one is withdrawn they are told %q", got)
		}
		for _, a := range []*application{merged, protected} {
			if text, _, _ := h.toldWith(t, a, "merger-ended"); strings.Contains(text, "Organisation") {
				t.Errorf("with somebody who is protected among them they are told %s", text)
			}
		}
		if got := calendar(); !strings.Contains(got, "STATUS:CANCELLED") || sequenceIn(t, got) <= sequenceIn(t, before) || !ended(merged) {
			t.Errorf("then the merger has ended: %v, and the calendar has %s", ended(merged), got)
		}
		h.checkState(t, merged, "MERGED")
		if code := h.move(t, h.manager, merged, "SUBMITTED", map[string]any{"reason": "They speak alone."}); code != "" {
			t.Fatal(code)
		}
		h.checkState(t, merged, "SUBMITTED")
		if ended(merged) || ended(into) {
			t.Error("what is not merged has no merger that ended")
		}
	})
}

// TestWhoWasMergedWithdraws: their speakers leave the agenda, and nobody else's; who speaks for both is told.
func TestWhoWasMergedWithdraws(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		into, merged := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		for _, a := range []*application{into, merged} {
			h.giveConsents(t, a, "PUBLIC NAME", "PUBLIC ORGANISATION")
		}
		if code := h.move(t, h.manager, merged, "MERGED", map[string]any{"into": into.id, "agreement": "Both wrote."}); code != "" {
			t.Fatal(code)
		}
		h.confirmed(t, into)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, h.states[0], "2026-03-02T09:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		if code := h.own(t, merged, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		h.checkState(t, merged, "WITHDRAWN")
		h.checkState(t, into, "CONFIRMED")
		if got := strings.Fields(h.column(t, `SELECT name FROM speakers WHERE status = 'PUBLISHED'`)); strings.Join(got, " ") != "Wombat "+into.by.UID {
			t.Errorf("the agenda has %q", got)
		}
		if _, _, status := h.toldWith(t, merged, "withdrawn-thanks"); status != "QUEUED" {
			t.Errorf("thanks are %s", status)
		}
		if text, _, status := h.toldWith(t, into, "merger-ended"); status != "QUEUED" || !strings.Contains(text, "Organisation "+merged.id) {
			t.Errorf("who speaks is told, %s, %s", status, text)
		}
	})
}
