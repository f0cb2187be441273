package graph

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/upr-info/upr/internal/fault"
)

// Observed is what may be known of a question by who runs the server: nothing of what was
// asked about whom.
type Observed struct {
	// Operation is the name that the client gave it.
	Operation string
	// Field is the kind of operation and its field of the schema, as in "query recommendations":
	// "several" where there are more, empty where it could not be read.
	Field string
	// Codes are those of the errors.
	Codes []string
	// Kept says whether the answer was one that was kept.
	Kept bool
	// Lasting is 1 where a subscription begins and -1 where it ends, which is told twice.
	Lasting int
	// Event says that it is one answer of a subscription, which is told where it has errors.
	Event bool
	// Unread says that it was refused before a question was read.
	Unread bool
	Took   time.Duration
}

// Observer hears of every question.
type Observer func(ctx context.Context, o Observed)

func (tell Observer) tell(ctx context.Context, since time.Time, o Observed) {
	if tell == nil {
		return
	}
	if errors.Is(ctx.Err(), context.Canceled) { // whoever asked has gone, and was not kept waiting
		o.Codes = slices.DeleteFunc(o.Codes, func(code string) bool { return code != string(fault.CodeInternal) })
	}
	o.Took = time.Since(since)
	tell(ctx, o)
}

// watched tells of what is asked by sockets and event streams, and of what is refused before it is read.
type watched struct {
	graphql.GraphExecutor
	observe Observer
}

// DispatchError answers what may not run.
func (w watched) DispatchError(ctx context.Context, errs gqlerror.List) *graphql.Response {
	response := w.GraphExecutor.DispatchError(ctx, errs)
	var operation *graphql.OperationContext
	if graphql.HasOperationContext(ctx) {
		operation = graphql.GetOperationContext(ctx)
	}
	seen := observed(operation, response)
	seen.Unread = operation == nil
	w.observe.tell(ctx, time.Now(), seen)
	return response
}

// DispatchOperation begins an operation.
func (w watched) DispatchOperation(ctx context.Context, operation *graphql.OperationContext) (graphql.ResponseHandler, context.Context) {
	start := time.Now()
	answers, of := w.GraphExecutor.DispatchOperation(ctx, operation)
	if operation.Operation.Operation != ast.Subscription {
		return func(ctx context.Context) *graphql.Response {
			answer := answers(ctx)
			if answer != nil {
				w.observe.tell(ctx, start, observed(operation, answer))
			}
			return answer
		}, of
	}
	lasting := observed(operation, &graphql.Response{})
	lasting.Lasting = 1
	w.observe.tell(ctx, start, lasting)
	ended := sync.OnceFunc(func() {
		lasting.Lasting = -1
		w.observe.tell(ctx, start, lasting)
	})
	context.AfterFunc(of, ended)
	return func(ctx context.Context) *graphql.Response {
		answer := answers(ctx)
		switch {
		case answer == nil:
			ended()
		case len(answer.Errors) > 0:
			event := observed(operation, answer)
			event.Event = true
			w.observe.tell(ctx, time.Now(), event)
		}
		return answer
	}, of
}

// observed describes an answer.
func observed(operation *graphql.OperationContext, response *graphql.Response) (o Observed) {
	for _, err := range response.Errors {
		o.Codes = append(o.Codes, fmt.Sprint(err.Extensions["code"]))
	}
	if operation == nil || operation.Operation == nil {
		return o
	}
	o.Operation = operation.Operation.Name
	o.Field = string(operation.Operation.Operation) + " " + rootField(operation.Operation.SelectionSet)
	return o
}

// rootField is the one field of a selection.
func rootField(set ast.SelectionSet) string {
	name := ""
	for _, selection := range set {
		field, plain := selection.(*ast.Field)
		if !plain || field.Definition == nil || name != "" {
			return "several"
		}
		name = field.Name
	}
	return name
}
