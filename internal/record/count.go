package record

import (
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"
)

// tally counts the values of a dimension among any statements. Counts are most of what
// facets do, and Roaring's own counting converts between its containers.
//
// There are two ways: value by value, how far its statements overlap with the selected
// ones; or statement by statement, one more for each value it has.
type tally struct {
	sets   []countedSet // by value; nil where the other way is always faster
	dense  int          // how many of the sets have plain bits
	list   []uint16     // the values of all statements, one statement after the other
	starts []uint32     // by position, where its values begin; and where the last ones end; nil: one each
}

// countedSet has the statements of a value: as few runs, as those of a session, or as bits.
type countedSet struct {
	intervals []interval
	dense     plainBits
}

// interval is from (included) to (excluded).
type interval struct{ from, to uint32 }

// plainBits has a bit for each statement; those behind its end are not set.
type plainBits []uint64

// maxIntervals is how many runs are counted faster than bits.
const maxIntervals = 8

// add takes the values of the next statement.
func (t *tally) add(values []int) {
	for _, v := range values {
		t.list = append(t.list, uint16(v))
	}
	t.starts = append(t.starts, uint32(len(t.list)))
}

// finish prepares counting; bitmaps are the statements of each value.
func (t *tally) finish(bitmaps []*roaring.Bitmap) {
	statements := len(t.starts) - 1
	for _, b := range bitmaps {
		if _, few := intervalsOf(b); !few {
			t.dense++
		}
	}
	if t.dense*words(statements) <= len(t.list) {
		t.sets = make([]countedSet, len(bitmaps))
		for v, b := range bitmaps {
			t.sets[v] = newCountedSet(b, statements)
		}
	}
	one := true
	for p := range statements {
		one = one && t.starts[p+1] == t.starts[p]+1
	}
	if one {
		t.starts = nil
	}
}

func newCountedSet(b *roaring.Bitmap, statements int) countedSet {
	if intervals, few := intervalsOf(b); few {
		return countedSet{intervals: intervals}
	}
	return countedSet{dense: newPlainBits(b, statements)}
}

// words is how many words have a bit for each statement.
func words(statements int) int { return (statements + 63) / 64 }

// intervalsOf returns the runs of a bitmap; nil and false where there are many.
func intervalsOf(b *roaring.Bitmap) (intervals []interval, few bool) {
	intervals = make([]interval, 0, maxIntervals)
	for from, to := range b.Ranges() {
		if len(intervals) == maxIntervals {
			return nil, false
		}
		intervals = append(intervals, interval{from, uint32(to)})
	}
	return intervals, true
}

// count adds up the values of n selected statements.
func (t *tally) count(counts []int, selected selectedBits, n int) {
	if selected.span.from == selected.span.to {
		return
	}
	if t.sets != nil && t.dense*selected.span.words() <= n*len(t.list)/(len(selected.plainBits)*64) {
		for v := range counts {
			counts[v] = t.sets[v].overlap(selected)
		}
		return
	}
	for p := range selected.each {
		if t.starts == nil {
			counts[t.list[p]]++
			continue
		}
		for _, v := range t.list[t.starts[p]:t.starts[p+1]] {
			counts[v]++
		}
	}
}

func newPlainBits(b *roaring.Bitmap, size int) plainBits {
	dense := make(plainBits, words(size))
	for from, to := range b.Ranges() {
		dense.set(from, uint32(to))
	}
	return dense
}

func (d plainBits) set(from, to uint32) {
	for ; from < to && from%64 != 0; from++ {
		d[from/64] |= 1 << (from % 64)
	}
	for ; from+64 <= to; from += 64 {
		d[from/64] = ^uint64(0)
	}
	for ; from < to; from++ {
		d[from/64] |= 1 << (from % 64)
	}
}

// selectedBits are the statements of a selection, and between which ones they lie: a
// filter on cycles or States leaves most of the record empty.
type selectedBits struct {
	plainBits
	span interval
}

func newSelectedBits(b *roaring.Bitmap, size int) selectedBits {
	if b.IsEmpty() {
		return selectedBits{}
	}
	return selectedBits{newPlainBits(b, size), interval{b.Minimum(), b.Maximum() + 1}}
}

// words is how many words the interval touches.
func (i interval) words() int { return int((i.to-1)/64-i.from/64) + 1 }

// each yields the selected statements.
func (s selectedBits) each(yield func(p uint32) bool) {
	for i := s.span.from / 64; i <= (s.span.to-1)/64; i++ {
		for word := s.plainBits[i]; word != 0; word &= word - 1 {
			if !yield(i*64 + uint32(bits.TrailingZeros64(word))) {
				return
			}
		}
	}
}

// overlap counts the statements that are in the set and in a selection that is not empty.
func (s *countedSet) overlap(selected selectedBits) int {
	n := 0
	for _, run := range s.intervals {
		n += selected.within(run)
	}
	if s.dense != nil {
		first, last := int(selected.span.from/64), min(int((selected.span.to-1)/64)+1, len(s.dense))
		for i := first; i < last; i++ {
			n += bits.OnesCount64(s.dense[i] & selected.plainBits[i])
		}
	}
	return n
}

// within counts the statements of an interval.
func (d plainBits) within(run interval) int {
	if run.from >= run.to {
		return 0
	}
	first, last := run.from/64, (run.to-1)/64
	head, tail := ^uint64(0)<<(run.from%64), ^uint64(0)>>(63-(run.to-1)%64)
	if first == last {
		return bits.OnesCount64(d[first] & head & tail)
	}
	n := bits.OnesCount64(d[first]&head) + bits.OnesCount64(d[last]&tail)
	for _, word := range d[first+1 : last] {
		n += bits.OnesCount64(word)
	}
	return n
}
