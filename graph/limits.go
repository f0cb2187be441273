package graph

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/lexer"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
)

// What one operation may ask for. Introspection stays below all of them.
const (
	maxTokens     = 2_000  // of the document, before it is parsed
	maxNames      = 20_000 // characters of all names in the document: those that are unknown are compared with all that are known
	maxOperations = 10     // of one document, of which one runs
	maxRepeats    = 200    // fields of one name in the document: whether they agree is found out pair by pair
	maxDepth      = 15     // fields within fields
	maxAliases    = 50     // fragments counted where they are spread
	maxRoots      = 30     // fields of Query, Mutation or Subscription
	maxDirectives = 200    // on fields, fragments and the operation
	maxCost       = 50_000 // see measure
	maxValues     = 5_000  // in variables: texts, numbers, lists and objects
	maxNesting    = 10     // of lists and objects in variables
	maxBodyLength = 1 << 20
	unpagedPage   = 20 // the default of lists that are asked for without first or last
)

// limits refuses operations that ask for too much before anything of them runs.
type limits struct {
	documents graphql.Cache[*ast.QueryDocument] // that were read before
}

func (limits) ExtensionName() string { return "Limits" }

func (limits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters measures the variables, before they are read, and the document, before
// it is compared with the schema.
func (l limits) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	if hasNul(params.Query) || strings.Contains(params.Query, `\u0000`) || hasNul(params.Variables) {
		return gqlerror.Wrap(fault.Invalid("", "the character U+0000 stands in no text: take it out"))
	}
	values, nesting := sizeOf(params.Variables)
	if err := refuseBeyond("the variables'", []limit{{"values", "number of values", values, maxValues}, {"nesting", "nesting", nesting, maxNesting}}); err != nil {
		return err
	}
	if _, known := l.documents.Get(ctx, params.Query); known {
		return nil
	}
	return refuseDocument(params.Query)
}

// refuseDocument measures a document before it is compared with the schema.
func refuseDocument(text string) *gqlerror.Error {
	words, nesting, names := sizeOfDocument(text)
	if err := refuseBeyond("the document's", []limit{
		{"words", "number of words and signs", words, maxTokens}, {"nesting", "nesting", nesting, parser.MaxNestingDepth}, {"names", "number of characters in names", names, maxNames},
	}); err != nil {
		return err
	}
	if document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, maxTokens); err == nil {
		return refuseBeyond("the document's", []limit{numberOf(document), {"repeats", "number of fields of one name", repeats(document), maxRepeats}})
	}
	return nil // what is wrong is told when it is read in earnest
}

// sizeOfDocument counts words and signs, how deep braces and brackets are nested, and the characters of names, as far as
// a document can be read.
func sizeOfDocument(document string) (words, nesting, characters int) {
	within, read := 0, lexer.New(&ast.Source{Input: document})
	for word, err := read.ReadToken(); err == nil && word.Kind != lexer.EOF; word, err = read.ReadToken() {
		words++
		switch word.Kind {
		case lexer.BraceL, lexer.BracketL:
			within++
			nesting = max(nesting, within)
		case lexer.BraceR, lexer.BracketR:
			within--
		case lexer.Name:
			characters += len(word.Value)
		}
	}
	return words, nesting, characters
}

func numberOf(document *ast.QueryDocument) limit {
	return limit{"operations", "number of operations", len(document.Operations), maxOperations}
}

// repeats is how often the most frequent name of a field in answers stands in a document.
func repeats(document *ast.QueryDocument) (most int) {
	named := map[string]int{}
	var count func(set ast.SelectionSet)
	count = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch selection := selection.(type) {
			case *ast.Field:
				named[selection.Alias]++ // the name, where it has no other
				most = max(most, named[selection.Alias])
				count(selection.SelectionSet)
			case *ast.InlineFragment:
				count(selection.SelectionSet)
			}
		}
	}
	for _, operation := range document.Operations {
		count(operation.SelectionSet)
	}
	for _, fragment := range document.Fragments {
		count(fragment.SelectionSet)
	}
	return most
}

