package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/presession"
)

func applicationPayload(a *presession.Application, err error) (*generated.ApplicationPayload, error) {
	wrong, failed := userErrors(err)
	return &generated.ApplicationPayload{Application: a, UserErrors: wrong}, failed
}

// moveApplication is a move by the applicant, who sees the registration afterwards.
func (r *Resolver) moveApplication(ctx context.Context, input generated.ApplicationInput, to presession.State) (*generated.ApplicationPayload, error) {
	moved := r.Meetings.Move(ctx, presession.Move{ID: input.ID, Revision: input.Revision, To: to})
	if wrong, failed := userErrors(moved); failed != nil || len(wrong) > 0 {
		return applicationPayload(nil, moved)
	}
	return applicationPayload(r.Meetings.Application(ctx, input.ID))
}

// registrationPayload shows a registration after a change by staff.
func (r *Resolver) registrationPayload(ctx context.Context, id string, changed error) (*generated.RegistrationPayload, error) {
	wrong, failed := userErrors(changed)
	if failed != nil || len(wrong) > 0 {
		return &generated.RegistrationPayload{UserErrors: wrong}, failed
	}
	shown, err := r.Meetings.Registration(ctx, id)
	return &generated.RegistrationPayload{Registration: shown, UserErrors: wrong}, err
}

func roundPayload(round *presession.Round, err error) (*generated.RoundPayload, error) {
	wrong, failed := userErrors(err)
	return &generated.RoundPayload{Round: round, UserErrors: wrong}, failed
}

func preSessionPayload(meeting *presession.PreSession, err error) (*generated.PreSessionPayload, error) {
	wrong, failed := userErrors(err)
	return &generated.PreSessionPayload{PreSession: meeting, UserErrors: wrong}, failed
}

func accessCodePayload(made *presession.AccessCode, code string, err error) (*generated.AccessCodePayload, error) {
	wrong, failed := userErrors(err)
	payload := &generated.AccessCodePayload{AccessCode: made, UserErrors: wrong}
	if made != nil {
		payload.Code = &code
	}
	return payload, failed
}

func releasePayload(released int, err error) (*generated.ReleasePayload, error) {
	wrong, failed := userErrors(err)
	return &generated.ReleasePayload{Released: released, UserErrors: wrong}, failed
}
