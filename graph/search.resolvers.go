package graph

import (
	"context"

	"github.com/upr-info/upr/internal/record"
)

func (r *queryResolver) Suggest(ctx context.Context, text string, language *record.Language, first *int) ([]record.Suggestion, error) {
	return snapshot(ctx).Suggest(text, language, first)
}
