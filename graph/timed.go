package graph

import (
	"context"
	"errors"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// maxTime is how long one operation may take.
const maxTime = 20 * time.Second

// timed gives up operations that take too long, and says so in their last answer.
// Subscriptions alone may last.
type timed struct {
	graphql.GraphExecutor
	within time.Duration
}

// DispatchOperation begins an operation. Its answers are to be taken until there is none.
func (t timed) DispatchOperation(asked context.Context, operation *graphql.OperationContext) (graphql.ResponseHandler, context.Context) {
	if operation.Operation.Operation == ast.Subscription {
		return t.GraphExecutor.DispatchOperation(asked, operation)
	}
	limited, cancel := context.WithTimeout(asked, t.within)
	answers, limited := t.GraphExecutor.DispatchOperation(limited, operation)
	goesOn := true
	return func(ctx context.Context) *graphql.Response {
		answer := answers(ctx)
		switch {
		case answer != nil:
			goesOn = answer.HasNext != nil && *answer.HasNext
		case goesOn && errors.Is(limited.Err(), context.DeadlineExceeded) && asked.Err() == nil:
			answer, goesOn = t.DispatchError(graphql.WithOperationContext(asked, operation), tooSlow()), false
		default:
			cancel()
		}
		return answer
	}, limited
}
