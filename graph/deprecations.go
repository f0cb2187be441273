package graph

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/upr-info/upr/internal/deprecation"
)

// deprecations finds what an operation uses of what is going to go: fields, arguments, fields of
// inputs and values of enums, in the document and in variables.
type deprecations struct {
	schema *ast.Schema
	// notices by place, as in Query.states, Query.states(first:), Filter.text and Response.NOTED.
	notices map[string]deprecation.Notice
}

// newDeprecations reads the notices of a schema. One that cannot be read is a mistake in the program.
func newDeprecations(schema *ast.Schema) deprecations {
	d := deprecations{schema, map[string]deprecation.Notice{}}
	add := func(place string, directives ast.DirectiveList) {
		directive := directives.ForName("deprecated")
		if directive == nil {
			return
		}
		reason, _ := directive.ArgumentMap(nil)["reason"].(string)
		notice, err := deprecation.Parse(place, reason)
		if err != nil {
			panic(err)
		}
		d.notices[place] = notice
	}
	for _, t := range schema.Types {
		if strings.HasPrefix(t.Name, "__") {
			continue
		}
		for _, f := range t.Fields {
			add(t.Name+"."+f.Name, f.Directives)
			for _, a := range f.Arguments {
				add(placeOfArgument(t.Name, f.Name, a.Name), a.Directives)
			}
		}
		for _, v := range t.EnumValues {
			add(t.Name+"."+v.Name, v.Directives)
		}
	}
	return d
}

// Deprecations are all notices of the schema.
func Deprecations() (all []deprecation.Notice) {
	for _, n := range newDeprecations(Schema()).notices {
		all = append(all, n)
	}
	return all
}

func placeOfArgument(of, field, argument string) string {
	return of + "." + field + "(" + argument + ":)"
}

// deprecationsExtension is what a request sets to true in its extensions, to be told in those of
// the answer what it uses that is going to go; and where it is kept until then.
const deprecationsExtension = "deprecations"

func (deprecations) ExtensionName() string { return "Deprecations" }

func (deprecations) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext looks through the operation that is to run.
func (d deprecations) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	if len(d.notices) == 0 {
		return nil
	}
	u := &uses{deprecations: d, variables: op.Variables, found: map[string]bool{}, seen: map[string]bool{}}
	for _, v := range op.Operation.VariableDefinitions {
		if value, given := op.Variables[v.Variable]; given {
			u.variable(v.Type, value)
		}
	}
	u.selections(op.Operation.SelectionSet)
	op.Stats.SetExtension(deprecationsExtension, u.notices())
	return nil
}

// InterceptResponse tells what an operation uses, where that is asked for.
func (deprecations) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if graphql.HasOperationContext(ctx) {
		op := graphql.GetOperationContext(ctx)
		if wanted, _ := op.Extensions[deprecationsExtension].(bool); wanted {
			graphql.RegisterExtension(ctx, deprecationsExtension, append([]deprecation.Notice{}, usedBy(op)...))
		}
	}
	return next(ctx)
}

// usedBy is what an operation uses of what is going to go.
func usedBy(op *graphql.OperationContext) []deprecation.Notice {
	if op == nil {
		return nil
	}
	notices, _ := op.Stats.GetExtension(deprecationsExtension).([]deprecation.Notice)
	return notices
}

// uses looks through one operation, through each fragment once.
type uses struct {
	deprecations
	variables map[string]any
	found     map[string]bool
	seen      map[string]bool
}

func (u *uses) notices() (list []deprecation.Notice) {
	for place := range u.found {
		if notice, going := u.deprecations.notices[place]; going {
			list = append(list, notice)
		}
	}
	slices.SortFunc(list, func(a, b deprecation.Notice) int { return strings.Compare(a.What, b.What) })
	return list
}

func (u *uses) selections(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			u.field(s)
		case *ast.InlineFragment:
			u.selections(s.SelectionSet)
		case *ast.FragmentSpread:
			if !u.seen[s.Name] {
				u.seen[s.Name] = true
				u.selections(s.Definition.SelectionSet)
			}
		}
	}
}

func (u *uses) field(f *ast.Field) {
	u.found[f.ObjectDefinition.Name+"."+f.Name] = true
	for _, a := range f.Arguments {
		if a.Value.Kind == ast.Variable {
			if _, given := u.variables[a.Value.Raw]; !given {
				continue
			}
		}
		u.found[placeOfArgument(f.ObjectDefinition.Name, f.Name, a.Name)] = true
		if definition := f.Definition.Arguments.ForName(a.Name); definition != nil {
			u.literal(definition.Type, a.Value)
		}
	}
	u.selections(f.SelectionSet)
}

// literal looks through a value in the document. Variables in it are looked through by themselves.
func (u *uses) literal(t *ast.Type, value *ast.Value) {
	switch value.Kind {
	case ast.ListValue:
		for _, item := range value.Children {
			u.literal(elementOf(t), item.Value)
		}
	case ast.ObjectValue:
		for _, item := range value.Children {
			if f := u.schema.Types[t.Name()].Fields.ForName(item.Name); f != nil {
				u.found[t.Name()+"."+item.Name] = true
				u.literal(f.Type, item.Value)
			}
		}
	case ast.EnumValue:
		u.found[t.Name()+"."+value.Raw] = true
	}
}

// variable looks through the value of a variable.
func (u *uses) variable(t *ast.Type, value any) {
	if list := reflect.ValueOf(value); list.Kind() == reflect.Slice { // gqlparser may have put one value into a list of its own type
		for i := range list.Len() {
			u.variable(elementOf(t), list.Index(i).Interface())
		}
		return
	}
	switch value := value.(type) {
	case map[string]any:
		for name, item := range value {
			if f := u.schema.Types[t.Name()].Fields.ForName(name); f != nil {
				u.found[t.Name()+"."+name] = true
				u.variable(f.Type, item)
			}
		}
	case string:
		if u.schema.Types[t.Name()].Kind == ast.Enum {
			u.found[t.Name()+"."+value] = true
		}
	}
}

// elementOf is the type of the items of a list; of one value that stands for a list, the list's.
func elementOf(t *ast.Type) *ast.Type {
	if t.Elem != nil {
		return t.Elem
	}
	return t
}
