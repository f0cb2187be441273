package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/presession"
)

func openCallsPayload(calls []presession.OpenCall, err error) (*generated.OpenCallsPayload, error) {
	wrong, failed := userErrors(err)
	return &generated.OpenCallsPayload{Calls: append([]presession.OpenCall{}, calls...), UserErrors: wrong}, failed
}

func applicationPayload(a *presession.Application, err error) (*generated.ApplicationPayload, error) {
	wrong, failed := userErrors(err)
	return &generated.ApplicationPayload{Application: a, UserErrors: wrong}, failed
}

// moveApplication is a move by the applicant, who sees the registration afterwards.
func (r *Resolver) moveApplication(ctx context.Context, input presession.Move) (*generated.ApplicationPayload, error) {
	input.Own = true
	moved := r.PreSessions.Move(ctx, input)
	if wrong, failed := userErrors(moved); failed != nil || len(wrong) > 0 {
		return applicationPayload(nil, moved)
	}
	return applicationPayload(r.PreSessions.Application(ctx, input.ID))
}

// registrationPayload shows a registration after a change by staff.
func (r *Resolver) registrationPayload(ctx context.Context, id string, changed error) (*generated.RegistrationPayload, error) {
	wrong, failed := userErrors(changed)
	if failed != nil || len(wrong) > 0 {
		return &generated.RegistrationPayload{UserErrors: wrong}, failed
	}
	shown, err := r.PreSessions.Registration(ctx, id)
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

func submissionPermitPayload(a *presession.Application, permit string, err error) (*generated.SubmissionPermitPayload, error) {
	wrong, failed := userErrors(err)
	payload := &generated.SubmissionPermitPayload{Application: a, UserErrors: wrong}
	if permit != "" {
		payload.Permit = &permit
	}
	return payload, failed
}

func participantPayload(p *presession.OwnParticipant, err error) (*generated.ParticipantPayload, error) {
	wrong, failed := userErrors(err)
	return &generated.ParticipantPayload{Participant: p, UserErrors: wrong}, failed
}

func calendarLinkPayload(link string, err error) (*generated.CalendarLinkPayload, error) {
	wrong, failed := userErrors(err)
	payload := &generated.CalendarLinkPayload{UserErrors: wrong}
	if link != "" {
		payload.Link = &link
	}
	return payload, failed
}

func decideProtectionPayload(p *presession.Participant, err error) (*generated.DecideProtectionPayload, error) {
	wrong, failed := userErrors(err)
	return &generated.DecideProtectionPayload{Participant: p, UserErrors: wrong}, failed
}

func identityPayload(who *presession.Identity, err error) (*generated.IdentityPayload, error) {
	wrong, failed := userErrors(err)
	return &generated.IdentityPayload{Identity: who, UserErrors: wrong}, failed
}

func publishAgendaPayload(v *presession.AgendaVersion, err error) (*generated.PublishAgendaPayload, error) {
	wrong, failed := userErrors(err)
	return &generated.PublishAgendaPayload{Agenda: v, UserErrors: wrong}, failed
}

func unfreezeAgendaPayload(round *presession.Round, left []string, err error) (*generated.UnfreezeAgendaPayload, error) {
	wrong, failed := userErrors(err)
	return &generated.UnfreezeAgendaPayload{Round: round, Left: append([]string{}, left...), UserErrors: wrong}, failed
}

func broughtStatementPayload(st *presession.Statement, err error) (*generated.BroughtStatementPayload, error) {
	wrong, failed := userErrors(err)
	return &generated.BroughtStatementPayload{Statement: st, UserErrors: wrong}, failed
}

func statementPermitPayload(st *presession.Statement, permit string, err error) (*generated.StatementPermitPayload, error) {
	wrong, failed := userErrors(err)
	payload := &generated.StatementPermitPayload{Statement: st, UserErrors: wrong}
	if permit != "" {
		payload.Permit = &permit
	}
	return payload, failed
}

func askPayload(a *presession.Ask, err error) (*generated.AskPayload, error) {
	wrong, failed := userErrors(err)
	return &generated.AskPayload{Ask: a, UserErrors: wrong}, failed
}
