package slice_test

import (
	"slices"
	"testing"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/record"
)

// TestFiltersAreTheSchemas holds the fields that exports take against those of the schema.
func TestFiltersAreTheSchemas(t *testing.T) {
	for name, fields := range map[string][]string{
		"RecommendationFilter": record.InputNames[record.RecommendationFilter](), "StateFilter": record.InputNames[record.StateFilter](),
		"ReviewFilter": record.InputNames[record.ReviewFilter](), "OrganisationFilter": record.InputNames[record.OrganisationFilter](),
	} {
		var want []string
		for _, field := range graph.Schema().Types[name].Fields {
			want = append(want, field.Name)
		}
		slices.Sort(want)
		slices.Sort(fields)
		if !slices.Equal(fields, want) {
			t.Errorf("%s: exports take %v, the schema has %v", name, fields, want)
		}
	}
}
