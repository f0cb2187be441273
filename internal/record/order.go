package record

import (
	"cmp"
	"slices"
	"sort"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/upr-info/upr/internal/fault"
)

// RecommendationOrder says how recommendations are sorted.
type RecommendationOrder string

const (
	BySession           RecommendationOrder = "SESSION"
	ByStateUnderReview  RecommendationOrder = "STATE_UNDER_REVIEW"
	ByRecommendingState RecommendationOrder = "RECOMMENDING_STATE"
	ByRelevance         RecommendationOrder = "RELEVANCE"
)

// sortKey is what an order compares, and what a cursor holds.
type sortKey struct {
	Score float64 `json:"s,omitempty"`
	Place place   `json:"p"`
}

// comparisons are the orders; each ends in the order of sessions, which is total.
var comparisons = map[RecommendationOrder]func(a, b sortKey) int{
	BySession: func(a, b sortKey) int { return a.Place.compare(b.Place) },
	ByStateUnderReview: func(a, b sortKey) int {
		return cmp.Or(cmp.Compare(a.Place.UnderReview, b.Place.UnderReview), a.Place.compare(b.Place))
	},
	ByRecommendingState: func(a, b sortKey) int {
		return cmp.Or(cmp.Compare(a.Place.Recommending, b.Place.Recommending), a.Place.compare(b.Place))
	},
	ByRelevance: func(a, b sortKey) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), a.Place.compare(b.Place))
	},
}

// ordering is a sequence of positions, empty ones included. A position's rank is its place
// in it. By relevance it holds the page that was asked for (see cutByRelevance); the others
// hold all.
type ordering struct {
	name      RecommendationOrder
	positions []uint32               // by rank; nil: positions are ranks
	ranks     func() []uint32        // by position
	scores    []float64              // by rank, for relevance
	all       func() *roaring.Bitmap // ranks of everything
	c         *corpus
}

// sort prepares the orders from the one of sessions: nil where positions are in it.
// States are in the order of their codes, so that they are compared as numbers.
func (c *corpus) sort(sessions []uint32) map[RecommendationOrder]*ordering {
	last := len(c.s.states) // behind all States: those without a recommending one
	stable := func(name RecommendationOrder, state func(*statement) int) *ordering {
		positions := slices.Clone(sessions)
		if sessions == nil {
			positions = numbersFrom(0, c.statements.size())
		}
		slices.SortStableFunc(positions, func(a, b uint32) int { return cmp.Compare(state(c.at(int(a))), state(c.at(int(b)))) })
		return c.ordering(name, positions)
	}
	return map[RecommendationOrder]*ordering{
		BySession:          c.ordering(BySession, sessions),
		ByStateUnderReview: stable(ByStateUnderReview, func(st *statement) int { return c.s.reviews[st.review].state }),
		ByRecommendingState: stable(ByRecommendingState, func(st *statement) int {
			if st.recommending == none {
				return last
			}
			return st.recommending
		}),
	}
}

func (c *corpus) ordering(name RecommendationOrder, positions []uint32) *ordering {
	o := &ordering{name: name, c: c, positions: positions}
	o.ranks = sync.OnceValue(func() []uint32 {
		ranks := make([]uint32, len(positions))
		for rank, p := range positions {
			ranks[p] = uint32(rank)
		}
		return ranks
	})
	o.all = o.ranksOfAll()
	return o
}

func (o *ordering) ranksOfAll() func() *roaring.Bitmap {
	return sync.OnceValue(func() *roaring.Bitmap { return o.rankedOf(o.c.everything) })
}

// numbersFrom lists from (included) to (excluded).
func numbersFrom(from, to int) []uint32 {
	numbers := make([]uint32, to-from)
	for i := range numbers {
		numbers[i] = uint32(from + i)
	}
	return numbers
}

// orderName returns the order that was asked for.
func (sel *selection) orderName(orderBy *RecommendationOrder) (RecommendationOrder, error) {
	switch {
	case orderBy == nil && sel.search != nil:
		return ByRelevance, nil
	case orderBy == nil:
		return BySession, nil
	case *orderBy == ByRelevance && sel.search == nil:
		return "", fault.Invalid("orderBy", "RELEVANCE needs filter.text to be relevant to")
	}
	return *orderBy, nil
}

func (o *ordering) size() int {
	if o.positions == nil {
		return o.c.statements.size()
	}
	return len(o.positions)
}

func (o *ordering) position(rank uint32) uint32 {
	if o.positions == nil {
		return rank
	}
	return o.positions[rank]
}

func (o *ordering) rank(position uint32) uint32 {
	if o.positions == nil {
		return position
	}
	return o.ranks()[position]
}

// ranked turns positions into ranks.
func (o *ordering) ranked(positions *roaring.Bitmap) *roaring.Bitmap {
	switch {
	case o.positions == nil:
		return positions
	case positions == o.c.everything:
		return o.all()
	}
	return o.rankedOf(positions)
}

// manyRanks is how many are set bit by bit rather than sorted.
const manyRanks = 2000

func (o *ordering) rankedOf(positions *roaring.Bitmap) *roaring.Bitmap {
	ranks, of := positions.ToArray(), o.ranks()
	for i, p := range ranks {
		ranks[i] = of[p]
	}
	if len(ranks) > manyRanks {
		bits := make(plainBits, words(o.size()))
		for _, rank := range ranks {
			bits[rank/64] |= 1 << (rank % 64)
		}
		return roaring.FromDense(bits, false)
	}
	slices.Sort(ranks)
	return roaring.BitmapOf(ranks...)
}

func (o *ordering) key(rank uint32) sortKey {
	key := sortKey{Place: o.c.s.placeOf(o.c.at(int(o.position(rank))))}
	if o.scores != nil {
		key.Score = o.scores[rank]
	}
	return key
}

// firstNotBefore returns the first rank whose key is not before the wanted one; past
// says that an equal key is to be passed over as well.
func (o *ordering) firstNotBefore(wanted sortKey, past bool) int {
	compare := comparisons[o.name]
	return sort.Search(o.size(), func(rank int) bool {
		c := compare(o.key(uint32(rank)), wanted)
		return c > 0 || c == 0 && !past
	})
}
