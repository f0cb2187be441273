package graph_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

const attendanceFields = `attendance { id status floor } userErrors { field message code }`

// codeOf asks for a mutation with one input, and returns the code of what is wrong.
func (h *hall) codeOf(t testing.TB, by *viewer.Viewer, mutation, kind, fields string, input map[string]any, into any) string {
	t.Helper()
	var answer map[string]any
	text := `mutation($input: ` + kind + `!) { ` + mutation + `(input: $input) { ` + fields + ` } }`
	if code := h.ask(t, by, text, map[string]any{"input": input}, &answer); code != "" {
		return code
	}
	payload, _ := answer[mutation].(map[string]any)
	if wrong, _ := payload["userErrors"].([]any); len(wrong) > 0 {
		first := wrong[0].(map[string]any)
		return fmt.Sprint(first["code"], " ", first["message"])
	}
	if into, asked := into.(*map[string]any); asked {
		*into = payload
	}
	return ""
}

// invite invites, and returns the ids of invitations that were made.
func (h *hall) invite(t testing.TB, invitees ...map[string]any) (ids []string) {
	t.Helper()
	var made map[string]any
	if code := h.codeOf(t, h.manager, "invite", "InviteInput", `invitations { id } userErrors { field message code }`, map[string]any{"round": h.round, "invitees": invitees}, &made); code != "" {
		t.Fatal(code)
	}
	for _, in := range made["invitations"].([]any) {
		ids = append(ids, in.(map[string]any)["id"].(string))
	}
	return ids
}

func missionOf(state string) map[string]any {
	return map[string]any{"category": "MISSION", "state": state, "address": "mission@" + strings.ToLower(state) + ".example.org"}
}

var invited = regexp.MustCompile(`/invitations#([^\s"]+)`)

