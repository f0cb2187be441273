package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/slice"
)

func (r *mineResolver) Slices(ctx context.Context, obj *root.Mine) ([]slice.Saved, error) {
	return r.Partners.Mine(ctx)
}

func (r *mutationResolver) CreateSlice(ctx context.Context, input slice.Input) (*generated.SlicePayload, error) {
	return slicePayload(r.Partners.Create(ctx, input))
}

func (r *mutationResolver) WithdrawSlice(ctx context.Context, input generated.WithdrawSliceInput) (*generated.SlicePayload, error) {
	return slicePayload(r.Partners.Withdraw(ctx, input.ID))
}

func (r *queryResolver) Changes(ctx context.Context, since *string, first *int, kinds []string, filter *record.RecommendationFilter) (*slice.Changes, error) {
	return r.Partners.ChangesPage(ctx, since, first, kinds, filter)
}

func (r *queryResolver) CompareSlices(ctx context.Context, before string, after string) (*slice.Comparison, error) {
	return r.Partners.Compare(ctx, before, after)
}
