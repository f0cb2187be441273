package graph

import (
	"context"

	"github.com/upr-info/upr/internal/presession"
)

func (r *queryResolver) RoundTally(ctx context.Context, session int) (*presession.RoundTally, error) {
	return r.PreSessions.RoundTally(ctx, session)
}
