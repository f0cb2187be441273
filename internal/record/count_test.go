package record

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
)

// TestTally counts vocabularies and selections of all sizes, so that it goes value by
// value as well as statement by statement.
func TestTally(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	byValue, byStatement := 0, 0
	for range 300 {
		statements, values := 1+random.IntN(3000), 1+random.IntN(200)
		sorted, several := random.IntN(2) == 0, random.IntN(2) == 0
		counted := &tally{starts: make([]uint32, 1)}
		bitmaps, of := make([]*roaring.Bitmap, values), make([][]int, statements)
		for v := range bitmaps {
			bitmaps[v] = roaring.New()
		}
		for p := range of {
			of[p] = []int{random.IntN(values)}
			switch {
			case sorted:
				of[p][0] = p * values / statements
			case several:
				of[p] = slices.Compact(slices.Sorted(slices.Values(append(of[p], random.IntN(values)))))[random.IntN(2):]
			}
			for _, v := range of[p] {
				bitmaps[v].Add(uint32(p))
			}
			counted.add(of[p])
		}
		counted.finish(bitmaps)
		if counted.sets == nil {
			byStatement++
		} else {
			byValue++
		}
		share := random.Float64() * random.Float64()
		selection, want := roaring.New(), make([]int, values)
		for p := range of {
			if random.Float64() < share {
				selection.Add(uint32(p))
				for _, v := range of[p] {
					want[v]++
				}
			}
		}
		got := make([]int, values)
		counted.count(got, newSelectedBits(selection, statements), int(selection.GetCardinality()))
		if !slices.Equal(got, want) {
			t.Fatalf("%d statements, %d values, %d selected: got %v, want %v", statements, values, selection.GetCardinality(), got, want)
		}
	}
	if byValue < 50 || byStatement < 50 {
		t.Errorf("%d went by value and %d by statement: the test misses one of the ways", byValue, byStatement)
	}
}
