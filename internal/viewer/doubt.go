package viewer

import "context"

type doubtKey struct{}

// InDoubt returns a context in which it cannot be found out who asks, as while the database is
// away. What is public is answered all the same.
func InDoubt(ctx context.Context) context.Context { return context.WithValue(ctx, doubtKey{}, true) }

// IsInDoubt says whether it could not be found out who asks.
func IsInDoubt(ctx context.Context) bool { return ctx.Value(doubtKey{}) != nil }
