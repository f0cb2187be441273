// Package webhook sends changes of the record to addresses of partners.
//
// A webhook has a cursor. Whenever the record goes on, the next delivery is made of what lies
// behind it (make.go), one at a time for each webhook, and a job sends it until it arrives or is
// given up (deliver.go). What it says is read from the log when it is sent (body.go), signed
// (sign.go), and goes to public addresses alone (address.go). change.go and list.go are what
// owners do and see.
package webhook

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
)

// Settings say where webhooks may lead.
type Settings struct {
	PublicURL string   // of this server
	Networks  []string // private ones that they may reach, by http as well
}

// Mailer sends mail.
type Mailer interface {
	Send(ctx context.Context, to, subject, text string) error
}

// Service keeps webhooks and sends deliveries.
type Service struct {
	db        *database.DB
	record    *record.Record
	partners  *slice.Service
	box       secret.Box
	mail      Mailer // nil: none is configured
	publicURL string
	networks  []netip.Prefix
	roots     *x509.CertPool // nil: those of the system
	resolver  *net.Resolver  // nil: that of the system
	pauses    []time.Duration
	metrics   metrics

	public, private *http.Client
}

// Pauses between attempts: thirteen within about a day.
var pauses = []time.Duration{
	10 * time.Second, 30 * time.Second, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 4 * time.Hour, 5 * time.Hour, 6 * time.Hour,
}

// New returns a service that keeps secrets under key. mail may be nil.
func New(db *database.DB, r *record.Record, partners *slice.Service, box secret.Box, settings Settings, mail Mailer) (*Service, error) {
	s := &Service{db: db, record: r, partners: partners, box: box, mail: mail, publicURL: settings.PublicURL, pauses: pauses, metrics: newMetrics()}
	var err error
	if s.networks, err = readNetworks(settings.Networks); err != nil {
		return nil, err
	}
	s.setClients()
	return s, nil
}

// Handle has a queue do the jobs of webhooks.
func (s *Service) Handle(q *job.Queue) {
	job.Handle(q, s.deliver)
	job.Handle(q, s.tell)
	job.Handle(q, s.purge)
	q.Every(24*time.Hour, purge{})
}

// asProgram is for what this package has looked itself who may.
func asProgram(ctx context.Context) context.Context {
	return viewer.NewContext(ctx, viewer.Program("webhook"))
}

// now is a moment as both databases keep it.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
