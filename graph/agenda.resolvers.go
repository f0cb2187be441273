package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/presession"
)

func (r *deskResolver) Agenda(ctx context.Context, obj *root.Desk, round string) (*presession.Agenda, error) {
	return r.PreSessions.Agenda(ctx, round)
}

func (r *deskResolver) AgendaVersions(ctx context.Context, obj *root.Desk, round string) ([]presession.AgendaVersion, error) {
	return r.PreSessions.AgendaVersions(ctx, round)
}

func (r *mutationResolver) OrderSpeakers(ctx context.Context, input generated.OrderSpeakersInput) (*generated.PreSessionPayload, error) {
	return preSessionPayload(r.PreSessions.OrderSpeakers(ctx, input.ID, input.Revision, input.Registrations))
}

func (r *mutationResolver) PublishAgenda(ctx context.Context, input generated.PublishAgendaInput) (*generated.PublishAgendaPayload, error) {
	return publishAgendaPayload(r.PreSessions.PublishAgenda(ctx, input.Round, input.Revision, input.Acknowledged))
}

func (r *mutationResolver) UnfreezeAgenda(ctx context.Context, input presession.Unfreezing) (*generated.UnfreezeAgendaPayload, error) {
	return unfreezeAgendaPayload(r.PreSessions.UnfreezeAgenda(ctx, input))
}
