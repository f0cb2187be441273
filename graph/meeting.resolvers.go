package graph

import (
	"context"

	"github.com/upr-info/upr/internal/record"
)

func (r *queryResolver) Meetings(ctx context.Context, session *int) ([]record.Meeting, error) {
	return snapshot(ctx).Meetings(session), nil
}
