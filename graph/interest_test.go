package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// words is an answer as it is sent, with the sentences of what is refused.
func (h *hall) words(t *testing.T, by *viewer.Viewer, query string, variables map[string]any) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(viewer.NewContext(t.Context(), by), http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	h.handler.ServeHTTP(recorder, request)
	return strings.TrimSpace(recorder.Body.String())
}

// trial is all that somebody gets who works with a round and tries what a coordinator may do there: answers and
// refusals, word for word. Nothing that it does stays done.
func (h *hall) trial(t *testing.T, by *viewer.Viewer, others []*application, elsewhere *application) string {
	t.Helper()
	var all strings.Builder
	try := func(mutation, kind, fields string, input map[string]any) string {
		t.Helper()
		answer := h.words(t, by, `mutation($input: `+kind+`!) { `+mutation+`(input: $input) { `+fields+` userErrors { field message code } } }`, map[string]any{"input": input})
		fmt.Fprintln(&all, input["to"], answer)
		return answer
	}
	here := h.states[0]
	for _, change := range []map[string]any{{"slots": 0}, {"slots": 1}, {"slots": 9}, {"duration": 20}} {
		change["id"], change["revision"] = h.meeting[here], h.meetingRevision(t, here)
		try("changePreSession", "ChangePreSessionInput", "preSession { slots }", change)
	}
	for _, a := range others {
		_, revision := h.stateOf(t, a)
		for _, move := range []map[string]any{
			{"to": "OFFERED", "staged": true}, {"to": "OFFERED"}, {"to": "WAITLISTED", "rank": 1}, {"to": "WAITLISTED", "rank": 2}, {"to": "NOT_SELECTED", "outcome": "CAPACITY"},
			{"to": "MERGED", "staged": true, "into": others[0].id, "agreement": "Both wrote."}, {"to": "MERGED", "into": others[1].id, "agreement": "Both wrote."}, {"to": "CANCELLED", "reason": "because"},
		} {
			move["id"], move["revision"] = a.id, revision
			try("moveRegistration", "MoveRegistrationInput", "registration { state }", move)
		}
		try("unstageDecision", "UnstageDecisionInput", "registration { state }", map[string]any{"id": a.id, "revision": revision})
	}
	// Somebody who speaks by their own registration is to speak elsewhere at the same time.
	_, revision := h.stateOf(t, elsewhere)
	if got := try("moveRegistration", "MoveRegistrationInput", "registration { pendingState }", map[string]any{"id": elsewhere.id, "revision": revision, "to": "OFFERED", "staged": true}); strings.Contains(got, "OFFERED") {
		h.unstage(t, elsewhere)
		if _, err := h.db.SQL.Exec(`UPDATE registrations SET staged_revision = 0 WHERE uid = $1`, elsewhere.id); err != nil {
			t.Fatal(err)
		}
	}
	try("orderSpeakers", "OrderSpeakersInput", "preSession { revision }", map[string]any{"id": h.meeting[here], "revision": h.meetingRevision(t, here), "registrations": []string{}})
	round := h.rowOf(t, `SELECT revision FROM rounds WHERE uid = $1`, h.round)
	try("advanceRound", "AdvanceRoundInput", "round { state }", map[string]any{"id": h.round, "revision": round, "to": "DECISIONS_RELEASED"})
	for _, states := range [][]string{{}, {here}, {h.states[1]}, h.states} {
		try("releaseDecisions", "ReleaseDecisionsInput", "released", map[string]any{"round": h.round, "statesUnderReview": states, "expected": 99})
	}
	read := h.words(t, by, `query($round: ID!) { desk {
		round(id: $round) { state revision meetings { id state slots revision extension { applications } } }
		registrations(round: $round, filter: {statesOfReview: ["`+here+`"]}) { totalCount drafts counts { state count } balance { speakers nhri national women: womenLed genders { count } regions { region count } issues { issue count } }
			nodes { id state pendingState rank revision duplicate decisions { from to staged } } }
		pending: registrations(round: $round, filter: {pending: true, statesOfReview: ["`+here+`"]}) { totalCount }
		pendingDecisions(round: $round) { state count }
		agenda(round: $round) { warnings { id } changes { registration } }
		outboxCounts(filter: {state: "`+here+`"}) { status count } outboxMessages(filter: {state: "`+here+`"}) { totalCount }
	} }`, map[string]any{"round": h.round})
	if strings.HasPrefix(read, `{"errors"`) {
		t.Fatal(read)
	}
	fmt.Fprintln(&all, read)
	return all.String()
}