// tokenOf is the token in the mail about an invitation, as its reader sees it.
func (h *hall) tokenOf(t testing.TB, invitation string) string {
	t.Helper()
	mail := h.mailAbout(t, invitation)
	if len(mail) == 0 {
		t.Fatal("there is no mail about " + invitation)
	}
	ctx := viewer.NewContext(t.Context(), viewer.Program("test"))
	row, err := h.db.Ent.Invitation.Query().All(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range row {
		if in.UID == invitation {
			return h.means.Box.Pseudonym("invitation " + in.UID)
		}
	}
	t.Fatal("there is no invitation " + invitation)
	return ""
}

// mailAbout is the templates and statuses of the mail about an invitation.
func (h *hall) mailAbout(t testing.TB, invitation string) (all []string) {
	t.Helper()
	rows, err := h.db.SQL.Query(`SELECT template, status FROM outbox_messages WHERE about = $1 ORDER BY id`, invitation)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var template, status string
		if err := rows.Scan(&template, &status); err != nil {
			t.Fatal(err)
		}
		all = append(all, template+" "+status)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func (h *hall) releaseMail(t testing.TB, invitation string) {
	t.Helper()
	var id string
	if err := h.db.SQL.QueryRow(`SELECT uid FROM outbox_messages WHERE about = $1 AND status = 'DRAFT'`, invitation).Scan(&id); err != nil {
		t.Fatal(err)
	}
	if code := h.codeOf(t, h.manager, "releaseMessages", "MessagesInput", `userErrors { field message code }`, map[string]any{"ids": []string{id}}, nil); code != "" {
		t.Fatal(code)
	}
}

// delegate registers a delegate, and returns their id or the code of what is wrong.
func (h *hall) delegate(t testing.TB, token, state, email string, more map[string]any) (id, code string) {
	t.Helper()
	input := map[string]any{"token": token, "preSession": h.meeting[state], "name": "Wombat " + email, "email": email, "position": "Attachée " + email}
	for field, value := range more {
		input[field] = value
	}
	var made map[string]any
	if code = h.codeOf(t, nil, "registerDelegate", "RegisterDelegateInput", `delegate { id status name floor } userErrors { field message code }`, input, &made); code != "" {
		return "", code
	}
	return made["delegate"].(map[string]any)["id"].(string), ""
}

func (h *hall) statusOf(t testing.TB, id string) (status string) {
	t.Helper()
	if err := h.db.SQL.QueryRow(`SELECT status || ' ' || COALESCE(floor, '') FROM attendances WHERE uid = $1`, id).Scan(&status); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(status)
}

func (h *hall) checkStatus(t testing.TB, id, want string) {
	t.Helper()
	if got := h.statusOf(t, id); got != want {
		t.Errorf("a delegate is %s, want %s", got, want)
	}
}

// TestStoryMissions: missions are invited, register, ask for the floor, come, or do not.
func TestStoryMissions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state, other := h.states[0], h.states[1]
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		ids := h.invite(t, missionOf(state), missionOf(other))
		if again := h.invite(t, missionOf(state), missionOf(other)); len(ids) != 2 || len(again) != 0 {
			t.Fatalf("invited are %v, and again %v", ids, again)
		}
		if got := fmt.Sprint(h.mailAbout(t, ids[0])); got != "[mission-invitation DRAFT]" {
			t.Errorf("the mail is %s", got)
		}
		h.releaseMail(t, ids[0])
		if got := fmt.Sprint(h.mailAbout(t, ids[0])); got != "[mission-invitation QUEUED]" {
			t.Errorf("released mail is %s", got)
		}
		ours, theirs := h.tokenOf(t, ids[0]), h.tokenOf(t, ids[1])
		at, elsewhere := "@"+strings.ToLower(state)+".example.org", "@"+strings.ToLower(other)+".example.org"
		first, code := h.delegate(t, ours, state, "ann"+at, map[string]any{"wants": []string{"FLOOR"}, "nameState": true})
		if code != "" {
			t.Fatal(code)
		}
		if again, code := h.delegate(t, ours, state, "Ann"+at, map[string]any{"wants": []string{"FLOOR"}, "nameState": true}); again != first {
			t.Errorf("a double click is %s %s, want %s", again, code, first)
		}
		if _, code := h.delegate(t, ours, state, "ann@elsewhere.example.org", nil); !strings.HasPrefix(code, "INVALID") {
			t.Errorf("another domain: %q", code)
		}
		second, code := h.delegate(t, theirs, state, "bob"+elsewhere, nil)
		if code != "" {
			t.Fatal(code)
		}
		h.checkStatus(t, first, "REGISTERED REQUESTED")
		h.checkStatus(t, second, "REGISTERED")
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state})
		act := func(mutation, kind string, input map[string]any) string {
			return h.codeOf(t, officer, mutation, kind, attendanceFields, input, nil)
		}
		if code := act("decideFloor", "DecideFloorInput", map[string]any{"id": second, "grant": true}); !strings.HasPrefix(code, "CONFLICT") {
			t.Errorf("the floor for a mission that is not under review: %q", code)
		}
		if code := act("decideFloor", "DecideFloorInput", map[string]any{"id": first, "grant": true}); code != "" {
			t.Error(code)
		}
		h.checkStatus(t, first, "REGISTERED GRANTED")
		if code := act("checkInDelegate", "CheckInDelegateInput", map[string]any{"id": first, "attended": true}); !strings.HasPrefix(code, "CONFLICT") {
			t.Errorf("check-in before the day: %q", code)
		}
		third, code := h.delegate(t, theirs, state, "cy"+elsewhere, nil)
		if code != "" {
			t.Fatal(code)
		}
		if code := h.codeOf(t, h.manager, "withdrawInvitation", "WithdrawInvitationInput", `userErrors { field message code }`, map[string]any{"id": ids[1]}, nil); code != "" {
			t.Fatal(code)
		}
		_, gone := h.delegate(t, theirs, state, "dee"+elsewhere, nil)
		_, wrong := h.delegate(t, "no-such-token", state, "dee"+elsewhere, nil)
		if !strings.HasPrefix(gone, "NOT_FOUND") || gone != wrong {
			t.Errorf("a withdrawn invitation says %q, a wrong token %q", gone, wrong)
		}
		if code := h.codeOf(t, nil, "declineDelegate", "DeclineDelegateInput", `userErrors { field message code }`, map[string]any{"token": theirs, "id": third}, nil); code != "" {
			t.Errorf("declining after the invitation was withdrawn: %s", code)
		}
		if code := h.codeOf(t, nil, "declineDelegate", "DeclineDelegateInput", `userErrors { field message code }`, map[string]any{"token": theirs, "id": first}, nil); !strings.HasPrefix(code, "NOT_FOUND") {
			t.Errorf("declining for another mission: %q", code)
		}
		h.clock.set("2026-03-02T07:00:00Z")
		for id, attended := range map[string]bool{first: true, second: false} {
			if code := act("checkInDelegate", "CheckInDelegateInput", map[string]any{"id": id, "attended": attended}); code != "" {
				t.Error(code)
			}
		}
		h.checkStatus(t, first, "ATTENDED GRANTED")
		h.checkStatus(t, second, "NO_SHOW")
		h.checkStatus(t, third, "DECLINED")
	})
}

