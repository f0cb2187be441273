package graph_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/viewer"
)

// sweep lets time do what it does.
func (h *hall) sweep(t *testing.T) {
	t.Helper()
	if err := presession.New(h.db, h.clock.now, h.means).Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestStoryOfARound goes from the call to the day itself.
func TestStoryOfARound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state})
		reviewer := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round})
		var all []*application
		for range 9 {
			all = append(all, h.submitted(t, state))
		}
		asked, left, merged := all[6], all[7], all[8]

		respondBy := map[string]any{"questions": "Since when do you work there?", "respondBy": "2026-02-05T12:00:00Z"}
		if code := h.move(t, officer, asked, "CHANGES_REQUESTED", respondBy); code != "" {
			t.Fatal(code)
		}
		if got := h.seen(t, asked); !strings.Contains(got, "Since when") {
			t.Errorf("the applicant sees %s", got)
		}
		asked.revision++
		if code := h.own(t, asked, "submitApplication"); code != "" {
			t.Error(code)
		}
		if code := h.move(t, officer, all[0], "SHORTLISTED", nil); code != "INVALID" {
			t.Errorf("shortlisted without an evaluation: %q", code)
		}
		for i, a := range all[:7] {
			var done struct{ EvaluateRegistration outcomeOf }
			h.must(t, reviewer, `mutation($input: EvaluateRegistrationInput!) { evaluateRegistration(input: $input) { userErrors { message } } }`,
				map[string]any{"input": map[string]any{"id": a.id, "score": 1 + i%5, "notes": "as I see it"}}, &done)
			if code := h.move(t, officer, a, "SHORTLISTED", nil); code != "" {
				t.Fatal(code)
			}
		}
		h.clock.set("2026-02-01T02:00:00Z")
		h.sweep(t)

		for _, a := range all[:6] {
			if code := h.move(t, h.manager, a, "OFFERED", map[string]any{"staged": true}); code != "" {
				t.Fatal(code)
			}
		}
		if code := h.move(t, h.manager, asked, "OFFERED", map[string]any{"staged": true}); code != "CONFLICT" {
			t.Errorf("a seventh place of six: %q", code)
		}
		for _, decide := range []string{
			h.move(t, h.manager, asked, "WAITLISTED", map[string]any{"rank": 1}),
			h.move(t, h.manager, left, "NOT_SELECTED", map[string]any{"outcome": "CAPACITY"}),
			h.move(t, h.manager, merged, "MERGED", map[string]any{"staged": true, "into": all[0].id, "agreement": "Both wrote to us."}),
		} {
			if decide != "" {
				t.Fatal(decide)
			}
		}
		before := h.seen(t, all[0])
		if code := h.release(t, 3); code != "CONFLICT" {
			t.Errorf("a release of what was not looked at: %q", code)
		}
		if h.seen(t, all[0]) != before {
			t.Error("a refused release is seen by an applicant")
		}
		if code := h.release(t, 9); code != "" {
			t.Fatal(code)
		}
		h.advance(t, "DECISIONS_RELEASED")
		for a, want := range map[*application]string{all[0]: "OFFERED", asked: "WAITLISTED", left: "NOT_SELECTED", merged: "MERGED"} {
			h.checkState(t, a, want)
			a.revision++
		}

		// One confirms, by a double click; one declines; one forgets.
		for range 2 {
			if code := h.own(t, all[0], "confirmOffer"); code != "" {
				t.Error(code)
			}
			all[0].revision--
		}
		all[0].revision++
		h.checkState(t, all[0], "CONFIRMED")
		if code := h.own(t, all[1], "withdrawApplication"); code != "" {
			t.Error(code)
		}
		h.checkState(t, asked, "WAITLISTED > OFFERED")
		if code := h.release(t, 1); code != "" {
			t.Error(code)
		}
		h.clock.set("2026-02-09T03:00:00Z")
		h.sweep(t)
		h.sweep(t)
		h.checkState(t, all[2], "EXPIRED")
		h.checkState(t, all[0], "CONFIRMED")

		var done struct {
			ChangePreSession struct {
				PreSession struct {
					Slots int
					State string
				}
				outcomeOf
			}
		}
		h.must(t, h.manager, `mutation($input: ChangePreSessionInput!) { changePreSession(input: $input) { preSession { slots state } userErrors { field message } } }`,
			map[string]any{"input": map[string]any{"id": h.meeting[state], "revision": h.meetingRevision(t, state), "state": "SCHEDULED", "startsAt": "2026-02-20T09:00:00Z", "room": "XXVII", "duration": 90}}, &done)
		if p := done.ChangePreSession; p.PreSession.Slots != 12 || p.PreSession.State != "SCHEDULED" {
			t.Errorf("after the change: %+v", p)
		}
		if code := h.move(t, officer, all[0], "SPOKE", nil); code != "CONFLICT" {
			t.Errorf("spoke before the day: %q", code)
		}
		h.clock.set("2026-02-20T10:00:00Z")
		if code := h.move(t, officer, all[0], "SPOKE", nil); code != "" {
			t.Error(code)
		}
		var read struct {
			Desk struct {
				Registration struct {
					State     string
					Score     float64
					Decisions []struct{ From, To, Actor, As string }
				}
			}
		}
		h.must(t, h.manager, `query($id: ID!) { desk { registration(id: $id) { state score decisions { from to actor as } } } }`, map[string]any{"id": all[0].id}, &read)
		got := fmt.Sprint(read.Desk.Registration.Decisions)
		for _, want := range []string{"{NEW DRAFT applicant APPLICANT", "{SHORTLISTED OFFERED " + h.manager.UID + " MANAGER", "{CONFIRMED SPOKE " + officer.UID + " OFFICER state:" + state} {
			if !strings.Contains(got, want) {
				t.Errorf("the decisions %s lack %s", got, want)
			}
		}
	})
}

