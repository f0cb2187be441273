package slice

import (
	"context"
	"net/http"
	"time"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// turns are places for what is done at the same time. Those who are not known have places of their
// own: however many of them ask, nobody who is known waits behind them.
type turns struct{ known, strangers chan struct{} }

// newTurns makes as many places for those who are known as for all others, and one at least.
func newTurns(each int) turns {
	each = max(1, each)
	return turns{make(chan struct{}, each), make(chan struct{}, each)}
}

// maxWait is how long whoever asks waits for a place.
const maxWait = 10 * time.Second

// take waits for a place and returns how it is given back. Returns Unavailable, in the given words.
func (t turns) take(ctx context.Context, busy string) (leave func(), err error) {
	places := t.of(ctx)
	wait, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	select {
	case places <- struct{}{}:
		return func() { <-places }, nil
	case <-wait.Done():
		return nil, fault.Unavailable("%s", busy)
	}
}

func (t turns) of(ctx context.Context) chan struct{} {
	if _, known := viewer.From(ctx); known {
		return t.known
	}
	return t.strangers
}

// resting gives the place of an answer to others while its reader takes what was written: slow
// readers hold nobody up, and long answers take turns.
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
