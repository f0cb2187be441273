package graph_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// createRound begins the round of a session, and returns its id or why not.
func (h *hall) createRound(t testing.TB, session int, opens, closes string) (id, code, words string) {
	t.Helper()
	var made struct {
		CreateRound struct {
			Round struct{ ID string }
			outcomeOf
		}
	}
	h.must(t, h.manager, `mutation($input: CreateRoundInput!) { createRound(input: $input) { round { id } userErrors { field message code } } }`,
		map[string]any{"input": map[string]any{"session": session, "callOpens": opens, "callCloses": closes}}, &made)
	for _, e := range made.CreateRound.UserErrors {
		code, words = code+e.Code, words+e.Field+" "+e.Message
	}
	return made.CreateRound.Round.ID, code, words
}

// TestOneRoundASession: a double click on createRound makes one round, also in the same moment, and the other click is told so. A
// State whose Pre-session is in another round is not in a second one.
func TestOneRoundASession(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		if _, code, words := h.createRound(t, 13, "2026-01-05", "2026-01-31"); code != "CONFLICT" || words != "session 13 has a round already" {
			t.Errorf("a second round is %s %q", code, words)
		}
		var wait sync.WaitGroup
		ids, codes := make([]string, 4), make([]string, 4)
		for i := range ids {
			wait.Go(func() { ids[i], codes[i], _ = h.createRound(t, 12, "2026-01-05", "2026-01-31") })
		}
		wait.Wait()
		if n := h.rowOf(t, `SELECT COUNT(*) FROM rounds r JOIN sessions s ON s.id = r.session_id WHERE s.number = 12`); n != 1 || strings.Count(strings.Join(codes, " "), "CONFLICT") != 3 {
			t.Errorf("%d rounds, %v %v", n, ids, codes)
		}
		moved := h.states[0]
		if _, err := h.db.SQL.Exec(`UPDATE reviews SET session_id = (SELECT id FROM sessions WHERE number = 11) WHERE id = (SELECT review_id FROM pre_sessions WHERE uid = '` + h.meeting[moved] + `')`); err != nil {
			t.Fatal(err)
		}
		if id, code, words := h.createRound(t, 11, "2026-01-05", "2026-01-31"); id == "" {
			t.Errorf("a session into which a State was moved has no round: %s %s", code, words)
		}
		if n := h.rowOf(t, `SELECT COUNT(*) FROM pre_sessions m JOIN reviews r ON r.id = m.review_id JOIN states s ON s.id = r.state_id WHERE s.iso3 = '`+moved+`' AND r.session_id = (SELECT id FROM sessions WHERE number = 11)`); n != 1 {
			t.Errorf("%s has %d Pre-sessions of one review", moved, n)
		}
	})
}

// endOthers says of the meetings that nobody has planned that they are not held, so that the round can be closed.
func (h *hall) endOthers(t testing.TB) {
	t.Helper()
	for _, state := range h.states {
		if h.count(t, `SELECT COUNT(*) FROM pre_sessions WHERE state IN ('PROPOSED', 'VIABLE') AND uid = '`+h.meeting[state]+`'`) == 0 {
			continue
		}
		input := map[string]any{"id": h.meeting[state], "revision": h.rowOf(t, `SELECT revision FROM pre_sessions WHERE uid = $1`, h.meeting[state]), "state": "NOT_HELD", "reason": "Too few have applied."}
		if code := h.changeMeeting(t, input); code != "" {
			t.Fatal(code)
		}
	}
}

// TestNothingInAClosedRound: a round is not closed before its meetings, and where an earlier version has, nobody is offered a place in
// it, and nobody confirms one.
func TestNothingInAClosedRound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		offered, staged, waits := h.submitted(t, state), h.submitted(t, state), h.submitted(t, state)
		if code := h.move(t, h.manager, offered, "OFFERED", nil); code != "" {
			t.Fatal(code)
		}
		offered.revision++
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		if _, code := h.publish(t, "OFFERS_OPEN "+state, "NO_SPEAKERS "+state); code != "" {
			t.Fatal(code)
		}
		h.advance(t, "RUNNING")
		h.endOthers(t)
		closes := func() string {
			return h.codeOf(t, h.manager, "advanceRound", "AdvanceRoundInput", `userErrors { field message code }`, map[string]any{"id": h.round, "revision": h.rowOf(t, `SELECT revision FROM rounds WHERE uid = $1`, h.round), "to": "CLOSED"}, nil)
		}
		if code := closes(); !strings.HasPrefix(code, "CONFLICT") || !strings.Contains(code, "as of "+state+":") {
			t.Errorf("closed a month before the meeting: %q", code)
		}
		h.stage(t, staged)
		if _, err := h.db.SQL.Exec(`UPDATE rounds SET state = 'CLOSED'`); err != nil {
			t.Fatal(err)
		}
		if code := h.move(t, h.manager, waits, "OFFERED", nil); code != "CONFLICT" {
			t.Errorf("an offer: %q", code)
		}
		if code := h.release(t, 1); code != "CONFLICT" {
			t.Errorf("the release of an offer: %q", code)
		}
		if code := h.own(t, offered, "confirmOffer"); code != "CONFLICT" {
			t.Errorf("a confirmation: %q", code)
		}
		if _, err := h.db.SQL.Exec(`UPDATE rounds SET state = 'RUNNING'`); err != nil {
			t.Fatal(err)
		}
		h.clock.set("2026-03-02T12:00:00Z")
		if code := closes(); !strings.HasPrefix(code, "CONFLICT") || !strings.Contains(code, h.reference(t, waits)) {
			t.Errorf("while nobody has decided on two: %q", code)
		}
		for _, a := range []*application{staged, waits} {
			if code := h.move(t, h.manager, a, "NOT_SELECTED", map[string]any{"outcome": "CAPACITY"}); code != "" {
				t.Fatal(code)
			}
		}
		if code := h.release(t, 2); code != "" {
			t.Fatal(code)
		}
		if code := closes(); code != "" {
			t.Errorf("after the meeting: %q", code)
		}
	})
}

