package web

import (
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

var built = fstest.MapFS{
	".gitignore":        {Data: []byte("*")},
	"playground.html":   {Data: []byte("<title>the page</title>")},
	"registration.html": {Data: []byte("<title>a registration</title>")},
	"invitation.html":   {Data: []byte("<title>an invitation</title>")},
	"assets/a-1.js":     {Data: []byte("plain")},
	"assets/a-1.js.br":  {Data: []byte("brotli")},
	"assets/a-1.js.gz":  {Data: []byte("gzip")},
	"assets/b-2.css":    {Data: []byte("only plain")},
	"assets/c-3.ttf":    {Data: []byte("font")},
	"assets/d-4.js":     {Data: []byte("plain")},
	"assets/d-4.js.gz":  {Data: []byte("gzip")},
	"assets/dir.js/e-5": {Data: []byte("in a folder")},
}

var unbuilt = fstest.MapFS{".gitignore": {Data: []byte("*")}}

func request(t *testing.T, dist fs.FS, method, path, acceptEncoding string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Accept-Encoding", acceptEncoding)
	w := httptest.NewRecorder()
	newHandler(dist).ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, response *http.Response) string {
	t.Helper()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestFiles(t *testing.T) {
	const html, js = "text/html; charset=utf-8", "text/javascript; charset=utf-8"
	cases := []struct {
		path, accept               string
		body, kind, coding, caches string
	}{
		{"/playground", "br", "<title>the page</title>", html, "", "no-cache"},
		{"/registrations", "br", "<title>a registration</title>", html, "", "no-store"},
		{"/registrations/reg_abc", "br", "<title>a registration</title>", html, "", "no-store"},
		{"/invitations", "br", "<title>an invitation</title>", html, "", "no-store"},
		{"/assets/a-1.js", "", "plain", js, "", forAYear},
		{"/assets/a-1.js", "gzip, deflate, br", "brotli", js, "br", forAYear},
		{"/assets/a-1.js", "gzip;q=1.0, br;q=0", "gzip", js, "gzip", forAYear},
		{"/assets/a-1.js", "br;q=0, gzip;q=0.000", "plain", js, "", forAYear},
		{"/assets/a-1.js", "GZIP ; Q=0.5", "gzip", js, "gzip", forAYear},
		{"/assets/a-1.js", "brotli", "plain", js, "", forAYear},
		{"/assets/d-4.js", "br, gzip", "gzip", js, "gzip", forAYear},
		{"/assets/b-2.css", "br, gzip", "only plain", "text/css; charset=utf-8", "", forAYear},
		{"/assets/c-3.ttf", "", "font", "font/ttf", "", forAYear},
	}
	for _, c := range cases {
		t.Run(c.path+" "+c.accept, func(t *testing.T) {
			response := request(t, built, http.MethodGet, c.path, c.accept)
			if response.StatusCode != http.StatusOK {
				t.Fatalf("got status %d", response.StatusCode)
			}
			if got := body(t, response); got != c.body {
				t.Errorf("got body %q, want %q", got, c.body)
			}
			for name, want := range map[string]string{
				"Content-Type":     c.kind,
				"Content-Encoding": c.coding,
				"Cache-Control":    c.caches,
				"Vary":             "Accept-Encoding",
			} {
				if got := response.Header.Get(name); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestNothingElseIsServed(t *testing.T) {
	for _, path := range []string{
		"/", "/playground/", "/registration.html", "/registrations/", "/registrations/a/b", "/invitations/abc", "/playground/assets/a-1.js", "/playground.html",
		"/.gitignore", "/assets/", "/assets/none.js", "/assets/dir.js", "/assets/a-1.js.br",
	} {
		response := request(t, built, http.MethodGet, path, "br")
		if response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got status %d, want 404", path, response.StatusCode)
		}
		if caching := response.Header.Get("Cache-Control"); caching != "" {
			t.Errorf("%s: a missing page is cached: %s", path, caching)
		}
	}
}

// Paths that leave the folder are redirected to what they mean, or missing.
func TestNoWayOutOfAssets(t *testing.T) {
	for _, path := range []string{"/assets/../.gitignore", "/assets/..%2fplayground.html", "/assets/..%2f..%2fhandler.go"} {
		response := request(t, built, http.MethodGet, path, "")
		if response.StatusCode == http.StatusOK {
			t.Errorf("%s: got %q", path, body(t, response))
		}
	}
}

func TestOtherMethods(t *testing.T) {
	head := request(t, built, http.MethodHead, "/playground", "")
	if head.StatusCode != http.StatusOK || body(t, head) != "" {
		t.Errorf("HEAD: got status %d", head.StatusCode)
	}
	post := request(t, built, http.MethodPost, "/playground", "")
	if post.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: got status %d, want 405", post.StatusCode)
	}
}

func TestUnbuilt(t *testing.T) {
	for _, path := range []string{"/playground", "/registrations", "/registrations/reg_abc", "/invitations"} {
		response := request(t, unbuilt, http.MethodGet, path, "")
		if response.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("%s: got status %d, want 503", path, response.StatusCode)
		}
		if got := response.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: got Cache-Control %q, want no-store", path, got)
		}
		page := body(t, response)
		for _, want := range []string{"make web", "/graphql", "applicants and missions"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page does not mention %q", path, want)
			}
		}
	}
	if got := request(t, unbuilt, http.MethodGet, "/assets/a-1.js", "").StatusCode; got != http.StatusNotFound {
		t.Errorf("asset: got status %d, want 404", got)
	}
}

func TestSecurityHeaders(t *testing.T) {
	for _, path := range []string{"/playground", "/assets/a-1.js", "/none"} {
		h := request(t, built, http.MethodGet, path, "").Header
		if got := h.Get("X-Content-Type-Options"); got != "nosniff" {
			t.Errorf("%s: got X-Content-Type-Options %q", path, got)
		}
		if got := h.Get("Referrer-Policy"); got != "same-origin" {
			t.Errorf("%s: got Referrer-Policy %q", path, got)
		}
		policy := h.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'self';") {
			t.Errorf("%s: got Content-Security-Policy %q", path, policy)
		}
		for _, loose := range []string{"unsafe-eval", "http:", "https:", "*", "script-src"} {
			if strings.Contains(policy, loose) {
				t.Errorf("%s: the Content-Security-Policy allows %s", path, loose)
			}
		}
	}
}

// Pages about people at risk are kept nowhere, found by no search, tell no
// other page where somebody was, and load and send nothing elsewhere; so does
// the page that stands in for them.
func TestPrivatePages(t *testing.T) {
	for name, dist := range map[string]fs.FS{"built": built, "unbuilt": unbuilt} {
		for _, path := range []string{"/registrations", "/registrations/reg_abc", "/invitations"} {
			h := request(t, dist, http.MethodGet, path, "").Header
			for header, want := range map[string]string{"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "X-Content-Type-Options": "nosniff"} {
				if got := h.Get(header); got != want {
					t.Errorf("%s, %s: got %s %q, want %q", name, path, header, got, want)
				}
			}
			policy := h.Get("Content-Security-Policy")
			if !strings.HasPrefix(policy, "default-src 'none';") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
				t.Errorf("%s, %s: got Content-Security-Policy %q", name, path, policy)
			}
		}
	}
}

// The real folder: built or not, the pages answer, and what a built page
// refers to exists.
func TestHandler(t *testing.T) {
	for _, path := range []string{"/playground", "/registrations/reg_abc", "/invitations"} {
		t.Run(path[1:], func(t *testing.T) { checkReal(t, path) })
	}
}

func checkReal(t *testing.T, path string) {
	t.Helper()
	server := httptest.NewServer(Handler())
	t.Cleanup(server.Close)
	response, err := server.Client().Get(server.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	page := body(t, response)
	if response.StatusCode == http.StatusServiceUnavailable {
		t.Log("web/dist is not built; make web builds it")
		return
	}
	for _, quoted := range strings.Split(page, `"`) {
		if !strings.HasPrefix(quoted, "/assets/") {
			continue
		}
		asset, err := server.Client().Get(server.URL + quoted)
		if err != nil {
			t.Fatal(err)
		}
		_ = asset.Body.Close()
		if asset.StatusCode != http.StatusOK {
			t.Errorf("%s: got status %d", quoted, asset.StatusCode)
		}
	}
}
