package identity

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/refusal"
)

// keeping writes what a request changed in its session before it is answered. scs has the same, and
// sends the answer after its error where the session cannot be kept.
func (s *Service) keeping(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Cookie")
		answer := &keepingWriter{ResponseWriter: w, request: r, sessions: s.sessions}
		next.ServeHTTP(answer, r)
		answer.keep()
	})
}

type keepingWriter struct {
	http.ResponseWriter
	request  *http.Request
	sessions *scs.SessionManager
	done     bool
	failed   bool // something else was answered
}

func (w *keepingWriter) keep() {
	if w.done {
		return
	}
	w.done = true
	ctx := w.request.Context()
	switch w.sessions.Status(ctx) {
	case scs.Modified:
		token, until, err := w.sessions.Commit(ctx)
		if err != nil {
			w.failed = true
			notKept(w.ResponseWriter, w.request, err)
			return
		}
		w.sessions.WriteSessionCookie(ctx, w.ResponseWriter, token, until)
	case scs.Destroyed:
		w.sessions.WriteSessionCookie(ctx, w.ResponseWriter, "", time.Time{})
	case scs.Unmodified:
	}
}

// WriteHeader begins the answer.
func (w *keepingWriter) WriteHeader(status int) {
	if w.keep(); !w.failed {
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write writes a part of the answer.
func (w *keepingWriter) Write(b []byte) (int, error) {
	if w.keep(); w.failed {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *keepingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// notKept answers where a session could not be kept: whoever has just signed in is not.
func notKept(w http.ResponseWriter, r *http.Request, err error) {
	slog.WarnContext(r.Context(), "a session cannot be kept", "error", err)
	trouble := database.Trouble(err)
	switch {
	case trouble == nil && fault.CodeOf(err) == fault.CodeUnavailable:
		trouble = err
	case trouble == nil:
		trouble = fault.Unavailable("what changed in your session could not be kept: try again")
	}
	for _, name := range []string{"Content-Encoding", "Content-Length", "ETag", "Location"} { // of the other answer
		w.Header().Del(name)
	}
	if strings.HasPrefix(r.URL.Path, "/sign-in/") {
		ShowError(w, r, trouble)
		return
	}
	refusal.Write(w, http.StatusServiceUnavailable, fault.CodeUnavailable, trouble.Error(), nil)
}
