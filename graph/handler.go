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

// Options say how the graph is served.
type Options struct {
	// CacheMegabytes bounds the answers to public questions that are kept; 0: none.
	CacheMegabytes int
	// Trusted are documents that are known beforehand; nil: there are none.
	Trusted *Trusted
	// Places are how many questions of who is not known are answered at the same time; 0: as
	// many as come.
	Places int
	// Observe hears of every question; nil: nobody does.
	Observe Observer
}

// NewHandler serves the graph over a record.
func NewHandler(r *Resolver, options Options) http.Handler {
	schema := generated.NewDirectSchema(generated.Config{Resolvers: r, Directives: directives()}, markPublic)
	return newHandler(schema, r.Record, options)
}

func newHandler(schema graphql.ExecutableSchema, r *record.Record, options Options) http.Handler {
	srv := handler.New(schema)
	documents, places := lru.New[*ast.QueryDocument](documentCache), newPlaces(options.Places)
	answering := transport{r, newResponseCache(options.CacheMegabytes), variables{schema.Schema()}, documents, places, options.Trusted, options.Observe}
	srv.AddTransport(newWebSocket(answering))
	srv.AddTransport(stream{answering})
	srv.AddTransport(answering)
	srv.AddTransport(unsupported{options.Observe})
	srv.SetQueryCache(documents)
	srv.SetParserTokenLimit(maxTokens)
	srv.SetErrorPresenter(presentError)
	srv.SetRecoverFunc(recoverPanic)
	srv.Use(extension.Introspection{}) // the schema is published
	srv.Use(newPersistedQueries(options.Trusted))
	srv.Use(limits{documents})
	srv.Use(scopes{})
	srv.Use(newDeprecations(schema.Schema()))
	srv.Use(places)
	srv.AroundOperations(pinSnapshot(r))
	return srv
}

// Schema is the whole schema, as schema.graphqls prints it.
func Schema() *ast.Schema {
	return generated.NewExecutableSchema(generated.Config{}).Schema()
}