// TestLeakByTrialAtOnesOwnPreSession: a manager who has applied, whose organisation has, or who has declared a conflict of
// interest, gets the same answers and refusals to all that they may try, whatever is staged of that registration: how many
// places are left, which rank is taken, whom one can be merged into, what there is to release. Another manager goes on.
func TestLeakByTrialAtOnesOwnPreSession(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		here, there := h.states[0], h.states[1]
		own, second, third := h.submitted(t, here), h.submitted(t, here), h.submitted(t, here)
		elsewhere := h.submitted(t, there)
		h.participant(t, elsewhere, map[string]any{"identity": map[string]any{"name": "Wombat", "email": own.by.UID + "@speakers.example.org"}})
		h.plan(t, here, "2026-03-02T09:00:00Z", "Room XXI")
		h.plan(t, there, "2026-03-02T09:30:00Z", "Room XXII")
		if code := h.changeMeeting(t, map[string]any{"id": h.meeting[here], "revision": h.meetingRevision(t, here), "slots": 1}); code != "" {
			t.Fatal(code)
		}
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		own.by.Grants, own.by.SecondFactor = append(own.by.Grants, viewer.Grant{Role: viewer.Manager}), true
		declared := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer}, viewer.Grant{Role: viewer.Manager})
		if code := h.evaluate(t, declared, own, map[string]any{"conflict": true}); code != "" {
			t.Fatal(code)
		}
		others := []*application{second, third}
		for name, by := range map[string]*viewer.Viewer{"whose own it is": own.by, "who has declared a conflict": declared} {
			before := ""
			for staged, move := range map[string]map[string]any{
				"nothing": nil, "an offer": {"to": "OFFERED", "staged": true}, "waiting": {"to": "WAITLISTED", "rank": 1},
				"a refusal": {"to": "NOT_SELECTED", "outcome": "CAPACITY"}, "a merger": {"to": "MERGED", "staged": true, "into": second.id, "agreement": "Both wrote."},
			} {
				if move != nil {
					if code := h.move(t, h.manager, own, move["to"].(string), move); code != "" {
						t.Fatal(staged, code)
					}
				}
				got := h.trial(t, by, others, elsewhere)
				if before == "" {
					before = got
				}
				for i, line := range strings.Split(got, "\n") {
					if was := strings.Split(before, "\n")[i]; line != was {
						t.Errorf("%s, with %s staged, is told\n%.2000s\nand otherwise\n%.2000s", name, staged, line, was)
					}
				}
				if move != nil {
					h.unstage(t, own)
				}
			}
			if n := strings.Count(before, "FORBIDDEN"); n != 4+2*8+2+2 {
				t.Errorf("%s is refused %d times: %.2000s", name, n, before)
			}
		}

		// Somebody else decides, and once it is told, they do as well.
		if code := h.move(t, h.manager, own, "OFFERED", map[string]any{"staged": true}); code != "" {
			t.Fatal(code)
		}
		if code := h.release(t, 1); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, own.by, second, "WAITLISTED", map[string]any{"rank": 1}); code != "" {
			t.Errorf("once their own is offered a place, they decide nothing: %q", code)
		}
	})
}

