package graph_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

var linkOfInvitation = regexp.MustCompile(`https://\S+/invitations#(\S+)`)

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

// tokenOf is the token in the mail of an invitation.
func (h *hall) tokenOf(t testing.TB, invitation string) string {
	t.Helper()
	for _, m := range h.told(t, &application{id: invitation}) {
		if found := linkOfInvitation.FindStringSubmatch(m.text); found != nil {
			return found[1]
		}
	}
	t.Fatal("there is no link in the mail about " + invitation)
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
	if code := h.codeOf(t, h.manager, "releaseMessages", "MessagesInput", `userErrors { field message code }`, map[string]any{"ids": []string{id}, "reason": "they were read"}, nil); code != "" {
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

// TestLeakOfMissions: delegates are nowhere but where they are opened, and a State is named by consent.
func TestLeakOfMissions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		a := h.submitted(t, state)
		h.confirmed(t, a)
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		ids := h.invite(t, missionOf(state), missionOf(h.states[1]), missionOf(h.states[2]), missionOf(h.states[3]), missionOf(h.states[4]),
			map[string]any{"category": "UN", "label": "An office of the UN", "address": "office@un.example.org"})
		public := func() string {
			t.Helper()
			var read struct {
				Desk struct {
					Attendances struct {
						Public struct {
							States []string
							Count  *int
						}
					}
				}
			}
			h.must(t, h.manager, `query($id: ID!) { desk { attendances(preSession: $id) { public { states count } } } }`, map[string]any{"id": h.meeting[state]}, &read)
			p := read.Desk.Attendances.Public
			if p.Count == nil {
				return fmt.Sprint(p.States, " withheld")
			}
			return fmt.Sprint(p.States, " ", *p.Count)
		}
		register := func(i int, named bool) {
			t.Helper()
			if _, code := h.delegate(t, h.tokenOf(t, ids[i]), state, "ann@"+strings.ToLower(h.states[i])+".example.org", map[string]any{"nameState": named}); code != "" {
				t.Fatal(code)
			}
		}
		for i := range 4 {
			register(i, false)
		}
		if got := public(); got != "[] withheld" {
			t.Errorf("of four States the public knows %s", got)
		}
		register(4, false)
		if got := public(); got != "[] 5" {
			t.Errorf("of five States the public knows %s", got)
		}
		register(0, true)
		if got, want := public(), "["+state+"] withheld"; got != want {
			t.Errorf("where one of five is named the public knows %s, want %s", got, want)
		}
		if code := h.codeOf(t, nil, "withdrawNaming", "InvitationInput", `userErrors { field message code }`, map[string]any{"token": h.tokenOf(t, ids[0])}, nil); code != "" {
			t.Error(code)
		}
		if got := public(); got != "[] 5" {
			t.Errorf("after the consent is withdrawn the public knows %s", got)
		}
		guest, code := h.delegate(t, h.tokenOf(t, ids[5]), state, "ann@un.example.org", nil)
		if code != "" {
			t.Fatal(code)
		}
		held := func(i int) string {
			t.Helper()
			var read map[string]any
			if code := h.codeOf(t, nil, "openInvitation", "InvitationInput", `invitation { category state label domain delegates { name email } } userErrors { field message code }`, map[string]any{"token": h.tokenOf(t, ids[i])}, &read); code != "" {
				t.Fatal(code)
			}
			return fmt.Sprint(read)
		}
		if got := held(5); strings.Contains(got, "ann@"+strings.ToLower(state)) || !strings.Contains(got, "ann@un.example.org") {
			t.Errorf("the UN reads %s", got)
		}
		if got := held(0); strings.Contains(got, "ann@un.example.org") || !strings.Contains(got, "ann@"+strings.ToLower(state)) {
			t.Errorf("a mission reads %s", got)
		}

		var speaker, staff map[string]any
		h.must(t, a.by, `query($id: ID!) { mine { application(id: $id) { missions { states stateUnderReview } } } }`, map[string]any{"id": a.id}, &speaker)
		if got := fmt.Sprint(speaker); !strings.Contains(got, state) || !strings.Contains(got, "stateUnderReview:true") || strings.Contains(got, "ann@") {
			t.Errorf("a speaker reads %s", got)
		}
		h.must(t, h.manager, `query($id: ID!, $round: ID!) { desk { attendances(preSession: $id) { nodes { id category state status } counts { count } } invitations(round: $round) { id domain registered }
			outboxMessages { nodes { id template status } } } }`, map[string]any{"id": h.meeting[state], "round": h.round}, &staff)
		if got := fmt.Sprint(staff); strings.Contains(got, "Wombat ann@") || strings.Contains(got, "ann@") || !strings.Contains(got, guest) {
			t.Errorf("a manager reads %s", got)
		}
		for _, query := range []string{
			`SELECT COALESCE(projection, '') || operation FROM change_entries`, `SELECT reason || actor FROM changes`,
			`SELECT template || about FROM outbox_messages`, `SELECT COALESCE(mailbox, '') || category FROM attendances`,
			`SELECT label || domain || digest FROM invitations`,
		} {
			rows, err := h.db.SQL.Query(query)
			if err != nil {
				t.Fatal(err)
			}
			for rows.Next() {
				var text string
				if err := rows.Scan(&text); err != nil {
					t.Fatal(err)
				}
				if strings.Contains(text, "ann@") || strings.Contains(text, "Attachée") {
					t.Errorf("%s has %s", query, text)
				}
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
			_ = rows.Close()
		}
		protection := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		open := func(by *viewer.Viewer) string {
			return h.codeOf(t, by, "openDelegate", "OpenDelegateInput", `delegate { name } userErrors { field message code }`, map[string]any{"id": guest, "reason": "a call came in"}, nil)
		}
		if code := open(h.manager); !strings.HasPrefix(code, "FORBIDDEN") {
			t.Errorf("a manager opens a delegate: %q", code)
		}
		if code := open(protection); code != "" {
			t.Errorf("the protection officer: %s", code)
		}
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state})
		arrivals := func() string {
			return h.codeOf(t, officer, "openArrivals", "OpenArrivalsInput", `arrivals { name } userErrors { field message code }`, map[string]any{"preSession": h.meeting[state]}, nil)
		}
		if code := arrivals(); !strings.HasPrefix(code, "CONFLICT") {
			t.Errorf("arrivals before the day: %q", code)
		}
		h.clock.set("2026-03-02T07:00:00Z")
		if code := arrivals(); code != "" {
			t.Errorf("arrivals on the day: %s", code)
		}
	})
}
