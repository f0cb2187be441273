package graph_test

import (
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestNamesAsTheyAreSeen: names have no marks that turn lists and mails around, nor lines that break; joiners that letters need stay.
func TestNamesAsTheyAreSeen(t *testing.T) {
	h := openHall(t, dbtest.SQLite(t))
	a := h.apply(t, h.states[0])
	for _, broken := range []string{"Rights\u2028Now", "Rights\x7fNow", "\u200b\u202e"} {
		if got := h.saveAnswers(t, a, map[string]any{"organisation": broken}); got != "INVALID organisation" {
			t.Errorf("%q is kept: %q", broken, got)
		}
	}
	for said, want := range map[string]string{"\u202eRights\u202c \u2067Now\u2069\u200f": "Rights Now", "\u202bحقوق می\u200cخواهیم\u202c": "حقوق می\u200cخواهیم"} {
		if got := h.saveAnswers(t, a, map[string]any{"organisation": said}); got != "" {
			t.Fatal(got)
		}
		var read struct {
			Mine struct {
				Application struct{ Answers struct{ Organisation string } }
			}
		}
		h.must(t, a.by, `query($id: ID!) { mine { application(id: $id) { answers { organisation } } } }`, map[string]any{"id": a.id}, &read)
		if got := read.Mine.Application.Answers.Organisation; got != want {
			t.Errorf("%q is kept as %q, want %q", said, got, want)
		}
	}
	h.participant(t, a, map[string]any{"identity": map[string]any{"name": "\u202dAnn\u202c W\u200dombat\ufeff"}})
	var read struct {
		Mine struct {
			Application struct {
				Participants []struct{ Identity struct{ Name string } }
			}
		}
	}
	h.must(t, a.by, `query($id: ID!) { mine { application(id: $id) { participants { identity { name } } } } }`, map[string]any{"id": a.id}, &read)
	if all := read.Mine.Application.Participants; len(all) != 2 || all[1].Identity.Name != "Ann Wombat" {
		t.Errorf("the speaker is called %+q", all)
	}
}
