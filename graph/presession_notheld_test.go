package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestMeetingThatIsNotHeld: who waits for it or has an offer is told, and confirms nothing any more; for who
// has a place staff have a draft.
func TestMeetingThatIsNotHeld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		offered, waiting, other, speaks := h.submitted(t, state), h.submitted(t, state), h.submitted(t, h.states[1]), h.submitted(t, state)
		h.confirmed(t, speaks)
		if code := h.move(t, h.manager, waiting, "WAITLISTED", map[string]any{"rank": 1}); code != "" {
			t.Fatal(code)
		}
		h.stage(t, offered)
		h.stage(t, other)
		if code := h.release(t, 3); code != "" {
			t.Fatal(code)
		}
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		if got := h.newsTo(t, offered); got != "agenda-changed:DRAFT" {
			t.Errorf("where it has moved, who has an offer is to be told %q", got)
		}
		if code := h.changeMeeting(t, map[string]any{"id": h.meeting[state], "revision": h.meetingRevision(t, state), "state": "NOT_HELD", "reason": "Too few apply."}); code != "" {
			t.Fatal(code)
		}
		if got := h.newsTo(t, offered); got != "agenda-changed:CANCELLED" {
			t.Errorf("before their registration ends, who has an offer is to be told %q", got)
		}
		offered.revision++
		if code := h.own(t, offered, "confirmOffer"); code != "CONFLICT" {
			t.Errorf("confirming a place at a meeting that is not held: %q", code)
		}
		h.sweep(t)
		h.sweep(t)
		for _, a := range []*application{offered, waiting} {
			h.checkState(t, a, "NOT_SELECTED")
			if got := h.count(t, `SELECT COUNT(*) FROM registrations WHERE outcome = 'NOT_HELD' AND uid = '`+a.id+`'`); got != 1 {
				t.Errorf("%s has another outcome", a.id)
			}
			if got := h.count(t, `SELECT COUNT(*) FROM outbox_messages WHERE template = 'not-held' AND status = 'QUEUED' AND about = '`+a.id+`'`); got != 1 {
				t.Errorf("%s is told %d times, want once", a.id, got)
			}
		}
		h.checkState(t, other, "OFFERED")
		if last := h.told(t, speaks); last[len(last)-1].template != "not-held" || last[len(last)-1].status != "DRAFT" {
			t.Errorf("who had confirmed a place is told %v", last[len(last)-1])
		}
	})
}

// TestNothingIsBroughtWhereItIsNotHeld: who has a place at a meeting that is not held reads so, and hands in nothing.
func TestNothingIsBroughtWhereItIsNotHeld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.takesFiles(t)
		state := h.states[0]
		a := h.submitted(t, state)
		h.confirmed(t, a)
		others := map[*application]string{}
		for language, says := range map[string]string{"EN": "No statements are taken for it any more", "FR": "Plus aucune déclaration n’est acceptée", "ES": "Ya no se aceptan declaraciones"} {
			other := h.submitted(t, state)
			if _, err := h.db.SQL.Exec(`UPDATE users SET language = $1 WHERE uid = $2`, language, other.by.UID); err != nil {
				t.Fatal(err)
			}
			h.confirmed(t, other)
			others[other] = says
		}
		begin := func() (statementAnswer, string) {
			return h.statement(t, a.by, "beginStatement", "BeginStatementInput", map[string]any{"application": a.id, "language": "EN", "title": "On detention"})
		}
		begun, code := begin()
		if code != "" {
			t.Fatal(code)
		}
		h.upload(t, begun.Permit, "We speak of detention.\n")
		h.changePlan(t, state, map[string]any{"state": "NOT_HELD", "reason": "Nobody could come."})
		h.checkPage(t, "before the applicant is told", a, "")
		h.releaseMail(t, a.id)
		h.checkPage(t, "once told", a, "NOT_HELD")
		if _, code := begin(); code != "CONFLICT" {
			t.Errorf("another statement: %q", code)
		}
		for other, says := range others {
			if text, _, _ := h.toldWith(t, other, "not-held"); !strings.Contains(text, says) {
				t.Errorf("they are told %s, want %s", text, says)
			}
		}
		if _, code := h.statement(t, a.by, "permitStatement", "StatementInput", map[string]any{"id": begun.Statement.ID}); code != "CONFLICT" {
			t.Errorf("another file: %q", code)
		}
		if _, code := h.statement(t, a.by, "submitStatement", "ReviseStatementInput", map[string]any{"id": begun.Statement.ID, "revision": begun.Statement.Revision}); code != "CONFLICT" {
			t.Errorf("what was begun before: %q", code)
		}
	})
}
