package record

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var publicDimensions = []Dimension{
	StateUnderReviewDimension, StateUnderReviewGroupDimension, RecommendingStateDimension, RecommendingStateGroupDimension,
	CycleDimension, SessionDimension, ResponseDimension, ActionCategoryDimension, IssueDimension, SDGGoalDimension,
	SDGTargetDimension, AffectedGroupDimension,
}

// keysByHand reads the values of a recommendation through the graph's own fields.
func keysByHand(r Recommendation, d Dimension, today bool) []string {
	keys := []string{}
	groups := func(state State) {
		for _, m := range state.Memberships() {
			day := r.Review().day()
			if today {
				day = "2020-06-01"
			}
			if m.holds(day) {
				keys = append(keys, m.Group().Code)
			}
		}
	}
	switch d {
	case StateUnderReviewDimension:
		keys = append(keys, r.StateUnderReview().Code)
	case StateUnderReviewGroupDimension:
		groups(r.StateUnderReview())
	case RecommendingStateDimension, RecommendingStateGroupDimension:
		switch state := r.RecommendingState(); {
		case state == nil:
			keys = append(keys, Unknown)
		case d == RecommendingStateDimension:
			keys = append(keys, state.Code)
		default:
			groups(*state)
		}
	case CycleDimension:
		keys = append(keys, decimal([]int{r.Review().Cycle})...)
	case SessionDimension:
		keys = append(keys, decimal([]int{r.Review().Session().Number})...)
	case ResponseDimension:
		keys = append(keys, string(r.Response()))
	case ActionCategoryDimension:
		if c := r.ActionCategory(); c != nil {
			keys = append(keys, decimal([]int{c.Number})...)
		}
	case IssueDimension:
		for _, issue := range r.Issues() {
			keys = append(keys, issue.Code)
		}
	case SDGGoalDimension:
		for _, goal := range r.SDGGoals() {
			keys = append(keys, decimal([]int{goal.Number})...)
		}
	case SDGTargetDimension:
		for _, target := range r.SDGTargets() {
			keys = append(keys, target.Code)
		}
	case AffectedGroupDimension:
		for _, group := range r.AffectedGroups() {
			keys = append(keys, group.Code)
		}
	}
	return keys
}

// admitsByHand decides like a reader of the filter would, without bitmaps.
func admitsByHand(r Recommendation, f *RecommendationFilter, ignored Dimension) bool {
	today := f.GroupMembership != nil && *f.GroupMembership == Today
	for c := range f.choices {
		if c.dimension == ignored {
			continue
		}
		has := func(key string) bool { return slices.Contains(keysByHand(r, c.dimension, today), key) }
		if c.all && !slices.ContainsFunc(c.keys, func(k string) bool { return !has(k) }) {
			continue
		}
		if !c.all && slices.ContainsFunc(c.keys, has) {
			continue
		}
		return false
	}
	return true
}

// TestCountsAgreeWithALoop compares totals, distinct counts, groups, facets and cross
// tables of random filters with counting by hand.
func TestCountsAgreeWithALoop(t *testing.T) {
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 7))
		s := fixture(random, random.IntN(80))
		for range 10 {
			filter := randomFilter(random, s)
			today := filter.GroupMembership != nil
			page, err := s.Recommendations(filter, nil, nil, nil, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			matching := byHand(s, filter, "")
			statistics := page.Statistics()
			if statistics.Total() != len(matching) {
				t.Fatalf("total %d, want %d", statistics.Total(), len(matching))
			}
			checkDistinct(t, statistics, matching)
			cycles, sessions := numbers(s.cycles()), keysOf(s.sessions, func(r *sessionRow) string { return strconv.Itoa(r.Number) })
			checkSeries(t, statistics.Series(CyclePeriod), matching, CycleDimension, cycles)
			checkSeries(t, statistics.Series(SessionPeriod), matching, SessionDimension, sessions)
			facets, err := page.Facets(publicDimensions)
			if err != nil {
				t.Fatal(err)
			}
			for i, d := range publicDimensions {
				groups, _ := statistics.Groups(d, nil)
				checkBuckets(t, "groups by "+string(d), groups, matching, d, today)
				checkBuckets(t, "facet "+string(d), facets[i].Values, byHand(s, filter, d), d, today)
			}
			rows, columns := publicDimensions[random.IntN(len(publicDimensions))], publicDimensions[random.IntN(len(publicDimensions))]
			checkCrossTab(t, statistics.CrossTab(rows, columns), matching, rows, columns, today)
		}
	}
}

