package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/viewer"
)

func (r *deskResolver) Users(ctx context.Context, obj *root.Desk, filter *identity.UserFilter, first *int, after *string) (*identity.Accounts, error) {
	return r.People.Accounts(ctx, filter, first, after)
}

func (r *deskResolver) User(ctx context.Context, obj *root.Desk, id string) (*identity.Account, error) {
	return r.People.Account(ctx, id)
}

func (r *mutationResolver) CreateUser(ctx context.Context, input generated.CreateUserInput) (*generated.UserPayload, error) {
	u, err := r.People.CreateUser(ctx, input.Email, input.Name, orEmpty(input.Language), "")
	return userPayload(r.People.AccountOf(ctx), u, err)
}

func (r *mutationResolver) UpdateUser(ctx context.Context, input generated.UpdateUserInput) (*generated.UserPayload, error) {
	u, err := r.People.UpdateUser(ctx, input.ID, input.Name, text(input.Language))
	return userPayload(r.People.AccountOf(ctx), u, err)
}

func (r *mutationResolver) DisableUser(ctx context.Context, input generated.DisableUserInput) (*generated.UserPayload, error) {
	u, err := r.People.DisableUser(ctx, input.ID, input.Disabled)
	return userPayload(r.People.AccountOf(ctx), u, err)
}

func (r *mutationResolver) GrantRole(ctx context.Context, input generated.GrantInput) (*generated.UserPayload, error) {
	u, err := r.People.GrantRole(ctx, input.ID, viewer.Grant{Role: input.Role, Scope: input.Scope})
	return userPayload(r.People.AccountOf(ctx), u, err)
}

func (r *mutationResolver) RevokeRole(ctx context.Context, input generated.GrantInput) (*generated.UserPayload, error) {
	u, err := r.People.RevokeRole(ctx, input.ID, viewer.Grant{Role: input.Role, Scope: input.Scope})
	return userPayload(r.People.AccountOf(ctx), u, err)
}

func (r *mutationResolver) JoinOrganisation(ctx context.Context, input generated.SpeakerInput) (*generated.UserPayload, error) {
	u, err := r.People.JoinOrganisation(ctx, input.ID, input.Organisation)
	return userPayload(r.People.AccountOf(ctx), u, err)
}

func (r *mutationResolver) LeaveOrganisation(ctx context.Context, input generated.SpeakerInput) (*generated.UserPayload, error) {
	u, err := r.People.LeaveOrganisation(ctx, input.ID, input.Organisation)
	return userPayload(r.People.AccountOf(ctx), u, err)
}
