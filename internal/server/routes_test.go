package server_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/server"
)

// send sends a request without a body.
func (s *site) send(t *testing.T, method, path string, header ...string) (*http.Response, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, body
}

// TestEveryRefusalHasACode asks for what there is not, and in ways that there are not.
func TestEveryRefusalHasACode(t *testing.T) {
	s := open(t).serve(t, server.Options{})
	for _, test := range []struct {
		method, path string
		status       int
		code         string
		header       []string
	}{
		{"GET", "/nothing", 404, "NOT_FOUND", nil},
		{"GET", "/export/a/b", 404, "NOT_FOUND", nil},
		{"GET", "/changes/x", 404, "NOT_FOUND", nil},
		{"GET", "/slices", 404, "NOT_FOUND", nil},
		{"GET", "/slices/", 404, "NOT_FOUND", nil},
		{"GET", "/slices/x", 404, "NOT_FOUND", nil},
		{"GET", "/slices/x/y/z", 404, "NOT_FOUND", nil},
		{"GET", "/calendar/x/y/z", 404, "NOT_FOUND", nil},
		{"GET", "/calendar/99999.ics", 404, "NOT_FOUND", nil},
		{"GET", "/calendar/states/XXX.ics", 404, "NOT_FOUND", nil},
		{"GET", "/calendar/own/none.ics", 404, "NOT_FOUND", nil},
		{"GET", "/agenda/99999.html", 404, "NOT_FOUND", nil},
		{"GET", "/statements/none", 404, "NOT_FOUND", nil},
		{"GET", "/sign-in/", 404, "NOT_FOUND", nil},
		{"GET", "/sign-in/nothing", 404, "NOT_FOUND", nil},
		{"GET", "/assets/", 404, "NOT_FOUND", nil},
		{"GET", "/assets/none.js", 404, "NOT_FOUND", nil},
		{"GET", "/registrations/a/b", 404, "NOT_FOUND", nil},
		{"DELETE", "/sign-in/link", 405, "INVALID", nil},
		{"POST", "/assets/none.js", 405, "INVALID", nil},
		{"POST", "/export/", 405, "INVALID", nil},
		{"DELETE", "/export/states.csv", 405, "INVALID", nil},
		{"POST", "/changes", 405, "INVALID", nil},
		{"PUT", "/slices/x", 405, "INVALID", nil},
		{"POST", "/slices/x/changes", 405, "INVALID", nil},
		{"POST", "/slices/x/statistics", 405, "INVALID", nil},
		{"DELETE", "/graphql", 405, "INVALID", nil},
		{"GET", "/slices/x/statistics?y=1", 400, "INVALID", nil},
		{"GET", "/export/recommendations.csv?filter=%7B%22responses%22:%5B%22FOO%22%5D%7D", 400, "INVALID", nil},
		{"GET", "/export/states.csv", 416, "INVALID", []string{"Range", "bytes=99999999-"}},
		{"GET", "/export/states.xlsx", 416, "INVALID", []string{"Range", "bytes=99999999-"}},
		{"GET", "/export/states.csv", 416, "INVALID", []string{"Range", "nonsense"}},
		{"GET", "/export/states.csv", 412, "CONFLICT", []string{"If-Match", `"another"`}},
		{"GET", "/export/states.xlsx", 412, "CONFLICT", []string{"If-Match", `"another"`}},
	} {
		response, body := s.send(t, test.method, test.path, test.header...)
		var said struct {
			Errors []struct {
				Message    string
				Extensions struct{ Code string }
			}
		}
		if err := json.Unmarshal(body, &said); err != nil || len(said.Errors) != 1 {
			t.Errorf("%s %s: %d %s", test.method, test.path, response.StatusCode, body)
			continue
		}
		if e := said.Errors[0]; response.StatusCode != test.status || e.Extensions.Code != test.code || len(e.Message) < 20 || strings.HasSuffix(e.Message, "; ") || response.Header.Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("%s %s: %d %s, want %d %s", test.method, test.path, response.StatusCode, body, test.status, test.code)
		}
		if test.status == http.StatusMethodNotAllowed && response.Header.Get("Allow") == "" {
			t.Errorf("%s %s: it is not said what is allowed", test.method, test.path)
		}
		if test.status == http.StatusRequestedRangeNotSatisfiable && (response.Header.Get("Content-Disposition") != "" || test.header[1] != "nonsense" && response.Header.Get("Content-Range") == "") {
			t.Errorf("%s %s: %v", test.method, test.path, response.Header)
		}
	}
}

// TestBrowsersMaySendAKey asks as a browser does before it sends a key from a page of a partner.
func TestBrowsersMaySendAKey(t *testing.T) {
	s := open(t).serve(t, server.Options{})
	for _, path := range []string{"/graphql", "/export/", "/export/states.csv", "/changes", "/slices/x.csv", "/slices/x/changes", "/slices/x/statistics", "/slices/x/compare/y.csv", "/deprecations"} {
		response, _ := s.send(t, http.MethodOptions, path, "Origin", "https://partner.example.org", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "authorization,if-none-match")
		if response.StatusCode/100 != 2 || response.Header.Get("Access-Control-Allow-Origin") != "*" || response.Header.Get("Access-Control-Allow-Headers") == "" {
			t.Errorf("%s: %s %v", path, response.Status, response.Header)
		}
	}
	response, _ := s.send(t, http.MethodOptions, "/graphql", "Origin", "https://partner.example.org", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "apollo-require-preflight,traceparent,x-apollo-operation-name")
	if got := response.Header.Get("Access-Control-Allow-Headers"); !strings.Contains(strings.ToLower(got), "traceparent") {
		t.Errorf("headers of clients: %s %q", response.Status, got)
	}
	for _, path := range []string{"/presessions/rnd_x/registrations.csv", "/badges/bdg_x.pdf"} { // coordinators give a reason from a page of theirs
		response, _ := s.send(t, http.MethodOptions, path, "Origin", "https://desk.example.org", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "x-reason")
		if response.StatusCode/100 != 2 || !strings.Contains(strings.ToLower(response.Header.Get("Access-Control-Allow-Headers")), "x-reason") {
			t.Errorf("%s: %s %v", path, response.Status, response.Header)
		}
	}
	if response, body := s.send(t, http.MethodOptions, "/changes"); response.StatusCode != http.StatusNoContent || response.Header.Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("%s %v %s", response.Status, response.Header, body)
	}
}

// TestPagesOfMails: the pages to which mails lead are there, built or not, whatever the headers around
// all answers are, and no cache keeps them.
func TestPagesOfMails(t *testing.T) {
	s := open(t).serve(t, server.Options{})
	for _, path := range []string{"/registrations", "/registrations/reg_abc", "/invitations"} {
		response, body := s.send(t, http.MethodGet, path)
		h := response.Header
		if response.StatusCode == http.StatusNotFound || !strings.HasPrefix(h.Get("Content-Type"), "text/html") || !strings.Contains(string(body), "<html") {
			t.Errorf("%s: %s %s", path, response.Status, body)
		}
		if h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("X-Robots-Tag") != "noindex" || !strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self';") {
			t.Errorf("%s: %v", path, h)
		}
	}
}
