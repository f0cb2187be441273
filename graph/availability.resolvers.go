package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
)

func (r *mutationResolver) SaveAvailability(ctx context.Context, input generated.SaveAvailabilityInput) (*generated.ApplicationPayload, error) {
	return applicationPayload(r.PreSessions.SaveAvailability(ctx, input.ID, input.Revision, input.Availability, input.Unavailable))
}
