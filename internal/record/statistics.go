package record

import (
	"cmp"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/upr-info/upr/internal/fault"
)

// Statistics counts the recommendations that a filter admits, or all.
func (s *Snapshot) Statistics(filter *RecommendationFilter) (*RecommendationStatistics, error) {
	sel, err := s.recommendations.choose(filter)
	if err != nil {
		return nil, err
	}
	return &RecommendationStatistics{sel}, nil
}

// RecommendationStatistics are counts over a selection.
type RecommendationStatistics struct{ sel *selection }

// Total is how many there are.
func (r *RecommendationStatistics) Total() int { return int(r.sel.matching().GetCardinality()) }

// StatesUnderReview counts distinct States under review.
func (r *RecommendationStatistics) StatesUnderReview() int {
	return r.distinct(StateUnderReviewDimension)
}

// RecommendingStates counts distinct recommending States; an unknown one is none.
func (r *RecommendationStatistics) RecommendingStates() int {
	return r.distinct(RecommendingStateDimension)
}

func (r *RecommendationStatistics) distinct(d Dimension) int {
	counts := r.sel.counts(d, r.sel.matching())
	return len(counting(counts[:len(r.sel.c.s.states)])) // behind the States: unknown
}

// Pairs counts distinct pairs of recommending State and State under review.
func (r *RecommendationStatistics) Pairs() int {
	c, states := r.sel.c, len(r.sel.c.s.states)
	seen, n := make([]bool, states*states), 0
	r.sel.matching().Iterate(func(p uint32) bool {
		st := c.at(int(p))
		if st.recommending != none {
			if pair := st.recommending*states + c.s.reviews[st.review].state; !seen[pair] {
				seen[pair] = true
				n++
			}
		}
		return true
	})
	return n
}

// PerPair is total / pairs, 0 where there are none.
func (r *RecommendationStatistics) PerPair() float64 {
	if pairs := r.Pairs(); pairs > 0 {
		return float64(r.Total()) / float64(pairs)
	}
	return 0
}

// Groups counts by a dimension, largest first.
func (r *RecommendationStatistics) Groups(by Dimension, first *int) ([]Bucket, error) {
	most := math.MaxInt
	if first != nil {
		if most = *first; most < 0 {
			return nil, fault.Invalid("first", "%d is less than 0", most)
		}
	}
	return r.sel.largest(by, r.sel.matching(), most), nil
}

// Period is a dimension of time.
type Period string

const (
	CyclePeriod   Period = "CYCLE"
	SessionPeriod Period = "SESSION"
)

// Series counts by period in the order of time, from the first period that counts
// something to the last. Those between that count nothing are there too.
func (r *RecommendationStatistics) Series(by Period) []Bucket {
	counts := r.sel.counts(Dimension(by), r.sel.matching())
	values := counting(counts)
	if n := len(values); n > 0 {
		first, last := values[0], values[n-1]
		values = values[:0]
		for v := first; v <= last; v++ {
			values = append(values, v)
		}
	}
	return r.sel.buckets(Dimension(by), r.sel.matching(), counts, values)
}

// Bucket is how many statements have a value of a dimension.
type Bucket struct {
	Key   string
	Count int
	Share float64
	index *dimensionIndex
	s     *Snapshot
	value int
}

// Label is what people read for the value.
func (b Bucket) Label(language *Language) string { return b.index.label(b.s, b.value, language) }

// count returns the values of a dimension that count something among statements, in
// the order of the vocabulary.
func (sel *selection) count(d Dimension, statements *roaring.Bitmap) []Bucket {
	counts := sel.counts(d, statements)
	return sel.buckets(d, statements, counts, counting(counts))
}

// largest returns the values that count most, equals in the order of the vocabulary; at
// most so many.
func (sel *selection) largest(d Dimension, statements *roaring.Bitmap, most int) []Bucket {
	counts := sel.counts(d, statements)
	values := counting(counts)
	slices.SortFunc(values, func(a, b int) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	return sel.buckets(d, statements, counts, values[:min(most, len(values))])
}

// counting returns the values that count something.
func counting(counts []int) []int {
	values := make([]int, 0, len(counts))
	for v, n := range counts {
		if n > 0 {
			values = append(values, v)
		}
	}
	return values
}

func (sel *selection) buckets(d Dimension, statements *roaring.Bitmap, counts, values []int) []Bucket {
	index, total := sel.c.dimensions[d], statements.GetCardinality()
	buckets := make([]Bucket, len(values))
	for i, v := range values {
		buckets[i] = Bucket{Key: index.list[v], Count: counts[v], Share: share(counts[v], total), index: index, s: sel.c.s, value: v}
	}
	return buckets
}

// share is 0 of nothing.
func share(n int, total uint64) float64 {
	if total == 0 {
		return 0
	}
	return float64(n) / float64(total)
}

// counts returns how many of the statements have each value of a dimension.
func (sel *selection) counts(d Dimension, statements *roaring.Bitmap) []int {
	index := sel.c.dimensions[d]
	counts := make([]int, len(index.list))
	if _, isGroup := statesOfGroups[d]; isGroup && sel.day != atReview {
		for v := range counts {
			counts[v] = int(sel.bitmap(d, v).AndCardinality(statements))
		}
		return counts
	}
	index.tally.count(counts, sel.bits(statements), int(statements.GetCardinality()))
	return counts
}

// bits returns statements as plain bits; those of the matching ones are kept for the
// next dimension.
func (sel *selection) bits(statements *roaring.Bitmap) selectedBits {
	if statements != sel.matching() {
		return newSelectedBits(statements, sel.c.statements.size())
	}
	if sel.selected == nil {
		selected := newSelectedBits(statements, sel.c.statements.size())
		sel.selected = &selected
	}
	return *sel.selected
}

// Facet is how a list divides by a dimension.
type Facet struct {
	Dimension Dimension
	Values    []Bucket
}

func (sel *selection) facets(dimensions []Dimension) []Facet {
	facets := make([]Facet, len(dimensions))
	for i, d := range dimensions {
		facets[i] = Facet{d, sel.largest(d, sel.without(d), math.MaxInt)}
	}
	return facets
}

// CrossTab counts two dimensions against each other.
type CrossTab struct {
	Rows, Columns []Bucket
	Cells         [][]int
}

// CrossTab counts each statement once in every cell whose row and column it has.
func (r *RecommendationStatistics) CrossTab(rows, columns Dimension) *CrossTab {
	sel, c := r.sel, r.sel.c
	table := &CrossTab{Rows: sel.count(rows, sel.matching()), Columns: sel.count(columns, sel.matching())}
	byRow, byColumn := places(table.Rows), places(table.Columns)
	table.Cells = make([][]int, len(table.Rows))
	for i := range table.Cells {
		table.Cells[i] = make([]int, len(table.Columns))
	}
	var rowValues, columnValues []int
	sel.matching().Iterate(func(p uint32) bool {
		rowValues = c.dimensions[rows].values(c.s, c.at(int(p)), sel.day, rowValues[:0])
		columnValues = c.dimensions[columns].values(c.s, c.at(int(p)), sel.day, columnValues[:0])
		for _, row := range rowValues {
			for _, column := range columnValues {
				table.Cells[byRow[row]][byColumn[column]]++
			}
		}
		return true
	})
	return table
}

// places maps the values of buckets to their places among them.
func places(buckets []Bucket) map[int]int {
	at := make(map[int]int, len(buckets))
	for i, b := range buckets {
		at[b.value] = i
	}
	return at
}
