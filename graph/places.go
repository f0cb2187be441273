package graph

import (
	"context"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/upr-info/upr/internal/turns"
	"github.com/upr-info/upr/internal/viewer"
	"github.com/upr-info/upr/internal/wire"
)

// places are how many questions of who is not known are answered at the same time, so that they
// leave something of the machine to those who work with it. What changes something has places of
// its own: whoever signs in does not wait behind those who ask. So have events: each of them would wait as
// long as a question, and a subscription would fall behind for as long as many ask. And so have requests
// that are longer than most, which take their length of memory from when they begin to come.
type places struct{ questions, changes, events, long turns.Turns }

// maxWait is how long a question waits for a place.
const maxWait = 5 * time.Second

const (
	// usualRequest is up to which length of its body, in bytes, a request needs no place.
	usualRequest = 64 << 10
	// longRequests is how many longer ones there are at the same time, and longWithin how long they take to come.
	longRequests = 32
	longWithin   = 10 * time.Second
)

// newPlaces makes n places of each kind; 0: as many as come.
func newPlaces(n int) places {
	p := places{turns.New(0, n, maxWait), turns.New(0, n, maxWait), turns.New(0, n, maxWait), turns.New(0, 0, maxWait)}
	if n > 0 {
		p.long = turns.New(0, longRequests, maxWait)
	}
	return p
}

// admit gives a place to a request whose body is long, and the rest of it a time to come where it is a stranger's.
// Returns Unavailable.
func (p places) admit(ctx context.Context) (leave func(), err error) {
	leave, err = take(ctx, p.long)
	if _, known := viewer.From(ctx); err == nil && !known {
		wire.ReadUntil(ctx, time.Now().Add(longWithin))
	}
	return leave, err
}

func (places) ExtensionName() string { return "Places" }

func (places) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation gives an operation a place until it is answered. Subscriptions, which
// mostly wait, have one for each event.
func (p places) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	of := p.questions
	switch graphql.GetOperationContext(ctx).Operation.Operation {
	case ast.Subscription:
		return p.forEvents(next(ctx))
	case ast.Mutation:
		of = p.changes
	case ast.Query:
	}
	leave, err := take(ctx, of)
	if err != nil {
		return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{presentError(ctx, err)}})
	}
	leave = sync.OnceFunc(leave)
	responses := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		defer leave()
		return responses(ctx)
	}
}

type eventKey struct{}

// forEvents has each event of a subscription take a place once something is looked up for it, and
// give it back when it is answered.
func (p places) forEvents(responses graphql.ResponseHandler) graphql.ResponseHandler {
	return func(ctx context.Context) *graphql.Response {
		leave := func() {}
		defer func() { leave() }()
		return responses(context.WithValue(ctx, eventKey{}, sync.OnceValue(func() error {
			taken, err := take(ctx, p.events)
			if err == nil {
				leave = taken
			}
			return err
		})))
	}
}

// eventPlace waits for the place of an event. Returns Unavailable.
func eventPlace(ctx context.Context) error {
	if take, isEvent := ctx.Value(eventKey{}).(func() error); isEvent {
		return take()
	}
	return nil
}

// take waits for a place and returns how it is given back. Returns Unavailable.
func take(ctx context.Context, of turns.Turns) (leave func(), err error) {
	return of.Take(ctx, "more is asked at the moment than can be answered: try again in a few seconds") //nolint:wrapcheck // one of ours
}
