package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/viewer"
)

func (r *deskResolver) Viewer(ctx context.Context, obj *root.Desk) (*viewer.Viewer, error) {
	return asking(ctx), nil
}

func (r *queryResolver) Viewer(ctx context.Context) (*viewer.Viewer, error) {
	return asking(ctx), nil
}

func (r *queryResolver) Desk(ctx context.Context) (*root.Desk, error) {
	return &root.Desk{}, nil
}

func (r *Resolver) Desk() generated.DeskResolver { return &deskResolver{r} }

type deskResolver struct{ *Resolver }
