package notify_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/notify"
)

func TestSMTP(t *testing.T) {
	p := newPostOffice(t, nil)
	mail, err := notify.NewSMTP(p.address)
	if err != nil {
		t.Fatal(err)
	}
	if err := mail.Send(t.Context(), "ann@example.org", "Sign in", "https://upr.example.org/sign-in/link?token=ABC"); err != nil {
		t.Fatal(err)
	}
	got := p.taken[0]
	for _, part := range []string{"Subject: Sign in", "/sign-in/link?token=3DABC"} {
		if got.from != "upr@example.org" || got.to != "ann@example.org" || got.id == "" || !strings.Contains(got.raw, part) {
			t.Errorf("%q is missing in\n%+v", part, got)
		}
	}
	if !strings.Contains(strings.ToLower(got.raw), "message-id: <"+got.id+"@example.org>") {
		t.Errorf("the Message-ID has the name of this machine:\n%s", got.raw)
	}
	strict, err := notify.NewSMTP(strings.Replace(p.address, "smtp+plain", "smtp", 1))
	if err != nil {
		t.Fatal(err)
	}
	if err := strict.Send(t.Context(), "ann@example.org", "Sign in", "secret"); err == nil {
		t.Error("a server without TLS got the mail")
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	for address, sentence := range map[string]string{
		"mail.example.org":           "must be like",
		"smtps://mail.example.org":   "must say who sends",
		"http://mail.org?from=a@b.c": "must begin with",
	} {
		if _, err := notify.NewSMTP(address); err == nil || !strings.Contains(err.Error(), sentence) {
			t.Errorf("%s: %v", address, err)
		}
	}
}
