package strip

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// linked is where a link leads that stays in a document: to the web or a mailbox. Links that were copied from mail lead over a
// server that looks at them, and tell it who got the mail: they are written as what they lead to, or lead nowhere.
func linked(address string) (target string, stays bool) {
	for range 5 { // mail is passed on
		u, err := url.Parse(strings.TrimSpace(address))
		if err != nil || !isGuard(u) {
			scheme, _, _ := strings.Cut(strings.ToLower(address), ":")
			return address, slices.Contains([]string{"http", "https", "mailto"}, scheme) && !namesGuard(address)
		}
		if address = behind(u); address == "" {
			return "", false
		}
	}
	return "", false
}

const (
	outlook    = ".safelinks.protection.outlook.com"
	proofpoint = "urldefense."
)

// isGuard says whether an address is one that Microsoft's or Proofpoint's programs write in place of others.
func isGuard(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	return strings.HasSuffix("."+host, outlook) || strings.HasPrefix(host, proofpoint) || strings.Contains(u.Path, "/safelinks/")
}

// namesGuard is for addresses that cannot be read, and yet may tell.
func namesGuard(address string) bool {
	return strings.Contains(strings.ToLower(address), outlook[1:])
}

var (
	proofpointThird = regexp.MustCompile(`/v3/__(.+?)__;`)
	proofpointSigns = strings.NewReplacer("-", "%", "_", "/")
)

// behind is what such an address leads to; "" where it does not say.
func behind(u *url.URL) string {
	if to := u.Query().Get("url"); to != "" {
		return to
	}
	if match := proofpointThird.FindStringSubmatch(u.String()); match != nil && !strings.Contains(match[1], "*") { // which stands for a sign that is told elsewhere
		return match[1]
	}
	if to := u.Query().Get("u"); to != "" {
		if plain, err := url.PathUnescape(proofpointSigns.Replace(to)); err == nil {
			return plain
		}
	}
	return ""
}
