package graph

import (
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/upr-info/upr/internal/slice"
)

// TestEveryPublicTypeHasItsScope walks the schema from the public roots: a new type has a row
// among readable, and a row has a type.
func TestEveryPublicTypeHasItsScope(t *testing.T) {
	schema, reached := Schema(), map[string]bool{}
	var reach func(*ast.Definition)
	reach = func(d *ast.Definition) {
		if reached[d.Name] || !d.IsCompositeType() {
			return
		}
		reached[d.Name] = true
		for _, possible := range schema.GetPossibleTypes(d) {
			reach(possible)
		}
		for _, f := range d.Fields {
			reach(schema.Types[f.Type.Name()])
		}
	}
	for _, root := range []*ast.Definition{schema.Query, schema.Subscription} {
		for _, f := range root.Fields {
			if slices.Contains([]string{"viewer", "mine", "desk", "deskChanged", "roundChanged"}, f.Name) || strings.HasPrefix(f.Name, "__") { // staff's, and one's own: looked after elsewhere
				continue
			}
			if schema.Types[f.Type.Name()].IsLeafType() && readableRoots[f.Name] == "" {
				t.Errorf("%s.%s leads to no type: give it a row among readableRoots", root.Name, f.Name)
			}
			reach(schema.Types[f.Type.Name()])
		}
	}
	kinds := []string{"changes"}
	for _, k := range slice.Kinds() {
		kinds = append(kinds, k.Scope)
	}
	for name := range reached {
		if _, there := readable[name]; !there {
			t.Errorf("public questions reach %s: say among readable which scope a key needs", name)
		}
	}
	for name, a := range readable {
		if !reached[name] {
			t.Errorf("public questions do not reach %s", name)
			continue
		}
		if a.kind != "" && !slices.Contains(kinds, a.kind) {
			t.Errorf("%s needs %s:read, which no export knows", name, a.kind)
		}
		for _, field := range a.names {
			if schema.Types[name].Fields.ForName(field) == nil {
				t.Errorf("%s has no field %s", name, field)
			}
		}
	}
}
