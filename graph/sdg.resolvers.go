package graph

import (
	"context"

	"github.com/upr-info/upr/internal/record"
)

func (r *queryResolver) SdgGoals(ctx context.Context) ([]record.SDGGoal, error) {
	return snapshot(ctx).SDGGoals(), nil
}

func (r *queryResolver) SdgTarget(ctx context.Context, code string) (*record.SDGTarget, error) {
	return snapshot(ctx).SDGTarget(code), nil
}
