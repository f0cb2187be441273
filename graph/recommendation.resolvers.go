package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/record"
)

func (r *queryResolver) Recommendations(ctx context.Context, filter *record.RecommendationFilter, orderBy *record.RecommendationOrder, first *int, after *string, last *int, before *string) (*record.RecommendationConnection, error) {
	return snapshot(ctx).Recommendations(filter, orderBy, first, after, last, before)
}

func (r *queryResolver) ActionCategories(ctx context.Context) ([]record.ActionCategory, error) {
	return snapshot(ctx).ActionCategories(), nil
}

func (r *queryResolver) ActionCodingRules(ctx context.Context) ([]string, error) {
	return snapshot(ctx).ActionCodingRules().Texts(), nil
}

func (r *recommendationFilterResolver) StateUnderReviewGroups(ctx context.Context, obj *record.RecommendationFilter, data []string) error {
	return r.nameGroups(ctx, obj, "stateUnderReviewGroups", &obj.StateUnderReviewGroups, data)
}

func (r *recommendationFilterResolver) RecommendingStateGroups(ctx context.Context, obj *record.RecommendationFilter, data []string) error {
	return r.nameGroups(ctx, obj, "recommendingStateGroups", &obj.RecommendingStateGroups, data)
}

func (r *Resolver) RecommendationFilter() generated.RecommendationFilterResolver {
	return &recommendationFilterResolver{r}
}

type recommendationFilterResolver struct{ *Resolver }
