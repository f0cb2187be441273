package changelog

import (
	"context"
	"log/slog"
	"time"

	"entgo.io/ent/dialect"
	"github.com/lib/pq"

	"github.com/upr-info/upr/internal/database"
)

// Between two attempts to listen again, and between two looks whether the connection
// still stands.
const (
	reconnectAfter   = 100 * time.Millisecond
	reconnectAtMost  = 5 * time.Second
	pingListenerEach = 5 * time.Second
)

// Listen tells that there may be new entries, until ctx ends: whenever PostgreSQL says
// so, and after its connection was lost and is back. SQLite tells nothing.
func Listen(ctx context.Context, db *database.DB) <-chan struct{} {
	told := make(chan struct{}, 1)
	if db.Dialect != dialect.Postgres {
		return told
	}
	tell := func() {
		select {
		case told <- struct{}{}:
		default: // told already
		}
	}
	listener := db.Listener(reconnectAfter, reconnectAtMost, pingListenerEach, func(event pq.ListenerEventType, _ error) {
		if event == pq.ListenerEventDisconnected {
			slog.WarnContext(ctx, "the connection that tells of changes was lost: looking for them instead until it is back")
		}
		tell()
	})
	context.AfterFunc(ctx, func() { _ = listener.Close() }) // which ends what waits below

	// Beside what takes notifications: the server's answers come behind them.
	go func() {
		if err := listener.Listen(Channel); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "PostgreSQL does not tell of changes: looking for them instead", "error", err)
		}
		tell() // of what came before it told of anything
		for tick := time.Tick(pingListenerEach); ; {
			select {
			case <-ctx.Done():
				return
			case <-tick:
				_ = listener.Ping() // a connection that says nothing to it ends, and is made again
			}
		}
	}()
	go func() {
		for range listener.Notify { // nil after a reconnection: something may have been missed
			tell()
		}
	}()
	return told
}
