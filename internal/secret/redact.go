package secret

import (
	"net/url"
	"strings"
)

// Redact hides the password of an address that is to be shown, wherever it stands in it.
func Redact(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" && strings.Contains(strings.ToLower(address), "password") {
		return "(not shown: it may hold a password)"
	}
	query := u.Query()
	for name := range query {
		if strings.Contains(strings.ToLower(name), "password") {
			query.Set(name, "xxxxx")
			u.RawQuery = query.Encode()
		}
	}
	return u.Redacted()
}
