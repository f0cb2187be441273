package graph

import (
	"context"

	"github.com/upr-info/upr/internal/record"
)

func (r *queryResolver) Review(ctx context.Context, state string, cycle int) (*record.Review, error) {
	return snapshot(ctx).Review(state, cycle), nil
}

func (r *queryResolver) Reviews(ctx context.Context, filter *record.ReviewFilter, first *int, after *string, last *int, before *string) (*record.ReviewConnection, error) {
	return snapshot(ctx).Reviews(filter, first, after, last, before)
}
