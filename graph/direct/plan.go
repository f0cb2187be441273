// Package direct answers queries without gqlgen's executor, which costs a goroutine, a
// context and a marshaller per field.
//
// A query is planned once: which fields of which types are written in which order under
// which keys. Generated code (graph/generated/direct.generated.go, from the same
// bindings as gqlgen's own) then walks the plan and appends JSON. Only what is plain is
// planned; anything else, and any answer that turns out to have an error in it, is left
// to gqlgen's executor. Both give the same bytes, which a test compares.
package direct

import (
	"slices"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Typename is the ID of the field __typename, which every type has.
const Typename = 0

// Fields says which fields the generated code can write, by type and name: each has
// an ID, which is not Typename.
type Fields map[string]map[string]int

// Field is a field of a plan.
type Field struct {
	ID    int
	Key   []byte // `"alias":`, behind a comma where it is not the first
	Value []byte // what a Typename writes
	Sub   []Field
	// ByType has the fields of each type that an interface may turn out to be.
	ByType map[string][]Field

	args  int // position in the arguments of a run
	field graphql.CollectedField
}

// Plan is how one operation is answered.
type Plan struct {
	Root []Field
	// withArgs are the fields that have arguments, by their position in a run.
	withArgs []*Field
	// cacheable is false where the fields themselves depend on variables.
	cacheable bool
}

// planner plans one operation.
type planner struct {
	op     *graphql.OperationContext
	schema *ast.Schema
	fields Fields
	count  int
	failed bool
}

// newPlan plans an operation, or returns nil where it has anything that is not plain.
func newPlan(op *graphql.OperationContext, schema *ast.Schema, fields Fields) *Plan {
	if op.Operation.Operation != ast.Query {
		return nil
	}
	p := &planner{op: op, schema: schema, fields: fields}
	root := p.object(schema.Query, op.Operation.SelectionSet)
	if p.failed {
		return nil
	}
	plan := &Plan{Root: root, withArgs: make([]*Field, p.count), cacheable: !conditional(op.Operation.SelectionSet, map[string]bool{})}
	plan.collect(root)
	return plan
}

// collect finds the fields with arguments.
func (plan *Plan) collect(fields []Field) {
	for i := range fields {
		f := &fields[i]
		if f.args >= 0 {
			plan.withArgs[f.args] = f
		}
		plan.collect(f.Sub)
		for _, sub := range f.ByType {
			plan.collect(sub)
		}
	}
}

// object plans the fields of a type that are asked for.
func (p *planner) object(definition *ast.Definition, selections ast.SelectionSet) []Field {
	satisfied := append([]string{definition.Name}, definition.Interfaces...)
	collected := graphql.CollectFields(p.op, selections, satisfied)
	fields := make([]Field, 0, len(collected))
	for _, c := range collected {
		if len(c.Deferrables) > 0 {
			p.failed = true
		}
		fields = append(fields, p.field(definition, c, len(fields) == 0))
	}
	return fields
}

func (p *planner) field(parent *ast.Definition, c graphql.CollectedField, first bool) Field {
	f := Field{field: c, Key: append(strconv.AppendQuote(nil, c.Alias), ':'), args: -1}
	if !first {
		f.Key = append([]byte{','}, f.Key...)
	}
	if c.Name == "__typename" {
		f.ID, f.Value = Typename, strconv.AppendQuote(nil, parent.Name)
		return f
	}
	id, known := p.fields[parent.Name][c.Name]
	if !known {
		p.failed = true
		return f
	}
	f.ID = id
	if len(c.Definition.Arguments) > 0 {
		f.args = p.count
		p.count++
	}
	switch definition := p.schema.Types[c.Definition.Type.Name()]; definition.Kind {
	case ast.Object:
		f.Sub = p.object(definition, c.Selections)
	case ast.Interface, ast.Union:
		f.ByType = map[string][]Field{}
		for _, possible := range p.schema.GetPossibleTypes(definition) {
			f.ByType[possible.Name] = p.object(possible, c.Selections)
		}
	}
	return f
}

// conditional says whether a variable decides which fields there are.
func conditional(set ast.SelectionSet, seen map[string]bool) bool {
	return slices.ContainsFunc(set, func(selection ast.Selection) bool {
		switch s := selection.(type) {
		case *ast.Field:
			return usesVariable(s.Directives) || conditional(s.SelectionSet, seen)
		case *ast.InlineFragment:
			return usesVariable(s.Directives) || conditional(s.SelectionSet, seen)
		case *ast.FragmentSpread:
			if usesVariable(s.Directives) {
				return true
			}
			if seen[s.Name] {
				return false
			}
			seen[s.Name] = true
			return conditional(s.Definition.SelectionSet, seen)
		}
		return true
	})
}

func usesVariable(directives ast.DirectiveList) bool {
	return slices.ContainsFunc(directives, func(d *ast.Directive) bool {
		return slices.ContainsFunc(d.Arguments, func(a *ast.Argument) bool { return a.Value.Kind == ast.Variable })
	})
}
