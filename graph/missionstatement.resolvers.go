package graph

import (
	"context"

	"github.com/upr-info/upr/graph/generated"
)

func (r *mutationResolver) OpenStatements(ctx context.Context, input generated.OpenStatementsInput) (*generated.MissionStatementsPayload, error) {
	return missionStatementsPayload(r.PreSessions.MissionStatements(ctx, input.Token, input.PreSession))
}
