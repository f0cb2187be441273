package wire

import (
	"context"
	"net"
	"time"
)

type leavingKey struct{}

// WithLeaving has the requests of a server know when it leaves: leaving ends then.
func WithLeaving(ctx, leaving context.Context) context.Context {
	return context.WithValue(ctx, leavingKey{}, leaving)
}

// Leaving returns what ends when the server of a request leaves. Requests that were begun are finished; what has no end
// is ended.
func Leaving(ctx context.Context) context.Context {
	if leaving, ok := ctx.Value(leavingKey{}).(context.Context); ok {
		return leaving
	}
	return context.Background() // of no server, which does not leave
}

// lastWord is how long the other side has to take what is said last.
const lastWord = time.Second

// LastWord has the connection of a request wait no longer than a moment for its other side.
func LastWord(ctx context.Context) {
	if c, ok := ctx.Value(key{}).(net.Conn); ok {
		_ = c.SetDeadline(time.Now().Add(lastWord)) // who has gone needs none
	}
}
