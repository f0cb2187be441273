package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// page is what the page of a registration says of its meeting, and of the waiting list.
func (h *hall) page(t *testing.T, a *application) string {
	t.Helper()
	var read struct {
		Mine struct {
			Application struct {
				Reserve *struct {
					Rank      string
					DecidedBy *string
				}
				Meeting *struct {
					StartsAt, Room string
					Minutes        int
				}
				MeetingMoves bool
				Off          *string
			}
		}
	}
	h.must(t, a.by, `query($id: ID!) { mine { application(id: $id) { reserve { rank decidedBy } meeting { startsAt minutes room } meetingMoves off } } }`, map[string]any{"id": a.id}, &read)
	var said []string
	one := read.Mine.Application
	if one.Reserve != nil {
		if said = append(said, one.Reserve.Rank); one.Reserve.DecidedBy != nil {
			said = append(said, "by", *one.Reserve.DecidedBy)
		}
	}
	if one.Meeting != nil {
		said = append(said, one.Meeting.StartsAt, one.Meeting.Room)
	}
	if one.MeetingMoves {
		said = append(said, "MOVES")
	}
	if one.Off != nil {
		said = append(said, *one.Off)
	}
	return strings.Join(said, " ")
}

func (h *hall) checkPage(t *testing.T, when string, a *application, want string) {
	t.Helper()
	if got := h.page(t, a); got != want {
		t.Errorf("%s the page says %q, want %q", when, got, want)
	}
}

// draftsTo are the drafts and what has gone to an applicant, of some templates.
func (h *hall) newsTo(t *testing.T, a *application) string {
	t.Helper()
	return strings.Join(strings.Fields(h.column(t, `SELECT template || ':' || status FROM outbox_messages WHERE about = '`+a.id+`' AND template IN ('agenda-changed', 'postponed', 'not-held') ORDER BY id`)), " ")
}