func byHand(s *Snapshot, filter *RecommendationFilter, ignored Dimension) []Recommendation {
	return slices.DeleteFunc(all(s.Size(), s.recommendation), func(r Recommendation) bool {
		return !admitsByHand(r, filter, ignored)
	})
}

func checkDistinct(t *testing.T, statistics *RecommendationStatistics, matching []Recommendation) {
	t.Helper()
	underReview, recommending, pairs := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, r := range matching {
		underReview[r.StateUnderReview().Code] = true
		if state := r.RecommendingState(); state != nil {
			recommending[state.Code] = true
			pairs[state.Code+r.StateUnderReview().Code] = true
		}
	}
	perPair := 0.0
	if len(pairs) > 0 {
		perPair = float64(len(matching)) / float64(len(pairs))
	}
	got := []float64{float64(statistics.StatesUnderReview()), float64(statistics.RecommendingStates()), float64(statistics.Pairs()), statistics.PerPair()}
	want := []float64{float64(len(underReview)), float64(len(recommending)), float64(len(pairs)), perPair}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("distinct counts (-want +got):\n%s", diff)
	}
}

// checkSeries wants the periods from the first to the last that count, one after the other.
func checkSeries(t *testing.T, got []Bucket, matching []Recommendation, d Dimension, periods []string) {
	t.Helper()
	counts := map[string]int{}
	for _, r := range matching {
		counts[keysByHand(r, d, false)[0]]++
	}
	want := []string{}
	for missing := len(counts); missing > 0; periods = periods[1:] {
		n := counts[periods[0]]
		if n > 0 {
			missing--
		}
		if n > 0 || len(want) > 0 {
			want = append(want, fmt.Sprintf("%s: %d, %v", periods[0], n, float64(n)/float64(len(matching))))
		}
	}
	series := []string{}
	for _, b := range got {
		series = append(series, fmt.Sprintf("%s: %d, %v", b.Key, b.Count, b.Share))
	}
	if diff := cmp.Diff(want, series); diff != "" {
		t.Fatalf("series by %s (-want +got):\n%s", d, diff)
	}
}

func checkBuckets(t *testing.T, what string, got []Bucket, counted []Recommendation, d Dimension, today bool) {
	t.Helper()
	want := map[string]int{}
	for _, r := range counted {
		for _, key := range keysByHand(r, d, today) {
			want[key]++
		}
	}
	for i, b := range got {
		if want[b.Key] != b.Count || b.Share != float64(b.Count)/float64(len(counted)) {
			t.Fatalf("%s: %s counts %d (share %v) of %d, want %d", what, b.Key, b.Count, b.Share, len(counted), want[b.Key])
		}
		if i > 0 && got[i-1].Count < b.Count {
			t.Fatalf("%s: not the largest first", what)
		}
		delete(want, b.Key)
	}
	if len(want) > 0 {
		t.Fatalf("%s: missing %v", what, want)
	}
}

func checkCrossTab(t *testing.T, got *CrossTab, matching []Recommendation, rows, columns Dimension, today bool) {
	t.Helper()
	want := map[string]int{}
	for _, r := range matching {
		for _, row := range keysByHand(r, rows, today) {
			for _, column := range keysByHand(r, columns, today) {
				want[row+"|"+column]++
			}
		}
	}
	for i, row := range got.Rows {
		for j, column := range got.Columns {
			if cell := got.Cells[i][j]; cell != want[row.Key+"|"+column.Key] {
				t.Fatalf("%s × %s: %d, want %d", row.Key, column.Key, cell, want[row.Key+"|"+column.Key])
			}
			delete(want, row.Key+"|"+column.Key)
		}
	}
	if len(want) > 0 {
		t.Fatalf("cross table misses %v", want)
	}
}

func TestUnknownValuesAreRefused(t *testing.T) {
	s := fixture(rand.New(rand.NewPCG(3, 3)), 5)
	for field, filter := range map[string]*RecommendationFilter{
		"statesUnderReview":      {StatesUnderReview: []string{"XXX"}},
		"stateUnderReviewGroups": {StateUnderReviewGroups: []string{"UNKNOWN"}},
		"recommendingStates":     {RecommendingStates: []string{"aaa"}},
		"sessions":               {Sessions: []int{99}},
		"actionCategories":       {ActionCategories: []int{0}},
		"issues":                 {Issues: []string{"nonsense"}},
		"sdgTargets":             {SDGTargets: []string{"1"}},
	} {
		if _, err := s.Statistics(filter); err == nil || !strings.HasPrefix(err.Error(), field+": ") {
			t.Errorf("%s: got %v", field, err)
		}
	}
}
