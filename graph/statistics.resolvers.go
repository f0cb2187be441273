package graph

import (
	"context"

	"github.com/upr-info/upr/internal/record"
)

func (r *queryResolver) Statistics(ctx context.Context, filter *record.RecommendationFilter) (*record.RecommendationStatistics, error) {
	return snapshot(ctx).Statistics(filter)
}
