package record

import (
	"math/rand/v2"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
)

// TestPlainBitsAreBitmaps compares plain bits with the bitmaps that they stand for, also where
// one of them ends before the others.
func TestPlainBitsAreBitmaps(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	some := func(size int) (*roaring.Bitmap, plainBits) {
		b, share := roaring.New(), random.Float64()
		for p := range uint32(size) {
			if random.Float64() < share {
				b.Add(p)
			}
		}
		return b, newPlainBits(b, size)
	}
	for range 200 {
		size := random.IntN(1000)
		long, longBits := some(size)
		short, shortBits := some(random.IntN(size + 1))
		either := newPlainBits(long, size)
		either.or(shortBits)
		same(t, roaring.Or(long, short), either, size)
		longBits.and(shortBits)
		same(t, roaring.And(long, short), longBits, size)
	}
	same(t, roaring.New(), nil, 0)
}

func same(t *testing.T, want *roaring.Bitmap, got plainBits, size int) {
	t.Helper()
	if got.size() != int(want.GetCardinality()) {
		t.Fatalf("%d statements, not %d", got.size(), want.GetCardinality())
	}
	for p := range uint32(size + 130) {
		if next := want.NextValue(p); got.NextValue(p) != next {
			t.Fatalf("from %d: %d, not %d", p, got.NextValue(p), next)
		}
		if previous := want.PreviousValue(p); got.PreviousValue(p) != previous {
			t.Fatalf("up to %d: %d, not %d", p, got.PreviousValue(p), previous)
		}
	}
}
