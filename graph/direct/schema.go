package direct

import (
	"bytes"
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// maxPlans is how many plans are kept.
const maxPlans = 1000

// Generated is what the generated code brings.
type Generated struct {
	Fields Fields
	// Write writes the fields of the query type.
	Write func(ctx context.Context, w *Writer, fields []Field)
	// Args reads the arguments of a field of a type.
	Args func(ctx context.Context, typeName, field string, raw map[string]any) (map[string]any, error)
	// Answered is told when an operation was answered directly, and so by the record alone.
	Answered func(ctx context.Context)
}

// Schema answers plain queries directly, and everything else as the schema that it wraps.
type Schema struct {
	graphql.ExecutableSchema
	generated Generated
	plans     *lru.Cache[*ast.OperationDefinition, *Plan]
}

// New wraps a schema.
func New(schema graphql.ExecutableSchema, generated Generated) *Schema {
	plans, err := lru.New[*ast.OperationDefinition, *Plan](maxPlans)
	if err != nil {
		panic(err) // only a size below 1 is refused
	}
	return &Schema{ExecutableSchema: schema, generated: generated, plans: plans}
}

// Exec answers an operation.
func (s *Schema) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	plan := s.plan(op)
	if plan == nil {
		return s.ExecutableSchema.Exec(ctx)
	}
	data, ok := s.run(ctx, op, plan)
	if !ok {
		return s.ExecutableSchema.Exec(ctx)
	}
	s.generated.Answered(ctx)
	return graphql.OneShot(&graphql.Response{Data: data})
}

func (s *Schema) plan(op *graphql.OperationContext) *Plan {
	if plan, known := s.plans.Get(op.Operation); known {
		return plan
	}
	plan := newPlan(op, s.Schema(), s.generated.Fields)
	if plan == nil || plan.cacheable {
		s.plans.Add(op.Operation, plan)
	}
	return plan
}

// run writes the answer. It reports false where anything went wrong: the other executor
// then finds the same and words it.
func (s *Schema) run(ctx context.Context, op *graphql.OperationContext, plan *Plan) (data []byte, ok bool) {
	defer func() {
		if recover() != nil {
			data, ok = nil, false
		}
	}()
	w := &Writer{ctx: ctx, args: make([]Arguments, len(plan.withArgs))}
	for i, f := range plan.withArgs {
		args, err := s.generated.Args(ctx, f.field.ObjectDefinition.Name, f.field.Name, f.field.ArgumentMap(op.Variables))
		if err != nil {
			return nil, false
		}
		w.args[i].Args = args
	}
	draft := drafts.Get().(*[]byte)
	w.buf = (*draft)[:0]
	s.generated.Write(ctx, w, plan.Root)
	if w.failed {
		return nil, false
	}
	if data = bytes.Clone(w.buf); cap(w.buf) <= maxDraft {
		*draft = w.buf
		drafts.Put(draft)
	}
	return data, true
}

// drafts are what answers are written in, so that an answer takes the memory that it needs
// and not what it takes to grow to that.
var drafts = sync.Pool{New: func() any { return new([]byte) }}

// maxDraft is up to which size a draft is used again.
const maxDraft = 1 << 20
