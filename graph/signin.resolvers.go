package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
)

func (r *mutationResolver) RequestSignInLink(ctx context.Context, input generated.RequestSignInLinkInput) (*generated.DonePayload, error) {
	return done(r.People.RequestSignInLink(ctx, input.Email, input.Registration))
}

func (r *mutationResolver) RequestAccount(ctx context.Context, input generated.RequestAccountInput) (*generated.DonePayload, error) {
	return done(r.People.RequestAccount(ctx, input.Email, input.Name, input.Language, input.PreSession, input.AccessCode))
}

func (r *mutationResolver) SignIn(ctx context.Context, input generated.SignInInput) (*generated.SignInPayload, error) {
	v, err := r.People.SignIn(ctx, input.Email, input.Password, orEmpty(input.Code))
	wrong, failed := userErrors(err)
	return &generated.SignInPayload{Viewer: v, UserErrors: wrong}, failed
}

func (r *mutationResolver) SignOut(ctx context.Context) (*generated.DonePayload, error) {
	return done(r.People.SignOut(ctx))
}

func (r *mutationResolver) RevokeSession(ctx context.Context, input generated.RevokeSessionInput) (*generated.DonePayload, error) {
	return done(r.People.RevokeSession(ctx, orEmpty(input.ID)))
}

func (r *mutationResolver) ChangePassword(ctx context.Context, input generated.ChangePasswordInput) (*generated.DonePayload, error) {
	return done(r.People.ChangePassword(ctx, orEmpty(input.OldPassword), input.NewPassword))
}

func (r *mutationResolver) EnrolSecondFactor(ctx context.Context) (*generated.EnrolSecondFactorPayload, error) {
	made, err := r.People.EnrolSecondFactor(ctx)
	wrong, failed := userErrors(err)
	return &generated.EnrolSecondFactorPayload{Secret: &made.Secret, URI: &made.URI, UserErrors: wrong}, failed
}

func (r *mutationResolver) ConfirmSecondFactor(ctx context.Context, input generated.ConfirmSecondFactorInput) (*generated.RecoveryCodesPayload, error) {
	return recovery(r.People.ConfirmSecondFactor(ctx, input.Code))
}

func (r *mutationResolver) RegenerateRecoveryCodes(ctx context.Context) (*generated.RecoveryCodesPayload, error) {
	return recovery(r.People.RegenerateRecoveryCodes(ctx))
}
