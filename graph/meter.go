package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Meter bounds what is asked over one socket, which is a single request of HTTP.
type Meter interface {
	// Begin counts an operation before it runs. Returns LimitExceeded, and how long to wait.
	Begin() (wait time.Duration, err error)
	// End says that an operation which Begin counted goes on no more.
	End()
}

type meterKey struct{}

// WithMeter returns a context of a request whose socket is measured.
func WithMeter(ctx context.Context, m Meter) context.Context {
	return context.WithValue(ctx, meterKey{}, m)
}

func meterOf(ctx context.Context) Meter {
	if m, measured := ctx.Value(meterKey{}).(Meter); measured {
		return m
	}
	return unmeasured{}
}

// unmeasured bounds nothing.
type unmeasured struct{}

func (unmeasured) Begin() (time.Duration, error) { return 0, nil }

func (unmeasured) End() {}

// refuse answers an operation with an error; the socket goes on.
func (s *socket) refuse(id string, err error, wait time.Duration) {
	shown := presentError(context.Background(), err)
	if wait > 0 {
		shown.Extensions["retryAfter"] = int(wait.Seconds()) // as the header Retry-After is over HTTP
	}
	s.observe.tell(s.ctx, time.Now(), Observed{Codes: []string{fmt.Sprint(shown.Extensions["code"])}, Unread: true})
	payload, _ := json.Marshal([]any{shown})
	_ = s.WebsocketConn.WriteJSON(socketMessage{"error", id, payload})
}
