package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
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

// TestWhoAppliedIsToldThatItIsNotHeld: too few have applied, so that nothing was decided yet: each is told, and their registration ends.
// Drafts stay as they are, are told nothing, and are not submitted.
func TestWhoAppliedIsToldThatItIsNotHeld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state})
		begun, submitted, asked, late, short := h.apply(t, state), h.submitted(t, state), h.submitted(t, state), h.submitted(t, state), h.submitted(t, state)
		if _, err := h.db.SQL.Exec(`UPDATE registrations SET by_code = $1 WHERE uid = $2`, true, begun.id); err != nil {
			t.Fatal(err)
		}
		for a, until := range map[*application]string{asked: "2026-02-05T12:00:00Z", late: "2026-01-30T12:00:00Z"} {
			if code := h.move(t, officer, a, "CHANGES_REQUESTED", map[string]any{"questions": "Since when?", "respondBy": until}); code != "" {
				t.Fatal(code)
			}
		}
		if code := h.move(t, officer, short, "SHORTLISTED", map[string]any{"reason": "There are few."}); code != "" {
			t.Fatal(code)
		}
		h.changePlan(t, state, map[string]any{"state": "NOT_HELD", "reason": "Too few apply."})
		h.clock.set("2026-01-30T13:00:00Z")
		h.sweep(t)
		h.sweep(t)
		for _, a := range []*application{submitted, asked, late, short} {
			h.checkState(t, a, "NOT_SELECTED")
			if got := h.seen(t, a); !strings.Contains(got, "NOT_HELD") {
				t.Errorf("the applicant reads %s", got)
			}
			if got := h.newsTo(t, a); got != "not-held:QUEUED" {
				t.Errorf("%s is told %q", a.id, got)
			}
			if code := h.move(t, h.manager, a, "SUBMITTED", nil); code != "CONFLICT" {
				t.Errorf("taken up again for a meeting that is not held: %q", code)
			}
		}
		h.checkState(t, begun, "DRAFT")
		if got := h.told(t, begun); len(got) > 0 {
			t.Errorf("who has submitted nothing is told %v", got)
		}
		if code := h.own(t, begun, "submitApplication"); code != "CONFLICT" {
			t.Errorf("submitted for a meeting that is not held: %q", code)
		}
	})
}

// TestNotHeldByHand: who is not selected by hand where the meeting is not held, or for that reason, is told so, and not that
// there was no place and that they can follow it.
func TestNotHeldByHand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		off, on := h.states[0], h.states[1]
		here, covered, before := h.submitted(t, off), h.submitted(t, off), h.submitted(t, on)
		h.changePlan(t, off, map[string]any{"state": "NOT_HELD", "reason": "Too few apply."})
		for a, outcome := range map[*application]string{here: "NOT_HELD", covered: "COVERED_BY_OTHERS", before: "NOT_HELD"} {
			if code := h.move(t, h.manager, a, "NOT_SELECTED", map[string]any{"outcome": outcome, "feedback": "Please apply again."}); code != "" {
				t.Fatal(code)
			}
			h.checkTold(t, a, "receipt QUEUED", "not-held DRAFT")
		}
		if code := h.release(t, 3); code != "" {
			t.Fatal(code)
		}
		for _, a := range []*application{here, covered, before} {
			last := h.checkTold(t, a, "receipt QUEUED", "not-held QUEUED")
			if !strings.Contains(last.text, "will not be held") || !strings.Contains(last.text, "Please apply again.") || strings.Contains(last.text, "online") {
				t.Errorf("they are told %s", last.text)
			}
		}
	})
}
