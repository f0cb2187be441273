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
		check("with a place again", "true false", "", "CANCELLED TASK")
	})
}
