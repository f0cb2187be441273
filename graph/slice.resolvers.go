package graph

import (
	"context"

	"github.com/upr-info/upr/internal/slice"
)

func (r *queryResolver) Changes(ctx context.Context, since *string, first *int, kinds []string) (*slice.Changes, error) {
	return r.Partners.ChangesPage(ctx, since, first, kinds)
}
