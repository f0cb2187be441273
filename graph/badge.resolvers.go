package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
)

func (r *mutationResolver) MakeBadgeList(ctx context.Context, input generated.MakeBadgeListInput) (*generated.BadgeListPayload, error) {
	return badgeListPayload(r.PreSessions.MakeBadgeList(ctx, input.Round, input.Reason))
}
