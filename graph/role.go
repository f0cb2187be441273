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

// asking returns who asks; nil for anybody.
func asking(ctx context.Context) *viewer.Viewer {
	v, _ := viewer.From(ctx)
	return v
}

// mine is the root of what belongs to a person who asks; nil for anybody, and for keys.
func mine(ctx context.Context) *root.Mine {
	if v := asking(ctx); v == nil || v.IsKey() {
		return nil
	}
	return &root.Mine{}
}
