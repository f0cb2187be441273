package graph

import (
	"context"

	"github.com/upr-info/upr/internal/record"
)

func (r *queryResolver) Programme(ctx context.Context, slug string) (*record.Programme, error) {
	return snapshot(ctx).Programme(slug), nil
}

func (r *queryResolver) Programmes(ctx context.Context) ([]record.Programme, error) {
	return snapshot(ctx).Programmes(), nil
}