// TestWhatCannotBeMeant: a meeting that was held, or is not, stays as it is, and no day is centuries away.
func TestWhatCannotBeMeant(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state, off := h.states[0], h.states[1]
		at := "@" + strings.ToLower(state) + ".example.org"
		asks := func(mutation, kind string, more map[string]any) string {
			t.Helper()
			return h.codeOf(t, h.manager, mutation, kind, `userErrors { field message code }`, more, nil)
		}
		of := func(state string, more map[string]any) map[string]any {
			more["id"], more["revision"] = h.meeting[state], h.meetingRevision(t, state)
			return more
		}
		if _, code, words := h.createRound(t, 12, "0001-01-01", "2026-01-31"); code != "INVALID_INPUT" && code != "INVALID" || !strings.Contains(words, "callOpens is far from session 12") {
			t.Errorf("a call from the year 1 on: %s %s", code, words)
		}
		for _, far := range []map[string]any{{"startsAt": "3026-03-02T09:00:00Z"}, {"callCloses": "3026-03-02"}} {
			if got := asks("changePreSession", "ChangePreSessionInput", of(state, far)); !strings.Contains(got, "is far from session 13") {
				t.Errorf("%v: %q", far, got)
			}
		}
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		token := h.tokenOf(t, h.invite(t, missionOf(state))[0])
		if got := asks("changeMissionDeadline", "ChangeMissionDeadlineInput", of(state, map[string]any{"closes": "2027-03-02"})); !strings.Contains(got, "must not be after the day of the Pre-session") {
			t.Errorf("a year after the meeting: %q", got)
		}
		h.changePlan(t, off, map[string]any{"state": "NOT_HELD", "reason": "Too few have applied."})
		h.changePlan(t, h.states[2], map[string]any{"startsAt": "2026-03-03T09:00:00Z", "room": "Room XXI"})
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		if got := h.warned(t); !slices.Contains(got, "NOT_SCHEDULED "+h.states[2]) {
			t.Errorf("a meeting that is left out is not warned of: %v", got)
		}
		if _, code := h.publish(t, "NO_SPEAKERS "+state); !strings.Contains(code, "NOT_SCHEDULED "+h.states[2]) {
			t.Errorf("it is left out without a word: %q", code)
		}
		if _, code := h.publish(t, "NO_SPEAKERS "+state, "NOT_SCHEDULED "+h.states[2]); code != "" {
			t.Fatal(code)
		}
		if _, code := h.delegate(t, token, off, "ann"+at, nil); !strings.Contains(code, "it is not held") {
			t.Errorf("for one that is not held: %q", code)
		}
		h.clock.set("2026-03-02T12:00:00Z")
		h.changePlan(t, state, map[string]any{"state": "HELD"})
		if _, code := h.delegate(t, token, state, "ann"+at, nil); !strings.Contains(code, "it has taken place") {
			t.Errorf("for one that was held: %q", code)
		}
		for which, words := range map[string]string{state: "was held", off: "is not held"} {
			for _, more := range []map[string]any{{"room": "Room XXII"}, {"duration": 90}, {"startsAt": "2026-03-04T09:00:00Z"}} {
				if got := asks("changePreSession", "ChangePreSessionInput", of(which, more)); !strings.HasPrefix(got, "CONFLICT") || !strings.Contains(got, words) {
					t.Errorf("%v of one that %s: %q", more, words, got)
				}
			}
			if got := asks("orderSpeakers", "OrderSpeakersInput", of(which, map[string]any{"registrations": []string{}})); !strings.HasPrefix(got, "CONFLICT") || !strings.Contains(got, words) {
				t.Errorf("the order of one that %s: %q", words, got)
			}
		}
	})
}

// TestFirstAgendaAfterAPostponement: who was not told of an agenda before the meeting was postponed is told that it is published, and
// not that something moves.
func TestFirstAgendaAfterAPostponement(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a, _ := h.withAgenda(t)
		h.changePlan(t, h.states[0], map[string]any{"state": "POSTPONED", "reason": "The State asked for it."})
		h.plan(t, h.states[0], "2026-03-09T09:00:00Z", "Room XXI")
		if _, code := h.publish(t, h.warned(t)...); code != "" {
			t.Fatal(code)
		}
		if text, _, status := h.toldWith(t, a, "agenda-changed"); status != "DRAFT" || !strings.Contains(text, "published") {
			t.Errorf("%s: %s", status, text)
		}
	})
}
