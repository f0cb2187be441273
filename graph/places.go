package graph

import (
	"context"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// places are how many questions of who is not known are answered at the same time, so that
// they leave something of the machine to those who work with it. Nil: as many as come.
type places chan struct{}

// maxWait is how long a question waits for a place.
const maxWait = 5 * time.Second

func newPlaces(n int) places {
	if n == 0 {
		return nil
	}
	return make(places, n)
}

func (places) ExtensionName() string { return "Places" }

func (places) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation gives an operation a place until it is answered. Subscriptions, which
// mostly wait, have one for each event.
func (p places) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Subscription {
		return p.forEvents(next(ctx))
	}
	leave, err := p.take(ctx)
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
			taken, err := p.take(ctx)
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
func (p places) take(ctx context.Context) (leave func(), err error) {
	if _, known := viewer.From(ctx); p == nil || known {
		return func() {}, nil
	}
	leave = func() { <-p }
	select {
	case p <- struct{}{}:
		return leave, nil
	default:
	}
	timer := time.NewTimer(maxWait)
	defer timer.Stop()
	select {
	case p <- struct{}{}:
		return leave, nil
	case <-timer.C:
	case <-ctx.Done():
	}
	return nil, fault.Unavailable("more is asked at the moment than can be answered: try again in a few seconds")
}
