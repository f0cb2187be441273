package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestNobodyFollowsWhatIsOver: whoever is not selected is told what they can still do while the meeting is to come, and not once it
// was held, by the program or by hand, also where staff have read and edited that before; nor where the round is closed.
func TestNobodyFollowsWhatIsOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		follow := map[string]string{"EN": "follow the meeting online", "FR": "diffusée en ligne", "ES": "transmite en línea"}
		here := func(language string) *application {
			a := h.submitted(t, state)
			if _, err := h.db.SQL.Exec(`UPDATE users SET language = $1 WHERE uid = $2`, language, a.by.UID); err != nil {
				t.Fatal(err)
			}
			return a
		}
		check := func(when string, a *application, language string, want bool) {
			t.Helper()
			all := h.told(t, a)
			last := all[len(all)-1]
			if last.template != "not-selected" || last.status != "QUEUED" || strings.Contains(last.text, follow[language]) != want {
				t.Errorf("%s, in %s, they are told by %s, which is %s: %s", when, language, last.template, last.status, last.text)
			}
		}
		stage := func(a *application) {
			t.Helper()
			if code := h.move(t, h.manager, a, "NOT_SELECTED", map[string]any{"outcome": "CAPACITY"}); code != "" {
				t.Fatal(code)
			}
		}
		release := func(n int) {
			t.Helper()
			if code := h.release(t, n); code != "" {
				t.Fatal(code)
			}
		}
		before, staged, byHand, closed := map[string]*application{}, map[string]*application{}, map[string]*application{}, here("EN")
		waiting := map[string]*application{}
		rank := 0
		for language := range follow {
			before[language], staged[language], byHand[language], waiting[language] = here(language), here(language), here(language), here(language)
			rank++
			if code := h.move(t, h.manager, waiting[language], "WAITLISTED", map[string]any{"rank": rank}); code != "" {
				t.Fatal(code)
			}
			stage(before[language])
		}
		release(6)
		h.withAgenda(t)
		for language, a := range before {
			check("before", a, language, true)
		}
		manager := viewer.NewContext(t.Context(), h.manager)
		for _, a := range staged {
			stage(a)
			draft := h.told(t, a)[1]
			edited := strings.ReplaceAll(draft.text, "https://upr.example.org/registrations/"+a.id, "[[link]]") + "\nMoreover."
			if _, err := h.means.Outbox.Edit(manager, draft.id, 1, "About you", edited, "to say more"); err != nil {
				t.Fatal(err)
			}
		}
		h.clock.set("2026-03-02T11:00:00Z")
		h.changePlan(t, state, map[string]any{"state": "HELD"})
		h.sweep(t)
		for language, a := range waiting {
			check("by the program", a, language, false)
		}
		for _, a := range byHand {
			stage(a)
		}
		release(6)
		for language := range follow {
			check("by hand", byHand[language], language, false)
			check("staged and edited before", staged[language], language, false)
			if text, _, _ := h.toldWith(t, staged[language], "not-selected"); !strings.Contains(text, "Moreover.") {
				t.Errorf("what staff have written is lost: %s", text)
			}
		}
		h.endOthers(t)
		if _, err := h.db.SQL.Exec(`UPDATE rounds SET state = 'CLOSED'`); err != nil { // as earlier versions did with somebody undecided
			t.Fatal(err)
		}
		stage(closed)
		release(1)
		check("in a round that is closed", closed, "EN", false)
	})
}

// TestNobodyIsLeftWhereItIsOver: a place on the waiting list is not released once the meeting has begun, and who was asked for changes
// is decided on once it was held, however much time they had to answer.
func TestNobodyIsLeftWhereItIsOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		asked, waits := h.submitted(t, state), h.submitted(t, state)
		if code := h.move(t, h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state}), asked, "CHANGES_REQUESTED", map[string]any{"questions": "Who speaks?", "respondBy": "2026-02-08T12:00:00Z"}); code != "" {
			t.Fatal(code)
		}
		h.withAgenda(t)
		if code := h.move(t, h.manager, waits, "WAITLISTED", map[string]any{"rank": 1}); code != "" {
			t.Fatal(code)
		}
		if _, err := h.db.SQL.Exec(`UPDATE registrations SET respond_by = $1 WHERE uid = $2`, h.clock.now().AddDate(1, 0, 0), asked.id); err != nil { // as where its call was extended
			t.Fatal(err)
		}
		h.clock.set("2026-03-02T12:00:00Z")
		if refused := h.refusal(t, 1); !strings.Contains(refused, h.reference(t, waits)) {
			t.Errorf("a place on the waiting list of what has begun: %q", refused)
		}
		h.changePlan(t, state, map[string]any{"state": "HELD"})
		h.sweep(t)
		h.checkState(t, asked, "SUBMITTED")
		for _, a := range []*application{asked, waits} {
			if code := h.move(t, h.manager, a, "NOT_SELECTED", map[string]any{"outcome": "CAPACITY"}); code != "" {
				t.Fatal(code)
			}
		}
		if code := h.release(t, 2); code != "" {
			t.Error(code)
		}
	})
}
