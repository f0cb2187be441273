package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/upr-info/upr/internal/fault"
)

// maxURL is how long an address may be.
const maxURL = 2000

// special are networks of IPv4 that are no public ones, and what IPv6 has within its public space
// that leads elsewhere. All other IPv6 outside of 2000::/3 is none either: loopback, link-local,
// unique local, multicast, IPv4-mapped, NAT64.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
	"192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)

var global = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		all[i] = netip.MustParsePrefix(text)
	}
	return all
}

func readNetworks(texts []string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fault.Invalid("UPR_WEBHOOK_NETWORKS", "%q is no network: one is like 10.1.0.0/16", text)
		}
		all = append(all, prefix.Masked())
	}
	return all, nil
}

func within(networks []netip.Prefix, ip netip.Addr) bool {
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// isPublic says whether an address is one of the Internet at large.
func isPublic(ip netip.Addr) bool {
	if !ip.IsValid() || ip.Zone() != "" || within(special, ip) {
		return false
	}
	return ip.Is4() || global.Contains(ip)
}

// errForbidden refuses a connection.
var errForbidden = errors.New("the address is none of the public Internet")

// setClients makes the two ways to the outside. Names are resolved once for a connection, and each
// address is checked when it is connected to: another answer of the resolver a moment later
// changes nothing.
func (s *Service) setClients() {
	s.public = s.client(func(ip netip.Addr) bool { return isPublic(ip) || within(s.networks, ip) })
	s.private = s.client(func(ip netip.Addr) bool { return within(s.networks, ip) })
}

func (s *Service) client(may func(netip.Addr) bool) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Resolver: s.resolver, ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || !may(to.Addr()) {
			return errForbidden
		}
		return nil
	}}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{ // no Proxy: none of the environment
			DialContext:            dialer.DialContext,
			TLSClientConfig:        &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    5 * time.Second,
			DisableKeepAlives:      true, // the next one may have to go elsewhere
			DisableCompression:     true,
			MaxResponseHeaderBytes: 16 << 10,
		},
	}
}

// checkURL refuses addresses that no delivery could go to, as far as they say so themselves.
func (s *Service) checkURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case len(text) > maxURL:
		return fault.Invalid("url", "is longer than %d bytes", maxURL)
	case err != nil || u.Hostname() == "" || u.Opaque != "" || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }):
		return fault.Invalid("url", "must be like https://example.org/upr")
	case u.Scheme == "http" && len(s.networks) == 0, u.Scheme != "http" && u.Scheme != "https":
		return fault.Invalid("url", "must begin with https://")
	case u.User != nil:
		return fault.Invalid("url", "must hold no password: deliveries are signed")
	case u.Fragment != "" || strings.HasSuffix(text, "#"):
		return fault.Invalid("url", "must have nothing behind a #: it would not be sent")
	case !isPort(u):
		return fault.Invalid("url", "has a port that there is not")
	}
	return s.checkHost(u.Scheme, strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")))
}

func isPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	port, err := strconv.Atoi(u.Port())
	return err == nil && port >= 1 && port <= 65535
}

// checkHost refuses what is private by its very name. Whatever a name leads to is checked anew
// for each connection.
func (s *Service) checkHost(scheme, host string) error {
	if ip, err := netip.ParseAddr(host); err == nil {
		switch {
		case within(s.networks, ip):
			return nil
		case !isPublic(ip):
			return fault.Invalid("url", "%s is no address of the public Internet", host)
		case scheme == "http":
			return fault.Invalid("url", "must begin with https:// where it leads to the public Internet")
		}
		return nil
	}
	local := !strings.Contains(host, ".") || slices.ContainsFunc([]string{".localhost", ".local", ".internal", ".home.arpa"}, func(end string) bool {
		return strings.HasSuffix(host, end)
	})
	last := host[strings.LastIndex(host, ".")+1:]
	numeric := last == "" || last[0] >= '0' && last[0] <= '9' // some resolvers take 127.1 and 0x7f.1 for addresses
	if len(s.networks) == 0 && local || numeric {
		return fault.Invalid("url", "%s is no name of the public Internet", host)
	}
	return nil
}
