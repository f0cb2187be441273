package graph_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

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

// TestCapacityOfOnePerson: who is to speak at two Pre-sessions that take place at the same time is offered a place at one,
// by whomever and however close to each other both are offered.
func TestCapacityOfOnePerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		var pairs [5][2]*application
		for i := range pairs {
			for j := range pairs[i] {
				pairs[i][j] = h.submitted(t, h.states[j])
				h.participant(t, pairs[i][j], map[string]any{"identity": map[string]any{"name": "Wombat", "email": pairs[i][0].by.UID + "@speakers.example.org"}})
			}
		}
		h.plan(t, h.states[0], "2026-03-02T09:00:00Z", "Room XXI")
		h.plan(t, h.states[1], "2026-03-02T09:30:00Z", "Room XXII")
		var wait sync.WaitGroup
		var codes [len(pairs)][2]string
		for i, pair := range pairs {
			for j, a := range pair {
				wait.Go(func() { codes[i][j] = h.move(t, h.manager, a, "OFFERED", nil) })
			}
		}
		wait.Wait()
		for i, two := range codes {
			if two[0]+two[1] != "CONFLICT" {
				t.Errorf("of two offers to person %d at once, %q were refused", i, two)
			}
		}
	})
}

// TestMoreSlotsThanThereAre: minutes that would give more slots than a meeting may have are refused as they are.
func TestMoreSlotsThanThereAre(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		change := func(more map[string]any) string {
			t.Helper()
			input := map[string]any{"id": h.meeting[state], "revision": h.meetingRevision(t, state), "duration": 600, "surMinutes": 0, "moderationMinutes": 0, "questionMinutes": 0}
			for field, value := range more {
				input[field] = value
			}
			return h.codeOf(t, h.manager, "changePreSession", "ChangePreSessionInput", `userErrors { code message }`, input, nil)
		}
		if got := change(map[string]any{"speakerMinutes": 1}); !strings.HasPrefix(got, "INVALID") || !strings.Contains(got, "600") || !strings.Contains(got, "minutes") {
			t.Errorf("600 slots: %q", got)
		}
		for _, more := range []map[string]any{{"speakerMinutes": 1, "slots": 100}, {"speakerMinutes": 6}} {
			if got := change(more); got != "" {
				t.Errorf("%v: %q", more, got)
			}
			if n := h.count(t, `SELECT MAX(slots) FROM pre_sessions`); n != 100 {
				t.Errorf("%v: %d slots", more, n)
			}
		}
	})
}
