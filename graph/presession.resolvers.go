package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/presession"
)

func (r *deskResolver) Rounds(ctx context.Context, obj *root.Desk) ([]presession.Round, error) {
	return r.PreSessions.Rounds(ctx)
}

func (r *deskResolver) Round(ctx context.Context, obj *root.Desk, id string) (*presession.Round, error) {
	return r.PreSessions.Round(ctx, id)
}

func (r *deskResolver) Registrations(ctx context.Context, obj *root.Desk, round string, filter *presession.RegistrationFilter, first *int, offset *int) (*presession.RegistrationPage, error) {
	return r.PreSessions.Registrations(ctx, round, filter, first, offset)
}

func (r *deskResolver) UnownedRegistrations(ctx context.Context, obj *root.Desk, round string) ([]presession.Application, error) {
	return r.PreSessions.Unowned(ctx, round)
}

func (r *deskResolver) Registration(ctx context.Context, obj *root.Desk, id string) (*presession.Registration, error) {
	return r.PreSessions.Registration(ctx, id)
}

func (r *deskResolver) PendingDecisions(ctx context.Context, obj *root.Desk, round string, statesUnderReview []string) ([]presession.StateCount, error) {
	return r.PreSessions.Pending(ctx, round, statesUnderReview)
}

func (r *deskResolver) AccessCodes(ctx context.Context, obj *root.Desk, round string) ([]presession.AccessCode, error) {
	return r.PreSessions.AccessCodes(ctx, round)
}

func (r *mineResolver) Applications(ctx context.Context, obj *root.Mine) ([]presession.Application, error) {
	return r.PreSessions.Applications(ctx)
}

func (r *mineResolver) Application(ctx context.Context, obj *root.Mine, id string) (*presession.Application, error) {
	return r.PreSessions.Application(ctx, id)
}

func (r *mutationResolver) OpenAccessCode(ctx context.Context, input generated.OpenAccessCodeInput) (*generated.OpenCallsPayload, error) {
	return openCallsPayload(r.PreSessions.OpenAccessCode(ctx, input.AccessCode))
}

func (r *mutationResolver) StartApplication(ctx context.Context, input generated.StartApplicationInput) (*generated.ApplicationPayload, error) {
	return applicationPayload(r.PreSessions.Start(ctx, input.PreSession, input.AccessCode))
}

func (r *mutationResolver) SaveApplication(ctx context.Context, input generated.SaveApplicationInput) (*generated.ApplicationPayload, error) {
	return applicationPayload(r.PreSessions.Save(ctx, input.ID, input.Revision, *input.Answers))
}

func (r *mutationResolver) PermitSubmission(ctx context.Context, input generated.PermitSubmissionInput) (*generated.SubmissionPermitPayload, error) {
	return submissionPermitPayload(r.PreSessions.PermitSubmission(ctx, input.Application))
}

func (r *mutationResolver) SubmitApplication(ctx context.Context, input generated.ApplicationInput) (*generated.ApplicationPayload, error) {
	return r.moveApplication(ctx, presession.Move{ID: input.ID, Revision: input.Revision, To: presession.Submitted, Reason: input.Reason})
}

func (r *mutationResolver) ConfirmOffer(ctx context.Context, input generated.ConfirmOfferInput) (*generated.ApplicationPayload, error) {
	return r.moveApplication(ctx, presession.Move{ID: input.ID, Revision: input.Revision, To: presession.Confirmed, Consents: input.ConsentsStand, StateUnderReview: input.StateUnderReview, Reason: input.Reason})
}

func (r *mutationResolver) RequestLetter(ctx context.Context, input generated.ApplicationInput) (*generated.ApplicationPayload, error) {
	return applicationPayload(r.PreSessions.RequestLetter(ctx, input.ID, input.Revision))
}

func (r *mutationResolver) WithdrawApplication(ctx context.Context, input generated.ApplicationInput, keepStatement bool) (*generated.ApplicationPayload, error) {
	return r.moveApplication(ctx, presession.Move{ID: input.ID, Revision: input.Revision, To: presession.Withdrawn, Keep: keepStatement, Reason: input.Reason})
}

func (r *mutationResolver) CreateRound(ctx context.Context, input presession.NewRound) (*generated.RoundPayload, error) {
	return roundPayload(r.PreSessions.CreateRound(ctx, input))
}

func (r *mutationResolver) ChangeRound(ctx context.Context, input presession.RoundChange) (*generated.RoundPayload, error) {
	return roundPayload(r.PreSessions.ChangeRound(ctx, input))
}

func (r *mutationResolver) AdvanceRound(ctx context.Context, input generated.AdvanceRoundInput) (*generated.RoundPayload, error) {
	return roundPayload(r.PreSessions.AdvanceRound(ctx, input.ID, input.Revision, input.To))
}

func (r *mutationResolver) ChangePreSession(ctx context.Context, input presession.MeetingChange) (*generated.PreSessionPayload, error) {
	return preSessionPayload(r.PreSessions.ChangePreSession(ctx, input))
}

func (r *mutationResolver) CreateAccessCode(ctx context.Context, input presession.NewAccessCode) (*generated.AccessCodePayload, error) {
	return accessCodePayload(r.PreSessions.CreateAccessCode(ctx, input))
}

func (r *mutationResolver) WithdrawAccessCode(ctx context.Context, input generated.WithdrawAccessCodeInput) (*generated.DonePayload, error) {
	return done(r.PreSessions.WithdrawAccessCode(ctx, input.ID))
}

func (r *mutationResolver) RegisterOnBehalf(ctx context.Context, input presession.OnBehalf) (*generated.ApplicationPayload, error) {
	return applicationPayload(r.PreSessions.RegisterOnBehalf(ctx, input))
}

func (r *mutationResolver) MoveRegistration(ctx context.Context, input presession.Move) (*generated.RegistrationPayload, error) {
	return r.registrationPayload(ctx, input.ID, r.PreSessions.Move(ctx, input))
}

func (r *mutationResolver) UnstageDecision(ctx context.Context, input generated.UnstageDecisionInput) (*generated.RegistrationPayload, error) {
	return r.registrationPayload(ctx, input.ID, r.PreSessions.Unstage(ctx, input.ID, input.Revision))
}

func (r *mutationResolver) MatchRegistration(ctx context.Context, input generated.MatchRegistrationInput) (*generated.RegistrationPayload, error) {
	return r.registrationPayload(ctx, input.ID, r.PreSessions.Match(ctx, input.ID, input.Revision, input.Organisation))
}

func (r *mutationResolver) EvaluateRegistration(ctx context.Context, input presession.NewEvaluation) (*generated.DonePayload, error) {
	return done(r.PreSessions.Evaluate(ctx, input))
}

func (r *mutationResolver) ReleaseDecisions(ctx context.Context, input presession.Release) (*generated.ReleasePayload, error) {
	return releasePayload(r.PreSessions.ReleaseDecisions(ctx, input))
}

func (r *preSessionResolver) Extension(ctx context.Context, obj *presession.PreSession) (*presession.Extension, error) {
	return r.PreSessions.ExtensionOf(ctx, obj.ID)
}

func (r *queryResolver) OpenCalls(ctx context.Context) ([]presession.OpenCall, error) {
	return r.PreSessions.OpenCalls(ctx)
}

func (r *Resolver) Application() generated.ApplicationResolver { return &applicationResolver{r} }

func (r *Resolver) PreSession() generated.PreSessionResolver { return &preSessionResolver{r} }

type (
	applicationResolver struct{ *Resolver }
	preSessionResolver  struct{ *Resolver }
)
