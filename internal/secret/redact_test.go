package secret_test

import (
	"testing"

	"github.com/upr-info/upr/internal/secret"
)

func TestRedact(t *testing.T) {
	for address, want := range map[string]string{
		"sqlite:data/upr.db":                           "sqlite:data/upr.db",
		"postgres://upr:hidden@host/upr":               "postgres://upr:xxxxx@host/upr",
		"postgres://upr@/upr?host=a,b&password=hidden": "postgres://upr@/upr?host=a%2Cb&password=xxxxx",
		"postgres://upr@a/upr?sslpassword=hidden":      "postgres://upr@a/upr?sslpassword=xxxxx",
		"host=a password=hidden":                       "(not shown: it may hold a password)",
		"postgres://upr:hidden@a/%zz":                  "(not shown: it may hold a password)",
	} {
		if got := secret.Redact(address); got != want {
			t.Errorf("%s is shown as %s, want %s", address, got, want)
		}
	}
}
