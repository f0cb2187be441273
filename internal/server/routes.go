package server

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/refusal"
)

// routed serves routes, and answers what has none in the form of all errors: net/http would say it in
// plain text.
func routed(routes *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if unrouted, pattern := routes.Handler(r); pattern == "" {
			unrouted.ServeHTTP(&refusing{ResponseWriter: w}, r)
			return
		}
		routes.ServeHTTP(w, r)
	})
}

// wildcard is what stands for a part of a path in a pattern.
var wildcard = regexp.MustCompile(`\{(\w+)\}`)

// held serves a pattern with what its paths name as a database can hold it: U+FFFD stands for what no text has. No id
// has that either, so that there is nothing of the name.
func held(pattern string, next http.HandlerFunc) http.HandlerFunc {
	names := wildcard.FindAllStringSubmatch(pattern, -1)
	return func(w http.ResponseWriter, r *http.Request) {
		for _, name := range names {
			text := strings.ReplaceAll(r.PathValue(name[1]), "\x00", "\uFFFD")
			r.SetPathValue(name[1], strings.ToValidUTF8(text, "\uFFFD"))
		}
		next(w, r)
	}
}

// worded serves what answers in the words of net/http where it has nothing.
func worded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(&refusing{ResponseWriter: w}, r) })
}

// refusing puts a refusal in the place of what net/http says of an address or a method.
type refusing struct {
	http.ResponseWriter
	refused bool
}

// WriteHeader answers what is refused, and anything else as it comes: a redirect to a clean address.
func (w *refusing) WriteHeader(status int) {
	switch status {
	case http.StatusNotFound:
		w.refused = true
		answerFault(w.ResponseWriter, status, fault.NotFound("there is nothing at this address: /export/ lists what can be taken, and /graphql answers questions"))
	case http.StatusMethodNotAllowed:
		w.refused = true
		answerFault(w.ResponseWriter, status, fault.Invalid("", "this address takes %s", strings.ReplaceAll(w.Header().Get("Allow"), ", ", " or ")))
	default:
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *refusing) Write(b []byte) (int, error) {
	if w.refused {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b) //nolint:wrapcheck // as net/http has it
}

// allow refuses other methods than those named.
func allow(next http.Handler, methods ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(methods, r.Method) {
			w.Header().Set("Allow", strings.Join(methods, ", "))
			(&refusing{ResponseWriter: w}).WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// heads answers HEAD as GET, whose body net/http leaves out. What has no end has no head of its own.
func heads(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead && !identity.Streams(r) {
			r = r.WithContext(r.Context())
			r.Method = http.MethodGet
		}
		next.ServeHTTP(w, r)
	})
}

// tell says which methods there are of an address, to whoever asks for them. Browsers, which ask before
// they send a key from a page of somebody else, are answered before it comes here.
func tell(methods []string) http.Handler {
	allowed := strings.Replace(strings.Join(methods, ", "), http.MethodGet, "GET, HEAD", 1) + ", OPTIONS"
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Allow", allowed)
		w.WriteHeader(http.StatusNoContent)
	})
}

// answerFault answers in the form of GraphQL's errors.
func answerFault(w http.ResponseWriter, status int, err error) {
	refusal.Write(w, status, fault.CodeOf(err), err.Error(), nil)
}
