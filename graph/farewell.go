package graph

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/wire"
)

// errLeaving is the last word to who has something open that has no end, when its server leaves.
var errLeaving = errors.New("this server stops or starts anew: open it again")

// whileServed returns a context of a subscription that ends when the server leaves. Other operations are finished.
func whileServed(ctx context.Context, operation *graphql.OperationContext) (of context.Context, done func()) {
	if operation.Operation.Operation != ast.Subscription {
		return ctx, func() {}
	}
	of, end := context.WithCancelCause(ctx)
	stay := context.AfterFunc(wire.Leaving(ctx), func() {
		end(errLeaving)
		wire.LastWord(ctx)
	})
	return of, func() {
		stay()
		end(nil)
	}
}

// kinds tells a socket which of its operations have no end. gqlgen reads an operation before it takes the next message,
// so that it is the one that the socket began last.
type kinds struct {
	graphql.GraphExecutor
	of *sockets
}

// CreateOperationContext reads an operation.
func (k kinds) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	operation, errs := k.GraphExecutor.CreateOperationContext(ctx, params)
	if len(errs) == 0 && operation.Operation.Operation == ast.Subscription {
		k.of.socket.lasts()
	}
	return operation, errs
}

// lasts says of the operation that was begun last that it has no end.
func (s *socket) lasts() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ours := s.latest(); s.named[ours] != "" {
		s.lasting[ours] = true
	}
}

// leave ends the socket once all operations that have an end are answered. Meanwhile none begins: clients begin it again
// on the socket that they open instead.
func (s *socket) leave() {
	s.mu.Lock()
	s.leaving = true
	s.mu.Unlock()
	s.endIfAnswered()
}

func (s *socket) endIfAnswered() {
	s.mu.Lock()
	ends := s.leaving && len(s.active) == len(s.lasting)
	s.mu.Unlock()
	if ends {
		_ = s.WriteClose(closeRestart, errLeaving.Error())
		wire.LastWord(s.ctx)
	}
}

// closeCode is how a socket ends that is no more for who asked: who is another one by now, or may do other things.
func closeCode(ctx context.Context) (code int, reason string) {
	var left *fault.Error
	if !errors.As(context.Cause(ctx), &left) {
		return 0, ""
	}
	if left.Code == fault.CodeUnauthenticated {
		return closeUnauthorized, left.Error()
	}
	return closeForbidden, left.Error()
}
