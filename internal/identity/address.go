package identity

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/upr-info/upr/internal/fault"
)

// readNetworks reads networks and single addresses.
func readNetworks(texts []string) ([]netip.Prefix, error) {
	networks := make([]netip.Prefix, 0, len(texts))
	for _, text := range texts {
		network, err := netip.ParsePrefix(text)
		if single, e := netip.ParseAddr(text); e == nil {
			network, err = netip.PrefixFrom(single, single.BitLen()), nil
		}
		if err != nil {
			return nil, fault.Invalid("UPR_TRUSTED_PROXIES", "%q is no network: one is like 10.0.0.0/8", text)
		}
		networks = append(networks, network)
	}
	return networks, nil
}

// Address is where a request comes from: of the addresses that it passed, the last that
// is no proxy of ours. What stands before it anybody can write.
func (s *Service) Address(r *http.Request) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	at := peer.Addr().Unmap()
	passed := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, text := range slices.Backward(passed) {
		before, err := readPassed(strings.TrimSpace(text))
		if err != nil || !s.isProxy(at) {
			break
		}
		at = before.Unmap()
	}
	return limited(at)
}

// readPassed reads an address as proxies write it: some with the port, and IPv6 in brackets then.
func readPassed(text string) (netip.Addr, error) {
	if both, err := netip.ParseAddrPort(text); err == nil {
		return both.Addr(), nil
	}
	if inner, bracketed := strings.CutPrefix(text, "["); bracketed && strings.HasSuffix(inner, "]") {
		text = strings.TrimSuffix(inner, "]")
	}
	return netip.ParseAddr(text)
}

// limited is the part of an address that one person has: of IPv6 a whole network.
func limited(at netip.Addr) string {
	const home = 64
	if at.Is4() {
		return at.String()
	}
	network, err := at.WithZone("").Prefix(home)
	if err != nil {
		return at.String()
	}
	return network.String()
}

func (s *Service) isProxy(at netip.Addr) bool {
	return slices.ContainsFunc(s.proxies, func(p netip.Prefix) bool { return p.Contains(at) })
}