func (h *hall) meetingRevision(t *testing.T, state string) int {
	t.Helper()
	return h.rowOf(t, `SELECT revision FROM pre_sessions WHERE uid = $1`, h.meeting[state])
}

// TestCapacity: however many offers are made at a time, there are never more than places.
func TestCapacity(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		var all []*application
		for range 16 {
			all = append(all, h.submitted(t, h.states[0]))
		}
		var wait sync.WaitGroup
		for i, a := range all {
			wait.Go(func() { h.move(t, h.manager, a, "OFFERED", map[string]any{"staged": i%2 == 0}) })
		}
		wait.Wait()
		held := h.rowOf(t, `SELECT COUNT(*) FROM registrations WHERE state IN ('OFFERED', 'CONFIRMED') OR pending_state = 'OFFERED'`)
		if held != 6 {
			t.Errorf("%d places are held, there are 6", held)
		}
		var done struct{ ChangePreSession outcomeOf }
		h.must(t, h.manager, `mutation($input: ChangePreSessionInput!) { changePreSession(input: $input) { userErrors { field code } } }`,
			map[string]any{"input": map[string]any{"id": h.meeting[h.states[0]], "revision": 1, "slots": 5}}, &done)
		if len(done.ChangePreSession.UserErrors) != 1 || done.ChangePreSession.UserErrors[0].Code != "CONFLICT" {
			t.Errorf("fewer slots than are held: %+v", done)
		}
	})
}

// TestCapacityOfACode: a code for three lets three in, however many come at a time.
func TestCapacityOfACode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.advance(t, "CALL_CLOSED")
		var made struct {
			CreateAccessCode struct {
				Code string
				outcomeOf
			}
		}
		h.must(t, h.manager, `mutation($input: CreateAccessCodeInput!) { createAccessCode(input: $input) { code userErrors { message } } }`,
			map[string]any{"input": map[string]any{"round": h.round, "preSession": h.meeting[h.states[1]], "label": "The NHRI", "maximumUses": 3, "validUntil": "2026-02-10T00:00:00Z"}}, &made)
		begin := func(by *viewer.Viewer, state string, code any) string {
			var begun struct{ StartApplication applicationAnswer }
			if code := h.ask(t, by, `mutation($input: StartApplicationInput!) { startApplication(input: $input) { `+applicationFields+` } }`,
				map[string]any{"input": map[string]any{"preSession": h.meeting[state], "accessCode": code}}, &begun); code != "" {
				return code
			}
			for _, wrong := range begun.StartApplication.UserErrors {
				return wrong.Code
			}
			return ""
		}
		people := make([]*viewer.Viewer, 8)
		for i := range people {
			people[i] = h.person(t)
		}
		var wait sync.WaitGroup
		codes := make([]string, len(people))
		for i, by := range people {
			wait.Go(func() { codes[i] = begin(by, h.states[1], made.CreateAccessCode.Code) })
		}
		wait.Wait()
		in := 0
		for _, code := range codes {
			if code == "" {
				in++
			}
		}
		if in != 3 {
			t.Errorf("%d were let in: %v", in, codes)
		}
		late := h.person(t)
		if begin(late, h.states[1], nil) != "CONFLICT" || begin(late, h.states[0], made.CreateAccessCode.Code) == "" {
			t.Error("somebody was let in without a code, or by one for another Pre-session")
		}
	})
}

