package viewer

import "context"

type lastingKey struct{}

// WithCheck returns a context of an answer without end. check says whether whoever asked
// still is who they were: signed in, with the same roles.
func WithCheck(ctx context.Context, check func() bool) context.Context {
	return context.WithValue(ctx, lastingKey{}, check)
}

// Holds says whether whoever asked still is who they were when an answer without end began.
// An answer that ends holds from its beginning.
func Holds(ctx context.Context) bool {
	check, lasting := ctx.Value(lastingKey{}).(func() bool)
	return !lasting || check()
}
