package main

import (
	"bytes"
	"fmt"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"
)

// direct writes graph/generated/direct.generated.go: for each type a function that
// appends the JSON of the fields of a plan.
type direct struct{}

func (direct) Name() string { return "direct" }

// GenerateCode is called by gqlgen when its own code is written.
func (direct) GenerateCode(data *codegen.Data) error {
	return templates.Render(templates.Options{
		PackageName:     data.Config.Exec.Package,
		Filename:        filepath.Join(data.Config.Exec.DirName, "direct.generated.go"),
		Data:            &writer{data: data},
		GeneratedHeader: true,
		Packages:        data.Config.Packages,
		Template: `{{ reserveImport "context" }}
			{{ reserveImport "github.com/99designs/gqlgen/graphql" }}
			{{ reserveImport "github.com/upr-info/upr/graph/direct" }}
			{{ .Body }}`,
	})
}

// writer collects the body of the file.
type writer struct {
	data  *codegen.Data
	body  bytes.Buffer
	depth int // of nested lists, for the names of their variables
}

// Body writes everything behind the imports. The template calls it, because names of
// types are only known while a template is rendered.
func (w *writer) Body() string {
	objects := slices.DeleteFunc(slices.Clone(w.data.Objects), func(o *codegen.Object) bool {
		return !w.isPublic(o)
	})
	slices.SortFunc(objects, func(a, b *codegen.Object) int { return strings.Compare(a.Name, b.Name) })
	for _, o := range objects {
		w.object(o)
	}
	w.tables(objects)
	return w.body.String()
}

func (w *writer) printf(format string, args ...any) { fmt.Fprintf(&w.body, format, args...) }

// publicPackage is where the types of the record are. Only what they answer may be kept
// and given to anybody.
const publicPackage = "github.com/upr-info/upr/internal/record"

// isPublic says whether a type belongs to the record, or is the root of all questions.
func (w *writer) isPublic(o *codegen.Object) bool {
	if o == w.data.QueryRoot {
		return true
	}
	t, ok := named(o.Type).(*types.Named)
	return ok && t.Obj().Pkg() != nil && t.Obj().Pkg().Path() == publicPackage
}

// planned are the fields that are written directly: those without directives that run,
// which lead to nothing but the record.
func (w *writer) planned(o *codegen.Object) []*codegen.Field {
	return slices.DeleteFunc(slices.Clone(o.Fields), func(f *codegen.Field) bool {
		to := w.data.Objects.ByName(f.Type.Name())
		return strings.HasPrefix(f.Name, "__") || f.HasDirectives() || f.IsMap() || f.Batch || f.VOkFunc || to != nil && !w.isPublic(to)
	})
}

func (w *writer) object(o *codegen.Object) {
	receiver := ""
	if !o.Root {
		receiver = "obj " + w.goType(types.NewPointer(named(o.Type))) + ", "
	}
	w.printf("func (ec *executionContext) direct%s(ctx context.Context, w *direct.Writer, %sfields []direct.Field) {\n", o.Name, receiver)
	w.printf("w.Byte('{')\nfor i := range fields {\nf := &fields[i]\nw.Raw(f.Key)\nswitch f.ID {\ncase direct.Typename:\nw.Raw(f.Value)\n")
	for i, f := range w.planned(o) {
		w.printf("case %d: // %s\n", i+1, f.Name)
		w.field(f)
	}
	w.printf("}\nif w.Failed() {\nreturn\n}\n}\nw.Byte('}')\n}\n\n")
}

