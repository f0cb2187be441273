package server_test

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/server"
)

// TestPagesOfSignInAreLimited tries links until an address is refused, as a person reads it and
// as a program does. What else the address asks is answered.
func TestPagesOfSignInAreLimited(t *testing.T) {
	s := open(t).serve(t, server.Options{RequestsPerMinute: 1200})
	get := func(path, accept string) (int, string, string) {
		t.Helper()
		method, body := http.MethodGet, ""
		if strings.HasPrefix(path, "POST ") {
			method, path, body = http.MethodPost, path[len("POST "):], url.Values{"token": {"nonsense"}}.Encode()
		}
		r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", accept)
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, response.Header.Get("Retry-After"), string(text)
	}
	paths := []string{"/sign-in/link?token=x", "POST /sign-in/link", "/sign-in/oidc"}
	status, after, page := 0, "", ""
	tries := 0
	for ; tries < 130 && status != http.StatusTooManyRequests; tries++ { // a minute may begin meanwhile
		status, after, page = get(paths[tries%len(paths)], "text/html,application/xhtml+xml")
	}
	if seconds, err := strconv.Atoi(after); err != nil || seconds < 1 || seconds > 60 || tries < 50 || !strings.Contains(page, "<h1>This did not work</h1>") || !strings.Contains(page, "Wait a minute") {
		t.Errorf("after %d tries, %q: %s", tries, after, page)
	}
	if status, after, text := get(paths[0], "*/*"); status != http.StatusTooManyRequests || after == "" || !strings.Contains(text, `"code":"LIMIT_EXCEEDED"`) {
		t.Errorf("a program is told %d, %q: %s", status, after, text)
	}
	if response, _ := s.ask(t, "{ __typename }"); response.StatusCode != http.StatusOK {
		t.Errorf("a question is answered %d", response.StatusCode)
	}
}
