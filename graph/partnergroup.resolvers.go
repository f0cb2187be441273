package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/partnergroup"
	"github.com/upr-info/upr/internal/record"
)

func (r *mineResolver) Groups(ctx context.Context, obj *root.Mine) ([]partnergroup.Group, error) {
	return r.Partners.Groups.Mine(ctx)
}

func (r *mutationResolver) CreatePartnerGroup(ctx context.Context, input partnergroup.CreateInput) (*generated.PartnerGroupPayload, error) {
	return groupPayload(r.Partners.Groups.Create(ctx, input))
}

func (r *mutationResolver) ChangePartnerGroup(ctx context.Context, input partnergroup.ChangeInput) (*generated.PartnerGroupPayload, error) {
	return groupPayload(r.Partners.Groups.Change(ctx, input))
}

func (r *mutationResolver) WithdrawPartnerGroup(ctx context.Context, input generated.WithdrawPartnerGroupInput) (*generated.PartnerGroupPayload, error) {
	return groupPayload(r.Partners.Groups.Withdraw(ctx, input.ID))
}

func (r *partnerGroupMemberResolver) State(ctx context.Context, obj *record.PartnerGroupMember) (*record.State, error) {
	return snapshot(ctx).State(obj.State), nil
}

func (r *queryResolver) PartnerGroup(ctx context.Context, id string) (*partnergroup.Group, error) {
	return r.Partners.Groups.Find(ctx, id)
}

func (r *Resolver) PartnerGroupMember() generated.PartnerGroupMemberResolver {
	return &partnerGroupMemberResolver{r}
}

type partnerGroupMemberResolver struct{ *Resolver }
