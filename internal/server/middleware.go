package server

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

const requestIDHeader = "X-Request-Id"

// policy is what a browser may do with an answer: nothing. Pages say what they need.
const policy = "default-src 'none'; frame-ancestors 'none'"

// identified gives each request an id, by which a person's report finds its log lines, and
// each answer the headers that keep browsers from doing more with it than they should.
func identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := rand.Text()
		w.Header().Set(requestIDHeader, id)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r.WithContext(viewer.WithRequest(r.Context(), id)))
	})
}

// RequestID adds the id of the request, where there is one, to what is logged.
type RequestID struct{ slog.Handler }

// Handle writes a log line.
func (h RequestID) Handle(ctx context.Context, line slog.Record) error {
	if id := viewer.Request(ctx); id != "" {
		line.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, line)
}

// WithAttrs keeps the id on loggers derived from this one.
func (h RequestID) WithAttrs(attrs []slog.Attr) slog.Handler {
	return RequestID{h.Handler.WithAttrs(attrs)}
}

// WithGroup keeps the id on loggers derived from this one.
func (h RequestID) WithGroup(name string) slog.Handler { return RequestID{h.Handler.WithGroup(name)} }

// watched logs, counts and traces each request: never its query string, its body, an address that is a secret, or who asked.
func watched(m *Metrics, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, seen := time.Now(), &watchedWriter{statusWriter{ResponseWriter: w, status: http.StatusOK}, m}
		r, span := begin(r)
		defer span.End()
		next.ServeHTTP(seen, r)
		if seen.status == http.StatusServiceUnavailable && r.Context().Err() != nil {
			seen.status = statusGone
		}
		if span.IsRecording() {
			span.SetAttributes(attribute.String("http.route", r.Pattern), attribute.Int("http.response.status_code", seen.status))
		}
		m.request(r.Pattern, seen.status)
		slog.DebugContext(r.Context(), "request", "method", r.Method, "path", shownPath(r),
			"status", seen.status, "duration", time.Since(start))
	})
}

// statusGone is what metrics say, as nginx does, where whoever asked did not wait for the answer.
const statusGone = 499

// shownPath is where something was asked, without an address that is a secret.
func shownPath(r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, ownCalendars) {
		return ownCalendars + "…"
	}
	return r.URL.Path
}

// watchedWriter counts what is refused before GraphQL is reached.
type watchedWriter struct {
	statusWriter
	metrics *Metrics
}

// Refused counts a refusal.
func (w *watchedWriter) Refused(code fault.Code) { w.metrics.refused(code) }

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Flush sends what was written: events are not to wait for more.
func (w *statusWriter) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap lets http.ResponseController reach the connection.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// recovered answers 500 where a handler panics, and logs the cause.
func recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so as well
				panic(cause)
			}
			slog.ErrorContext(r.Context(), "panic", "cause", cause, "stack", string(debug.Stack()))
			answerFault(w, http.StatusInternalServerError, errors.New("something went wrong on our side; it has been logged"))
		}()
		next.ServeHTTP(w, r)
	})
}
