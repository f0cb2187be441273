package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// warned is of what the agenda warns.
func (h *hall) warned(t testing.TB) (ids []string) {
	t.Helper()
	var read struct {
		Desk struct {
			Agenda struct {
				Warnings []struct{ ID, Warning, PreSession string }
			}
		}
	}
	h.must(t, h.manager, `query($id: ID!) { desk { agenda(round: $id) { warnings { id warning preSession } } } }`, map[string]any{"id": h.round}, &read)
	for _, w := range read.Desk.Agenda.Warnings {
		ids = append(ids, w.ID)
		if state, _ := strings.CutPrefix(w.ID, w.Warning+" "); h.meeting[state] != w.PreSession {
			t.Errorf("%s is about %s", w.ID, w.PreSession)
		}
	}
	return ids
}

// changePlan changes the meeting of a State.
func (h *hall) changePlan(t *testing.T, state string, change map[string]any) {
	t.Helper()
	change["id"], change["revision"] = h.meeting[state], h.meetingRevision(t, state)
	if code := h.changeMeeting(t, change); code != "" {
		t.Fatal(code)
	}
}

// TestAgendaWarnings: each warning comes when there is reason for it, goes with the reason, and keeps
// the agenda from being published until it is acknowledged. None says who it is about.
func TestAgendaWarnings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state, other := h.states[0], h.states[1]
		first, second := h.submitted(t, state), h.submitted(t, other)
		h.confirmed(t, first)
		h.confirmed(t, second)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		h.plan(t, other, "2026-03-02T09:30:00Z", "Room XXII")
		check := func(when string, want ...string) {
			t.Helper()
			got := h.warned(t)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s it warns of %v, want %v", when, got, want)
			}
			if len(want) == 0 {
				return
			}
			if _, code := h.publish(t, want[1:]...); !strings.HasPrefix(code, "CONFLICT") || !strings.Contains(code, want[0]) {
				t.Errorf("%s it is published without %s: %q", when, want[0], code)
			}
		}
		check("at first")

		cannot := func(a *application, from, to string) string {
			t.Helper()
			var done map[string]any
			code := h.codeOf(t, a.by, "saveAvailability", "SaveAvailabilityInput", `application { revision unavailable { from to } } userErrors { field message code }`,
				map[string]any{"id": a.id, "revision": a.revision, "unavailable": []map[string]any{{"from": from, "to": to}}}, &done)
			if code == "" {
				kept := done["application"].(map[string]any)
				a.revision = int(kept["revision"].(float64))
				if got := fmt.Sprint(kept["unavailable"]); got != "[map[from:"+from+" to:"+to+"]]" {
					t.Errorf("what was kept is %s", got)
				}
			}
			return code
		}
		if code := cannot(first, "2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z"); !strings.HasPrefix(code, "INVALID") {
			t.Errorf("a time of no length: %q", code)
		}
		mine := *first
		mine.by = second.by
		if code := cannot(&mine, "2026-03-02T08:00:00Z", "2026-03-02T12:00:00Z"); !strings.HasPrefix(code, "NOT_FOUND") {
			t.Errorf("when others cannot: %q", code)
		}
		if code := cannot(first, "2026-03-02T10:00:00Z", "2026-03-02T12:00:00Z"); code != "" { // when the meeting ends
			t.Fatal(code)
		}
		check("of who cannot afterwards")
		if code := cannot(first, "2026-03-02T09:59:00Z", "2026-03-02T12:00:00Z"); code != "" {
			t.Fatal(code)
		}
		check("of who cannot stay", "SPEAKER_UNAVAILABLE "+state)
		if code := cannot(first, "2026-03-05T09:59:00Z", "2026-03-05T12:00:00Z"); code != "" {
			t.Fatal(code)
		}

		h.changePlan(t, state, map[string]any{"moderator": "Numbat Moderator"})
		h.changePlan(t, other, map[string]any{"moderator": "numbat  moderator"})
		check("of one moderator", "MODERATOR_TWICE "+other)
		h.changePlan(t, other, map[string]any{"moderator": ""})

		h.changePlan(t, other, map[string]any{"room": "room  xxi", "duration": 61})
		clashes := []string{"ROOM_TWICE " + other}
		if got := h.warned(t); !slices.Equal(got, clashes) {
			t.Errorf("of one room it warns of %v", got)
		}
		if _, code := h.publish(t, clashes...); !strings.Contains(code, "in one room") {
			t.Errorf("a clash is acknowledged: %q", code)
		}
		h.changePlan(t, other, map[string]any{"mode": "VIRTUAL_RECORDED"})
		check("of a room where nobody is")
		h.changePlan(t, other, map[string]any{"mode": "IN_PERSON", "room": "Room XXII", "duration": 60})

		ids := h.invite(t, missionOf(state), missionOf(other))
		for i, of := range h.states[:2] {
			if _, code := h.delegate(t, h.tokenOf(t, ids[i]), state, "ann@"+strings.ToLower(of)+".example.org", nil); code != "" {
				t.Fatal(code)
			}
		}
		h.changePlan(t, state, map[string]any{"roomCapacity": 3}) // two delegates and a speaker
		check("of a full room")
		h.changePlan(t, state, map[string]any{"roomCapacity": 2})
		check("of a small room", "ROOM_TOO_SMALL "+state)
		h.changePlan(t, state, map[string]any{"roomCapacity": 0})

		h.must(t, first.by, `mutation($input: RequestProtectionInput!) { requestProtection(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": first.speaker, "level": 1}}, nil)
		check("of who is protected", "PROTECTED_BEFORE_STATE "+state, "PROTECTION_NOT_REVIEWED "+state)
		officer := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		h.protect(t, officer, first.speaker, 1)
		check("when the protection officer has looked", "PROTECTED_BEFORE_STATE "+state)
		joins := h.participant(t, second, map[string]any{"level": 2, "pseudonym": "Speaker Heron", "identity": map[string]any{"name": "Bilby"}})
		check("of who joins with a level", "PROTECTED_BEFORE_STATE "+state, "PROTECTION_NOT_REVIEWED "+other)
		if _, code := h.publish(t, "PROTECTED_BEFORE_STATE "+state); !strings.Contains(code, "PROTECTION_NOT_REVIEWED "+other) || strings.Contains(code, "Heron") || strings.Contains(code, joins) || strings.Contains(code, second.id) {
			t.Errorf("it is published without the protection officer: %q", code)
		}
		h.must(t, second.by, `mutation($input: RemoveParticipantInput!) { removeParticipant(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": joins}}, nil)
		check("when they speak no more", "PROTECTED_BEFORE_STATE "+state)
		acknowledged := "PROTECTED_BEFORE_STATE " + state
		if _, code := h.publish(t, acknowledged); code != "" {
			t.Fatal(code)
		}
		if code := h.own(t, first, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		check("when delegates expect who has withdrawn", "NO_SPEAKERS "+state, "SLOT_RELEASED "+state)
		if _, code := h.publish(t, "NO_SPEAKERS "+state, "SLOT_RELEASED "+state); code != "" {
			t.Fatal(code)
		}
		check("in the next version", "NO_SPEAKERS "+state)

		h.clock.set("2026-02-16T09:29:00Z")
		check("before statements are due", "NO_SPEAKERS "+state)
		h.clock.set("2026-02-16T09:31:00Z")
		check("of who owes a statement", "NO_SPEAKERS "+state, "STATEMENT_MISSING "+other)
		if got := h.column(t, `SELECT moderator FROM pre_sessions WHERE moderator <> ''`); !strings.Contains(got, "Numbat") {
			t.Errorf("the moderators are %s", got)
		}
		h.clock.set("2026-06-02T12:00:00Z")
		h.sweep(t)
		if got := strings.TrimSpace(h.column(t, `SELECT moderator FROM pre_sessions WHERE moderator <> ''`) + h.column(t, `SELECT uid FROM registrations WHERE LENGTH(CAST(unavailable AS TEXT)) > 2`)); got != "" {
			t.Errorf("after the purge there is %s", got)
		}
	})
}

// TestAgendaTellsOfOnePersonTwice: who has places at two meetings at one time, whichever registration theirs was merged
// into, keeps the agenda from being published, and nobody is named.
func TestAgendaTellsOfOnePersonTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state, other := h.states[0], h.states[1]
		speaks, merged, elsewhere := h.submitted(t, state), h.apply(t, state), h.apply(t, other)
		for i, a := range []*application{merged, elsewhere} {
			a.speaker = h.participant(t, a, map[string]any{"identity": map[string]any{"name": "Numbat Twice", "email": []string{"numbat@people.test", "Numbat@People.test"}[i]}})
			if code := h.own(t, a, "submitApplication"); code != "" {
				t.Fatal(code)
			}
		}
		if code := h.move(t, h.manager, merged, "MERGED", map[string]any{"into": speaks.id, "agreement": "Both wrote."}); code != "" {
			t.Fatal(code)
		}
		h.confirmed(t, speaks)
		h.confirmed(t, elsewhere)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		h.plan(t, other, "2026-03-02T09:59:00Z", "Room XXII")
		clash := "PERSON_TWICE " + other
		if got := h.warned(t); !slices.Equal(got, []string{clash}) {
			t.Errorf("it warns of %v", got)
		}
		_, code := h.publish(t, clash)
		if !strings.HasPrefix(code, "CONFLICT") || !strings.Contains(code, "one person") {
			t.Errorf("a person in two meetings is acknowledged: %q", code)
		}
		for _, secret := range []string{"umbat", merged.speaker, elsewhere.speaker, merged.id, elsewhere.id, speaks.id} {
			if strings.Contains(code, secret) {
				t.Errorf("%q says who it is: %s", code, secret)
			}
		}
		h.plan(t, other, "2026-03-02T10:00:00Z", "Room XXII")
		if got := h.warned(t); len(got) != 0 {
			t.Errorf("one after the other, it warns of %v", got)
		}
		h.plan(t, other, "2026-03-02T09:59:00Z", "Room XXII")
		if code := h.own(t, merged, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		if got := h.warned(t); len(got) != 0 {
			t.Errorf("when they speak at one alone, it warns of %v", got)
		}
		if _, code := h.publish(t); code != "" {
			t.Errorf("published then: %q", code)
		}
	})
}
