package graph

import (
	"context"

	"github.com/upr-info/upr/internal/record"
)

func (r *queryResolver) Session(ctx context.Context, number int) (*record.Session, error) {
	return snapshot(ctx).Session(number), nil
}

func (r *queryResolver) Sessions(ctx context.Context, cycle *int) ([]record.Session, error) {
	return snapshot(ctx).Sessions(cycle), nil
}
