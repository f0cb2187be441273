package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
)

func (r *mutationResolver) ChangeAvailability(ctx context.Context, input generated.ChangeAvailabilityInput) (*generated.ApplicationPayload, error) {
	return applicationPayload(r.PreSessions.ChangeAvailability(ctx, input.ID, input.Revision, input.Unavailable))
}
