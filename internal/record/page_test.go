package record

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/upr-info/upr/internal/fault"
)

var allOrders = []RecommendationOrder{BySession, ByStateUnderReview, ByRecommendingState, ByRelevance}

// TestPagesAgreeWithALoop compares random windows of random selections with the plain
// list of everything, walked by hand as the Relay specification says.
func TestPagesAgreeWithALoop(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 0))
		s := fixture(random, random.IntN(60))
		for range 50 {
			filter, order := randomFilter(random, s), allOrders[random.IntN(len(allOrders))]
			if order == ByRelevance {
				text := "women OR torture OR convention"
				filter.Text = &text
			}
			everything := walk(t, s, filter, order)
			w, from, to := randomWindow(random, everything)
			page, err := s.Recommendations(filter, &order, w.first, w.after, w.last, w.before)
			if err != nil {
				t.Fatal(err)
			}
			wantFrom, wantTo := from, to
			if w.first == nil && w.last == nil {
				wantTo = min(wantTo, wantFrom+defaultPage)
			}
			wantFrom, wantTo = w.cut(wantFrom, wantTo)
			if diff := cmp.Diff(uidsOf(everything[wantFrom:wantTo]), nodesOf(page)); diff != "" {
				t.Fatalf("seed %d, order %s: page differs (-want +got):\n%s", seed, order, diff)
			}
			got := page.PageInfo()
			if got.HasNextPage != (wantTo < len(everything)) || got.HasPreviousPage != (wantFrom > 0) {
				t.Fatalf("seed %d, order %s, items %d to %d of %d: got next %v, previous %v", seed, order, wantFrom, wantTo,
					len(everything), got.HasNextPage, got.HasPreviousPage)
			}
			if page.TotalCount() != len(everything) {
				t.Fatalf("totalCount %d, want %d", page.TotalCount(), len(everything))
			}
		}
	}
}

type walked struct{ uid, cursor string }

