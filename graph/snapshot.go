package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/upr-info/upr/internal/record"
)

type snapshotKey struct{}

// pinSnapshot answers a whole operation from one snapshot of the record, so that its
// parts agree with each other whatever is published meanwhile.
func pinSnapshot(r *record.Record) graphql.OperationMiddleware {
	return func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		if ctx.Value(snapshotKey{}) == nil {
			ctx = pin(ctx, r.Snapshot())
		}
		return next(ctx)
	}
}

func pin(ctx context.Context, s *record.Snapshot) context.Context {
	return context.WithValue(ctx, snapshotKey{}, s)
}

// snapshot returns the record as the running operation sees it.
func snapshot(ctx context.Context) *record.Snapshot {
	return ctx.Value(snapshotKey{}).(*record.Snapshot)
}
