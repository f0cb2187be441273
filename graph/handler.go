package graph

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/upr-info/upr/graph/generated"
	"github.com/upr-info/upr/internal/record"
)

// documentCache is how many parsed documents are kept.
const documentCache = 1000

// NewHandler serves the graph over a record, and keeps up to cacheMegabytes of answers
// to public questions.
func NewHandler(r *Resolver, cacheMegabytes int) http.Handler {
	schema := generated.NewDirectSchema(generated.Config{Resolvers: r, Directives: directives()}, markPublic)
	return newHandler(schema, r.Record, newResponseCache(cacheMegabytes))
}

func newHandler(schema graphql.ExecutableSchema, r *record.Record, cache *responseCache) http.Handler {
	srv := handler.New(schema)
	answering := transport{r, cache, variables{schema.Schema()}}
	srv.AddTransport(webSocket())
	srv.AddTransport(stream{answering})
	srv.AddTransport(answering)
	srv.AddTransport(unsupported{})
	srv.SetQueryCache(lru.New[*ast.QueryDocument](documentCache))
	srv.SetParserTokenLimit(maxTokens)
	srv.SetErrorPresenter(presentError)
	srv.SetRecoverFunc(recoverPanic)
	srv.Use(extension.Introspection{}) // the schema is published
	srv.Use(newPersistedQueries())
	srv.Use(limits{})
	srv.AroundOperations(pinSnapshot(r))
	return srv
}

// Schema is the whole schema, as schema.graphqls prints it.
func Schema() *ast.Schema {
	return generated.NewExecutableSchema(generated.Config{}).Schema()
}
