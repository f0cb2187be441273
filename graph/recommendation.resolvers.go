package graph

import (
	"context"

	"github.com/upr-info/upr/internal/record"
)

func (r *queryResolver) Recommendations(ctx context.Context, filter *record.RecommendationFilter, orderBy *record.RecommendationOrder, first *int, after *string, last *int, before *string) (*record.RecommendationConnection, error) {
	return snapshot(ctx).Recommendations(filter, orderBy, first, after, last, before)
}

func (r *queryResolver) ActionCategories(ctx context.Context) ([]record.ActionCategory, error) {
	return snapshot(ctx).ActionCategories(), nil
}

func (r *queryResolver) ActionCodingRules(ctx context.Context) ([]string, error) {
	return snapshot(ctx).ActionCodingRules(), nil
}