func named(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// field calls what gqlgen would call, with the same arguments, and writes the result.
func (w *writer) field(f *codegen.Field) {
	if len(f.Args) > 0 {
		w.printf("fc := w.ArgumentsOf(f)\n")
	}
	switch {
	case f.IsResolver:
		w.printf("v, err := ec.Resolvers.%s().%s(%s)\n", f.Object.Name, f.GoFieldName, f.CallArgs())
		w.failOnError()
	case f.IsMethod() && !f.NoErr:
		w.printf("v, err := obj.%s(%s)\n", f.GoFieldName, f.CallArgs())
		w.failOnError()
	case f.IsMethod():
		w.printf("v := obj.%s(%s)\n", f.GoFieldName, f.CallArgs())
	default:
		w.printf("v := obj.%s\n", f.GoFieldName)
	}
	w.value(f.TypeReference.GO, f.Type, "v", "f")
}

func (w *writer) failOnError() { w.printf("if err != nil {\nw.Fail()\nreturn\n}\n") }

// value writes an expression of a Go type as a GraphQL type.
func (w *writer) value(t types.Type, gql *ast.Type, expression, field string) {
	switch u := types.Unalias(t).(type) {
	case *types.Pointer:
		w.nothing(gql, expression)
		if w.isObject(gql) {
			w.object1(gql, expression, field)
		} else {
			w.value(u.Elem(), nonNull(gql), "*"+expression, field)
		}
		w.printf("}\n")
		return
	case *types.Slice:
		w.list(u, gql, expression, field)
		return
	}
	definition := w.data.Schema.Types[gql.Name()]
	switch definition.Kind {
	case ast.Interface, ast.Union:
		w.abstract(gql, definition, expression, field)
	case ast.Object:
		w.object1(gql, "&"+expression, field)
	case ast.Enum:
		w.printf("w.String(string(%s))\n", expression)
	default:
		w.scalar(gql.Name(), expression)
	}
}

// nothing opens a block for a value that is there. null where nothing is allowed is an error.
func (w *writer) nothing(gql *ast.Type, expression string) {
	if gql.NonNull {
		w.printf("if %s == nil {\nw.Fail()\n} else {\n", expression)
	} else {
		w.printf("if %s == nil {\nw.Null()\n} else {\n", expression)
	}
}

func nonNull(gql *ast.Type) *ast.Type {
	copied := *gql
	copied.NonNull = true
	return &copied
}

func (w *writer) isObject(gql *ast.Type) bool {
	return gql.Elem == nil && w.data.Schema.Types[gql.Name()].Kind == ast.Object
}

func (w *writer) object1(gql *ast.Type, pointer, field string) {
	w.printf("ec.direct%s(ctx, w, %s, %s.Sub)\n", gql.Name(), pointer, field)
}

func (w *writer) list(slice *types.Slice, gql *ast.Type, expression, field string) {
	if !gql.NonNull {
		w.nothing(gql, expression)
		defer w.printf("}\n")
	}
	index := fmt.Sprintf("i%d", w.depth)
	w.depth++
	w.printf("w.Byte('[')\nfor %s := range %s {\nif %s > 0 {\nw.Byte(',')\n}\n", index, expression, index)
	w.value(slice.Elem(), gql.Elem, fmt.Sprintf("%s[%s]", expression, index), field)
	w.printf("}\nw.Byte(']')\n")
	w.depth--
}

// abstract writes whatever type a value turns out to be.
func (w *writer) abstract(gql *ast.Type, definition *ast.Definition, expression, field string) {
	w.nothing(gql, expression)
	w.printf("switch obj := %s.(type) {\n", expression)
	for _, possible := range w.data.Schema.GetPossibleTypes(definition) {
		object := w.data.Objects.ByName(possible.Name)
		if !w.isPublic(object) {
			continue // left to gqlgen
		}
		w.printf("case %s:\nec.direct%s(ctx, w, &obj, %s.ByType[%q])\n", w.goType(named(object.Type)), possible.Name, field, possible.Name)
	}
	w.printf("default:\nw.Fail()\n}\n}\n")
}

func (w *writer) scalar(name, expression string) {
	switch name {
	case "ID", "String", "Date":
		w.printf("w.String(string(%s))\n", expression)
	case "Int", "Float", "Boolean", "Time":
		w.printf("w.%s(%s)\n", name, expression)
	default:
		panic("package direct does not know how to write the scalar " + name)
	}
}

// goType writes a type's name, and imports its package.
func (w *writer) goType(t types.Type) string { return templates.CurrentImports.LookupType(t) }

// tables writes which fields there are, and the door that package graph opens.
func (w *writer) tables(objects []*codegen.Object) {
	w.printf("var directFields = direct.Fields{\n")
	for _, o := range objects {
		w.printf("%q: {", o.Name)
		for i, f := range w.planned(o) {
			w.printf("%q: %d, ", f.Name, i+1)
		}
		w.printf("},\n")
	}
	w.printf("}\n\nfunc (ec *executionContext) directArgs(ctx context.Context, typeName, field string, raw map[string]any) (map[string]any, error) {\n")
	w.printf("switch typeName + \".\" + field {\n")
	for _, o := range objects {
		for _, f := range w.planned(o) {
			if len(f.Args) > 0 {
				w.printf("case %q:\nreturn ec.%s(ctx, raw)\n", o.Name+"."+f.Name, f.ArgsFunc())
			}
		}
	}
	w.printf("}\nreturn nil, nil\n}\n\n")
	w.printf(`// NewDirectSchema answers plain queries directly, of which it tells answered, and
// everything else as NewExecutableSchema does.
func NewDirectSchema(cfg Config, answered func(context.Context)) graphql.ExecutableSchema {
	schema := NewExecutableSchema(cfg)
	ec := newExecutionContext(nil, schema.(*executableSchema), nil)
	return direct.New(schema, direct.Generated{Fields: directFields, Write: ec.directQuery, Args: ec.directArgs, Answered: answered})
}
`)
}
