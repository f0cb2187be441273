package graph

import (
	"context"

	"github.com/upr-info/upr/internal/record"
)

func (r *queryResolver) Pledges(ctx context.Context, filter *record.RecommendationFilter, first *int, after *string, last *int, before *string) (*record.PledgeConnection, error) {
	return snapshot(ctx).Pledges(filter, first, after, last, before)
}
