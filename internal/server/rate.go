package server

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/httprate"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/viewer"
)

// strangers is how many times as much an address may ask before it is known who asks: several
// people may share it, and finding out who somebody is takes a question to the database.
const strangers = 10

// limit bounds what is asked of all that it counts for.
type limit struct {
	perMinute int // 0: nothing is refused
	of        func(*http.Request) string
	limiter   *httprate.RateLimiter
	refuse    func(http.ResponseWriter, *http.Request, error)
}

// byAddress bounds the requests of an address in a minute; 0: they are not.
func byAddress(people *identity.Service, perMinute int) *limit {
	return newLimit(perMinute*strangers, people.Address)
}

// byCaller bounds the requests in a minute of a key, of a signed-in user, or of an address.
func byCaller(people *identity.Service, perMinute int) *limit {
	return newLimit(perMinute, callerOf(people))
}

// signInPages is how many pages of sign-in an address may ask for in a minute: enough for an
// office in the morning, few enough that nobody tries links or asks a provider without end.
const signInPages = 60

// signInsOf bounds the pages of sign-in that an address asks for, where requests are bounded. What is
// refused is read by people, and by programs as well.
func signInsOf(people *identity.Service, perMinute int) *limit {
	l := newLimit(min(perMinute, signInPages), people.Address)
	l.refuse = func(w http.ResponseWriter, r *http.Request, err error) {
		if strings.Contains(r.Header.Get("Accept"), "text/html") {
			identity.ShowError(w, r, fault.LimitExceeded("Too much was asked from where you are. Wait a minute, and try again."))
			return
		}
		refuse(w, r, err)
	}
	return l
}

// callerOf tells whoever asks apart from others.
func callerOf(people *identity.Service) func(*http.Request) string {
	return func(r *http.Request) string {
		v, known := viewer.From(r.Context())
		switch {
		case known && v.KeyUID != "":
			return v.KeyUID
		case known:
			return v.UID
		}
		return people.Address(r)
	}
}

// exportCosts is how many requests an export counts as: it reads all that there is.
const exportCosts = 10

// uploadCosts is how many requests an upload counts as.
const uploadCosts = 10

// costing counts each request as several.
func costing(requests int, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(r.Context(), costKey{}, requests)
		next.ServeHTTP(w, r.WithContext(httprate.WithIncrement(ctx, requests)))
	})
}

type costKey struct{}

// costOf is how many requests a request counts as.
func costOf(r *http.Request) int {
	if requests, said := r.Context().Value(costKey{}).(int); said {
		return requests
	}
	return 1
}

func newLimit(perMinute int, of func(*http.Request) string) *limit {
	limiter := httprate.NewRateLimiter(perMinute, window,
		httprate.WithResponseHeaders(httprate.ResponseHeaders{Limit: "X-RateLimit-Limit", Remaining: "X-RateLimit-Remaining", Reset: "X-RateLimit-Reset", RetryAfter: "Retry-After"}))
	return &limit{perMinute, of, limiter, refuse}
}

// window is the time in which requests are counted, and how long to wait for another one.
const window = time.Minute

// around counts the requests that come to next, and refuses those that are too many.
func (l *limit) around(next http.Handler) http.Handler {
	if l.perMinute == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.limiter.OnLimit(w, r, l.of(r)) {
			l.refuse(w, r, l.exceeded("as many seconds as Retry-After says"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// count counts what a request asks for beside itself. Returns LimitExceeded.
func (l *limit) count(r *http.Request) error {
	if l.perMinute > 0 && l.limiter.OnLimit(unsent{}, r, l.of(r)) {
		return l.exceeded(fmt.Sprintf("%d seconds", int(window.Seconds())))
	}
	return nil
}

func (l *limit) exceeded(wait string) error {
	return fault.LimitExceeded("more than %d requests in a minute: wait %s", l.perMinute, wait)
}

// unsent takes the headers of an answer that nobody gets.
type unsent struct{}

func (unsent) Header() http.Header { return http.Header{} }

func (unsent) Write(b []byte) (int, error) { return len(b), nil }

func (unsent) WriteHeader(int) {}

// refuse answers 429. Retry-After is set already.
func refuse(w http.ResponseWriter, _ *http.Request, err error) {
	answerFault(w, http.StatusTooManyRequests, err)
}
