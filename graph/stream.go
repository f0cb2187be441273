package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/upr-info/upr/internal/accept"
	"github.com/upr-info/upr/internal/deprecation"
	"github.com/upr-info/upr/internal/fault"
)

// stream answers with events, as subscriptions need: the "distinct connections" of the
// protocol graphql-sse. gqlgen's own takes every request that mentions events, and answers
// malformed ones with what was sent.
type stream struct{ transport }

// pingEvery keeps proxies from closing a stream in which nothing happens.
const pingEvery = 15 * time.Second

// Supports requests that want events more than a single answer.
func (s stream) Supports(r *http.Request) bool {
	return s.transport.Supports(r) && accept.Best(r, accept.JSON, accept.GraphQL, accept.Events) == accept.Events
}

// Do sends each answer of an operation as an event, and at the end that it was the last.
func (s stream) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	w.Header().Set("Content-Type", accept.JSON+"; charset=utf-8") // of what is refused before there are events
	params, err := s.read(w, r)
	if err != nil {
		refuse(w, r, watched{exec, s.observe}, err)
		return
	}
	params.Headers = r.Header
	ctx := r.Context()
	operation, errs := s.prepare(ctx, exec, params, r.Method)
	if len(errs) > 0 {
		events := newEvents(w)
		defer events.close(nil)
		events.send(watched{exec, s.observe}.DispatchError(graphql.WithOperationContext(ctx, operation), fewest(errs)))
		return
	}
	deprecation.Announce(w.Header(), usedBy(operation))
	ctx, done := whileServed(ctx, operation)
	defer done()
	responses, ctx := watched{timed{exec, maxTime}, s.observe}.DispatchOperation(ctx, operation)
	events := newEvents(w) // from here on nothing is missed: the operation has begun
	defer func() { events.close(context.Cause(ctx)) }()
	for response := responses(ctx); response != nil; response = responses(ctx) {
		response.Errors = fewest(response.Errors)
		events.send(response)
	}
}

// read reads what is asked. What lasts longer keeps nobody's place.
func (s stream) read(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, error) {
	request, leave, err := s.readRequest(w, r)
	defer leave()
	if err != nil {
		return nil, err
	}
	return readParams(r.Method, request)
}

// event is an answer as it is sent: without data where nothing ran.
type event struct {
	Errors     gqlerror.List   `json:"errors,omitempty"`
	Data       json.RawMessage `json:"data,omitempty"`
	Extensions map[string]any  `json:"extensions,omitempty"`
}

// events writes to one reader, from the operation and from the pings.
type events struct {
	mu    sync.Mutex
	w     http.ResponseWriter
	flush func() error
	stop  chan struct{}
}

func newEvents(w http.ResponseWriter) *events {
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{}) // a stream lasts as long as its reader
	_ = control.SetReadDeadline(time.Time{})
	w.Header().Set("Content-Type", accept.Events+"; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // proxies are not to wait for more
	e := &events{w: w, flush: control.Flush, stop: make(chan struct{})}
	e.write(":\n\n")
	go e.ping()
	return e
}

func (e *events) ping() {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		select {
		case <-e.stop:
			return
		case <-ticker.C:
			e.write(":\n\n")
		}
	}
}

func (e *events) send(response *graphql.Response) {
	data, err := json.Marshal(event{response.Errors, response.Data, response.Extensions})
	if err != nil {
		data, _ = json.Marshal(event{Errors: gqlerror.List{gqlerror.Errorf("the answer could not be written")}})
	}
	e.write(fmt.Sprintf("event: next\ndata: %s\n\n", data))
}

func (e *events) write(text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	select {
	case <-e.stop:
		return
	default:
	}
	_, _ = fmt.Fprint(e.w, text) // a reader who has gone ends the context
	_ = e.flush()
}

// close says that it was the last event, or why there are no more. What does not say that it is complete, clients ask
// for again.
func (e *events) close(cause error) {
	switch left := (*fault.Error)(nil); {
	case errors.Is(cause, errLeaving):
		e.write(": " + errLeaving.Error() + "\n\n")
	case errors.As(cause, &left):
		e.send(&graphql.Response{Errors: gqlerror.List{presentError(context.Background(), left)}})
		fallthrough
	default:
		e.write("event: complete\ndata:\n\n")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	close(e.stop)
}
