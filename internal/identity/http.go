package identity

import (
	"context"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/rs/cors"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/internal/accept"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/refusal"
	"github.com/upr-info/upr/internal/viewer"
)

// caller is what is known of a request beside who asks.
type caller struct {
	Address string
	Client  string
	Request string
	session bool // it has a session, or may begin one
	reads   bool // and can only read it: the cookie of another would not reach it
}

type callerKey struct{}

func callerOf(ctx context.Context) caller {
	c, _ := ctx.Value(callerKey{}).(caller)
	return c
}

// mayBegin refuses to sign somebody in who did not send the request from our pages, or
// from an origin that is trusted: another page must not sign its visitors in as it likes.
func mayBegin(ctx context.Context) error {
	if !callerOf(ctx).session {
		return fault.Forbidden("sign in from this server's own pages, or from an origin that UPR_ALLOWED_ORIGINS lists")
	}
	return mayKeep(ctx)
}

// mayKeep refuses to give another session to who would not be told of it.
func mayKeep(ctx context.Context) error {
	if callerOf(ctx).reads {
		return fault.Invalid("", "cannot be done over a WebSocket or an event stream, which take no cookie: ask by POST for JSON")
	}
	return nil
}

// Handler says who asks, to what next serves.
//
//	Authorization: Bearer upr_…   the key; 401 where it holds no more
//	the session cookie            the user; 403 from origins that are not trusted
//	neither                       nobody
func (s *Service) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := caller{Address: s.Address(r), Client: clip(r.UserAgent(), 200), Request: w.Header().Get("X-Request-Id")}
		if r.Header.Get("Authorization") != "" {
			s.serveKey(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, c)), next)
			return
		}
		s.serveSession(w, r, next, c)
	})
}

func (s *Service) serveKey(w http.ResponseWriter, r *http.Request, next http.Handler) {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	err := fault.Unauthenticated(`send an API key as "Authorization: Bearer upr_…"`)
	var v *viewer.Viewer
	if strings.EqualFold(scheme, "Bearer") {
		v, err = s.byKey(r.Context(), strings.TrimSpace(secret))
	}
	if err != nil && fault.CodeOf(err) != fault.CodeUnauthenticated {
		s.complained.Do(func() { slog.WarnContext(r.Context(), "a key cannot be looked up", "error", err) })
		next.ServeHTTP(w, r.WithContext(viewer.InDoubt(r.Context()))) // what is public is answered all the same
		return
	}
	if err != nil {
		w.Header().Set("WWW-Authenticate", `Bearer realm="upr"`)
		refuse(w, r, err)
		return
	}
	w.Header().Add("Vary", "Authorization")
	r = r.WithContext(viewer.NewContext(r.Context(), v))
	asked := context.WithoutCancel(r.Context())
	serveLasting(w, r, next, func() (*viewer.Viewer, error) { return s.byKey(asked, strings.TrimSpace(secret)) })
}

func (s *Service) serveSession(w http.ResponseWriter, r *http.Request, next http.Handler, c caller) {
	cookie, err := r.Cookie(s.sessions.Cookie.Name)
	token := ""
	if err == nil {
		token = cookie.Value
	}
	trusted := s.trusts(r)
	if token != "" && !trusted {
		refuse(w, r, fault.Forbidden("a session cookie is not taken from this origin: leave credentials out, or have it listed in UPR_ALLOWED_ORIGINS"))
		return
	}
	ctx := r.Context()
	asked := context.WithoutCancel(ctx) // without the session, which would not be read again
	if trusted {
		loaded, err := s.sessions.Load(ctx, token)
		if err != nil { // public questions are answered all the same
			s.complained.Do(func() { slog.WarnContext(ctx, "a session cannot be read", "error", err) })
			ctx = viewer.InDoubt(ctx)
		} else {
			c.session, c.reads, ctx = true, Streams(r), loaded
		}
	}
	ctx = context.WithValue(ctx, callerKey{}, c)
	if c.session {
		v, err := s.bySession(ctx)
		switch {
		case err == nil && v != nil:
			ctx = viewer.NewContext(ctx, v)
		case err != nil && fault.CodeOf(err) != fault.CodeUnauthenticated:
			s.complained.Do(func() { slog.WarnContext(ctx, "a user cannot be read", "error", err) })
			ctx = viewer.InDoubt(ctx)
		}
	}
	r = r.WithContext(ctx)
	if c.session && !c.reads {
		next = s.keeping(next)
	}
	serveLasting(w, r, next, func() (*viewer.Viewer, error) {
		loaded, err := s.sessions.Load(asked, token)
		if err != nil {
			return nil, err
		}
		return s.bySession(loaded)
	})
}

