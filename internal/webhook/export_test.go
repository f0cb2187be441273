package webhook

import (
	"crypto/x509"
	"net"
	"net/netip"
	"time"
)

// SetPauses has failed attempts made again sooner; with none, the first one is the last.
func (s *Service) SetPauses(pauses ...time.Duration) { s.pauses = pauses }

// Trust has TLS connections accepted that these certificates vouch for.
func (s *Service) Trust(roots *x509.CertPool) {
	s.roots = roots
	s.setClients()
}

// Resolve has names resolved by another resolver.
func (s *Service) Resolve(by *net.Resolver) {
	s.resolver = by
	s.setClients()
}

// IsPublic is isPublic.
func IsPublic(ip netip.Addr) bool { return isPublic(ip) }

// CheckURL is checkURL.
func (s *Service) CheckURL(text string) error { return s.checkURL(text) }

// ReadRetryAfter is readRetryAfter.
func ReadRetryAfter(text string, now time.Time) time.Duration { return readRetryAfter(text, now) }

// Sign is sign.
func Sign(secrets []string, id string, at time.Time, body []byte) (string, error) {
	return sign(secrets, id, at, body)
}