// TestMissionDeadline: to the second, in Geneva, also where the clocks change between the deadline and the meeting.
func TestMissionDeadline(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		h.plan(t, state, "2026-03-30T07:00:00Z", "Room XXI") // summer time begins on the 29th
		ids := h.invite(t, missionOf(state))
		token, at := h.tokenOf(t, ids[0]), "@"+strings.ToLower(state)+".example.org"
		h.clock.set("2026-03-28T22:59:59Z")
		if _, code := h.delegate(t, token, state, "ann"+at, nil); code != "" {
			t.Errorf("in the last second: %s", code)
		}
		h.clock.set("2026-03-28T23:00:00Z")
		if _, code := h.delegate(t, token, state, "bob"+at, nil); !strings.HasPrefix(code, "CONFLICT") {
			t.Errorf("a second later: %q", code)
		}
	})
}

// TestMissionsAreReminded: once for each reminder, and only who was written to and has registered nobody.
func TestMissionsAreReminded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state, other := h.states[0], h.states[1]
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		ids := h.invite(t, missionOf(state), missionOf(other))
		h.releaseMail(t, ids[0])
		reminders := func() string {
			return fmt.Sprint(strings.Count(fmt.Sprint(h.mailAbout(t, ids[0])), "mission-reminder"), strings.Count(fmt.Sprint(h.mailAbout(t, ids[1])), "mission-reminder"))
		}
		for _, step := range []struct{ at, want string }{
			{"2026-01-31T08:59:59Z", "0 0"}, {"2026-01-31T09:00:00Z", "1 0"}, {"2026-02-20T08:59:59Z", "1 0"}, {"2026-02-20T09:00:00Z", "2 0"},
		} {
			h.clock.set(step.at)
			h.sweep(t)
			h.sweep(t)
			if got := reminders(); got != step.want {
				t.Errorf("at %s there are %s reminders, want %s", step.at, got, step.want)
			}
		}
		if _, code := h.delegate(t, h.tokenOf(t, ids[0]), state, "ann@"+strings.ToLower(state)+".example.org", nil); code != "" {
			t.Fatal(code)
		}
		h.clock.set("2026-02-27T09:00:00Z")
		h.sweep(t)
		if got := reminders(); got != "2 0" {
			t.Errorf("who has registered somebody is reminded: %s", got)
		}
	})
}

// TestMissionRetention: who came is forgotten with the round.
func TestMissionRetention(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		ids := h.invite(t, missionOf(state))
		id, code := h.delegate(t, h.tokenOf(t, ids[0]), state, "ann@"+strings.ToLower(state)+".example.org", nil)
		if code != "" {
			t.Fatal(code)
		}
		kept := func() (n int) {
			if err := h.db.SQL.QueryRow(`SELECT (SELECT COUNT(*) FROM attendances WHERE identity IS NOT NULL OR mailbox IS NOT NULL) + (SELECT COUNT(*) FROM invitations WHERE address IS NOT NULL)`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		h.clock.set("2026-05-31T08:59:59Z")
		h.sweep(t)
		if n := kept(); n != 2 {
			t.Errorf("a second before its time is over %d are kept, want 2", n)
		}
		h.clock.set("2026-05-31T09:00:00Z")
		h.sweep(t)
		h.sweep(t)
		if n := kept(); n != 0 {
			t.Errorf("%d are left", n)
		}
		h.checkStatus(t, id, "REGISTERED")
	})
}