// bySession returns who is signed in, nil where nobody is. Returns Unauthenticated for a
// user who is no more.
func (s *Service) bySession(ctx context.Context) (*viewer.Viewer, error) {
	id := s.sessions.GetInt(ctx, keyUser)
	if id == 0 {
		return nil, nil //nolint:nilnil // nobody
	}
	v, err := s.viewerOf(ctx, id, s.sessions.GetBool(ctx, keySecond))
	if ent.IsNotFound(err) {
		err = fault.Unauthenticated("the account is closed")
	}
	return v, err
}

// askAgainEvery is how long an answer without end may stay open, in which nothing private is
// told, for somebody who is signed out, or whose roles were taken away.
const askAgainEvery = 2 * time.Second

// serveLasting ends an answer without end when whoever asked is not who they were, and lets
// it ask so before it tells anything private. Anybody's goes on.
func serveLasting(w http.ResponseWriter, r *http.Request, next http.Handler, again func() (*viewer.Viewer, error)) {
	before, known := viewer.From(r.Context())
	if !known || !Streams(r) {
		next.ServeHTTP(w, r)
		return
	}
	ctx, end := context.WithCancelCause(r.Context())
	defer end(nil)
	check := func() (holds bool) {
		now, err := again()
		unreachable := err != nil && fault.CodeOf(err) != fault.CodeUnauthenticated
		if !unreachable && !reflect.DeepEqual(now, before) { // while the database is away nobody sees anything of it
			end(whyEnded(now, err))
		}
		return err == nil && ctx.Err() == nil
	}
	go func() {
		ticker := time.NewTicker(askAgainEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			check()
		}
	}()
	next.ServeHTTP(w, r.WithContext(viewer.WithCheck(ctx, check)))
}

// whyEnded says to whoever had an answer without end what they are by now.
func whyEnded(now *viewer.Viewer, err error) error {
	switch {
	case err != nil:
		return err
	case now == nil:
		return fault.Unauthenticated("the session has ended: sign in again")
	}
	return fault.Forbidden("what you may do has changed: open it again")
}

// trusts says whether a request comes from our pages, from a trusted origin, or from no
// page at all. Reading with somebody's session needs as much trust as changing something.
func (s *Service) trusts(r *http.Request) bool {
	if r.Header.Get("Origin") != "" {
		r = r.WithContext(r.Context())
		r.Method = http.MethodPost
	}
	return s.origins.Check(r) == nil
}

// Streams says whether an answer has no end, so that its session is only read.
func Streams(r *http.Request) bool {
	return accept.Socket(r) || accept.Best(r, accept.JSON, accept.GraphQL, accept.Events) == accept.Events
}

// CORS lets any origin ask without credentials, and the listed ones with.
func (s *Service) CORS(next http.Handler) http.Handler {
	anybody := cors.New(corsOptions([]string{"*"}, false)).Handler(next)
	if len(s.settings.AllowedOrigins) == 0 {
		return anybody
	}
	listed := cors.New(corsOptions(s.settings.AllowedOrigins, true)).Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if slices.Contains(s.settings.AllowedOrigins, r.Header.Get("Origin")) {
			listed.ServeHTTP(w, r)
			return
		}
		anybody.ServeHTTP(w, r)
	})
}

func corsOptions(origins []string, credentials bool) cors.Options {
	const day = 24 * 60 * 60
	return cors.Options{
		AllowedOrigins: origins, AllowCredentials: credentials, MaxAge: day,
		AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost},
		AllowedHeaders: []string{"*"}, // clients have headers of their own, as those of traces
		ExposedHeaders: []string{"Content-Range", "Deprecation", "ETag", "Link", "Retry-After", "Sunset", "X-Draft-Count", "X-Quota-Limit", "X-Quota-Remaining", "X-Quota-Reset", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Record-Version", "X-Request-Id", "X-Total-Count"},
	}
}

// refuse answers in the form of GraphQL's errors, before GraphQL is reached.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	status := map[fault.Code]int{fault.CodeUnauthenticated: http.StatusUnauthorized, fault.CodeForbidden: http.StatusForbidden}[fault.CodeOf(err)]
	code, message := fault.CodeOf(err), err.Error()
	if status == 0 {
		slog.ErrorContext(r.Context(), "it cannot be found out who asks", "error", err)
		status, code, message = http.StatusServiceUnavailable, fault.CodeUnavailable, "it cannot be found out at present who asks: try again"
	}
	refusal.Write(w, status, code, message, nil)
}

// clip is the beginning of a text that came with a request, as every database can keep it: headers
// may have any bytes.
func clip(text string, n int) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\ufffd")
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "")
}