// TestPageSaysWhatMailSays: who is protected is written to neutrally, and reads on the page when and where they are to
// speak; nothing of what is planned before they are told.
func TestPageSaysWhatMailSays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		a := h.submitted(t, state)
		h.must(t, a.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 2}) { userErrors { code } } }`, map[string]any{"id": a.speaker}, nil)
		h.protect(t, h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer}), a.speaker, 2)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		if code := h.move(t, h.manager, a, "OFFERED", map[string]any{"staged": true}); code != "" {
			t.Fatal(code)
		}
		h.checkPage(t, "while the offer is staged", a, "")
		if code := h.release(t, 1); code != "" {
			t.Fatal(code)
		}
		a.revision++
		h.checkPage(t, "with the offer", a, "2026-03-02T09:00:00Z Room XXI")
		h.changePlan(t, state, map[string]any{"startsAt": "2026-03-03T09:00:00Z", "room": "Room XXII"})
		h.changePlan(t, state, map[string]any{"startsAt": "2026-03-04T09:00:00Z"})
		h.checkPage(t, "before the applicant is told that it has moved", a, "2026-03-02T09:00:00Z Room XXI MOVES")
		if got, want := h.newsTo(t, a), "agenda-changed:CANCELLED agenda-changed:DRAFT"; got != want {
			t.Errorf("that it has moved is told %s, want %s", got, want)
		}
		h.releaseMail(t, a.id)
		h.checkPage(t, "once told", a, "2026-03-04T09:00:00Z Room XXII")
		h.readPage(t, a)
		if code := h.own(t, a, "confirmOffer"); code != "" {
			t.Fatal(code)
		}
		h.checkPage(t, "with a place", a, "2026-03-04T09:00:00Z Room XXII")
		h.changePlan(t, state, map[string]any{"startsAt": "2026-03-05T09:00:00Z"})
		h.checkPage(t, "while another time is planned", a, "2026-03-04T09:00:00Z Room XXII")
		h.advance(t, "DECISIONS_RELEASED")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		h.checkPage(t, "once it is published", a, "2026-03-05T09:00:00Z Room XXII")
		h.changePlan(t, state, map[string]any{"state": "POSTPONED", "reason": "The room is flooded."})
		h.checkPage(t, "once it is postponed", a, "POSTPONED")
		h.changePlan(t, state, map[string]any{"state": "SCHEDULED", "startsAt": "2026-03-09T09:00:00Z"})
		h.checkPage(t, "before the new time is published", a, "POSTPONED")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		h.checkPage(t, "once the new time is published", a, "2026-03-09T09:00:00Z Room XXII")
	})
}

// TestPostponedBeforeItIsPublished: the page says that a meeting is postponed from when the applicant was told so, until
// they are told the new time, also while that is planned already. Whom nobody has told reads what they were told before.
func TestPostponedBeforeItIsPublished(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		offered, speaks, untold := h.submitted(t, state), h.submitted(t, state), h.submitted(t, state)
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		for _, a := range []*application{speaks, untold} {
			h.confirmed(t, a)
		}
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		if code := h.move(t, h.manager, offered, "OFFERED", nil); code != "" {
			t.Fatal(code)
		}
		const was = "2026-03-02T09:00:00Z Room XXI"
		check := func(when, toOffered, toSpeaks, toUntold string) {
			t.Helper()
			h.checkPage(t, when+", who has an offer:", offered, toOffered)
			h.checkPage(t, when+", who has a place:", speaks, toSpeaks)
			h.checkPage(t, when+", whom nobody has told:", untold, toUntold)
		}
		h.changePlan(t, state, map[string]any{"state": "POSTPONED", "reason": "The room is flooded."})
		check("postponed", was+" MOVES", was, was)
		h.releaseMail(t, offered.id)
		check("told to one", "POSTPONED", was, was)
		h.changePlan(t, state, map[string]any{"state": "SCHEDULED", "startsAt": "2026-03-09T09:00:00Z"})
		check("planned anew", "POSTPONED", was, was)
		h.releaseMail(t, speaks.id)
		check("told to another one", "POSTPONED", "POSTPONED", was)
		h.releaseMail(t, offered.id)
		check("with the new time told to one", "2026-03-09T09:00:00Z Room XXI", "POSTPONED", was)
		h.advance(t, "DECISIONS_RELEASED")
		if _, code := h.publish(t, "OFFERS_OPEN "+state); code != "" {
			t.Fatal(code)
		}
		const is = "2026-03-09T09:00:00Z Room XXI"
		check("published", is, is, is)
	})
}

// TestMovedOffer: who has an offer of a meeting that moves has a draft that says so, with a tentative entry in the place of
// the former one; none where it moves back, and none once they have confirmed, which tells the same.
func TestMovedOffer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		a := h.submitted(t, state)
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		if code := h.move(t, h.manager, a, "OFFERED", nil); code != "" {
			t.Fatal(code)
		}
		a.revision++
		h.changePlan(t, state, map[string]any{"startsAt": "2026-03-03T09:00:00Z"})
		text, calendar, status := h.toldWith(t, a, "agenda-changed")
		if status != "DRAFT" || !strings.Contains(text, "3 March 2026") || !strings.Contains(calendar, "DTSTART:20260303T090000Z") || !strings.Contains(calendar, "STATUS:TENTATIVE") {
			t.Errorf("that it has moved is told %s: %s %s", status, text, calendar)
		}
		h.changePlan(t, state, map[string]any{"moderator": "Quokka"})
		if got := h.newsTo(t, a); got != "agenda-changed:DRAFT" {
			t.Errorf("a change that does not concern them: %s", got)
		}
		h.changePlan(t, state, map[string]any{"startsAt": "2026-03-02T09:00:00Z"})
		if got := h.newsTo(t, a); got != "agenda-changed:CANCELLED" {
			t.Errorf("where it has moved back: %s", got)
		}
		h.changePlan(t, state, map[string]any{"room": "Room XXII"})
		h.readPage(t, a)
		if code := h.own(t, a, "confirmOffer"); code != "" {
			t.Fatal(code)
		}
		if got := h.newsTo(t, a); got != "agenda-changed:CANCELLED agenda-changed:CANCELLED" {
			t.Errorf("once it is confirmed: %s", got)
		}
	})
}

// readPage has the applicant read the page as it is by now.
func (h *hall) readPage(t *testing.T, a *application) {
	t.Helper()
	var read struct {
		Mine struct{ Application struct{ Revision int } }
	}
	h.must(t, a.by, `query($id: ID!) { mine { application(id: $id) { revision } } }`, map[string]any{"id": a.id}, &read)
	a.revision = read.Mine.Application.Revision
}

// TestOfferThatMoves: nobody confirms an offer on a page that says when the Pre-session was to be; the page says that it
// moves as long as staff have not told when it is.
func TestOfferThatMoves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		speaks, a := h.submitted(t, state), h.submitted(t, state)
		h.confirmed(t, speaks)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, a, "OFFERED", nil); code != "" {
			t.Fatal(code)
		}
		const first, second = "2026-03-02T09:00:00Z Room XXI", "2026-03-03T09:00:00Z Room XXI"
		for _, step := range []struct {
			when string
			do   func()
			want string
		}{
			{"planned at another time", func() { h.changePlan(t, state, map[string]any{"startsAt": "2026-03-03T09:00:00Z"}) }, first + " MOVES"},
			{"planned as it was", func() { h.changePlan(t, state, map[string]any{"startsAt": "2026-03-02T09:00:00Z"}) }, first},
			{"planned anew", func() { h.changePlan(t, state, map[string]any{"startsAt": "2026-03-03T09:00:00Z"}) }, first + " MOVES"},
			{"told", func() { h.releaseMail(t, a.id) }, second},
			{"copied back from the agenda", func() { h.unfreeze(t, h.manager, 1) }, second + " MOVES"},
			{"published", func() {
				if _, code := h.publish(t, "OFFERS_OPEN "+state); code != "" {
					t.Fatal(code)
				}
			}, first},
			{"postponed", func() { h.changePlan(t, state, map[string]any{"state": "POSTPONED", "reason": "The room is flooded."}) }, "POSTPONED"},
		} {
			h.readPage(t, a)
			step.do()
			h.checkPage(t, step.when, a, step.want)
			if code := h.own(t, a, "confirmOffer"); code != "CONFLICT" {
				t.Fatalf("%s, an offer is confirmed on what stood there before: %q", step.when, code)
			}
		}
		if got, want := h.newsTo(t, a), "agenda-changed:CANCELLED agenda-changed:QUEUED agenda-changed:CANCELLED postponed:DRAFT"; got != want {
			t.Errorf("they are told %s, want %s", got, want)
		}
		h.readPage(t, a)
		if code := h.own(t, a, "confirmOffer"); code != "" {
			t.Errorf("having read that it is postponed: %q", code)
		}
	})
}

// TestReserve: who waits reads on the page what the mail says, and waits in another place once that is released.
func TestReserve(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		first, second := h.submitted(t, state), h.submitted(t, state)
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		if code := h.move(t, h.manager, first, "WAITLISTED", map[string]any{"rank": 1}); code != "" {
			t.Fatal(code)
		}
		h.checkPage(t, "before the release", first, "")
		if code := h.move(t, h.manager, second, "WAITLISTED", map[string]any{"rank": 7}); code != "" {
			t.Fatal(code)
		}
		if code := h.release(t, 2); code != "" {
			t.Fatal(code)
		}
		h.checkPage(t, "the first one's", first, "FIRST by 2026-03-02T09:00:00Z")
		h.checkPage(t, "the other's", second, "LATER by 2026-03-02T09:00:00Z")
		for rank, want := range map[int]string{7: "CONFLICT", 1: "CONFLICT", 0: "INVALID"} {
			if code := h.move(t, h.manager, second, "WAITLISTED", map[string]any{"rank": rank}); code != want {
				t.Errorf("in the place %d: %q, want %q", rank, code, want)
			}
		}
		rerank := func() {
			t.Helper()
			if code := h.move(t, h.manager, second, "WAITLISTED", map[string]any{"rank": 2}); code != "" {
				t.Fatal(code)
			}
		}
		rerank()
		h.checkPage(t, "before another place is released", second, "LATER by 2026-03-02T09:00:00Z")
		if code := h.move(t, h.manager, first, "WAITLISTED", map[string]any{"rank": 2}); code != "CONFLICT" {
			t.Errorf("a place that another one is to have: %q", code)
		}
		var done struct{ UnstageDecision outcomeOf }
		_, revision := h.stateOf(t, second)
		h.must(t, h.manager, `mutation($input: UnstageDecisionInput!) { unstageDecision(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": second.id, "revision": revision}}, &done)
		if got := strings.TrimSpace(h.column(t, `SELECT rank FROM registrations WHERE uid = '`+second.id+`' AND pending_rank IS NULL`)); got != "7" {
			t.Errorf("taken back it waits in the place %q", got)
		}
		rerank()
		if code := h.release(t, 1); code != "" {
			t.Fatal(code)
		}
		h.checkState(t, second, "WAITLISTED")
		h.checkPage(t, "in another place", second, "SECOND by 2026-03-02T09:00:00Z")
		if text, _, _ := h.toldWith(t, second, "waitlisted"); !strings.Contains(text, "second reserve") {
			t.Errorf("they are told %s", text)
		}
		// A step that ends a place that is staged leaves the one that it has.
		if code := h.move(t, h.manager, second, "WAITLISTED", map[string]any{"rank": 5}); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, second, "OFFERED", map[string]any{"staged": true}); code != "" {
			t.Fatal(code)
		}
		h.checkPage(t, "with an offer that is staged", second, "SECOND by 2026-03-02T09:00:00Z")
	})
}