// hasNul says whether a document, or a value in variables, has the one character that PostgreSQL
// keeps in no text.
func hasNul(value any) bool {
	switch value := value.(type) {
	case string:
		return strings.ContainsRune(value, 0)
	case map[string]any:
		for _, item := range value {
			if hasNul(item) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(value, hasNul)
	}
	return false
}

// sizeOf counts values and how deep they are nested. The decoder has bounds of its own.
func sizeOf(value any) (values, nesting int) {
	add := func(item any) {
		v, n := sizeOf(item)
		values, nesting = values+v, max(nesting, n)
	}
	switch value := value.(type) {
	case map[string]any:
		for _, item := range value {
			add(item)
		}
	case []any:
		for _, item := range value {
			add(item)
		}
	default:
		return 1, 0
	}
	return values + 1, nesting + 1
}

// MutateOperationContext measures the operation that is to run.
func (limits) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	limits := measured(op.Doc, op.Operation, op.Variables)
	if wanted, _ := op.Extensions[costExtension].(bool); wanted {
		op.Stats.SetExtension(costExtension, limits)
	}
	return refuseBeyond("the operation's", limits)
}

// measured is how much an operation of a document asks for.
func measured(document *ast.QueryDocument, operation *ast.OperationDefinition, variables map[string]any) []limit {
	m := measurer{variables: variables, fragments: map[string]measure{}}
	asked := m.of(operation.SelectionSet)
	asked.directives += len(operation.Directives)
	return []limit{
		numberOf(document),
		{"depth", "depth", asked.depth, maxDepth},
		{"aliases", "number of aliases", asked.aliases, maxAliases},
		{"roots", "number of fields at its root", asked.fields, maxRoots},
		{"directives", "number of directives", asked.directives, maxDirectives},
		{"cost", "cost", asked.cost, maxCost},
	}
}

// costExtension is what a request sets to true in its extensions, to be told what it costs in
// those of the answer.
const costExtension = "cost"

// InterceptResponse tells what an operation costs.
func (limits) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if !graphql.HasOperationContext(ctx) { // the request was none
		return next(ctx)
	}
	if measured, wanted := graphql.GetOperationContext(ctx).Stats.GetExtension(costExtension).([]limit); wanted {
		told := map[string]any{}
		for _, l := range measured {
			told[l.name] = map[string]int{"asked": l.asked, "limit": l.max}
		}
		graphql.RegisterExtension(ctx, costExtension, told)
	}
	return next(ctx)
}

// limit is how much of something is asked for, and may be.
type limit struct {
	name, words string
	asked, max  int
}

// refuseBeyond names the first limit that is exceeded.
func refuseBeyond(whose string, limits []limit) *gqlerror.Error {
	for _, l := range limits {
		if l.asked > l.max {
			return gqlerror.Wrap(fault.LimitExceeded("%s %s is %d, the limit is %d", whose, l.words, l.asked, l.max))
		}
	}
	return nil
}

// measure is how much a selection asks for. A field costs 1, or what its @cost says, and
// what is asked of it. What a page is asked of its items it costs as often as it has items,
// what is asked of the whole list once; another list costs as often as its @listSize says.
type measure struct {
	depth, aliases, cost int
	fields, directives   int // fields of the selection itself
	perItem              int // of a connection: what is asked of each item
}

func (m *measure) add(other measure) {
	m.depth = max(m.depth, other.depth)
	m.aliases = saturated(m.aliases + other.aliases)
	m.cost = saturated(m.cost + other.cost)
	m.fields = saturated(m.fields + other.fields)
	m.directives = saturated(m.directives + other.directives)
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
			sum.add(measure{directives: len(s.Directives)})
		case *ast.FragmentSpread:
			sum.add(m.fragment(s))
			sum.add(measure{directives: len(s.Directives)})
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
	asked := measure{depth: inside.depth + 1, aliases: inside.aliases, fields: 1, directives: saturated(inside.directives + len(f.Directives))}
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
