// Package identity knows people and keys: how they sign in, what they were granted, and
// who asks in a request.
//
// Service is the way in. http.go says who asks; signin.go, link.go, oidc.go and factor.go
// sign in; session.go keeps sessions; user.go, grant.go and key.go change what there is,
// each through write.go, so that the change log knows.
package identity

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"golang.org/x/time/rate"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/viewer"
)

// Settings are how people may sign in.
type Settings struct {
	PublicURL      string   // of this server, as people reach it: https://upr.example.org
	AllowedOrigins []string // other origins that may send the session cookie
	TrustedProxies []string // networks whose X-Forwarded-For is believed
	OIDC           OIDC
	RequestsPerDay int // of a key, over all processes; 0: nothing is refused
	// NoSecondFactor gives staff their grants without one. Only samples may.
	NoSecondFactor bool
}

// Mailer sends mail.
type Mailer interface {
	Send(ctx context.Context, to, subject, text string) error
}

// Service knows people and keys.
type Service struct {
	db       *database.DB
	secrets  secret.Box
	usage    usages
	settings Settings
	mail     Mailer // nil: none is configured
	sessions *scs.SessionManager
	origins  *http.CrossOriginProtection
	proxies  []netip.Prefix
	provider provider
	unknown  string // a hash that no password fits
	now      func() time.Time
	joins    func(ctx context.Context, uid, email, registration string) error // nil: nobody is invited
	invited  func(ctx context.Context, email, registration string) (bool, error)
	mayJoin  func(ctx context.Context, tx *database.Tx, organisation string) error // nil: everybody may

	complained rate.Sometimes // that the database is away: each request would say so
}

// New returns a service that keeps its secrets in a box. mail may be nil.
func New(db *database.DB, secrets secret.Box, settings Settings, mail Mailer) (*Service, error) {
	public, err := url.Parse(settings.PublicURL)
	if err != nil || public.Host == "" || public.Scheme != "http" && public.Scheme != "https" {
		return nil, fault.Invalid("UPR_PUBLIC_URL", "must be like https://upr.example.org")
	}
	settings.PublicURL = public.Scheme + "://" + public.Host
	s := &Service{db: db, secrets: secrets, settings: settings, mail: mail, now: time.Now, unknown: hashPassword(newToken()),
		complained: rate.Sometimes{Interval: time.Minute}}
	s.provider.settings = settings
	if s.proxies, err = readNetworks(settings.TrustedProxies); err != nil {
		return nil, err
	}
	s.sessions = newSessions(store{s}, public)
	s.origins = http.NewCrossOriginProtection()
	for _, origin := range settings.AllowedOrigins {
		// A star would let every page read what somebody sees who has signed in, and no origin has a user.
		if err := s.origins.AddTrustedOrigin(origin); err != nil || strings.ContainsAny(origin, "*@") {
			return nil, fault.Invalid("UPR_ALLOWED_ORIGINS", "%q is no origin: name each exactly, like https://app.example.org, without stars", origin)
		}
		if sent := asSent(origin); sent != origin {
			return nil, fault.Invalid("UPR_ALLOWED_ORIGINS", "%q is sent by no browser: they write it as %s", origin, sent)
		}
	}
	if err := s.origins.AddTrustedOrigin(settings.PublicURL); err != nil {
		return nil, fault.Invalid("UPR_PUBLIC_URL", "must be like https://upr.example.org")
	}
	return s, nil
}

// SetClock has another clock. It is not only in tests of this package: a file of the package that is, has all that imports
// the package, as GraphQL's generated code, compiled once more for them.
func (s *Service) SetClock(now func() time.Time) { s.now = now }

// OnLink has an invitation be taken by whoever signs in with a link that leads to its registration, before it is read what
// they may. No other way of signing in does: who is invited knows it from that link alone. Who is invited still, and has no
// account, is mailed another link that makes one.
func (s *Service) OnLink(joins func(ctx context.Context, uid, email, registration string) error, invited func(ctx context.Context, email, registration string) (bool, error)) {
	s.joins, s.invited = joins, invited
}

// asSent is an origin as browsers write it: in small letters, and without the port that its scheme has.
func asSent(origin string) string {
	origin = strings.ToLower(origin)
	for scheme, port := range map[string]string{"https://": ":443", "http://": ":80"} {
		if strings.HasPrefix(origin, scheme) {
			origin = strings.TrimSuffix(origin, port)
		}
	}
	return origin
}

// asProgram is the context in which this package reads and writes what people may not.
func asProgram(ctx context.Context) context.Context {
	return viewer.NewContext(ctx, viewer.Program("identity"))
}
