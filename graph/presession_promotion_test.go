package graph_test

import (
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// queue has registrations wait, in their order, behind one with a place, and returns that one.
func (h *hall) queue(t *testing.T, waiting ...*application) *application {
	t.Helper()
	speaks := h.submitted(t, h.states[0])
	h.confirmed(t, speaks)
	for i, a := range waiting {
		if code := h.move(t, h.manager, a, "WAITLISTED", map[string]any{"rank": i + 1}); code != "" {
			t.Fatal(code)
		}
	}
	if code := h.release(t, len(waiting)); code != "" {
		t.Fatal(code)
	}
	return speaks
}

// TestProposalPassesOver: who may have no place is not proposed for it; the next who waits is.
func TestProposalPassesOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		first, second, third := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		speaks := h.queue(t, first, second, third)
		h.must(t, first.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 1}) { userErrors { code } } }`, map[string]any{"id": first.speaker}, nil)
		if code := h.own(t, speaks, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		h.checkState(t, first, "WAITLISTED")
		h.checkState(t, second, "WAITLISTED > OFFERED")
		h.checkState(t, third, "WAITLISTED")
	})
}

// TestProposalPrefersAnInstitution: a national human rights institution comes first where none has a
// place.
func TestProposalPrefersAnInstitution(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		first, second := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		if _, err := h.db.SQL.Exec(`UPDATE registrations SET organisation_kind = 'NHRI' WHERE uid = $1`, second.id); err != nil {
			t.Fatal(err)
		}
		speaks := h.queue(t, first, second)
		if code := h.own(t, speaks, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		h.checkState(t, first, "WAITLISTED")
		h.checkState(t, second, "WAITLISTED > OFFERED")
	})
}

// TestProposalWhereTheProposedLeaves: the next who waits is proposed for the place.
func TestProposalWhereTheProposedLeaves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		first, second, third := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		speaks := h.queue(t, first, second, third)
		for _, leaves := range []*application{speaks, first} {
			if code := h.own(t, leaves, "withdrawApplication"); code != "" {
				t.Fatal(code)
			}
		}
		h.checkState(t, second, "WAITLISTED > OFFERED")
		h.checkState(t, third, "WAITLISTED")
		if code := h.own(t, third, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		h.checkState(t, second, "WAITLISTED > OFFERED")
	})
}

// TestProposalWhereTheProposedIsToWait: the next who waits is proposed for the place, in the order as it is then.
func TestProposalWhereTheProposedIsToWait(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		first, second, third := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		speaks := h.queue(t, first, second, third)
		if code := h.move(t, h.manager, second, "WAITLISTED", map[string]any{"rank": 8}); code != "" {
			t.Fatal(code)
		}
		if code := h.release(t, 1); code != "" {
			t.Fatal(code)
		}
		if code := h.own(t, speaks, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		h.checkState(t, first, "WAITLISTED > OFFERED")
		if code := h.move(t, h.manager, first, "WAITLISTED", map[string]any{"rank": 9}); code != "" {
			t.Fatal(code)
		}
		h.checkState(t, first, "WAITLISTED > WAITLISTED")
		h.checkState(t, third, "WAITLISTED > OFFERED")
		h.checkState(t, second, "WAITLISTED")
		if code := h.move(t, h.manager, third, "NOT_SELECTED", map[string]any{"outcome": "OTHER"}); code != "" {
			t.Fatal(code)
		}
		h.checkState(t, second, "WAITLISTED > OFFERED")
		if code := h.release(t, 3); code != "" {
			t.Fatal(code)
		}
		if text, _, _ := h.toldWith(t, second, "offer"); text == "" {
			t.Error("who was proposed last is told of no offer")
		}
		for a, want := range map[*application]string{first: "WAITLISTED", second: "OFFERED", third: "NOT_SELECTED"} {
			h.checkState(t, a, want)
		}
	})
}

// TestWithdrawnTwice: it is done once, whatever the revision.
func TestWithdrawnTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a := h.submitted(t, h.states[0])
		for range 2 {
			a.revision = 1
			if code := h.own(t, a, "withdrawApplication"); code != "" {
				t.Error(code)
			}
		}
		if got := h.count(t, `SELECT COUNT(*) FROM outbox_messages WHERE template = 'withdrawn-thanks'`); got != 1 {
			t.Errorf("they are told %d times", got)
		}
	})
}
