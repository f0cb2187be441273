package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/presession"
)

func (r *mutationResolver) SaveParticipant(ctx context.Context, input presession.ParticipantInput) (*generated.ParticipantPayload, error) {
	return participantPayload(r.PreSessions.SaveParticipant(ctx, input))
}

func (r *mutationResolver) RemoveParticipant(ctx context.Context, input generated.RemoveParticipantInput) (*generated.DonePayload, error) {
	return done(r.PreSessions.RemoveParticipant(ctx, input.ID))
}

func (r *mutationResolver) GiveConsents(ctx context.Context, input generated.GiveConsentsInput) (*generated.ParticipantPayload, error) {
	return participantPayload(r.PreSessions.GiveConsents(ctx, input.ID, input.Consents))
}

func (r *mutationResolver) RequestProtection(ctx context.Context, input generated.RequestProtectionInput) (*generated.ParticipantPayload, error) {
	return participantPayload(r.PreSessions.RequestProtection(ctx, input.ID, input.Level))
}

func (r *mutationResolver) NewCalendarLink(ctx context.Context, input generated.ApplicationInput) (*generated.CalendarLinkPayload, error) {
	return calendarLinkPayload(r.PreSessions.NewCalendarLink(ctx, input.ID))
}

func (r *mutationResolver) DecideProtection(ctx context.Context, input generated.DecideProtectionInput) (*generated.DecideProtectionPayload, error) {
	return decideProtectionPayload(r.PreSessions.DecideProtection(ctx, input.ID, input.Revision, input.Level, input.Reason))
}

func (r *mutationResolver) OpenIdentity(ctx context.Context, input generated.OpenIdentityInput) (*generated.IdentityPayload, error) {
	return identityPayload(r.PreSessions.OpenIdentity(ctx, input.ID, input.Reason))
}
