package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/presession"
)

func (r *applicationResolver) Owners(ctx context.Context, obj *presession.Application) ([]presession.Owner, error) {
	return r.PreSessions.Owners(ctx, obj.ID)
}

func (r *mutationResolver) InviteOwner(ctx context.Context, input presession.OwnerInput) (*generated.DonePayload, error) {
	return done(r.PreSessions.InviteOwner(ctx, input, r.People.InviteTo))
}

func (r *mutationResolver) RemoveOwner(ctx context.Context, input generated.RemoveOwnerInput) (*generated.DonePayload, error) {
	return done(r.PreSessions.RemoveOwner(ctx, input.Application, input.ID))
}
