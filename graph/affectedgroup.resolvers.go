package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/desk"
	"github.com/upr-info/upr/internal/record"
)

func (r *mutationResolver) CreateAffectedGroup(ctx context.Context, input desk.CreateTermInput) (*desk.AffectedGroupPayload, error) {
	return r.Staff.CreateAffectedGroup(ctx, input)
}

func (r *mutationResolver) RenameAffectedGroup(ctx context.Context, input desk.RenameTermInput) (*desk.AffectedGroupPayload, error) {
	return r.Staff.RenameAffectedGroup(ctx, input)
}

func (r *mutationResolver) RetireAffectedGroup(ctx context.Context, input desk.RetireTermInput) (*desk.AffectedGroupPayload, error) {
	return r.Staff.RetireAffectedGroup(ctx, input)
}

func (r *queryResolver) AffectedGroups(ctx context.Context) ([]record.AffectedGroup, error) {
	return snapshot(ctx).AffectedGroups(), nil
}

func (r *Resolver) Mutation() generated.MutationResolver { return &mutationResolver{r} }

type mutationResolver struct{ *Resolver }
