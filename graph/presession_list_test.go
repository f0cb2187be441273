package graph_test

import (
	"fmt"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestDuplicatesAreFlagged: who reads the list, by pages or whole, is told of applications in one
// organisation's name, however it is written; and each page has all of its registrations.
func TestDuplicatesAreFlagged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		one, two, other, elsewhere := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[1])
		for a, name := range map[*application]string{one: "Quokka Watch", two: " quokka  watch", elsewhere: "Quokka Watch"} {
			if _, err := h.db.SQL.Exec(`UPDATE registrations SET organisation = $1 WHERE uid = $2`, name, a.id); err != nil {
				t.Fatal(err)
			}
		}
		want := fmt.Sprint([]string{one.id + " true", two.id + " true", other.id + " false", elsewhere.id + " false"})
		for _, first := range []int{1, 3, 2000} {
			var got []string
			for offset := 0; offset < 4; offset += first {
				var read struct {
					Desk struct {
						Registrations struct {
							Nodes []struct {
								ID, Reference string
								Duplicate     bool
								Answers       struct{ Aims string }
							}
							TotalCount int
						}
					}
				}
				h.must(t, h.manager, `query($round: ID!, $first: Int!, $offset: Int!) { desk { registrations(round: $round, first: $first, offset: $offset) { totalCount nodes { id reference duplicate answers { aims } } } } }`,
					map[string]any{"round": h.round, "first": first, "offset": offset}, &read)
				for _, r := range read.Desk.Registrations.Nodes {
					if r.Reference == "" || r.Answers.Aims == "" || read.Desk.Registrations.TotalCount != 4 {
						t.Errorf("a page of %d has %+v of %d", first, r, read.Desk.Registrations.TotalCount)
					}
					got = append(got, fmt.Sprint(r.ID, " ", r.Duplicate))
				}
			}
			if fmt.Sprint(got) != want {
				t.Errorf("by %d: %v, want %s", first, got, want)
			}
		}
	})
}

// TestDraftsAreOnlyCounted: no filter tells what drafts say, not by how many there are either.
func TestDraftsAreOnlyCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.apply(t, h.states[0])
		h.apply(t, h.states[1])
		reviewer := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round})
		for _, by := range []*viewer.Viewer{h.manager, reviewer} {
			for filter, want := range map[string]int{
				`{}`: 2, `{search: "Organisation"}`: 2, `{search: "nobody is called so"}`: 2, `{womenLed: true}`: 2, `{womenLed: false}`: 2, `{states: [SUBMITTED]}`: 2,
				`{preSession: "` + h.meeting[h.states[0]] + `", search: "x"}`: 1, `{statesOfReview: ["` + h.states[1] + `"]}`: 1,
			} {
				var read struct {
					Desk struct{ Registrations struct{ Drafts int } }
				}
				h.must(t, by, `query($round: ID!) { desk { registrations(round: $round, filter: `+filter+`) { drafts } } }`, map[string]any{"round": h.round}, &read)
				if got := read.Desk.Registrations.Drafts; got != want {
					t.Errorf("%s: %d drafts, want %d", filter, got, want)
				}
			}
		}
	})
}
