package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/go-chi/httprate"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/viewer"
)

// strangers is how many times as much an address may ask before it is known who asks: several
// people may share it, and finding out who somebody is takes a question to the database.
const strangers = 10

// limit bounds what is asked of all handlers that it stands around together.
type limit func(next http.Handler) http.Handler

// byAddress bounds the requests of an address in a minute; 0: they are not.
func byAddress(people *identity.Service, perMinute int) limit {
	return rate(perMinute*strangers, people.Address)
}

// byCaller bounds the requests in a minute of a key, of a signed-in user, or of an address.
func byCaller(people *identity.Service, perMinute int) limit {
	return rate(perMinute, func(r *http.Request) string {
		v, known := viewer.From(r.Context())
		switch {
		case known && v.KeyUID != "":
			return v.KeyUID
		case known:
			return v.UID
		}
		return people.Address(r)
	})
}

// exportCosts is how many requests an export counts as: it reads all that there is.
const exportCosts = 10

// uploadCosts is how many requests an upload counts as.
const uploadCosts = 10

// costing counts each request as several.
func costing(requests int, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(httprate.WithIncrement(r.Context(), requests)))
	})
}

func rate(perMinute int, of func(*http.Request) string) limit {
	if perMinute == 0 {
		return func(next http.Handler) http.Handler { return next }
	}
	limiter := httprate.NewRateLimiter(perMinute, time.Minute,
		httprate.WithKeyFuncs(func(r *http.Request) (string, error) { return of(r), nil }),
		httprate.WithResponseHeaders(httprate.ResponseHeaders{Limit: "X-RateLimit-Limit", Remaining: "X-RateLimit-Remaining", Reset: "X-RateLimit-Reset", RetryAfter: "Retry-After"}),
		httprate.WithLimitHandler(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			w.Header().Set("Cache-Control", "no-store")
			w.WriteHeader(http.StatusTooManyRequests)
			_ = json.NewEncoder(w).Encode(map[string]any{"errors": []any{map[string]any{
				"message":    fmt.Sprintf("more than %d requests in a minute: wait as many seconds as Retry-After says", perMinute),
				"extensions": map[string]any{"code": fault.CodeLimitExceeded},
			}}})
		}))
	return limiter.Handler
}
