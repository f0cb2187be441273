package record

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// SimilarScope says where similar recommendations are looked for.
type SimilarScope string

const (
	Anywhere             SimilarScope = "ANYWHERE"
	SameStateUnderReview SimilarScope = "SAME_STATE_UNDER_REVIEW"
	SameStateOtherCycles SimilarScope = "SAME_STATE_OTHER_CYCLES"
	OtherStates          SimilarScope = "OTHER_STATES_UNDER_REVIEW"
	OtherCycles          SimilarScope = "OTHER_CYCLES"
)

// SimilarRecommendation is a recommendation with how similar it is, from minSimilarity to 1.
type SimilarRecommendation struct {
	Recommendation Recommendation
	Score          float64
}

// minSimilarity is the score from which on texts are called similar. All of them are found.
const minSimilarity = 0.3

// Similar returns the recommendations whose words are most like its own, nearest first.
//
// The score is the cosine of the texts as vectors: each stem that stands in a text
// weighs as much as it is rare, once. 1 is: the same stems.
func (r Recommendation) Similar(first *int, scope *SimilarScope) ([]SimilarRecommendation, error) {
	w, err := window{first: first}.check()
	if err != nil {
		return nil, err
	}
	c := r.s.recommendations
	p, _ := c.find(r.uid)
	among := c.textsIn(scope, r)
	nearest := c.words.nearest(uint32(p), among, *w.first, c.orders[BySession].rank)
	similar := make([]SimilarRecommendation, len(nearest))
	for i, n := range nearest {
		similar[i] = SimilarRecommendation{r.s.recommendation(int(n.position)), n.score}
	}
	return similar, nil
}

// textsIn returns the recommendations that lie in a scope of one of them.
func (c *corpus) textsIn(in *SimilarScope, r Recommendation) *roaring.Bitmap {
	review := &c.s.reviews[r.review]
	sameState := c.dimensions[StateUnderReviewDimension].bitmaps[review.state]
	sameCycle := c.dimensions[CycleDimension].bitmaps[review.Cycle-1]
	if in == nil {
		return c.everything
	}
	switch *in {
	case SameStateUnderReview:
		return sameState
	case SameStateOtherCycles:
		return roaring.AndNot(sameState, sameCycle)
	case OtherStates:
		return roaring.AndNot(c.everything, sameState)
	case OtherCycles:
		return roaring.AndNot(c.everything, sameCycle)
	}
	return c.everything
}

// weights are what likeness is measured with. Any change of the texts changes them all a
// little: they are made when they are first needed.
type weights struct {
	squares []float32 // by stem, its squared weight
	vectors []float32 // by position, the length of the text's vector
}

func (w *wordIndex) weigh() weights {
	squares, sums := make([]float32, len(w.stems)), make([]float64, len(w.spans))
	for t := range squares {
		statements, _ := w.postings[t].lists()
		squares[t] = float32(math.Pow(w.rarity(uint64(len(statements))), 2))
		for _, p := range statements {
			sums[p] += float64(squares[t])
		}
	}
	vectors := make([]float32, len(sums))
	for p, sum := range sums {
		vectors[p] = float32(math.Sqrt(sum))
	}
	return weights{squares, vectors}
}

// fewTexts are compared one by one rather than by way of the postings.
const fewTexts = 4000

// nearest returns the texts among some that are most like the one at p. Where texts are
// alike, rank says which comes first.
func (w *wordIndex) nearest(p uint32, among *roaring.Bitmap, size int, rank func(p uint32) uint32) []rated {
	n := w.neighboursOf(p, size, rank)
	if among.GetCardinality() < fewTexts {
		n.compareWith(among)
	} else {
		n.compareByRarest(among)
	}
	return n.found.sorted()
}

// neighbours is the search for the texts nearest to one.
type neighbours struct {
	w *wordIndex
	weights
	p      uint32   // of the text, which is no neighbour of its own
	stems  []uint32 // of the text, rarest first
	length float64  // of its vector
	rank   func(p uint32) uint32
	found  top
}

func (w *wordIndex) neighboursOf(p uint32, size int, rank func(p uint32) uint32) *neighbours {
	n := w.neighboursOfStems(slices.Clone(w.text(p)), size, rank)
	n.p, n.length = p, float64(n.vectors[p])
	return n
}

// neighboursOfStems begins the search for a text that may be none of the index.
func (w *wordIndex) neighboursOfStems(stems []uint32, size int, rank func(p uint32) uint32) *neighbours {
	weights := w.weights()
	slices.SortFunc(stems, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(weights.squares[b], weights.squares[a]), strings.Compare(w.stems[a], w.stems[b]))
	})
	return &neighbours{w: w, weights: weights, p: math.MaxUint32, stems: slices.Compact(stems), rank: rank, found: top{size: size}}
}

func (n *neighbours) add(p uint32, product float64) {
	score := product / (n.length * float64(n.vectors[p]))
	// Rounded, so that the order of additions does not decide between equals.
	if score = math.Round(min(score, 1)*1e4) / 1e4; score >= minSimilarity && p != n.p {
		n.found.add(rated{p, n.rank(p), score})
	}
}

// compareWith looks at each text.
func (n *neighbours) compareWith(among *roaring.Bitmap) {
	common := n.counter(n.stems)
	eachBlock(among, func(block []uint32) {
		for _, p := range block {
			n.add(p, common(p))
		}
	})
}

// counter returns what adds up the weights of some stems that stand in a text.
func (n *neighbours) counter(stems []uint32) func(p uint32) float64 {
	place := make([]int16, len(n.w.stems)) // by stem, 1 and more: its place among the stems
	for i, stem := range stems {
		place[stem] = int16(i + 1)
	}
	seen := make([]uint32, len(stems)+1) // by place, in which text it was seen last
	for i := range seen {
		seen[i] = math.MaxUint32
	}
	return func(p uint32) float64 {
		sum := 0.0
		for _, stem := range n.w.text(p) {
			if at := place[stem]; at > 0 && seen[at] != p {
				seen[at] = p
				sum += float64(n.squares[stem])
			}
		}
		return sum
	}
}

// compareByRarest looks at the texts that share one of the rarest stems. Texts that share
// only the others have a score below minSimilarity, by the inequality of Cauchy and Schwarz.
func (n *neighbours) compareByRarest(among *roaring.Bitmap) {
	rest := n.length * n.length
	negligible := rest * minSimilarity * minSimilarity
	products := make([]float32, len(n.vectors))
	rarest := 0
	for ; rarest < len(n.stems) && rest >= negligible*0.99; rarest++ {
		square := n.squares[n.stems[rarest]]
		rest -= float64(square)
		statements, _ := n.w.postings[n.stems[rarest]].lists()
		for _, p := range statements {
			products[p] += square
		}
	}
	common := n.counter(n.stems[rarest:])
	eachBlock(among, func(block []uint32) {
		for _, p := range block {
			if products[p] > 0 && n.mayCount(p, float64(products[p])+rest) {
				n.add(p, float64(products[p])+common(p))
			}
		}
	})
}

// mayCount says whether a product that is at most so much would be kept.
func (n *neighbours) mayCount(p uint32, atMost float64) bool {
	threshold := minSimilarity
	if len(n.found.items) == n.found.size && n.found.size > 0 {
		threshold = max(threshold, n.found.items[0].score)
	}
	return atMost*1.001 >= threshold*n.length*float64(n.vectors[p])
}
