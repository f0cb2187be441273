// Package scalar reads and writes the scalars of the graph that gqlgen does not bring.
package scalar

import (
	"github.com/99designs/gqlgen/graphql"

	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/fault"
)

// MarshalDate writes a day as YYYY-MM-DD.
func MarshalDate(d civil.Date) graphql.Marshaler { return graphql.MarshalString(string(d)) }

// UnmarshalDate reads YYYY-MM-DD and refuses days that do not exist.
func UnmarshalDate(v any) (civil.Date, error) {
	text, ok := v.(string)
	if !ok {
		return "", fault.Invalid("", "a date is a text like 2008-04-07")
	}
	date, err := civil.Parse(text)
	if err != nil {
		return "", fault.Invalid("", "%v", err)
	}
	return date, nil
}
