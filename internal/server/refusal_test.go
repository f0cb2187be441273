package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/server"
)

// watchedSite is a site whose metrics are read.
type watchedSite struct {
	*site
	private http.Handler
}

func openWatched(t *testing.T, options server.Options) watchedSite {
	t.Helper()
	s := open(t)
	options.Metrics = server.NewMetrics(s.db, s.record)
	return watchedSite{s.serve(t, options), options.Metrics.Private()}
}

// metric reads one line; 0 where there is none.
func (s watchedSite) metric(t *testing.T, name string) float64 {
	t.Helper()
	seen := httptest.NewRecorder()
	s.private.ServeHTTP(seen, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	_, rest, found := strings.Cut(seen.Body.String(), "\n"+name+" ")
	if !found {
		return 0
	}
	line, _, _ := strings.Cut(rest, "\n")
	n, err := strconv.ParseFloat(line, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestRefusalsAreCounted has requests refused of which no question is read, wherever that is: each is counted once, by
// its code, and as no question.
func TestRefusalsAreCounted(t *testing.T) {
	s := openWatched(t, server.Options{StreamsPerCaller: 1})
	post := func(path, media, body string, header ...string) int {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", media)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
		return response.StatusCode
	}
	get := func(path string, header ...string) int {
		t.Helper()
		response, _ := s.send(t, http.MethodGet, path, header...)
		return response.StatusCode
	}
	socket, _ := s.dial(t)
	key := "Bearer " + s.key(t, "partner@example.org") // whose streams are counted by themselves
	for name, test := range map[string]struct {
		code   string
		status int
		ask    func() int
	}{
		"a key that is none": {"UNAUTHENTICATED", 401, func() int {
			return post("/graphql", "application/json", `{"query": "{ __typename }"}`, "Authorization", "Bearer upr_x")
		}},
		"a session of another page": {"FORBIDDEN", 403, func() int {
			return get("/graphql?query={__typename}", "Cookie", "upr_session=x", "Origin", "https://other.example")
		}},
		"a body that is too long": {"LIMIT_EXCEEDED", 413, func() int { return post("/graphql", "application/json", strings.Repeat(" ", 2<<20)) }},
		"another media type":      {"INVALID", 415, func() int { return post("/graphql", "text/plain", "{ __typename }") }},
		"a body that is none":     {"INVALID", 400, func() int { return post("/graphql", "application/json", "{") }},
		"events of what is none": {"INVALID", 400, func() int {
			return post("/graphql", "application/json", "{", "Accept", "text/event-stream", "Authorization", key)
		}},
		"another method":             {"INVALID", 405, func() int { r, _ := s.send(t, http.MethodPut, "/graphql"); return r.StatusCode }},
		"a second socket":            {"LIMIT_EXCEEDED", 429, func() int { _, r := s.dial(t); return r.StatusCode }},
		"an export that there isn't": {"NOT_FOUND", 404, func() int { return get("/export/nothing.csv") }},
		"an address without routes":  {"NOT_FOUND", 404, func() int { return get("/nothing") }},
		"a link that is none":        {"INVALID", 400, func() int { return post("/sign-in/link", "application/x-www-form-urlencoded", "token=x") }},
		"an operation over a socket": {"INVALID", 0, func() int {
			socket.say(t, wsMessage{"subscribe", "1", []byte(`{"query": "{ __typename }", "variables": [1]}`)})
			socket.hear(t, "1")
			return 0
		}},
	} {
		counter := fmt.Sprintf("upr_errors_total{code=%q}", test.code)
		before := s.metric(t, counter)
		status := test.ask()
		if got := s.metric(t, counter) - before; status != test.status || got != 1 {
			t.Errorf("%s: answered %d, want %d; %s rises by %v", name, status, test.status, counter, got)
		}
	}
	if got := s.metric(t, `upr_question_seconds_count{field=""}`); got != 0 {
		t.Errorf("%v of them are questions", got)
	}
}

// TestWaitingForABodyIsNotOurs sends a question slowly: how long it took to come is not in how long it took.
func TestWaitingForABodyIsNotOurs(t *testing.T) {
	s := openWatched(t, server.Options{})
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://")) //nolint:noctx // a test
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const body, slowly = `{"query": "{ states(first: 1) { totalCount } }"}`, 1500 * time.Millisecond
	for i, part := range []string{
		fmt.Sprintf("POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body[:10]), body[10:],
	} {
		time.Sleep(time.Duration(i) * slowly)
		if _, err := io.WriteString(conn, part); err != nil {
			t.Fatal(err)
		}
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if answer, err := io.ReadAll(response.Body); err != nil || !strings.Contains(string(answer), "totalCount") {
		t.Fatalf("%s %v", answer, err)
	}
	count, sum := s.metric(t, `upr_question_seconds_count{field="query states"}`), s.metric(t, `upr_question_seconds_sum{field="query states"}`)
	if count != 1 || sum <= 0 || sum >= slowly.Seconds() {
		t.Errorf("%v questions took %v s", count, sum)
	}
}

// TestHead asks for the head of an answer alone: it is that of the answer.
func TestHead(t *testing.T) {
	s := open(t).serve(t, server.Options{})
	for query, want := range map[string]int{"{ states(first: 1) { totalCount } }": 200, "mutation { signOut { done } }": 405, "": 400} {
		for _, coding := range []string{"identity", "br"} {
			path := "/graphql?query=" + url.QueryEscape(query)
			got, body := s.send(t, http.MethodGet, path, "Accept-Encoding", coding)
			head, nothing := s.send(t, http.MethodHead, path, "Accept-Encoding", coding)
			if got.StatusCode != want || head.StatusCode != want || len(body) == 0 || len(nothing) > 0 {
				t.Errorf("%q in %s: %d and %d, want %d; %s", query, coding, got.StatusCode, head.StatusCode, want, nothing)
			}
			for _, name := range []string{"ETag", "Cache-Control", "Content-Type", "Vary", "Allow"} {
				if got.Header.Get(name) != head.Header.Get(name) {
					t.Errorf("%q in %s: %s is %q of GET and %q of HEAD", query, coding, name, got.Header.Get(name), head.Header.Get(name))
				}
			}
			if tag := got.Header.Get("ETag"); (tag != "") != (want == 200) {
				t.Errorf("%q: ETag %q", query, tag)
			} else if tag != "" {
				if held, _ := s.send(t, http.MethodHead, path, "If-None-Match", tag); held.StatusCode != http.StatusNotModified {
					t.Errorf("who has it is answered %d", held.StatusCode)
				}
			}
		}
	}
}