// TestDraftsThatAreNotSo: a draft that says of a meeting what is not so any more is taken back as another one is written,
// which says what was new in it as well.
func TestDraftsThatAreNotSo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		a, _ := h.withAgenda(t)
		check := func(when, want, says string) {
			t.Helper()
			news := strings.Fields(h.newsTo(t, a))
			var drafts []string
			for _, n := range news {
				if template, draft := strings.CutSuffix(n, ":DRAFT"); draft {
					drafts = append(drafts, template)
				}
			}
			if got := strings.Join(drafts, " "); got != want {
				t.Errorf("%s there are the drafts %q, want %q", when, got, want)
			}
			if text, _, _ := h.toldWith(t, a, want); !strings.Contains(text, says) {
				t.Errorf("%s they are told %s", when, text)
			}
		}
		check("published", "agenda-changed", "the agenda is published.")
		h.changePlan(t, state, map[string]any{"startsAt": "2026-03-03T09:00:00Z"})
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		check("published anew", "agenda-changed", "the agenda is published.\n\n3 March 2026")
		h.releaseMail(t, a.id)
		h.changePlan(t, state, map[string]any{"room": "Room XXII"})
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		check("moved", "agenda-changed", "the time or the room of your meeting has changed.\n")
		h.changePlan(t, state, map[string]any{"state": "POSTPONED", "reason": "The room is flooded."})
		check("postponed", "postponed", "is postponed")
		h.changePlan(t, state, map[string]any{"state": "SCHEDULED", "startsAt": "2026-03-09T09:00:00Z"})
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		check("published after it was postponed", "agenda-changed", "9 March 2026")
		h.changePlan(t, state, map[string]any{"state": "POSTPONED", "reason": "The room is flooded."})
		h.changePlan(t, state, map[string]any{"state": "NOT_HELD", "reason": "Nobody could come."})
		check("not held", "not-held", "will not be held")
	})
}
