package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// plan gives the meeting of a State a time and a room.
func (h *hall) plan(t testing.TB, state, startsAt, room string) {
	t.Helper()
	var read struct {
		Desk struct {
			Round struct {
				Meetings []struct {
					ID       string
					Revision int
					State    string
				}
			}
		}
	}
	h.must(t, h.manager, `query($id: ID!) { desk { round(id: $id) { meetings { id revision state } } } }`, map[string]any{"id": h.round}, &read)
	for _, m := range read.Desk.Round.Meetings {
		if m.ID != h.meeting[state] {
			continue
		}
		input := map[string]any{"id": m.ID, "revision": m.Revision, "startsAt": startsAt, "room": room}
		if m.State != "PUBLISHED" {
			input["state"] = "SCHEDULED"
		}
		if code := h.changeMeeting(t, input); code != "" {
			t.Fatal(code)
		}
	}
}

func (h *hall) changeMeeting(t testing.TB, input map[string]any) string {
	t.Helper()
	var done struct{ ChangePreSession outcomeOf }
	code := h.ask(t, h.manager, `mutation($input: ChangePreSessionInput!) { changePreSession(input: $input) { userErrors { field message code } } }`, map[string]any{"input": input}, &done)
	if code == "" && len(done.ChangePreSession.UserErrors) > 0 {
		return done.ChangePreSession.UserErrors[0].Code
	}
	return code
}

// publish publishes the agenda with all its warnings, and returns what it says anew.
func (h *hall) publish(t testing.TB, acknowledged ...string) (changes []string, code string) {
	t.Helper()
	var read struct {
		Desk struct {
			Round struct{ Revision int }
		}
	}
	h.must(t, h.manager, `query($id: ID!) { desk { round(id: $id) { revision } } }`, map[string]any{"id": h.round}, &read)
	var done struct {
		PublishAgenda struct {
			Agenda struct {
				Changes []struct{ Registration, Change string }
			}
			outcomeOf
		}
	}
	h.must(t, h.manager, `mutation($input: PublishAgendaInput!) { publishAgenda(input: $input) { agenda { number changes { registration change } } userErrors { field message code } } }`,
		map[string]any{"input": map[string]any{"round": h.round, "revision": read.Desk.Round.Revision, "acknowledged": append([]string{}, acknowledged...)}}, &done)
	if len(done.PublishAgenda.UserErrors) > 0 {
		return nil, done.PublishAgenda.UserErrors[0].Code + " " + done.PublishAgenda.UserErrors[0].Message
	}
	for _, c := range done.PublishAgenda.Agenda.Changes {
		changes = append(changes, c.Registration+" "+c.Change)
	}
	return changes, ""
}

// public is the agenda as anybody reads it.
func (h *hall) public(t testing.TB) string {
	t.Helper()
	if err := h.record.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Meetings []struct {
			Room, Status string
			Speakers     []struct{ Name, OrganisationName string }
		}
	}
	h.must(t, nil, `{ meetings { room status speakers { name organisationName } } }`, nil, &read)
	return fmt.Sprint(read.Meetings)
}

// confirmed brings a registration to a place in the agenda.
func (h *hall) confirmed(t testing.TB, a *application) {
	t.Helper()
	if code := h.move(t, h.manager, a, "OFFERED", nil); code != "" {
		t.Fatal(code)
	}
	a.revision++
	if code := h.own(t, a, "confirmOffer"); code != "" {
		t.Fatal(code)
	}
}

