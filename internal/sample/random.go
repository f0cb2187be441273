package sample

import "math/rand/v2"

// random draws with whole numbers only: floating point may differ in the last bit
// between processors, and the same seed must give the same data on all of them.
type random struct{ *rand.Rand }

func newRandom(seed uint64) random { return random{rand.New(rand.NewPCG(seed, 0x757072))} } //nolint:gosec // not a secret

// chance is true n times in of.
func (r random) chance(n, of int) bool { return r.IntN(of) < n }

// weighted returns a position, each as often as its weight says; -1 if all are 0.
func (r random) weighted(weights []int) int {
	total := sum(weights)
	if total == 0 {
		return -1
	}
	at := r.IntN(total)
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	panic("unreachable")
}

func pick[T any](r random, from []T) T { return from[r.IntN(len(from))] }

func sum(numbers []int) int {
	total := 0
	for _, n := range numbers {
		total += n
	}
	return total
}
