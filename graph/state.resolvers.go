package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/desk"
	"github.com/upr-info/upr/internal/record"
)

func (r *mutationResolver) CreateStateGroup(ctx context.Context, input desk.CreateTermInput) (*desk.StateGroupPayload, error) {
	return r.Staff.CreateStateGroup(ctx, input)
}

func (r *mutationResolver) RenameStateGroup(ctx context.Context, input desk.RenameTermInput) (*desk.StateGroupPayload, error) {
	return r.Staff.RenameStateGroup(ctx, input)
}

func (r *mutationResolver) WithdrawStateGroup(ctx context.Context, input desk.StepInput) (*desk.StateGroupPayload, error) {
	return r.Staff.WithdrawStateGroup(ctx, input)
}

func (r *mutationResolver) RestoreStateGroup(ctx context.Context, input desk.StepInput) (*desk.StateGroupPayload, error) {
	return r.Staff.RestoreStateGroup(ctx, input)
}

func (r *mutationResolver) SaveMembership(ctx context.Context, input desk.MembershipInput) (*desk.StateGroupPayload, error) {
	return r.Staff.SaveMembership(ctx, input)
}

func (r *mutationResolver) RemoveMembership(ctx context.Context, input desk.MembershipInput) (*desk.StateGroupPayload, error) {
	return r.Staff.RemoveMembership(ctx, input)
}

func (r *queryResolver) State(ctx context.Context, code string) (*record.State, error) {
	return snapshot(ctx).State(code), nil
}

func (r *queryResolver) States(ctx context.Context, filter *record.StateFilter, first *int, after *string, last *int, before *string) (*record.StateConnection, error) {
	return snapshot(ctx).States(filter, first, after, last, before)
}

func (r *queryResolver) StateGroups(ctx context.Context) ([]record.StateGroup, error) {
	return snapshot(ctx).StateGroups(), nil
}

func (r *stateFilterResolver) Groups(ctx context.Context, obj *record.StateFilter, data []string) error {
	return r.nameGroups(ctx, obj, "groups", &obj.Groups, data)
}

func (r *Resolver) StateFilter() generated.StateFilterResolver { return &stateFilterResolver{r} }

type stateFilterResolver struct{ *Resolver }