// TestStoryAgenda: an agenda is ordered, published, changed and published again, and each speaker
// is told what is new for them.
func TestStoryAgenda(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		first, second := h.submitted(t, state), h.submitted(t, state)
		h.giveConsents(t, first, "PUBLIC NAME", "PUBLIC ORGANISATION")
		h.giveConsents(t, second, "PUBLIC ORGANISATION", "MISSIONS NAME")
		h.confirmed(t, first)
		h.confirmed(t, second)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		if _, code := h.publish(t); !strings.HasPrefix(code, "CONFLICT") {
			t.Errorf("an agenda before decisions are released: %q", code)
		}
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		h.plan(t, h.states[1], "2026-03-02T09:30:00Z", "Room XXI")
		if _, code := h.publish(t, "NO_SPEAKERS "+h.states[1]); !strings.Contains(code, "one room") {
			t.Errorf("two meetings in one room: %q", code)
		}
		h.plan(t, h.states[1], "2026-03-02T09:30:00Z", "Room XXII")
		if _, code := h.publish(t); !strings.Contains(code, "NO_SPEAKERS "+h.states[1]) {
			t.Errorf("a warning that is not acknowledged: %q", code)
		}
		if got := h.public(t); got != "[]" {
			t.Errorf("before it is published, anybody reads %s", got)
		}
		changes, code := h.publish(t, "NO_SPEAKERS "+h.states[1])
		if want := fmt.Sprint([]string{first.id + " NEW", second.id + " NEW"}); code != "" || fmt.Sprint(changes) != want {
			t.Fatalf("the first version says %v %s, want %s", changes, code, want)
		}
		if got, want := h.public(t), "[{Room XXI PLANNED [{Wombat "+first.by.UID+" Organisation "+first.id+"} { Organisation "+second.id+"}]} {Room XXII PLANNED []}]"; got != want {
			t.Errorf("anybody reads %s\nwant %s", got, want)
		}
		var ordered struct{ OrderSpeakers outcomeOf }
		var revision int
		if err := h.db.SQL.QueryRow(`SELECT revision FROM pre_sessions WHERE uid = $1`, h.meeting[state]).Scan(&revision); err != nil {
			t.Fatal(err)
		}
		order := func(revision int, ids ...string) string {
			h.must(t, h.manager, `mutation($input: OrderSpeakersInput!) { orderSpeakers(input: $input) { userErrors { field message code } } }`,
				map[string]any{"input": map[string]any{"id": h.meeting[state], "revision": revision, "registrations": ids}}, &ordered)
			if wrong := ordered.OrderSpeakers.UserErrors; len(wrong) > 0 {
				return wrong[0].Code
			}
			return ""
		}
		if code := order(revision, second.id); code != "INVALID" {
			t.Errorf("an order that forgets somebody: %q", code)
		}
		if code := order(revision, second.id, first.id); code != "" {
			t.Fatal(code)
		}
		changes, code = h.publish(t, "NO_SPEAKERS "+h.states[1])
		if want := fmt.Sprint([]string{second.id + " REORDERED", first.id + " REORDERED"}); code != "" || fmt.Sprint(changes) != want {
			t.Errorf("the second version says %v %s, want %s", changes, code, want)
		}
		h.plan(t, state, "2026-03-03T09:00:00Z", "Room XXI")
		if got := h.public(t); !strings.Contains(got, "{Room XXI PLANNED [{ Organisation "+second.id) {
			t.Errorf("anybody reads %s", got)
		}
		if code := h.own(t, second, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		if got := h.public(t); strings.Contains(got, second.id) {
			t.Errorf("who has withdrawn is still shown: %s", got)
		}
		changes, code = h.publish(t, "NO_SPEAKERS "+h.states[1])
		if want := fmt.Sprint([]string{first.id + " MOVED", second.id + " CANCELLED"}); code != "" || fmt.Sprint(changes) != want {
			t.Errorf("the third version says %v %s, want %s", changes, code, want)
		}
		var drafts int
		if err := h.db.SQL.QueryRow(`SELECT COUNT(*) FROM outbox_messages WHERE template = 'agenda-changed' AND status = 'DRAFT' AND about = $1`, first.id).Scan(&drafts); err != nil || drafts != 1 {
			t.Errorf("%d drafts tell the first speaker what is new, want the last one alone (%v)", drafts, err)
		}
		if err := h.db.SQL.QueryRow(`SELECT revision FROM pre_sessions WHERE uid = $1`, h.meeting[state]).Scan(&revision); err != nil {
			t.Fatal(err)
		}
		if code := h.changeMeeting(t, map[string]any{"id": h.meeting[state], "revision": revision, "state": "POSTPONED", "reason": "The room is flooded"}); code != "" {
			t.Fatal(code)
		}
		if got := h.public(t); !strings.Contains(got, "{Room XXI POSTPONED") || strings.Contains(got, "flooded") {
			t.Errorf("anybody reads %s", got)
		}
		if got := h.column(t, `SELECT about || ' ' || status FROM outbox_messages WHERE template = 'postponed'`); strings.TrimSpace(got) != first.id+" DRAFT" {
			t.Errorf("that it is postponed is told %s", got)
		}
		// What follows from people's consent and the workflow is not brought back by editors.
		node := h.record.Snapshot().Meetings(nil)[0].ID()
		var version, change int
		if err := h.db.SQL.QueryRow(`SELECT MIN(id), MAX(change_id) FROM change_entries WHERE node = $1 AND projection IS NOT NULL`, node).Scan(&version, &change); err != nil {
			t.Fatal(err)
		}
		for mutation, input := range map[string]map[string]any{
			"restoreVersion": {"id": node, "revision": version, "restored": version, "reason": "as it was"},
			"undoChange":     {"change": change, "reason": "as it was"},
		} {
			kind := strings.ToUpper(mutation[:1]) + mutation[1:] + "Input"
			var done map[string]outcomeOf
			h.must(t, with(viewer.Editor), `mutation($input: `+kind+`!) { `+mutation+`(input: $input) { userErrors { field message code } } }`, map[string]any{"input": input}, &done)
			if wrong := done[mutation].UserErrors; len(wrong) != 1 || wrong[0].Code != "CONFLICT" || !strings.Contains(wrong[0].Message, "rules of its own") {
				t.Errorf("%s: %v", mutation, wrong)
			}
		}
	})
}
