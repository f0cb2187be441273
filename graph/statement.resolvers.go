package graph

import (
	"context"

	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/desk"
)

func (r *deskResolver) Statement(ctx context.Context, obj *root.Desk, id string) (*desk.StatementDraft, error) {
	return r.Staff.Statement(ctx, id)
}

func (r *deskResolver) Drafts(ctx context.Context, obj *root.Desk, status desk.Status, first *int, after *string) (*desk.DraftPage, error) {
	return r.Staff.Drafts(ctx, status, first, after)
}

func (r *deskResolver) BulkPreview(ctx context.Context, obj *root.Desk, input desk.BulkEditInput) (*desk.BulkPreview, error) {
	return r.Staff.BulkPreview(ctx, input)
}

func (r *mutationResolver) CreateRecommendation(ctx context.Context, input desk.CreateRecommendationInput) (*desk.StatementPayload, error) {
	return r.Staff.CreateRecommendation(ctx, input)
}

func (r *mutationResolver) CreatePledge(ctx context.Context, input desk.CreatePledgeInput) (*desk.StatementPayload, error) {
	return r.Staff.CreatePledge(ctx, input)
}

func (r *mutationResolver) CorrectStatement(ctx context.Context, input desk.CorrectStatementInput) (*desk.StatementPayload, error) {
	return r.Staff.CorrectStatement(ctx, input)
}

func (r *mutationResolver) PublishStatement(ctx context.Context, input desk.StepInput) (*desk.StatementPayload, error) {
	return r.Staff.PublishStatement(ctx, input)
}

func (r *mutationResolver) WithdrawStatement(ctx context.Context, input desk.StepInput) (*desk.StatementPayload, error) {
	return r.Staff.WithdrawStatement(ctx, input)
}

func (r *mutationResolver) RestoreStatement(ctx context.Context, input desk.StepInput) (*desk.StatementPayload, error) {
	return r.Staff.RestoreStatement(ctx, input)
}

func (r *mutationResolver) RecordResponse(ctx context.Context, input desk.RecordResponseInput) (*desk.StatementPayload, error) {
	return r.Staff.RecordResponse(ctx, input)
}

func (r *mutationResolver) WithdrawResponse(ctx context.Context, input desk.WithdrawResponseInput) (*desk.StatementPayload, error) {
	return r.Staff.WithdrawResponse(ctx, input)
}

func (r *mutationResolver) TagStatement(ctx context.Context, input desk.TagStatementInput) (*desk.StatementPayload, error) {
	return r.Staff.TagStatement(ctx, input)
}

func (r *mutationResolver) BulkEdit(ctx context.Context, input desk.BulkEditInput) (*desk.BulkPayload, error) {
	return r.Staff.BulkEdit(ctx, input)
}
