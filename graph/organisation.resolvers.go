package graph

import (
	"context"

	"github.com/upr-info/upr/internal/record"
)

func (r *queryResolver) Organisation(ctx context.Context, slug string) (*record.Organisation, error) {
	return snapshot(ctx).Organisation(slug), nil
}

func (r *queryResolver) Organisations(ctx context.Context, filter *record.OrganisationFilter, first *int, after *string, last *int, before *string) (*record.OrganisationConnection, error) {
	return snapshot(ctx).Organisations(filter, first, after, last, before)
}
