package sample

import "slices"

// share divides total in proportion to the weights, exactly: what rounding leaves
// goes to the largest remainders, the first of equal ones.
func share(total int, weights []int) []int {
	parts := make([]int, len(weights))
	all := sum(weights)
	if all == 0 {
		return parts
	}
	order := make([]int, len(weights))
	left := total
	for i, w := range weights {
		order[i] = i
		parts[i] = total * w / all
		left -= parts[i]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return total*weights[b]%all - total*weights[a]%all
	})
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts
}
