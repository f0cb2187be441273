package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/record"
)

func (r *queryResolver) Node(ctx context.Context, id string) (record.Node, error) {
	return snapshot(ctx).Node(id), nil
}

func (r *queryResolver) Nodes(ctx context.Context, ids []string) ([]record.Node, error) {
	return snapshot(ctx).Nodes(ids)
}

func (r *Resolver) Query() generated.QueryResolver { return &queryResolver{r} }

type queryResolver struct{ *Resolver }
