// Package turns has places for what only so many do at the same time. Those who are not known have
// places of their own: however many of them ask, nobody who is known waits behind them.
package turns

import (
	"context"
	"net/http"
	"time"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// Turns are places, and how long whoever asks waits for one.
type Turns struct {
	known, strangers chan struct{}
	patience         time.Duration
}

// New makes places for those who are known, and for all others; 0: as many as come.
func New(known, strangers int, patience time.Duration) Turns {
	return Turns{places(known), places(strangers), patience}
}

func places(n int) chan struct{} {
	if n == 0 {
		return nil
	}
	return make(chan struct{}, n)
}

// Take waits for a place and returns how it is given back. Returns Unavailable, in the given words.
func (t Turns) Take(ctx context.Context, busy string) (leave func(), err error) {
	places := t.of(ctx)
	if places == nil {
		return func() {}, nil
	}
	leave = func() { <-places }
	select {
	case places <- struct{}{}:
		return leave, nil
	default: // the clock is looked at by those who wait
	}
	wait, cancel := context.WithTimeout(ctx, t.patience)
	defer cancel()
	select {
	case places <- struct{}{}:
		return leave, nil
	case <-wait.Done():
		return nil, fault.Unavailable("%s", busy)
	}
}

func (t Turns) of(ctx context.Context) chan struct{} {
	if _, known := viewer.From(ctx); known {
		return t.known
	}
	return t.strangers
}

// Resting gives the place of who has one to others while the reader of their answer takes what was
// written: slow readers hold nobody up, and long answers take turns.
func (t Turns) Resting(ctx context.Context, w http.ResponseWriter) http.ResponseWriter {
	return resting{w, ctx, t.of(ctx)}
}

type resting struct {
	http.ResponseWriter
	ctx    context.Context //nolint:containedctx // of the one answer
	places chan struct{}
}

func (r resting) Write(b []byte) (int, error) {
	<-r.places
	defer func() { r.places <- struct{}{} }() // also for who has gone: it is given back at the end
	if err := r.ctx.Err(); err != nil {
		return 0, err //nolint:wrapcheck // as net/http has it
	}
	return r.ResponseWriter.Write(b) //nolint:wrapcheck // as net/http has it
}