// walk reads a list one item at a time, by the cursor of the one before.
func walk(t *testing.T, s *Snapshot, filter *RecommendationFilter, order RecommendationOrder) []walked {
	t.Helper()
	var items []walked
	one := 1
	var after *string
	for {
		page, err := s.Recommendations(filter, &order, &one, after, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		edges := page.Edges()
		if len(edges) == 0 {
			return items
		}
		cursor := edges[0].Cursor()
		items, after = append(items, walked{edges[0].Node.ID(), cursor}), &cursor
	}
}

func randomWindow(random *rand.Rand, everything []walked) (w window, from, to int) {
	from, to = 0, len(everything)
	size := func() *int { n := random.IntN(8); return &n }
	if random.IntN(2) == 0 {
		w.first = size()
	}
	if random.IntN(3) == 0 {
		w.last = size()
	}
	if len(everything) > 0 && random.IntN(2) == 0 {
		i := random.IntN(len(everything))
		w.after, from = &everything[i].cursor, i+1
	}
	if len(everything) > 0 && random.IntN(2) == 0 {
		i := random.IntN(len(everything))
		w.before, to = &everything[i].cursor, i
	}
	return w, from, max(from, to)
}

func randomFilter(random *rand.Rand, s *Snapshot) *RecommendationFilter {
	f := &RecommendationFilter{}
	if random.IntN(2) == 0 {
		f.StatesUnderReview = []string{"AAA", "CCC"}
	}
	if random.IntN(3) == 0 {
		f.RecommendingStates = []string{"BBB", Unknown, "EEE"}
	}
	if random.IntN(3) == 0 {
		f.RecommendingStateGroups = []string{"CLUB"}
	}
	if random.IntN(4) == 0 {
		f.AllIssues = []string{"torture", "women"}
	}
	if random.IntN(4) == 0 {
		f.Responses = []Response{"NOTED", "PENDING"}
	}
	if random.IntN(3) == 0 {
		today := Today
		f.GroupMembership = &today
	}
	_ = s
	return f
}

func uidsOf(items []walked) []string {
	uids := make([]string, len(items))
	for i, item := range items {
		uids[i] = item.uid
	}
	return uids
}

func nodesOf(page *RecommendationConnection) []string {
	uids := make([]string, len(page.Nodes()))
	for i, node := range page.Nodes() {
		uids[i] = node.ID()
	}
	return uids
}

// TestOrdersSort checks that the walk above goes in the order that it says.
func TestOrdersSort(t *testing.T) {
	s := fixture(rand.New(rand.NewPCG(1, 1)), 50)
	for order, key := range map[RecommendationOrder]func(Recommendation) string{
		BySession: func(r Recommendation) string {
			return fmt.Sprintf("%03d %s", r.Review().Session().Number, r.StateUnderReview().Code)
		},
		ByStateUnderReview:  func(r Recommendation) string { return r.StateUnderReview().Code },
		ByRecommendingState: func(r Recommendation) string { return s.placeOf(r.statement).Recommending },
	} {
		size := 50
		page, err := s.Recommendations(nil, &order, &size, nil, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSortedFunc(page.Nodes(), func(a, b Recommendation) int { return cmpStrings(key(a), key(b)) }) {
			t.Errorf("%s is not sorted", order)
		}
	}
}

func cmpStrings(a, b string) int {
	if a < b {
		return -1
	} else if a > b {
		return 1
	}
	return 0
}

func TestShortListsPageLikeLongOnes(t *testing.T) {
	items := []string{"a", "b", "c", "d", "e"}
	two, none := 2, 0
	cursor := func(key string) *string { c := encodeCursor("letter", key); return &c }
	for name, test := range map[string]struct {
		w              window
		want           []string
		next, previous bool
	}{
		"first":                  {window{first: &two}, []string{"a", "b"}, true, false},
		"after":                  {window{first: &two, after: cursor("b")}, []string{"c", "d"}, true, true},
		"after one that is gone": {window{first: &two, after: cursor("bb")}, []string{"c", "d"}, true, true},
		"last":                   {window{last: &two}, []string{"d", "e"}, false, true},
		"before":                 {window{last: &two, before: cursor("c")}, []string{"a", "b"}, true, false},
		"none":                   {window{first: &none}, []string{}, true, false},
		"between":                {window{after: cursor("a"), before: cursor("c")}, []string{"b"}, true, true},
		"crossed":                {window{after: cursor("d"), before: cursor("b")}, []string{}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			page, err := paginate("letter", items, func(s string) string { return s }, test.w)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, page.Nodes); diff != "" {
				t.Error(diff)
			}
			if page.PageInfo.HasNextPage != test.next || page.PageInfo.HasPreviousPage != test.previous {
				t.Errorf("got next %v, previous %v", page.PageInfo.HasNextPage, page.PageInfo.HasPreviousPage)
			}
		})
	}
}

func TestWindowsThatAreRefused(t *testing.T) {
	s := fixture(rand.New(rand.NewPCG(1, 2)), 10)
	negative, tooMany, two := -1, MaxPage+1, 2
	foreign, nonsense := encodeCursor("state", "AAA"), "nonsense"
	states, err := s.States(nil, &two, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, w := range map[string]window{
		"negative first": {first: &negative}, "first too large": {first: &tooMany},
		"negative last": {last: &negative}, "last too large": {last: &tooMany},
		"not a cursor": {after: &nonsense}, "made-up cursor": {before: &foreign},
		"cursor of another list": {after: states.PageInfo.EndCursor},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := s.Recommendations(nil, nil, w.first, w.after, w.last, w.before); fault.CodeOf(err) != fault.CodeInvalid {
				t.Errorf("got %v, want INVALID", err)
			}
		})
	}
	relevance := ByRelevance
	if _, err := s.Recommendations(nil, &relevance, nil, nil, nil, nil); fault.CodeOf(err) != fault.CodeInvalid {
		t.Errorf("RELEVANCE without a text: got %v, want INVALID", err)
	}
}
