package graph

import (
	"context"

	"github.com/upr-info/upr/internal/desk"
	"github.com/upr-info/upr/internal/record"
)

func (r *mutationResolver) CreateIssue(ctx context.Context, input desk.CreateTermInput) (*desk.IssuePayload, error) {
	return r.Staff.CreateIssue(ctx, input)
}

func (r *mutationResolver) RenameIssue(ctx context.Context, input desk.RenameTermInput) (*desk.IssuePayload, error) {
	return r.Staff.RenameIssue(ctx, input)
}

func (r *mutationResolver) RetireIssue(ctx context.Context, input desk.RetireTermInput) (*desk.IssuePayload, error) {
	return r.Staff.RetireIssue(ctx, input)
}

func (r *queryResolver) Issues(ctx context.Context) ([]record.Issue, error) {
	return snapshot(ctx).Issues(), nil
}

func (r *queryResolver) IssueVocabularies(ctx context.Context) ([]record.IssueVocabulary, error) {
	return snapshot(ctx).IssueVocabularies(), nil
}
