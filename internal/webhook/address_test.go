package webhook_test

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/webhook"
)

func TestAddressesThatAreNotPublic(t *testing.T) {
	for address, what := range map[string]string{
		"0.0.0.0": "this host", "0.1.2.3": "this network", "10.0.0.1": "private", "10.255.255.255": "private", "172.16.0.1": "private", "172.31.255.255": "private",
		"192.168.0.1": "private", "100.64.0.1": "CGNAT", "100.127.255.255": "CGNAT", "100.100.100.200": "metadata", "127.0.0.1": "loopback", "127.255.255.254": "loopback",
		"169.254.0.1": "link-local", "169.254.169.254": "metadata", "192.0.0.192": "metadata", "192.0.0.1": "protocols", "192.0.2.1": "documentation", "198.51.100.7": "documentation",
		"203.0.113.9": "documentation", "192.88.99.1": "6to4 relay", "198.18.0.1": "benchmarks", "198.19.255.255": "benchmarks", "224.0.0.1": "multicast", "239.255.255.250": "multicast",
		"240.0.0.1": "reserved", "255.255.255.255": "broadcast",
		"::": "unspecified", "::1": "loopback", "::7f00:1": "IPv4-compatible", "::ffff:8.8.8.8": "IPv4-mapped", "::ffff:127.0.0.1": "IPv4-mapped", "::ffff:0:127.0.0.1": "IPv4-translated",
		"64:ff9b::8.8.8.8": "NAT64", "64:ff9b::10.0.0.1": "NAT64", "64:ff9b:1::1": "local NAT64", "100::1": "discard", "2001::1": "Teredo", "2001:20::1": "ORCHID", "2001:db8::1": "documentation",
		"2002:7f00:1::": "6to4", "3fff::1": "documentation", "5f00::1": "segment routing", "fc00::1": "unique local", "fd00:ec2::254": "metadata", "fe80::1": "link-local", "fe80::1%eth0": "link-local",
		"fec0::1": "site-local", "ff02::1": "multicast", "4000::1": "not given out",
	} {
		if webhook.IsPublic(netip.MustParseAddr(address)) {
			t.Errorf("%s (%s) is taken for public", address, what)
		}
	}
	for _, address := range []string{"8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "192.0.1.1", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1", "2001:4860:4860::8888"} {
		if !webhook.IsPublic(netip.MustParseAddr(address)) {
			t.Errorf("%s is not taken for public", address)
		}
	}
}

