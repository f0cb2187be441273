package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// missionsInPublic is what anybody reads of the missions at the first meeting.
func (h *hall) missionsInPublic(t testing.TB) string {
	t.Helper()
	if err := h.record.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Meetings []struct {
			Missions     []struct{ Code string }
			MissionCount *int
		}
	}
	h.must(t, nil, `{ meetings { missions { code } missionCount } }`, nil, &read)
	if len(read.Meetings) == 0 {
		return "no meeting"
	}
	if n := read.Meetings[0].MissionCount; n != nil {
		return fmt.Sprint(read.Meetings[0].Missions, " of ", *n)
	}
	return fmt.Sprint(read.Meetings[0].Missions)
}

// TestLeakOfMissionsByAgenda: a State is named in public from a version of the agenda on, while all of
// its delegates consent; nothing that was ever told of it is left when one does not, at once.
func TestLeakOfMissionsByAgenda(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		h.confirmed(t, h.submitted(t, state))
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		var invitees []map[string]any
		for _, code := range h.states[:6] {
			invitees = append(invitees, missionOf(code))
		}
		ids := h.invite(t, invitees...)
		register := func(i int, who string, named bool) string {
			t.Helper()
			id, code := h.delegate(t, h.tokenOf(t, ids[i]), state, who+"@"+strings.ToLower(h.states[i])+".example.org", map[string]any{"nameState": named})
			if code != "" {
				t.Fatal(code)
			}
			return id
		}
		publish := func() {
			t.Helper()
			if _, code := h.publish(t); code != "" {
				t.Fatal(code)
			}
		}
		check := func(when, want string) {
			t.Helper()
			if got := h.missionsInPublic(t); got != want {
				t.Errorf("%s the public reads %s, want %s", when, got, want)
			}
		}
		for i := range 5 {
			register(i, "ann", false)
		}
		publish()
		check("of five", "[] of 5")
		register(5, "ann", true)
		check("before the next version", "[] of 5")
		publish()
		check("of six, one of which consents,", "[{"+h.states[5]+"}] of 6")
		second := register(5, "bob", false)
		check("when a second delegate does not consent", "[] of 6")
		h.checkNeverTold(t, h.states[5])
		if code := h.codeOf(t, nil, "declineDelegate", "DeclineDelegateInput", `userErrors { field message code }`, map[string]any{"token": h.tokenOf(t, ids[5]), "id": second}, nil); code != "" {
			t.Fatal(code)
		}
		publish()
		check("when the second does not come", "[{"+h.states[5]+"}] of 6")
		site, partner := h.site(t), h.staffMember(t, viewer.Grant{Role: viewer.Partner})
		pinned := []string{h.pin(t, partner, "meetings"), h.pin(t, partner, "meetings", "missions", "mission_count")}
		if got := kept(t, site, pinned[1])["ndjson"]; got != `{"missions":["`+h.states[5]+`"],"mission_count":6}`+"\n" {
			t.Fatalf("what is pinned has %s", got)
		}
		if code := h.codeOf(t, nil, "withdrawNaming", "InvitationInput", `userErrors { field message code }`, map[string]any{"token": h.tokenOf(t, ids[5])}, nil); code != "" {
			t.Fatal(code)
		}
		for _, slice := range append(pinned, h.pin(t, partner, "meetings", "missions", "mission_count")) { // also before the server has heard of it
			if got := kept(t, site, slice)["ndjson"]; !strings.Contains(got, `"missions":[],"mission_count":null`) {
				t.Errorf("after the consent is withdrawn %s has %s", slice, got)
			}
		}
		check("when the consent is withdrawn", "[] of 6")
		h.checkNeverTold(t, h.states[5])
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state})
		h.clock.set("2026-03-02T10:00:00Z")
		var list struct {
			Desk struct {
				Attendances struct {
					Nodes []struct{ ID, State, Status string }
				}
			}
		}
		h.must(t, officer, `query($id: ID!) { desk { attendances(preSession: $id) { nodes { id state status } } } }`, map[string]any{"id": h.meeting[state]}, &list)
		absent := ""
		for _, a := range list.Desk.Attendances.Nodes {
			if a.State == h.states[1] {
				absent = a.ID
			}
		}
		if code := h.codeOf(t, officer, "checkInDelegate", "CheckInDelegateInput", attendanceFields, map[string]any{"id": absent, "attended": false}, nil); code != "" {
			t.Fatal(code)
		}
		if code := h.changeMeeting(t, map[string]any{"id": h.meeting[state], "revision": h.meetingRevision(t, state), "state": "HELD"}); code != "" {
			t.Fatal(code)
		}
		check("when it was held, and one did not come,", "[] of 5")
	})
}

// checkNeverTold looks for a State in all that was ever told of the first meeting.
func (h *hall) checkNeverTold(t testing.TB, code string) {
	t.Helper()
	if n := h.count(t, `SELECT COUNT(*) FROM change_entries WHERE node LIKE 'mtg%' AND projection LIKE '%"`+code+`"%'`); n != 0 {
		t.Errorf("%d entries of the change log name %s", n, code)
	}
}

