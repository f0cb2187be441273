package graph

import (
	"context"

	"github.com/upr-info/upr/internal/record"
)

func (r *queryResolver) Issues(ctx context.Context) ([]record.Issue, error) {
	return snapshot(ctx).Issues(), nil
}

func (r *queryResolver) IssueVocabularies(ctx context.Context) ([]record.IssueVocabulary, error) {
	return snapshot(ctx).IssueVocabularies(), nil
}
