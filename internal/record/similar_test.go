package record

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
)

// TestSimilarAgreesWithComparingAll compares with the cosines to all other texts, both
// where the scope is small and where it is not.
func TestSimilarAgreesWithComparingAll(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	statements := make([]statement, 500)
	for p := range statements {
		statements[p].Text = randomText(random)
	}
	w := newWordIndex(statements)
	same := func(p uint32) uint32 { return p }
	everything := roaring.New()
	everything.AddRange(0, uint64(len(statements)))
	for range 100 {
		p, size := uint32(random.IntN(len(statements))), random.IntN(30)
		want := cosines(w, p)[:min(size, len(cosines(w, p)))]
		oneByOne, byRarest := w.neighboursOf(p, size, same), w.neighboursOf(p, size, same)
		oneByOne.compareWith(everything)
		byRarest.compareByRarest(everything)
		for name, got := range map[string][]rated{"one by one": oneByOne.found.sorted(), "by the rarest": byRarest.found.sorted()} {
			if !slices.EqualFunc(got, want, func(a, b rated) bool { return math.Abs(a.score-b.score) < 2e-4 }) {
				t.Fatalf("%s, near %q:\ngot  %v\nwant %v", name, statements[p].Text, got, want)
			}
		}
	}
}

// cosines returns the texts with a score that counts, nearest first.
func cosines(w *wordIndex, p uint32) []rated {
	weights := func(p uint32) (map[uint32]float64, float64) {
		squares, sum := map[uint32]float64{}, 0.0
		for _, stem := range w.text(p) {
			if _, ok := squares[stem]; !ok {
				squares[stem] = math.Pow(w.rarity(w.postings[stem].bitmap.GetCardinality()), 2)
				sum += squares[stem]
			}
		}
		return squares, math.Sqrt(sum)
	}
	var all []rated
	own, length := weights(p)
	for other := range uint32(len(w.spans)) {
		theirs, theirLength := weights(other)
		product := 0.0
		for stem, square := range theirs {
			if _, ok := own[stem]; ok {
				product += square
			}
		}
		if score := product / (length * theirLength); other != p && score >= minSimilarity {
			all = append(all, rated{other, other, score})
		}
	}
	slices.SortFunc(all, rated.compare)
	return all
}

func TestSimilarScopes(t *testing.T) {
	s := fixture(rand.New(rand.NewPCG(9, 9)), 400)
	every := MaxPage
	for p := range s.Size() {
		r := s.recommendation(p)
		for scope, holds := range map[SimilarScope]func(other Recommendation) bool{
			Anywhere:             func(Recommendation) bool { return true },
			SameStateUnderReview: func(o Recommendation) bool { return o.StateUnderReview().Code == r.StateUnderReview().Code },
			OtherStates:          func(o Recommendation) bool { return o.StateUnderReview().Code != r.StateUnderReview().Code },
			OtherCycles:          func(o Recommendation) bool { return o.Review().Cycle != r.Review().Cycle },
			SameStateOtherCycles: func(o Recommendation) bool {
				return o.StateUnderReview().Code == r.StateUnderReview().Code && o.Review().Cycle != r.Review().Cycle
			},
		} {
			everywhere := similarTo(t, r, every, nil)
			want := slices.DeleteFunc(everywhere, func(id SimilarRecommendation) bool { return !holds(id.Recommendation) })
			got := similarTo(t, r, every, &scope)
			if !slices.EqualFunc(got, want, func(a, b SimilarRecommendation) bool {
				return a.Recommendation.ID() == b.Recommendation.ID() && a.Score == b.Score
			}) {
				t.Fatalf("%s of %s: got %d, want %d", scope, r.ID(), len(got), len(want))
			}
		}
	}
	if _, err := s.recommendation(0).Similar(new(MaxPage+1), nil); err == nil {
		t.Error("more than a page is answered")
	}
}

func similarTo(t *testing.T, r Recommendation, first int, scope *SimilarScope) []SimilarRecommendation {
	t.Helper()
	similar, err := r.Similar(&first, scope)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range similar {
		if s.Recommendation.ID() == r.ID() || s.Score < minSimilarity || s.Score > 1 {
			t.Fatalf("%s is similar to %s by %v", s.Recommendation.ID(), r.ID(), s.Score)
		}
	}
	return similar
}
