package record

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
	"sort"
)

// Parameters of BM25, at their usual values.
const (
	saturation    = 1.2
	lengthPenalty = 0.75
)

// meanLength is how many words a text has on average.
func (w *wordIndex) meanLength() float64 {
	return max(1, float64(w.length)/float64(max(1, w.texts)))
}

// rarity is the weight of what stands in so many texts.
func (w *wordIndex) rarity(with uint64) float64 {
	all := float64(w.texts)
	return math.Log(1 + (all-float64(with)+0.5)/(float64(with)+0.5))
}

// scorer rates statements by BM25 over the wanted leaves. It is to be asked about
// statements in their order: each posting is read once from its beginning to its end.
type scorer struct {
	s      *textSearch
	read   [][]int // by leaf and way, how far its posting is read
	scores [blockSize]float64
}

func (s *textSearch) scorer() *scorer {
	r := &scorer{s: s, read: make([][]int, len(s.wanted))}
	for i, leaf := range s.wanted {
		r.read[i] = make([]int, len(leaf.ways))
	}
	return r
}

// rate returns the scores of a block of statements. They hold until the next call.
func (r *scorer) rate(block []uint32) []float64 {
	scores, spans := r.scores[:len(block)], r.s.w.spans
	clear(scores)
	perWord := saturation * lengthPenalty / r.s.w.meanLength()
	var counts [blockSize]uint16
	for i, leaf := range r.s.wanted {
		clear(counts[:])
		for j, posting := range leaf.postings {
			r.read[i][j] = posting.count(block, r.read[i][j], &counts)
		}
		for k, p := range block {
			if counts[k] > 0 {
				n := float64(counts[k])
				length := float64(spans[p].to - spans[p].from)
				scores[k] += leaf.weight * n * (saturation + 1) / (n + saturation*(1-lengthPenalty) + perWord*length)
			}
		}
	}
	return scores
}

// count adds how often it stands in each statement of a block. It reads on from a place
// and returns where it stopped.
func (g *posting) count(block []uint32, from int, counts *[blockSize]uint16) int {
	statements, times := g.lists()
	for k, p := range block {
		if from < len(statements) && statements[from] < p { // often the next is the right one
			if from++; from < len(statements) && statements[from] < p {
				from = seek(statements, p, from)
			}
		}
		if from == len(statements) {
			break
		}
		if statements[from] != p {
			continue
		}
		if times == nil {
			counts[k]++
			continue
		}
		counts[k] += uint16(times[from])
	}
	return from
}

// seek returns the place of a statement, or of the first one behind it.
func seek(statements []uint32, p uint32, from int) int {
	step := 1
	for from+step < len(statements) && statements[from+step] <= p {
		from += step
		step *= 2
	}
	to := min(from+step, len(statements))
	n, _ := slices.BinarySearch(statements[from:to], p)
	return from + n
}

// rated is a statement with its score.
type rated struct {
	position uint32
	rank     uint32 // in the order of sessions, which settles equal scores
	score    float64
}

// compare sorts the best first.
func (r rated) compare(other rated) int {
	return cmp.Or(cmp.Compare(other.score, r.score), cmp.Compare(r.rank, other.rank))
}

// top keeps the first items of an order, or the last ones, without sorting the others.
type top struct {
	items []rated
	size  int
	last  bool
}

func (t *top) Len() int           { return len(t.items) }
func (t *top) Swap(i, j int)      { t.items[i], t.items[j] = t.items[j], t.items[i] }
func (t *top) Less(i, j int) bool { return t.beats(t.items[j], t.items[i]) }
func (t *top) Push(item any)      { t.items = append(t.items, item.(rated)) }
func (t *top) Pop() any           { panic("nothing is taken out") }

func (t *top) beats(a, b rated) bool { return (a.compare(b) < 0) != t.last }

func (t *top) add(item rated) {
	switch {
	case len(t.items) < t.size:
		heap.Push(t, item)
	case t.size == 0 || !t.last && item.score < t.items[0].score: // most of them
	case t.beats(item, t.items[0]):
		t.items[0] = item
		heap.Fix(t, 0)
	}
}

func (t *top) sorted() []rated {
	slices.SortFunc(t.items, rated.compare)
	return t.items
}

// cutByRelevance fills a page with what lies between the cursors, best first. Of all that
// matches it only sorts the page.
func (p *statementPage) cutByRelevance(w window) error {
	behind, err := p.side("after", w.after, func(c int, exact bool) bool { return c > 0 || c == 0 && !exact })
	if err != nil {
		return err
	}
	ahead, err := p.side("before", w.before, func(c int, _ bool) bool { return c < 0 })
	if err != nil {
		return err
	}
	kept := &top{size: *cmp.Or(w.first, w.last), last: w.first == nil}
	from, to, total := 0, 0, 0
	scorer, sessions := p.sel.search.scorer(), p.sel.c.orders[BySession]
	eachBlock(p.sel.matching(), func(block []uint32) {
		total += len(block)
		for i, score := range scorer.rate(block) {
			item := rated{block[i], sessions.rank(block[i]), score}
			isBehind, isAhead := behind == nil || behind(item), ahead == nil || ahead(item)
			if !isBehind {
				from++
			}
			if isAhead {
				to++
			}
			if isBehind && !kept.last || isAhead && kept.last {
				kept.add(item)
			}
		}
	})
	begin, end := w.cut(from, max(from, to))
	p.total, p.previous, p.next = total, begin > 0, end < total
	if begin == end {
		p.order = p.sel.c.rated(nil)
		return nil
	}
	items, first := kept.sorted(), from
	if kept.last {
		first = to - len(items)
	}
	p.order = p.sel.c.rated(items[begin-first : end-first])
	for rank := range p.order.positions {
		p.ranks = append(p.ranks, uint32(rank))
	}
	return nil
}

// side says on which side of a cursor an item must lie, by how it compares and whether the
// item of the cursor is still there; nil without a cursor.
func (p *statementPage) side(field string, cursor *string, lies func(c int, exact bool) bool) (func(rated) bool, error) {
	if cursor == nil {
		return nil, nil //nolint:nilnil // there is no cursor, and so no side
	}
	var key sortKey
	if err := decodeCursor(field, p.kind, *cursor, &key); err != nil {
		return nil, err
	}
	sessions := p.sel.c.orders[BySession]
	at, exact := sort.Find(sessions.size(), func(rank int) int { return key.Place.compare(sessions.key(uint32(rank)).Place) })
	mark := rated{rank: uint32(at), score: key.Score}
	return func(item rated) bool { return lies(item.compare(mark), exact) }, nil
}

// rated makes a sequence of some statements with their scores.
func (c *corpus) rated(items []rated) *ordering {
	o := &ordering{name: ByRelevance, c: c, positions: make([]uint32, len(items)), scores: make([]float64, len(items))}
	for rank, item := range items {
		o.positions[rank], o.scores[rank] = item.position, item.score
	}
	return o
}
