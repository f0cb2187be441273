package sample

import "slices"

// zipf is the weight of the State at a rank, from 0: a Zipf-Mandelbrot law that gives
// the first about 4 % of all and the last ones next to nothing.
func zipf(rank int) int {
	n := rank + 51
	return 1_000_000_000 / (n * n * n)
}

// recommenders draws who speaks in the review of a State: n entries, a State as often
// as it recommends. The order is that of the report, where States are mixed.
func (k *maker) recommenders(reviewed string, n int) []string {
	var left []int
	var drawn []string
	for len(drawn) < n {
		rank := k.weighted(left)
		if rank < 0 { // everyone has spoken, or nobody yet
			left = k.everyoneBut(reviewed)
			continue
		}
		left[rank] = 0
		for range min(1+k.IntN(atMost(rank)), n-len(drawn)) {
			drawn = append(drawn, k.recommending[rank])
		}
	}
	k.Shuffle(n, func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
	return drawn
}

func (k *maker) everyoneBut(reviewed string) []int {
	weights := slices.Clone(k.activity)
	if rank := slices.Index(k.recommending, reviewed); rank >= 0 {
		weights[rank] = 0
	}
	return weights
}

// atMost limits what one State recommends to another in one review: 10 for the most
// active, 2 for the least, so that about 3 is usual.
func atMost(rank int) int { return 2 + 120/(15+rank) }
