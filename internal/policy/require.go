// Package policy has the rules of who may do what.
package policy

import (
	"context"
	"strings"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// RequireViewer returns who asks, or Unauthenticated where nobody is known; Unavailable where
// it cannot be found out at present.
func RequireViewer(ctx context.Context) (*viewer.Viewer, error) {
	v, ok := viewer.From(ctx)
	if !ok && viewer.IsInDoubt(ctx) {
		return nil, fault.Unavailable("it cannot be found out at present who asks: the database is away; try again in a moment")
	}
	if !ok {
		return nil, fault.Unauthenticated("sign in first, or send an API key as \"Authorization: Bearer upr_…\"")
	}
	return v, nil
}

// Require returns nil where whoever asks has one of some roles, within any scope.
func Require(ctx context.Context, roles ...viewer.Role) error {
	v, err := RequireViewer(ctx)
	if err != nil || v.HasAny(roles...) {
		return err
	}
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = string(role)
	}
	return fault.Forbidden("this needs the role %s, in a session that is confirmed by a second factor", strings.Join(names, " or "))
}
