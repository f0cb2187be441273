package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/upr-info/upr/internal/fault"
)

// variables checks the values of an operation's variables against their types. gqlparser
// takes "1" for an Int, 1 for a String and noted for NOTED, and what it takes may then
// be read as something else than what limits measured.
type variables struct{ schema *ast.Schema }

// strict is an executor that takes no operation whose variables are of other types. To read a
// document that is not known yet may take as long as to answer it: that needs a place as well.
type strict struct {
	graphql.GraphExecutor
	variables variables
	documents graphql.Cache[*ast.QueryDocument]
	places    places
}

// CreateOperationContext reads an operation.
func (s strict) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	if _, known := s.documents.Get(ctx, params.Query); !known {
		leave, err := take(ctx, s.places.questions)
		if err != nil {
			return &graphql.OperationContext{}, gqlerror.List{gqlerror.Wrap(err)}
		}
		defer leave()
	}
	operation, errs := s.GraphExecutor.CreateOperationContext(ctx, params)
	if operation != nil && operation.Operation == nil && operation.Doc != nil && params.OperationName == "" {
		return operation, gqlerror.List{gqlerror.Wrap(fault.Invalid("operationName", "must say which of the document's operations is meant"))}
	}
	if operation == nil || operation.Operation == nil {
		return operation, errs
	}
	if err := s.variables.check(operation.Operation, params.Variables); err != nil {
		return operation, gqlerror.List{gqlerror.Wrap(err)}
	}
	if len(errs) == 0 && operation.Operation.Operation == ast.Subscription && len(graphql.CollectFields(operation, operation.Operation.SelectionSet, []string{"Subscription"})) != 1 {
		// gqlparser lets two aliases of one field pass, and a field that a variable leaves out.
		return operation, gqlerror.List{gqlerror.Wrap(fault.Invalid("", "a subscription asks for one field of Subscription: begin one for each"))}
	}
	return operation, errs
}

// check refuses the first value that is not of its type. What is missing, null or
// unknown is left to gqlparser.
func (c variables) check(op *ast.OperationDefinition, values map[string]any) error {
	for _, v := range op.VariableDefinitions {
		if err := c.value(v.Type, values[v.Variable], "$"+v.Variable); err != nil {
			return err
		}
	}
	return nil
}

func (c variables) value(t *ast.Type, value any, path string) error {
	if value == nil {
		return nil
	}
	if t.Elem != nil {
		list := reflect.ValueOf(value)
		if list.Kind() != reflect.Slice { // one value stands for a list of one
			return c.value(t.Elem, value, path)
		}
		for i := range list.Len() { // gqlparser may have put the one value into a list of its own type
			if err := c.value(t.Elem, list.Index(i).Interface(), fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
		return nil
	}
	definition := c.schema.Types[t.NamedType]
	switch definition.Kind {
	case ast.InputObject:
		return c.object(definition, value, path)
	case ast.Enum:
		name, ok := value.(string)
		if !ok || definition.EnumValues.ForName(name) == nil {
			return fault.Invalid(path, "must be one of the values of %s", definition.Name)
		}
		return nil
	default:
		return scalar(definition.Name, value, path)
	}
}

func (c variables) object(definition *ast.Definition, value any, path string) error {
	fields, ok := value.(map[string]any)
	if !ok {
		return fault.Invalid(path, "must be an object")
	}
	for _, field := range definition.Fields {
		if err := c.value(field.Type, fields[field.Name], path+"."+field.Name); err != nil {
			return err
		}
	}
	return nil
}

func scalar(name string, value any, path string) error {
	number, isNumber := value.(json.Number)
	_, isText := value.(string)
	switch name {
	case "Int":
		if _, err := strconv.ParseInt(number.String(), 10, 32); err != nil {
			return fault.Invalid(path, "must be a whole number of at most 32 bits, without quotation marks")
		}
	case "Float":
		if !isNumber {
			return fault.Invalid(path, "must be a number, without quotation marks")
		}
	case "Boolean":
		if _, ok := value.(bool); !ok {
			return fault.Invalid(path, "must be true or false")
		}
	case "ID":
		if _, err := strconv.ParseInt(number.String(), 10, 64); err != nil && !isText {
			return fault.Invalid(path, "must be text in quotation marks")
		}
	default: // String, and what is written as one
		if !isText {
			return fault.Invalid(path, "must be text in quotation marks")
		}
	}
	return nil
}
