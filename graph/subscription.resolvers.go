package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/desk"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/record"
)

func (r *recordChangeResolver) Node(ctx context.Context, obj *record.Step) (record.Node, error) {
	return obj.Node, eventPlace(ctx)
}

func (r *subscriptionResolver) RecordChanged(ctx context.Context, filter *record.RecommendationFilter) (<-chan *record.Step, error) {
	return r.Record.Steps(ctx, filter)
}

func (r *subscriptionResolver) DeskChanged(ctx context.Context, filter *desk.HistoryFilter) (<-chan *desk.Version, error) {
	return r.Staff.Watch(ctx, filter)
}

func (r *subscriptionResolver) RoundChanged(ctx context.Context, round string) (<-chan *presession.RoundEvent, error) {
	return r.PreSessions.Watch(ctx, round)
}

func (r *Resolver) RecordChange() generated.RecordChangeResolver { return &recordChangeResolver{r} }

func (r *Resolver) Subscription() generated.SubscriptionResolver { return &subscriptionResolver{r} }

type (
	recordChangeResolver struct{ *Resolver }
	subscriptionResolver struct{ *Resolver }
)
