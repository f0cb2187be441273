package slice

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// quiet is how long a server may say nothing, unless a copy has it otherwise: longer than it lets
// anybody wait for a place and for its database.
const quiet = time.Minute

var errQuiet = errors.New("it said nothing for too long")

// do asks, and gives a server up that says nothing, before or in the middle of its answer.
func (c Copy) do(request *http.Request) (*http.Response, error) {
	client, most := c.Client, c.Quiet
	if client == nil {
		client = http.DefaultClient
	}
	if most == 0 {
		most = quiet
	}
	ctx, giveUp := context.WithCancelCause(request.Context())
	late := time.AfterFunc(most, func() { giveUp(errQuiet) })
	response, err := client.Do(request.WithContext(ctx))
	late.Stop()
	if err != nil {
		giveUp(nil)
		return nil, fmt.Errorf("ask %s: %w", c.Server, saidWhy(ctx, err))
	}
	response.Body = &heard{response.Body, ctx, giveUp, late, most}
	return response, nil
}

// heard is an answer whose reading ends where nothing more of it comes.
type heard struct {
	io.ReadCloser
	ctx    context.Context //nolint:containedctx // of the one answer
	giveUp context.CancelCauseFunc
	late   *time.Timer
	most   time.Duration
}

// Read waits as long as the server may say nothing.
func (h *heard) Read(b []byte) (int, error) {
	h.late.Reset(h.most)
	defer h.late.Stop()
	n, err := h.ReadCloser.Read(b)
	return n, saidWhy(h.ctx, err)
}

// Close ends the answer.
func (h *heard) Close() error {
	defer h.giveUp(nil)
	return h.ReadCloser.Close()
}

// saidWhy is an error, with the reason for which an answer was given up.
func saidWhy(ctx context.Context, err error) error {
	if err != nil && errors.Is(context.Cause(ctx), errQuiet) {
		return errQuiet
	}
	return err
}