// TestAccessCodeOpens: whoever has a code sees what it opens, by an answer that tells nothing to who guesses.
func TestAccessCodeOpens(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.advance(t, "CALL_CLOSED")
		type opened struct {
			OpenAccessCode struct {
				Calls []struct {
					ID, StateUnderReview, ClosesAt string
					Session                        int
				}
				outcomeOf
			}
		}
		look := func(code string) (o opened) {
			h.must(t, nil, `mutation($code: String!) { openAccessCode(input: {accessCode: $code}) { calls { id session stateUnderReview closesAt } userErrors { field message code } } }`,
				map[string]any{"code": code}, &o)
			return o
		}
		create := func(preSession any) (id, code string) {
			var made struct {
				CreateAccessCode struct {
					Code       string
					AccessCode struct{ ID string }
				}
			}
			h.must(t, h.manager, `mutation($input: CreateAccessCodeInput!) { createAccessCode(input: $input) { code accessCode { id } userErrors { message } } }`,
				map[string]any{"input": map[string]any{"round": h.round, "preSession": preSession, "label": "Late", "validUntil": "2026-02-10T12:00:00Z"}}, &made)
			return made.CreateAccessCode.AccessCode.ID, made.CreateAccessCode.Code
		}
		refused := func(name, code string) {
			t.Helper()
			if o := look(code).OpenAccessCode; len(o.Calls) != 0 || len(o.UserErrors) != 1 || o.UserErrors[0].Code != "INVALID" || o.UserErrors[0].Field != "accessCode" || o.UserErrors[0].Message != "is not valid, or not any more" {
				t.Errorf("%s: %+v", name, o)
			}
		}
		_, one := create(h.meeting[h.states[1]])
		if o := look(strings.ToLower(one)).OpenAccessCode.Calls; len(o) != 1 || o[0].ID != h.meeting[h.states[1]] || o[0].StateUnderReview != h.states[1] || o[0].Session != 13 || o[0].ClosesAt != "2026-02-10T12:00:00Z" {
			t.Errorf("for one: %+v", o)
		}
		id, every := create(nil)
		if o := look(every).OpenAccessCode.Calls; len(o) != len(h.states) {
			t.Errorf("for any of %d: %+v", len(h.states), o)
		}
		h.must(t, h.manager, `mutation($id: ID!, $to: PreSessionState) { changePreSession(input: {id: $id, revision: 1, state: $to, reason: "Too few."}) { userErrors { message } } }`,
			map[string]any{"id": h.meeting[h.states[2]], "to": "NOT_HELD"}, nil)
		for _, call := range look(every).OpenAccessCode.Calls {
			if call.StateUnderReview == h.states[2] {
				t.Error("a Pre-session that is not held takes applications")
			}
		}
		var begun struct{ StartApplication applicationAnswer }
		h.must(t, h.person(t), `mutation($input: StartApplicationInput!) { startApplication(input: $input) { `+applicationFields+` } }`,
			map[string]any{"input": map[string]any{"preSession": h.meeting[h.states[1]], "accessCode": one}}, &begun)
		refused("used up", one)
		h.must(t, h.manager, `mutation($id: ID!) { withdrawAccessCode(input: {id: $id}) { userErrors { message } } }`, map[string]any{"id": id}, nil)
		refused("withdrawn", every)
		_, old := create(nil)
		h.clock.set("2026-02-10T12:00:01Z")
		refused("too old", old)
		refused("guessed", "AAAAAAAAAAAAAAAA")
		refused("empty", "")
	})
}

