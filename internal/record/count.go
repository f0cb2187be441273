package record

import (
	"math/bits"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// countedSet is a set of statements in the form in which its overlap with another set
// is counted fastest. Roaring's own counting converts between its containers; counts
// are most of what facets do.
type countedSet struct {
	intervals []interval // few runs, as of a session
	sparse    []uint32   // few statements
	dense     plainBits  // many
}

// interval is from (included) to (excluded).
type interval struct{ from, to uint32 }

// plainBits has a bit for each statement.
type plainBits []uint64

const (
	maxIntervals = 8
	// sparser than one in so many is listed rather than kept as bits
	sparseness = 32
)

func newCountedSet(b *roaring.Bitmap, size int) countedSet {
	intervals := make([]interval, 0, maxIntervals+1)
	for from, to := range b.Ranges() {
		if intervals = append(intervals, interval{from, uint32(to)}); len(intervals) > maxIntervals {
			break
		}
	}
	switch {
	case len(intervals) <= maxIntervals:
		return countedSet{intervals: intervals}
	case int(b.GetCardinality()) < size/sparseness:
		return countedSet{sparse: b.ToArray()}
	default:
		return countedSet{dense: newPlainBits(b, size)}
	}
}

func newPlainBits(b *roaring.Bitmap, size int) plainBits {
	dense := make(plainBits, (size+63)/64)
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

// overlap counts the statements that are in the set and in a selection.
func (s *countedSet) overlap(selected selectedBits) int {
	if selected.span.from == selected.span.to {
		return 0
	}
	n := 0
	for _, run := range s.intervals {
		n += selected.within(run)
	}
	if len(s.sparse) > 0 {
		first, _ := slices.BinarySearch(s.sparse, selected.span.from)
		for _, p := range s.sparse[first:] {
			if p >= selected.span.to {
				break
			}
			n += int(selected.plainBits[p/64] >> (p % 64) & 1)
		}
	}
	if len(s.dense) > 0 {
		first, last := selected.span.from/64, (selected.span.to-1)/64+1
		theirs := selected.plainBits[first:last]
		for i, word := range s.dense[first:last] {
			n += bits.OnesCount64(word & theirs[i])
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
