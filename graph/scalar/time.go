package scalar

import (
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/upr-info/upr/internal/fault"
)

// MarshalTime writes a moment in UTC as RFC 3339 does.
func MarshalTime(t time.Time) graphql.Marshaler { return graphql.MarshalTime(t) }

// UnmarshalTime reads a moment as RFC 3339 writes it, or a day, which begins at midnight UTC.
func UnmarshalTime(v any) (time.Time, error) {
	text, _ := v.(string)
	for _, form := range []string{time.RFC3339Nano, time.DateOnly} {
		// In another zone a moment of 9999 can be one of the year 10000, which has no form; the first one is Go's none.
		if t, err := time.Parse(form, text); err == nil && t.Year() > 1 && t.Year() < 9999 {
			return t, nil
		}
	}
	return time.Time{}, fault.Invalid("", "a moment is a text like 2026-11-27T09:30:00Z or 2026-11-27, of the years 2 to 9998")
}