// TestCapacityOfDoubleClicks: one person begins one registration, and submits it once.
func TestCapacityOfDoubleClicks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		by := h.person(t)
		var wait sync.WaitGroup
		for range 6 {
			wait.Go(func() {
				h.ask(t, by, `mutation($id: ID!) { startApplication(input: {preSession: $id}) { `+applicationFields+` } }`, map[string]any{"id": h.meeting[h.states[0]]}, nil)
			})
		}
		wait.Wait()
		if n := h.rowOf(t, `SELECT COUNT(*) FROM registrations`); n != 1 {
			t.Errorf("%d registrations were begun", n)
		}
		a := h.apply(t, h.states[0])
		codes := make([]string, 6)
		for i := range codes {
			wait.Go(func() { once := *a; codes[i] = h.own(t, &once, "submitApplication") })
		}
		wait.Wait()
		if strings.Join(codes, "") != "" {
			t.Errorf("submitted at once: %q", codes)
		}
		if n := h.rowOf(t, `SELECT COUNT(*) FROM decisions d JOIN registrations r ON r.id = d.registration_id WHERE r.uid = $1 AND d.transition = 2`, a.id); n != 1 {
			t.Errorf("it was submitted %d times", n)
		}
	})
}

// TestStoryOfDeadlines: the call closes with the day in Geneva, on the days on which clocks change
// too, and who began before has an hour more.
func TestStoryOfDeadlines(t *testing.T) {
	for day, closes := range map[string]string{"2026-01-31": "2026-01-31T22:59:59Z", "2026-03-28": "2026-03-28T22:59:59Z", "2026-03-29": "2026-03-29T21:59:59Z", "2026-10-25": "2026-10-25T22:59:59Z"} {
		t.Run(day, func(t *testing.T) {
			h := openHall(t, dbtest.SQLite(t))
			var done struct {
				ChangeRound struct {
					Round struct{ CallClosesAt time.Time }
					outcomeOf
				}
			}
			h.must(t, h.manager, `mutation($input: ChangeRoundInput!) { changeRound(input: $input) { round { callClosesAt } userErrors { message } } }`,
				map[string]any{"input": map[string]any{"id": h.round, "revision": 2, "callCloses": day}}, &done)
			at, err := time.Parse(time.RFC3339, closes)
			if err != nil || !done.ChangeRound.Round.CallClosesAt.Equal(at) {
				t.Fatalf("the call closes at %v, want %s: %v", done.ChangeRound, closes, err)
			}
			drafts := []*application{h.apply(t, h.states[0]), h.apply(t, h.states[0]), h.apply(t, h.states[0])}
			for i, test := range []struct {
				after time.Duration
				want  string
			}{{0, ""}, {time.Hour, ""}, {time.Hour + time.Second, "CONFLICT"}} {
				h.clock.at.Store(at.Add(test.after).Unix())
				h.sweep(t)
				if code := h.own(t, drafts[i], "submitApplication"); code != test.want {
					t.Errorf("%v after the closing time: %q", test.after, code)
				}
			}
			h.clock.at.Store(at.Add(time.Second).Unix())
			var begun struct{ StartApplication applicationAnswer }
			h.must(t, h.person(t), `mutation($id: ID!) { startApplication(input: {preSession: $id}) { `+applicationFields+` } }`, map[string]any{"id": h.meeting[h.states[0]]}, &begun)
			if len(begun.StartApplication.UserErrors) != 1 {
				t.Error("begun after the closing time")
			}
		})
	}
}

// TestSweepWritesOnlyWhereACallIsDue sweeps while somebody else changes the database: that nothing
// is due is found out without waiting for them.
func TestSweepWritesOnlyWhereACallIsDue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := func() (state string) {
			t.Helper()
			if err := h.db.SQL.QueryRow("SELECT state FROM rounds WHERE uid = $1", h.round).Scan(&state); err != nil {
				t.Fatal(err)
			}
			return state
		}
		sweepBeside := func(when string) {
			t.Helper()
			before := h.head(t)
			err := database.WithTx(t.Context(), h.db, func(tx *database.Tx) error {
				if _, err := tx.ExecContext(t.Context(), "UPDATE log_heads SET id = id"); err != nil {
					return err
				}
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				return presession.New(h.db, h.clock.now, h.means).Sweep(ctx)
			})
			if err != nil || h.head(t) != before {
				t.Errorf("%s: the sweep writes: %v", when, err)
			}
		}
		sweepBeside("before the end")
		h.clock.set("2026-02-01T02:00:00Z")
		before := h.head(t)
		h.sweep(t)
		if h.head(t) == before || state() != "CALL_CLOSED" {
			t.Errorf("the call is over, and the round is %s", state())
		}
		sweepBeside("after the end")
	})
}

// head is where the log ends.
func (h *hall) head(t *testing.T) changelog.Head {
	t.Helper()
	head, err := changelog.ReadHead(t.Context(), h.db.SQL)
	if err != nil {
		t.Fatal(err)
	}
	return head
}
