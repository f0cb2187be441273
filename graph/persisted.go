package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/upr-info/upr/internal/fault"
)

// persistedQueries lets clients send the digest of a document that was sent before, as Apollo
// and urql do: short enough for GET, whose answers others may keep.
type persistedQueries struct {
	extension.AutomaticPersistedQuery
	trusted *Trusted
}

const (
	// maxPersisted is how many documents are kept, the ones that were used last.
	maxPersisted = 1000
	// maxPersistedLength keeps large documents out.
	maxPersistedLength = 16 << 10
	// codeUnknownQuery is what clients wait for before they send the whole document.
	codeUnknownQuery = "PERSISTED_QUERY_NOT_FOUND"
)

func newPersistedQueries(trusted *Trusted) persistedQueries {
	return persistedQueries{extension.AutomaticPersistedQuery{Cache: shortQueries{lru.New[string](maxPersisted)}}, trusted}
}

// MutateOperationParameters fills in the document that a request names.
func (p persistedQueries) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	p.trusted.fill(params)
	err := p.AutomaticPersistedQuery.MutateOperationParameters(ctx, params)
	if err == nil {
		return p.trusted.admit(ctx, params.Query)
	}
	if isUnknownQuery(err) {
		return err
	}
	return gqlerror.Wrap(fault.Invalid("extensions.persistedQuery", "must be like {version: 1, sha256Hash: …}, with the SHA-256 of the query in hexadecimal"))
}

func isUnknownQuery(err *gqlerror.Error) bool { return err.Extensions["code"] == codeUnknownQuery }

// namesQuery says whether a request without a document names one.
func namesQuery(params *graphql.RawParams) bool { return params.Extensions["persistedQuery"] != nil }

// shortQueries keeps documents that are not long.
type shortQueries struct{ graphql.Cache[string] }

// Add keeps a document by its digest.
func (c shortQueries) Add(ctx context.Context, digest, query string) {
	if len(query) <= maxPersistedLength {
		c.Cache.Add(ctx, digest, query)
	}
}