// TestMediaAreAdmitted: they wait, and are told nothing of who else comes.
func TestMediaAreAdmitted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		ids := h.invite(t, map[string]any{"category": "MEDIA", "label": "A newspaper", "address": "desk@news.example.org"}, missionOf(h.states[1]))
		token := h.tokenOf(t, ids[0])
		journalist, code := h.delegate(t, token, state, "ann@news.example.org", map[string]any{"nameState": true})
		if code != "" {
			t.Fatal(code)
		}
		diplomat, code := h.delegate(t, h.tokenOf(t, ids[1]), state, "bob@"+strings.ToLower(h.states[1])+".example.org", nil)
		if code != "" {
			t.Fatal(code)
		}
		h.checkStatus(t, journalist, "INVITED")
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state})
		admit := func(by *viewer.Viewer, id string, is bool) string {
			return h.codeOf(t, by, "admitMedia", "AdmitMediaInput", attendanceFields, map[string]any{"id": id, "admit": is}, nil)
		}
		if code := admit(h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[1]}), journalist, true); !strings.HasPrefix(code, "NOT_FOUND") {
			t.Errorf("the officer of another State: %q", code)
		}
		if code := admit(officer, diplomat, true); !strings.HasPrefix(code, "CONFLICT") {
			t.Errorf("a diplomat is admitted: %q", code)
		}
		for range 2 {
			if code := admit(officer, journalist, true); code != "" {
				t.Error(code)
			}
		}
		h.checkStatus(t, journalist, "REGISTERED")
		if code := admit(officer, journalist, false); !strings.HasPrefix(code, "CONFLICT") {
			t.Errorf("who was admitted is declined: %q", code)
		}
	})
}

// TestLimitOfDelegates: ten of an invitation for a meeting, who declined among them.
func TestLimitOfDelegates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state, at := h.states[0], "@"+strings.ToLower(h.states[0])+".example.org"
		token := h.tokenOf(t, h.invite(t, missionOf(state))[0])
		last := ""
		for i := range 10 {
			id, code := h.delegate(t, token, state, fmt.Sprint("d", i, at), nil)
			if code != "" {
				t.Fatal(code)
			}
			last = id
		}
		if code := h.codeOf(t, nil, "declineDelegate", "DeclineDelegateInput", `userErrors { field message code }`, map[string]any{"token": token, "id": last}, nil); code != "" {
			t.Fatal(code)
		}
		if _, code := h.delegate(t, token, state, "more"+at, nil); !strings.HasPrefix(code, "LIMIT_EXCEEDED") {
			t.Errorf("an eleventh: %q", code)
		}
		if again, code := h.delegate(t, token, state, "d9"+at, nil); again != last || code != "" {
			t.Errorf("who declined comes after all: %s %q", again, code)
		}
	})
}

// TestMissionDeadlineIsChanged: by the manager of the round, to the end of a day in Geneva, also where
// the clocks are put back in between; and back to what it was.
func TestMissionDeadlineIsChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state, at := h.states[0], "@"+strings.ToLower(h.states[0])+".example.org"
		h.plan(t, state, "2026-10-26T08:00:00Z", "Room XXI") // winter time begins on the 25th
		token := h.tokenOf(t, h.invite(t, missionOf(state))[0])
		change := func(by *viewer.Viewer, closes any) string {
			t.Helper()
			return h.codeOf(t, by, "changeMissionDeadline", "ChangeMissionDeadlineInput", `preSession { id } userErrors { field message code }`,
				map[string]any{"id": h.meeting[state], "revision": h.meetingRevision(t, state), "closes": closes}, nil)
		}
		attempt := func(when, who string) string {
			t.Helper()
			h.clock.set(when)
			_, code := h.delegate(t, token, state, who+at, nil)
			code, _, _ = strings.Cut(code, " ")
			return code
		}
		if code := change(h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state}), "2026-10-25"); !strings.HasPrefix(code, "FORBIDDEN") {
			t.Errorf("an officer changes the deadline: %q", code)
		}
		for _, c := range []struct {
			closes      any
			until, from string
		}{
			{nil, "2026-10-24T21:59:59Z", "2026-10-24T22:00:00Z"},
			{"2026-10-25", "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z"},
			{nil, "2026-10-24T21:59:59Z", "2026-10-24T22:00:00Z"},
		} {
			if code := change(h.manager, c.closes); code != "" {
				t.Fatal(code)
			}
			if code := attempt(c.until, "ann"); code != "" {
				t.Errorf("with %v, at %s: %s", c.closes, c.until, code)
			}
			if code := attempt(c.from, "ann"); code != "CONFLICT" {
				t.Errorf("with %v, at %s: %q", c.closes, c.from, code)
			}
		}
	})
}
