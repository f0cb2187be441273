package graph

import (
	"context"
	"fmt"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
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
	Took time.Duration
}

// Observer hears of every question that came by HTTP.
type Observer func(ctx context.Context, o Observed)

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
