package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/viewer"
)

func (r *deskResolver) Viewer(ctx context.Context, obj *root.Desk) (*viewer.Viewer, error) {
	return asking(ctx)
}

func (r *mineResolver) Account(ctx context.Context, obj *root.Mine) (*identity.Account, error) {
	return r.People.Own(ctx)
}

func (r *queryResolver) Viewer(ctx context.Context) (*viewer.Viewer, error) {
	return asking(ctx)
}

func (r *queryResolver) Mine(ctx context.Context) (*root.Mine, error) {
	return mine(ctx)
}

func (r *queryResolver) Desk(ctx context.Context) (*root.Desk, error) {
	return &root.Desk{}, nil
}

func (r *viewerResolver) Email(ctx context.Context, obj *viewer.Viewer) (*string, error) {
	return r.People.Email(viewer.NewContext(ctx, obj))
}

func (r *viewerResolver) Account(ctx context.Context, obj *viewer.Viewer) (*identity.Account, error) {
	return r.People.OwnIfPerson(viewer.NewContext(ctx, obj))
}

func (r *Resolver) Desk() generated.DeskResolver { return &deskResolver{r} }

func (r *Resolver) Mine() generated.MineResolver { return &mineResolver{r} }

func (r *Resolver) Viewer() generated.ViewerResolver { return &viewerResolver{r} }

type (
	deskResolver   struct{ *Resolver }
	mineResolver   struct{ *Resolver }
	viewerResolver struct{ *Resolver }
)
