package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/record"
)

func (r *askResolver) Proposals(ctx context.Context, obj *presession.Ask) ([]record.SimilarRecommendation, error) {
	return snapshot(ctx).TakingUp(obj.Text, obj.StateUnderReview, obj.Cycle, civil.Of(obj.MeetingAt), obj.Judged), nil
}

func (r *deskResolver) Asks(ctx context.Context, obj *root.Desk, preSession string) ([]presession.Ask, error) {
	return r.PreSessions.MeetingAsks(ctx, preSession)
}

func (r *mineResolver) Asks(ctx context.Context, obj *root.Mine, application string) ([]presession.Ask, error) {
	return r.PreSessions.Asks(ctx, application)
}

func (r *mutationResolver) AddAsk(ctx context.Context, input generated.AddAskInput) (*generated.AskPayload, error) {
	return askPayload(r.PreSessions.AddAsk(ctx, input.Statement, *input.Wording))
}

func (r *mutationResolver) UpdateAsk(ctx context.Context, input generated.UpdateAskInput) (*generated.AskPayload, error) {
	return askPayload(r.PreSessions.UpdateAsk(ctx, input.ID, input.Revision, *input.Wording))
}

func (r *mutationResolver) RemoveAsk(ctx context.Context, input generated.AskInput) (*generated.DonePayload, error) {
	return done(r.PreSessions.RemoveAsk(ctx, input.ID))
}

func (r *mutationResolver) LinkAsk(ctx context.Context, input generated.LinkAskInput) (*generated.AskPayload, error) {
	return askPayload(r.PreSessions.LinkAsk(ctx, input.ID, input.Revision, input.Recommendation))
}

func (r *mutationResolver) UnlinkAsk(ctx context.Context, input generated.LinkAskInput) (*generated.AskPayload, error) {
	return askPayload(r.PreSessions.UnlinkAsk(ctx, input.ID, input.Revision, input.Recommendation))
}

func (r *mutationResolver) ConfirmAsk(ctx context.Context, input generated.ConfirmAskInput) (*generated.AskPayload, error) {
	return askPayload(r.PreSessions.ConfirmAsk(ctx, input.ID, input.Revision))
}

func (r *mutationResolver) ContestAsk(ctx context.Context, input generated.ContestAskInput) (*generated.AskPayload, error) {
	return askPayload(r.PreSessions.ContestAsk(ctx, input.ID, input.Revision, input.Comment))
}

func (r *Resolver) Ask() generated.AskResolver { return &askResolver{r} }

type askResolver struct{ *Resolver }
