package presession

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestEachRowForResearchIsOneOfFive: whatever was applied, each row is the same as at least four others, says
// nothing but what is so or ANY, and none is missing.
func TestEachRowForResearchIsOneOfFive(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 2026)) //nolint:gosec // a test's
	for range 2000 {
		rows := make([]studied, random.IntN(200))
		kinds := 1 + random.IntN(6)
		for i := range rows {
			for column := range rows[i] {
				rows[i][column] = fmt.Sprint(min(random.IntN(kinds), random.IntN(kinds)))
			}
		}
		was := slices.Clone(rows)
		given := alike(rows)
		if !slices.Equal(rows, was) {
			t.Fatal("the rows that were given have changed")
		}
		random.Shuffle(len(rows), func(i, k int) { rows[i], rows[k] = rows[k], rows[i] })
		if !slices.Equal(alike(rows), given) {
			t.Fatal("the order of registrations shows")
		}
		if len(rows) < 5 {
			if len(given) != 0 {
				t.Fatalf("%d rows are given of %d", len(given), len(rows))
			}
			continue
		}
		if len(given) != len(rows) {
			t.Fatalf("%d rows are given of %d", len(given), len(rows))
		}
		for class, size := range sizesOf(given) {
			if size < 5 {
				t.Fatalf("%d rows are %v", size, class)
			}
		}
		checkTrue(t, rows, given)
	}
}

// checkTrue: each value is told at most as often as it is, and a row that gave nothing up is one of the rows.
func checkTrue(t *testing.T, rows, given []studied) {
	t.Helper()
	is := sizesOf(rows)
	for class, size := range sizesOf(given) {
		if !slices.Contains(class[:], anyValue) && is[class] < size {
			t.Fatalf("%v is told %d times, and is %d times", class, size, is[class])
		}
	}
	for column := range researchColumns {
		counts := map[string]int{}
		for _, row := range rows {
			counts[row[column]]++
		}
		for _, row := range given {
			counts[row[column]]--
		}
		for value, left := range counts {
			if left < 0 && value != anyValue {
				t.Fatalf("column %d says %q too often", column, value)
			}
		}
	}
}
