package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
)

func (r *mutationResolver) AgreeToMerge(ctx context.Context, input generated.AgreeToMergeInput) (*generated.ApplicationPayload, error) {
	return applicationPayload(r.PreSessions.AgreeToMerge(ctx, input.Application, input.Reference))
}

func (r *mutationResolver) AttachAgreement(ctx context.Context, input generated.AttachAgreementInput) (*generated.RegistrationPayload, error) {
	return r.registrationPayload(ctx, input.ID, r.PreSessions.AttachAgreement(ctx, input.ID, input.Revision, input.With, input.Agreement))
}
