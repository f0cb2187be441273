package graph_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

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

// TestAccessCodeAfterTheAgenda: a code leads to no draft that nobody can fill in, and no use of it is counted.
func TestAccessCodeAfterTheAgenda(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		begun, code := h.onBehalf(t, h.manager, nil)
		if code != "" {
			t.Fatal(code)
		}
		h.advance(t, "CALL_CLOSED")
		var done map[string]any
		newCode := func() string {
			return h.codeOf(t, h.manager, "createAccessCode", "CreateAccessCodeInput", `code userErrors { field message code }`,
				map[string]any{"round": h.round, "label": "The NHRI", "maximumUses": 3, "validUntil": "2026-02-10T00:00:00Z"}, &done)
		}
		if code := newCode(); code != "" {
			t.Fatal(code)
		}
		access := done["code"].(string)
		opens := func() string {
			return h.codeOf(t, nil, "openAccessCode", "OpenAccessCodeInput", `calls { id } userErrors { field message code }`, map[string]any{"accessCode": access}, nil)
		}
		if code := opens(); code != "" {
			t.Fatal(code)
		}
		h.advance(t, "DECISIONS_RELEASED")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		if code := opens(); !strings.HasPrefix(code, "INVALID") {
			t.Errorf("a code is opened: %q", code)
		}
		if code := newCode(); !strings.HasPrefix(code, "CONFLICT") {
			t.Errorf("a code is made: %q", code)
		}
		for _, given := range []string{access, "AAAAAAAAAAAAAAAA"} {
			if code := h.codeOf(t, h.person(t), "startApplication", "StartApplicationInput", applicationFields, map[string]any{"preSession": h.meeting[h.states[0]], "accessCode": given}, nil); !strings.HasPrefix(code, "CONFLICT") {
				t.Errorf("%s begins a draft: %q", given, code)
			}
		}
		// What staff have begun before goes on; they begin no other, with a code or without.
		if again, code := h.onBehalf(t, h.manager, map[string]any{"organisation": "numbat  NETWORK"}); code != "" || again.id != begun.id {
			t.Errorf("what was begun on behalf is %s, not %s: %q", again.id, begun.id, code)
		}
		for _, given := range []any{nil, access, "AAAAAAAAAAAAAAAA"} {
			if _, code := h.onBehalf(t, h.manager, map[string]any{"organisation": "Bilby Bureau", "accessCode": given}); code != "CONFLICT" {
				t.Errorf("with %v staff begin a draft: %q", given, code)
			}
		}
		if n := h.count(t, `SELECT COUNT(*) FROM registrations`) - 1 + h.count(t, `SELECT SUM(uses) FROM access_codes`); n != 0 {
			t.Errorf("%d are begun or counted", n)
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
