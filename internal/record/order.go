package record

import (
	"cmp"
	"slices"
	"sort"

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

// ordering is a sequence of statements. A statement's rank is its place in it. By
// relevance it holds the page that was asked for (see cutByRelevance); the others hold all.
type ordering struct {
	name      RecommendationOrder
	positions []uint32  // by rank; nil: positions are ranks
	ranks     []uint32  // by position
	scores    []float64 // by rank, for relevance
	c         *corpus
}

// sort prepares the orders. States are in the order of their codes and positions in the
// order of sessions, so that both are compared as numbers.
func (c *corpus) sort() map[RecommendationOrder]*ordering {
	last := len(c.s.states) // behind all States: those without a recommending one
	return map[RecommendationOrder]*ordering{
		BySession:          {name: BySession, c: c},
		ByStateUnderReview: c.sortBy(ByStateUnderReview, func(st *statement) int { return c.s.reviews[st.review].state }),
		ByRecommendingState: c.sortBy(ByRecommendingState, func(st *statement) int {
			if st.recommending == none {
				return last
			}
			return st.recommending
		}),
	}
}

func (c *corpus) sortBy(name RecommendationOrder, state func(*statement) int) *ordering {
	o := &ordering{name: name, c: c, positions: c.everything.ToArray(), ranks: make([]uint32, len(c.statements))}
	slices.SortStableFunc(o.positions, func(a, b uint32) int {
		return cmp.Compare(state(&c.statements[a]), state(&c.statements[b]))
	})
	for rank, p := range o.positions {
		o.ranks[p] = uint32(rank)
	}
	return o
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
		return len(o.c.statements)
	}
	return len(o.positions)
}

func (o *ordering) position(rank uint32) uint32 {
	if o.positions == nil {
		return rank
	}
	return o.positions[rank]
}

func (o *ordering) ranked(positions *roaring.Bitmap) *roaring.Bitmap {
	if o.positions == nil {
		return positions
	}
	if positions.GetCardinality() == uint64(len(o.positions)) {
		return o.c.everything
	}
	ranks := positions.ToArray()
	for i, p := range ranks {
		ranks[i] = o.ranks[p]
	}
	slices.Sort(ranks)
	return roaring.BitmapOf(ranks...)
}

func (o *ordering) key(rank uint32) sortKey {
	key := sortKey{Place: o.c.s.placeOf(&o.c.statements[o.position(rank)])}
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
