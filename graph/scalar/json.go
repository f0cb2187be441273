package scalar

import (
	"encoding/json"
	"io"

	"github.com/99designs/gqlgen/graphql"
)

// MarshalJSON writes JSON as it is.
func MarshalJSON(value json.RawMessage) graphql.Marshaler {
	if value == nil {
		return graphql.Null
	}
	return graphql.WriterFunc(func(w io.Writer) { _, _ = w.Write(value) })
}

// UnmarshalJSON takes any value.
func UnmarshalJSON(value any) (json.RawMessage, error) { return json.Marshal(value) }
