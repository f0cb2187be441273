package graph

import (
	"context"

	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/desk"
	"github.com/upr-info/upr/internal/record"
)

func (r *deskResolver) Review(ctx context.Context, obj *root.Desk, id string) (*desk.ReviewDraft, error) {
	return r.Staff.Review(ctx, id)
}

func (r *deskResolver) ReviewDrafts(ctx context.Context, obj *root.Desk, status desk.Status) ([]desk.ReviewDraft, error) {
	return r.Staff.ReviewDrafts(ctx, status)
}

func (r *mutationResolver) CreateReview(ctx context.Context, input desk.CreateReviewInput) (*desk.ReviewPayload, error) {
	return r.Staff.CreateReview(ctx, input)
}

func (r *mutationResolver) CorrectReview(ctx context.Context, input desk.CorrectReviewInput) (*desk.ReviewPayload, error) {
	return r.Staff.CorrectReview(ctx, input)
}

func (r *mutationResolver) PublishReview(ctx context.Context, input desk.StepInput) (*desk.ReviewPayload, error) {
	return r.Staff.PublishReview(ctx, input)
}

func (r *mutationResolver) WithdrawReview(ctx context.Context, input desk.StepInput) (*desk.ReviewPayload, error) {
	return r.Staff.WithdrawReview(ctx, input)
}

func (r *mutationResolver) RestoreReview(ctx context.Context, input desk.StepInput) (*desk.ReviewPayload, error) {
	return r.Staff.RestoreReview(ctx, input)
}

func (r *mutationResolver) SaveDocument(ctx context.Context, input desk.DocumentInput) (*desk.ReviewPayload, error) {
	return r.Staff.SaveDocument(ctx, input)
}

func (r *mutationResolver) WithdrawDocument(ctx context.Context, input desk.DocumentInput) (*desk.ReviewPayload, error) {
	return r.Staff.WithdrawDocument(ctx, input)
}

func (r *queryResolver) Review(ctx context.Context, state string, cycle int) (*record.Review, error) {
	return snapshot(ctx).Review(state, cycle), nil
}

func (r *queryResolver) Reviews(ctx context.Context, filter *record.ReviewFilter, first *int, after *string, last *int, before *string) (*record.ReviewConnection, error) {
	return snapshot(ctx).Reviews(filter, first, after, last, before)
}