// TestLeakBySayingWhichPreSession: the refusal says at which Pre-session, and to whom to go, and what is staged there is left out
// of a release of the whole round.
func TestLeakBySayingWhichPreSession(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		own, second, elsewhere := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[1])
		for _, a := range []*application{second, elsewhere} {
			if code := h.move(t, h.manager, a, "WAITLISTED", map[string]any{"rank": 1}); code != "" {
				t.Fatal(code)
			}
		}
		own.by.Grants, own.by.SecondFactor = append(own.by.Grants, viewer.Grant{Role: viewer.Manager}), true
		text := h.words(t, own.by, `mutation($input: ReleaseDecisionsInput!) { releaseDecisions(input: $input) { released userErrors { message } } }`,
			map[string]any{"input": map[string]any{"round": h.round, "statesUnderReview": h.states[:1], "expected": 1}})
		if !strings.Contains(text, "Pre-session of "+h.states[0]) || !strings.Contains(text, "for somebody of UPR Info who has no interest") {
			t.Errorf("they are told %q", text)
		}
		var done map[string]any
		if code := h.codeOf(t, own.by, "releaseDecisions", "ReleaseDecisionsInput", `released userErrors { message code }`, map[string]any{"round": h.round, "expected": 1}, &done); code != "" || fmt.Sprint(done["released"]) != "1" {
			t.Errorf("a release of all: %q %v", code, done)
		}
		h.checkState(t, elsewhere, "WAITLISTED")
		h.checkState(t, second, "SUBMITTED > WAITLISTED")
	})
}

// TestLeakProposalAtOnesOwnPreSession: whoever waits at the head of a list sees, as a manager, nothing of who is proposed for a
// place that becomes free, which follows from what is staged of theirs; and ends nothing that is staged there.
func TestLeakProposalAtOnesOwnPreSession(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		own, second, third := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		speaks := h.queue(t, own, second)
		own.by.Grants, own.by.SecondFactor = append(own.by.Grants, viewer.Grant{Role: viewer.Manager}), true
		look := func() string {
			return h.words(t, own.by, `query($round: ID!, $id: ID!) { desk {
				registration(id: $id) { state pendingState rank outcome revision decisions { to staged } }
				registrations(round: $round) { balance { speakers } nodes { id pendingState } } pending: registrations(round: $round, filter: {pending: true}) { totalCount }
				none: registrations(round: $round, filter: {pending: false}) { totalCount }
				pendingDecisions(round: $round) { count } outboxMessages(filter: {about: "`+second.id+`"}, first: 50) { nodes { template status } }
			} }`, map[string]any{"round": h.round, "id": second.id})
		}
		if code := h.move(t, h.manager, own, "NOT_SELECTED", map[string]any{"outcome": "CAPACITY"}); code != "" {
			t.Fatal(code)
		}
		if code := h.own(t, speaks, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		h.checkState(t, second, "WAITLISTED > OFFERED")
		proposed := look()
		h.unstage(t, second)
		if without := look(); without != proposed || !strings.Contains(proposed, `"WAITLISTED"`) {
			t.Errorf("with a proposal they read\n%s\nand without\n%s", proposed, without)
		}
		for _, staged := range []bool{false, true} {
			if staged {
				if code := h.move(t, h.manager, third, "NOT_SELECTED", map[string]any{"outcome": "CAPACITY"}); code != "" {
					t.Fatal(code)
				}
			}
			if code := h.move(t, own.by, third, "SHORTLISTED", map[string]any{"reason": "good"}); code != "FORBIDDEN" {
				t.Errorf("they shortlist, with something staged %t: %q", staged, code)
			}
		}
		h.checkState(t, third, "SUBMITTED > NOT_SELECTED")
	})
}

