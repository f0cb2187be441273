package graph

import (
	"context"
	"math"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
)

// What one operation may ask for. Introspection stays below all of them.
const (
	maxTokens     = 2_000  // of the document, before it is parsed
	maxDepth      = 15     // fields within fields
	maxAliases    = 50     // fragments counted where they are spread
	maxCost       = 50_000 // see measure
	maxBodyLength = 1 << 20
	unpagedPage   = 20 // the default of lists that are asked for without first or last
)

// limits refuses operations that ask for too much before anything of them runs.
type limits struct{}

func (limits) ExtensionName() string { return "Limits" }

func (limits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext measures the operation that is to run.
func (limits) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	m := measurer{variables: op.Variables, fragments: map[string]measure{}}
	asked := m.of(op.Operation.SelectionSet)
	for _, limit := range []struct {
		what       string
		asked, max int
	}{{"depth", asked.depth, maxDepth}, {"aliases", asked.aliases, maxAliases}, {"cost", asked.cost, maxCost}} {
		if limit.asked > limit.max {
			err := fault.LimitExceeded("the operation's %s is %d, the limit is %d", limit.what, limit.asked, limit.max)
			return gqlerror.Wrap(err)
		}
	}
	return nil
}

// measure is how much a selection asks for. A field costs 1, or what its @cost says, and
// what is asked of it. What a page is asked of its items it costs as often as it has items,
// what is asked of the whole list once; another list costs as often as its @listSize says.
type measure struct {
	depth, aliases, cost int
	perItem              int // of a connection: what is asked of each item
}

func (m *measure) add(other measure) {
	m.depth = max(m.depth, other.depth)
	m.aliases = saturated(m.aliases + other.aliases)
	m.cost = saturated(m.cost + other.cost)
	m.perItem = saturated(m.perItem + other.perItem)
}

// saturated keeps sums and products of measures from overflowing.
func saturated(n int) int { return min(n, math.MaxInt32) }

// measurer measures each fragment once, however often it is spread.
type measurer struct {
	variables map[string]any
	fragments map[string]measure
}

func (m measurer) of(set ast.SelectionSet) measure {
	var sum measure
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			sum.add(m.field(s))
		case *ast.InlineFragment:
			sum.add(m.of(s.SelectionSet))
		case *ast.FragmentSpread:
			sum.add(m.fragment(s))
		}
	}
	return sum
}

func (m measurer) fragment(spread *ast.FragmentSpread) measure {
	known, ok := m.fragments[spread.Name]
	if !ok {
		known = m.of(spread.Definition.SelectionSet)
		m.fragments[spread.Name] = known
	}
	return known
}

func (m measurer) field(f *ast.Field) measure {
	inside := m.of(f.SelectionSet)
	asked := measure{depth: inside.depth + 1, aliases: inside.aliases}
	if f.Alias != f.Name {
		asked.aliases = saturated(asked.aliases + 1)
	}
	switch {
	case f.Definition == nil:
		asked.cost = saturated(1 + inside.cost)
	case isPage(f.Definition):
		asked.cost = saturated(weight(f) + inside.cost + inside.perItem*m.asked(f, unpagedPage, "first", "last"))
	case isPerItem(f):
		asked.perItem = saturated(weight(f) + inside.cost)
	default:
		asked.cost = saturated(weight(f) + saturated(inside.cost+inside.perItem)*m.items(f))
	}
	return asked
}

// isPage says whether a field is a connection, whose items stand in its nodes and edges.
func isPage(d *ast.FieldDefinition) bool { return d.Arguments.ForName("last") != nil }

func isPerItem(f *ast.Field) bool {
	return (f.Name == "nodes" || f.Name == "edges") && f.ObjectDefinition.Fields.ForName("pageInfo") != nil
}

// items is how many items a list is expected to have; 1 for what is no list.
func (m measurer) items(f *ast.Field) int {
	size := f.Definition.Directives.ForName("listSize")
	if size == nil {
		return 1
	}
	arguments := size.ArgumentMap(nil)
	slicing, _ := arguments["slicingArguments"].([]any)
	assumed, _ := number(arguments["assumedSize"])
	return m.asked(f, assumed, slicing...)
}

// asked is the largest of some arguments of a field, or assumed where none is given.
func (m measurer) asked(f *ast.Field, assumed int, slicing ...any) int {
	items, given := 0, false
	for name, value := range f.ArgumentMap(m.variables) {
		if !slices.Contains(slicing, any(name)) {
			continue
		}
		if list, ok := value.([]any); ok {
			items, given = max(items, len(list)), true
		} else if n, ok := number(value); ok {
			items, given = max(items, n), true
		}
	}
	if !given {
		return assumed
	}
	return min(items, record.MaxPage) // more is refused by the list, which names the argument
}

// weight is what a field costs by itself.
func weight(f *ast.Field) int {
	cost := f.Definition.Directives.ForName("cost")
	if cost == nil {
		return 1
	}
	n, _ := number(cost.ArgumentMap(nil)["weight"])
	return n
}

// number reads an Int argument, from the document or from variables. What is
// negative is refused later, by the list.
func number(value any) (int, bool) {
	switch n := value.(type) {
	case int64:
		return int(n), true
	case int:
		return n, true
	case interface{ Int64() (int64, error) }: // json.Number
		i, err := n.Int64()
		return int(i), err == nil
	}
	return 0, false
}
