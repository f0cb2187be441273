package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/graph/root"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/viewer"
)

// directives are what stands in the SDL and runs.
func directives() generated.DirectiveRoot {
	return generated.DirectiveRoot{RequireRole: requireRole}
}

// requireRole is the directive @requireRole.
func requireRole(ctx context.Context, _ any, next graphql.Resolver, roles []viewer.Role) (any, error) {
	if err := policy.Require(ctx, roles...); err != nil {
		return nil, err
	}
	return next(ctx)
}

// asking returns who asks; nil for anybody. Returns Unavailable where that cannot be found out.
func asking(ctx context.Context) (*viewer.Viewer, error) {
	v, known := viewer.From(ctx)
	if !known && viewer.IsInDoubt(ctx) {
		return policy.RequireViewer(ctx)
	}
	return v, nil
}

// mine is the root of what belongs to whoever asks; nil for anybody. Each of its fields looks
// whether a key may.
func mine(ctx context.Context) (*root.Mine, error) {
	v, err := asking(ctx)
	if v == nil {
		return nil, err
	}
	return &root.Mine{}, nil
}
