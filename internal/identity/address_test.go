package identity_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/secret"
)

func TestAddress(t *testing.T) {
	open := func(proxies ...string) (*identity.Service, error) {
		return identity.New(nil, secret.NewBox(secret.Key{1}), identity.Settings{PublicURL: "https://upr.example.org", TrustedProxies: proxies}, nil)
	}
	s, err := open("10.0.0.0/8", "192.0.2.7")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ peer, passed, want string }{
		"no proxy":                   {"203.0.113.9:1", "", "203.0.113.9"},
		"pretends":                   {"203.0.113.9:1", "198.51.100.1", "203.0.113.9"},
		"a proxy":                    {"10.1.2.3:1", "203.0.113.9", "203.0.113.9"},
		"pretends behind a proxy":    {"10.1.2.3:1", "198.51.100.1, 203.0.113.9", "203.0.113.9"},
		"two proxies":                {"192.0.2.7:1", "203.0.113.9, 10.0.0.1", "203.0.113.9"},
		"a proxy that says nonsense": {"10.1.2.3:1", "me", "10.1.2.3"},
		"with a port":                {"10.1.2.3:1", "198.51.100.1:7, 203.0.113.9:5678, 10.0.0.1:80", "203.0.113.9"},
		"IPv6 with a port":           {"10.1.2.3:1", "[2001:db8::1]:443", "2001:db8::/64"},
		"IPv6 in brackets":           {"10.1.2.3:1", "[2001:db8::1]", "2001:db8::/64"},
		"no port":                    {"10.1.2.3:1", "203.0.113.9:99999", "10.1.2.3"},
		"IPv6":                       {"[2001:db8:1:2:3::4]:1", "", "2001:db8:1:2::/64"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = test.peer
		if test.passed != "" {
			r.Header.Set("X-Forwarded-For", test.passed)
		}
		if got := s.Address(r); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
	if _, err := open("everywhere"); err == nil {
		t.Error("everywhere is taken for a network")
	}
}