// TestLeakOfRevisions: whoever has an interest sees neither that something is staged of another registration there, nor that
// it is taken back: its revision stays for them, and rises for others.
func TestLeakOfRevisions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		own, second, third := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		own.by.Grants, own.by.SecondFactor = append(own.by.Grants, viewer.Grant{Role: viewer.Manager}), true
		seen := func() string {
			return h.words(t, own.by, `query($round: ID!, $id: ID!) { desk { registration(id: $id) { revision } registrations(round: $round) { nodes { id revision } } } }`,
				map[string]any{"round": h.round, "id": second.id})
		}
		before := seen()
		_, was := h.stateOf(t, second)
		if code := h.move(t, h.manager, second, "OFFERED", map[string]any{"staged": true}); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, second, "SHORTLISTED", map[string]any{"revision": was}); code != "CONFLICT" {
			t.Errorf("another manager, who has not seen that an offer is staged: %q", code)
		}
		if now := seen(); now != before {
			t.Errorf("with an offer staged they read\n%s\nand without\n%s", now, before)
		}
		h.unstage(t, second)
		if now := seen(); now != before {
			t.Errorf("once it is taken back they read\n%s\nand before\n%s", now, before)
		}
		if _, now := h.stateOf(t, second); now != was+2 {
			t.Errorf("other managers see revision %d after %d", now, was)
		}
		// Whichever revision they send, they are told the same.
		if code := h.move(t, h.manager, third, "NOT_SELECTED", map[string]any{"outcome": "CAPACITY"}); code != "" {
			t.Fatal(code)
		}
		if code := h.release(t, 1); code != "" {
			t.Fatal(code)
		}
		_, theirs := h.stateOf(t, third)
		for _, revision := range []int{theirs, theirs - 1} {
			if code := h.move(t, own.by, third, "SUBMITTED", map[string]any{"revision": revision, "reason": "looked at again"}); code != "FORBIDDEN" {
				t.Errorf("they take it up again with revision %d of %d: %q", revision, theirs, code)
			}
		}
	})
}

// matches has staff say which organisation a registration is of, and returns the code of what is wrong.
func (h *hall) matches(t *testing.T, by *viewer.Viewer, a *application, slug string) string {
	t.Helper()
	_, revision := h.stateOf(t, a)
	code, _, _ := strings.Cut(h.codeOf(t, by, "matchRegistration", "MatchRegistrationInput", `userErrors { field message code }`,
		map[string]any{"id": a.id, "revision": revision, "organisation": slug}, nil), " ")
	return code
}

// TestNobodyGivesAnInterest: anybody can write the name of an organisation, which keeps its people from deciding until it is
// matched to another one; and whoever has an interest neither matches, nor attaches agreements, for the same Pre-session.
func TestNobodyGivesAnInterest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		named, second, third := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		theirs := strings.Fields(h.column(t, `SELECT slug FROM organisations ORDER BY id LIMIT 2`))
		member := h.staffMember(t, viewer.Grant{Role: viewer.Manager})
		member.Organisations = theirs[:1]
		if _, err := h.db.SQL.Exec(`UPDATE registrations SET organisation = (SELECT name FROM organisations WHERE slug = $1) WHERE uid = $2`, theirs[0], named.id); err != nil {
			t.Fatal(err)
		}
		shortlist := func() string { return h.move(t, member, second, "SHORTLISTED", map[string]any{"reason": "good"}) }
		if code := shortlist(); code != "FORBIDDEN" {
			t.Errorf("by the name of their organisation they have no interest: %q", code)
		}
		if code := h.matches(t, member, third, theirs[1]); code != "FORBIDDEN" {
			t.Errorf("who has an interest matches another registration: %q", code)
		}
		if code := h.attaches(t, member, second, third); code != "FORBIDDEN" {
			t.Errorf("who has an interest attaches an agreement: %q", code)
		}
		if code := h.matches(t, h.manager, named, theirs[1]); code != "" {
			t.Fatal(code)
		}
		if code := shortlist(); code != "" {
			t.Errorf("once it is matched to another organisation, they decide nothing: %q", code)
		}
	})
}
