package identity_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/viewer"
)

// provider runs a certified implementation of OpenID Connect, with its example's users.
func provider(t *testing.T) string {
	t.Helper()
	srv := httptest.NewUnstartedServer(nil)
	issuer := "http://" + srv.Listener.Addr().String()
	srv.Config.Handler = exampleop.SetupServer(issuer, storage.NewStorage(storage.NewUserStore(issuer)), nil, false)
	srv.Start()
	t.Cleanup(srv.Close)
	return issuer
}

// eachWithProvider runs a test in a house that a provider knows as "upr".
func eachWithProvider(t *testing.T, run func(*testing.T, *house)) {
	t.Helper()
	issuer := provider(t)
	dbtest.Each(t, func(t *testing.T, address string) {
		h := build(t, address, identity.Settings{OIDC: identity.OIDC{Issuer: issuer, ClientID: "upr", ClientSecret: "secret"}})
		storage.RegisterClients(storage.WebClient("upr", "secret", h.url+"/sign-in/oidc/callback"))
		run(t, h)
	})
}

// get follows redirects, as a browser does.
func (b *browser) get(t *testing.T, address string) (*http.Response, string) {
	t.Helper()
	response, err := b.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	return response, string(text)
}

// atProvider goes to the provider, signs in there, and returns where that leads.
func (b *browser) atProvider(t *testing.T, user string) string {
	t.Helper()
	page, text := b.get(t, b.url+"/sign-in/oidc")
	id := page.Request.URL.Query().Get("authRequestID")
	if id == "" {
		t.Fatalf("did not come to the provider's page: %s %s", page.Request.URL, text)
	}
	form := url.Values{"username": {user + "@127.0.0.1"}, "password": {"verysecure"}, "id": {id}}
	if user != "test-user" {
		form.Set("username", user)
	}
	var back string
	stop := &http.Client{Jar: b.Jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), b.url) {
			back = r.URL.String()
			return http.ErrUseLastResponse
		}
		return nil
	}}
	response, err := stop.PostForm(page.Request.URL.String(), form)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if back == "" {
		t.Fatalf("did not come back: %s", response.Request.URL)
	}
	return back
}

func TestOpenIDConnect(t *testing.T) {
	eachWithProvider(t, func(t *testing.T, h *house) {
		h.add(t, "test-user@zitadel.ch", viewer.Partner, viewer.Editor)
		b := h.browser(t)
		back := b.atProvider(t, "test-user")
		if status, _ := h.browser(t).get(t, back); status.StatusCode != http.StatusBadRequest {
			t.Errorf("somebody else's browser comes back: %d", status.StatusCode)
		}
		wrong := strings.Replace(back, "state=", "state=x", 1)
		thief := h.browser(t)
		thief.atProvider(t, "test-user")
		if status, _ := thief.get(t, wrong); status.StatusCode != http.StatusBadRequest || thief.who(t) != nobody {
			t.Errorf("another state: %d", status.StatusCode)
		}
		if status, text := b.get(t, back); status.StatusCode >= 400 && status.Request.URL.Path != "/playground" {
			t.Fatalf("coming back: %d %s", status.StatusCode, text)
		}
		if got := b.who(t); !strings.Contains(got, "test-user@zitadel.ch") || !strings.Contains(got, "PARTNER") || strings.Contains(got, "EDITOR") {
			t.Errorf("signed in: %s", got)
		}
		if again, _ := b.get(t, back); again.StatusCode != http.StatusBadRequest {
			t.Errorf("the same answer of the provider again: %d", again.StatusCode)
		}
		again := h.browser(t) // who is linked is found by the subject
		again.get(t, again.atProvider(t, "test-user"))
		if got := again.who(t); !strings.Contains(got, "test-user@zitadel.ch") {
			t.Errorf("signed in again: %s", got)
		}
	})
}

func TestProviderCreatesNobody(t *testing.T) {
	eachWithProvider(t, func(t *testing.T, h *house) {
		b := h.browser(t)
		if status, text := b.get(t, b.atProvider(t, "test-user2")); status.StatusCode != http.StatusForbidden || !strings.Contains(text, "ask an administrator") || b.who(t) != nobody {
			t.Errorf("%d %s", status.StatusCode, text)
		}
		uid := h.add(t, "test-user2@zitadel.ch")
		if _, err := h.people.DisableUser(program(t), uid, true); err != nil {
			t.Fatal(err)
		}
		if status, _ := b.get(t, b.atProvider(t, "test-user2")); status.StatusCode != http.StatusForbidden || b.who(t) != nobody {
			t.Errorf("disabled: %d", status.StatusCode)
		}
	})
}

func TestNoProvider(t *testing.T) {
	h := build(t, dbtest.SQLite(t), identity.Settings{})
	if status, _ := h.browser(t).get(t, h.url+"/sign-in/oidc"); status.StatusCode != http.StatusNotFound {
		t.Errorf("none configured: %d", status.StatusCode)
	}
	h = build(t, dbtest.SQLite(t), identity.Settings{OIDC: identity.OIDC{Issuer: "http://127.0.0.1:1", ClientID: "upr", ClientSecret: "secret"}})
	if status, _ := h.browser(t).get(t, h.url+"/sign-in/oidc"); status.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("none answers: %d", status.StatusCode)
	}
}
