package sample

import (
	"slices"
	"testing"
)

func TestShare(t *testing.T) {
	for _, c := range []struct {
		total   int
		weights []int
		want    []int
	}{
		{10, []int{1, 1, 1}, []int{4, 3, 3}},
		{7, []int{0, 5, 2}, []int{0, 5, 2}},
		{1, []int{3, 5}, []int{0, 1}},
		{0, []int{1, 2}, []int{0, 0}},
		{5, []int{0, 0}, []int{0, 0}},
	} {
		if got := share(c.total, c.weights); !slices.Equal(got, c.want) {
			t.Errorf("share(%d, %v) = %v, want %v", c.total, c.weights, got, c.want)
		}
	}
}