func strict(t testing.TB, networks ...string) *webhook.Service {
	t.Helper()
	s, err := webhook.New(nil, nil, nil, secret.NewBox(secret.Key{}), webhook.Settings{Networks: networks}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestURLs(t *testing.T) {
	public, private := strict(t), strict(t, "10.1.0.0/16", "fd00::/8")
	for text, want := range map[string]struct{ public, private bool }{
		"https://example.org/upr?x=1":     {true, true},
		"https://example.org:8443/":       {true, true},
		"https://EXAMPLE.org./":           {true, true},
		"https://bücher.example.org/":     {true, true},
		"https://8.8.8.8/":                {true, true},
		"https://[2606:4700::1111]/":      {true, true},
		"http://example.org/":             {false, true}, // where it leads is looked at when it is connected to
		"http://10.1.2.3/":                {false, true},
		"http://8.8.8.8/":                 {false, false}, // unencrypted to the Internet
		"http://[2606:4700::1111]/":       {false, false},
		"https://10.1.2.3:8443/":          {false, true},
		"https://[fd00::1]/":              {false, true},
		"https://hooks.internal/":         {false, true},
		"https://hooks/":                  {false, true},
		"https://10.2.0.1/":               {false, false},
		"https://localhost/":              {false, true},
		"https://localhost./":             {false, true},
		"https://127.0.0.1/":              {false, false},
		"https://[::1]/":                  {false, false},
		"https://[::ffff:127.0.0.1]/":     {false, false},
		"https://[::ffff:8.8.8.8]/":       {false, false},
		"https://[64:ff9b::a9fe:a9fe]/":   {false, false},
		"https://[fe80::1%25eth0]/":       {false, false},
		"https://169.254.169.254/latest":  {false, false},
		"https://127.1/":                  {false, false},
		"https://0x7f.0.0.1/":             {false, false},
		"https://2130706433/":             {false, false},
		"https://0177.0.0.01/":            {false, false},
		"https://1.2.3.0x7f/":             {false, false},
		"https://user:pass@example.org/":  {false, false},
		"https://example.org@127.0.0.1/":  {false, false},
		"https://example.org/#part":       {false, false},
		"https://example.org/#":           {false, false},
		"https://example.org:0/":          {false, false},
		"https://example.org:65536/":      {false, false},
		"https://example.org:/":           {false, false},
		"https://exa mple.org/":           {false, false},
		"https://example.org/\r\nX: y":    {false, false},
		" https://example.org/":           {false, false},
		"https:///upr":                    {false, false},
		"https:example.org":               {false, false},
		"//example.org/":                  {false, false},
		"ftp://example.org/":              {false, false},
		"gopher://example.org/":           {false, false},
		"file:///etc/passwd":              {false, false},
		"":                                {false, false},
		"https://.":                       {false, false},
		"https://" + long(2000) + ".org/": {false, false},
	} {
		for _, tt := range []struct {
			s    *webhook.Service
			want bool
		}{{public, want.public}, {private, want.private}} {
			err := tt.s.CheckURL(text)
			if (err == nil) != tt.want || err != nil && fault.CodeOf(err) != fault.CodeInvalid {
				t.Errorf("%q: got %v, want %t", text, err, tt.want)
			}
		}
	}
}

func long(n int) string { return strings.Repeat("a", n) }

// FuzzURLs looks for an address that is taken, and is not what it seems.
func FuzzURLs(f *testing.F) {
	for _, seed := range []string{"https://example.org/", "https://[::1]/", "http://127.1/", "https://a@b/", "https://0x7f.1:443/#"} {
		f.Add(seed)
	}
	s := strict(f)
	f.Fuzz(func(t *testing.T, text string) {
		if s.CheckURL(text) != nil {
			return
		}
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "https" || u.User != nil || u.Hostname() == "" || len(text) > 2000 {
			t.Fatalf("%q is taken: %v", text, err)
		}
		if ip := net.ParseIP(u.Hostname()); ip != nil && (ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsUnspecified()) {
			t.Fatalf("%q is taken, and leads to %v", text, ip)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "-1": 0, "soon": 0, "99999999999999": 0, " 5 ": 5 * time.Second,
		"Fri, 02 Jan 2026 03:05:05 GMT": time.Minute, "Fri, 02 Jan 2020 03:05:05 GMT": 0,
	} {
		if got := webhook.ReadRetryAfter(text, now); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

// resolver answers names with the addresses of a list, one after the other: as one does who wants
// to have another address connected to than the one that was looked at.
func resolver(t *testing.T, addresses ...string) (*net.Resolver, *atomic.Int64) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	var asked atomic.Int64
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buffer[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Response, m.Additionals = true, nil
			if q.Type == dnsmessage.TypeA {
				i := asked.Add(1) - 1
				m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
					Body: &dnsmessage.AResource{A: netip.MustParseAddr(addresses[min(int(i), len(addresses)-1)]).As4()}}}
			}
			packed, err := m.Pack()
			if err == nil {
				_, _ = conn.WriteTo(packed, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}, &asked
}

// TestNamesThatLeadInside is the story of rebinding: a name leads to the public Internet when
// somebody looks, and to this machine when it is connected to. The receiver there hears nothing.
func TestNamesThatLeadInside(t *testing.T) {
	h := open(t, dbtest.SQLite(t), 30, "10.0.0.0/8")
	r := receive(t, h, true, nil)
	by, asked := resolver(t, "8.8.8.8", "127.0.0.1")
	if found, err := by.LookupNetIP(t.Context(), "ip4", "hooks.example.org"); err != nil || found[0] != netip.MustParseAddr("8.8.8.8") {
		t.Fatal(found, err)
	}
	h.hooks.Resolve(by)
	h.hooks.SetPauses()
	key := h.partner(t, "ann@example.org", all...)
	h.create(t, key, map[string]any{"url": "https://hooks.example.org" + r.url[strings.LastIndex(r.url, ":"):]})
	h.work(t)
	h.say(t, 1, "First")
	waitFor(t, "refusal", func() bool {
		d := h.mine(t, key)[0].DeadLetters
		return len(d) == 1 && d[0].Failure != nil && strings.Contains(*d[0].Failure, "none of the public Internet")
	})
	if n := len(r.all()); n != 0 || asked.Load() != 2 {
		t.Errorf("%d deliveries to this machine; the name was resolved %d times, want once more than before", n, asked.Load())
	}
}

// TestPrivateNetworks may be reached by http where they are named, and nothing else by http.
func TestPrivateNetworks(t *testing.T) {
	h := open(t, dbtest.SQLite(t), 30)
	h.hooks.SetPauses()
	by, _ := resolver(t, "8.8.8.8")
	h.hooks.Resolve(by)
	key := h.partner(t, "ann@example.org", all...)
	h.create(t, key, map[string]any{"url": "http://public.example.org/"})
	h.work(t)
	h.say(t, 1, "First")
	waitFor(t, "refusal", func() bool {
		d := h.mine(t, key)[0].DeadLetters
		return len(d) == 1 && strings.Contains(*d[0].Failure, "none of the public Internet")
	})
	if _, err := newHooks(h.db, h.record, nil, "10.0.0.1"); fault.CodeOf(err) != fault.CodeInvalid || !strings.Contains(err.Error(), "10.1.0.0/16") {
		t.Errorf("a network that is none: %v", err)
	}
}
