package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestExchangeOfRanks: two that wait change places in one release. A place that somebody leaves in the same release can be
// given as well; a release by which two would wait in one place is none.
func TestExchangeOfRanks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		first, second, third, nowhere := h.submitted(t, state), h.submitted(t, state), h.submitted(t, state), h.submitted(t, state)
		ranks := func() string {
			t.Helper()
			said := h.column(t, `SELECT COALESCE(CAST(rank AS TEXT), '-') || '>' || COALESCE(CAST(pending_rank AS TEXT), '-') FROM registrations WHERE submitted_at IS NOT NULL ORDER BY id`)
			return strings.Join(strings.Fields(said), " ")
		}
		check := func(when, want string) {
			t.Helper()
			if got := ranks(); got != want {
				t.Errorf("%s: the places are %s, want %s", when, got, want)
			}
		}
		wait := func(a *application, rank int, exchange bool) string {
			t.Helper()
			return h.move(t, h.manager, a, "WAITLISTED", map[string]any{"rank": rank, "exchange": exchange})
		}
		for i, a := range []*application{first, second, third} {
			if code := wait(a, i+1, false); code != "" {
				t.Fatal(code)
			}
		}
		if code := wait(first, 2, true); code != "" {
			t.Fatal(code)
		}
		check("exchanged before the first release", "2>- 1>- 3>- ->-")
		if code := h.release(t, 3); code != "" {
			t.Fatal(code)
		}
		for when, code := range map[string]string{
			"with nobody":                  wait(first, 9, true),
			"of who has no place":          wait(nowhere, 1, true),
			"with oneself":                 wait(first, 2, true),
			"in a place that is another's": wait(first, 1, false),
		} {
			if code != "CONFLICT" {
				t.Errorf("an exchange %s: %q", when, code)
			}
		}
		if code := h.move(t, h.manager, first, "SHORTLISTED", map[string]any{"exchange": true}); code == "" {
			t.Error("an exchange of something else than places is made")
		}
		if code := wait(first, 3, true); code != "" {
			t.Fatal(code)
		}
		check("exchanged", "2>3 1>- 3>2 ->-")
		h.checkPage(t, "before the release", first, "SECOND")
		if code := h.release(t, 2); code != "" {
			t.Fatal(code)
		}
		check("released", "3>- 1>- 2>- ->-")
		h.checkPage(t, "after it", first, "THIRD")
		h.checkPage(t, "after it", third, "SECOND")
		if text, _, _ := h.toldWith(t, third, "waitlisted"); !strings.Contains(text, "second reserve") {
			t.Errorf("they are told %s", text)
		}
		unstage := func(a *application) {
			t.Helper()
			_, revision := h.stateOf(t, a)
			if code := h.codeOf(t, h.manager, "unstageDecision", "UnstageDecisionInput", `userErrors { field message code }`, map[string]any{"id": a.id, "revision": revision}, nil); code != "" {
				t.Fatal(code)
			}
		}
		if code := wait(second, 3, true); code != "" {
			t.Fatal(code)
		}
		unstage(first)
		if code := h.release(t, 1); code != "CONFLICT" {
			t.Errorf("half of an exchange is released: %q", code)
		}
		check("half taken back", "3>- 1>3 2>- ->-")
		unstage(second)
		// Who leaves the list lets another one have the place, in the same release.
		if code := h.move(t, h.manager, second, "NOT_SELECTED", map[string]any{"outcome": "OTHER"}); code != "" {
			t.Fatal(code)
		}
		if code := wait(third, 1, false); code != "" {
			t.Errorf("a place that somebody leaves: %q", code)
		}
		if code := wait(nowhere, 1, false); code != "CONFLICT" {
			t.Errorf("a place that somebody else is to have: %q", code)
		}
		unstage(second)
		if code := h.release(t, 1); code != "CONFLICT" {
			t.Errorf("two would wait in one place: %q", code)
		}
		if code := h.move(t, h.manager, second, "NOT_SELECTED", map[string]any{"outcome": "OTHER"}); code != "" {
			t.Fatal(code)
		}
		if code := h.release(t, 2); code != "" {
			t.Fatal(code)
		}
		h.checkPage(t, "in the place that was left", third, "FIRST")
	})
}
