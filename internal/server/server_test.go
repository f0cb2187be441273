package server_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/sample/sampletest"

	"github.com/andybalholm/brotli"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/server"
	"github.com/upr-info/upr/internal/viewer"
)

// site is a served record of 300 recommendations.
type site struct {
	url    string
	people *identity.Service
	db     *database.DB
	record *record.Record
}

func open(t *testing.T) *site {
	t.Helper()
	return openAt(t, dbtest.SQLite(t))
}

func openAt(t *testing.T, url string) *site {
	t.Helper()
	db := sampletest.Filled(t, url, 300)
	return over(t, db)
}

// over is what a database has, served.
func over(t *testing.T, db *database.DB) *site {
	t.Helper()
	r, err := record.Open(t.Context(), db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{db: db, record: r}
	if s.people, err = identity.New(db, secret.NewBox(secret.Key{}), identity.Settings{PublicURL: "http://localhost"}, nil); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *site) serve(t *testing.T, options server.Options) *site {
	t.Helper()
	srv := httptest.NewServer(server.New(s.db, s.record, s.people, options))
	t.Cleanup(srv.Close)
	s.url = srv.URL
	return s
}

// key makes an API key.
func (s *site) key(t *testing.T, email string) string {
	t.Helper()
	program := viewer.NewContext(t.Context(), viewer.Program("test"))
	u, err := s.people.CreateUser(program, email, "Somebody", "EN", "")
	if err != nil {
		t.Fatal(err)
	}
	_, secret, err := s.people.CreateKeyFor(program, u, "test", []string{"recommendations:read"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

const question = `{ recommendations(first: 100) { nodes { id text } } }`

// ask posts a question with some headers.
func (s *site) ask(t *testing.T, query string, header ...string) (*http.Response, []byte) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept-Encoding", "identity")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, answer
}

func TestRateIsLimited(t *testing.T) {
	s := open(t).serve(t, server.Options{RequestsPerMinute: 5})
	first, second := "Bearer "+s.key(t, "one@example.org"), "Bearer "+s.key(t, "two@example.org")
	ask := func(authorization string) (int, string, string) {
		header := []string{}
		if authorization != "" {
			header = []string{"Authorization", authorization}
		}
		response, body := s.ask(t, "{ __typename }", header...)
		return response.StatusCode, response.Header.Get("Retry-After"), string(body)
	}
	for _, caller := range []string{"", first, second} { // none takes from the others
		refused := 0
		for range 12 {
			status, after, body := ask(caller)
			if status == http.StatusOK {
				continue
			}
			refused++
			seconds, err := strconv.Atoi(after)
			if status != http.StatusTooManyRequests || err != nil || seconds < 1 || seconds > 60 || !strings.Contains(body, `"LIMIT_EXCEEDED"`) || !strings.Contains(body, "more than 5 requests") {
				t.Fatalf("%d after %q: %s", status, after, body)
			}
		}
		if refused < 4 || refused > 7 { // a minute may begin meanwhile
			t.Errorf("%d of 12 requests were refused, want 7", refused)
		}
	}
	for range 30 {
		if status, _, _ := ask("Bearer upr_nonsense"); status == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("an address may try as many keys as it likes")
}

func TestAnswersAreCompressed(t *testing.T) {
	s := open(t).serve(t, server.Options{})
	_, plain := s.ask(t, question)
	for coding, reader := range map[string]func(io.Reader) (io.Reader, error){
		"br":   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
	} {
		response, body := s.ask(t, question, "Accept-Encoding", coding)
		if response.Header.Get("Content-Encoding") != coding || len(body) > len(plain)/2 || !strings.Contains(strings.Join(response.Header.Values("Vary"), ","), "Accept-Encoding") {
			t.Fatalf("%s: %d of %d bytes, %v", coding, len(body), len(plain), response.Header)
		}
		r, err := reader(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%s: %v, %s", coding, err, got)
		}
	}
	if response, _ := s.ask(t, "{ __typename }", "Accept-Encoding", "br, gzip"); response.Header.Get("Content-Encoding") != "" {
		t.Error("a short answer is compressed")
	}
}

// TestTraces sends traces to a collector that reads them.
func TestTraces(t *testing.T) {
	received := make(chan *collector.ExportTraceServiceRequest, 10)
	at := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if r.Header.Get("Content-Encoding") == "gzip" {
			reader, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Error(err)
				return
			}
			if body, err = io.ReadAll(reader); err != nil {
				t.Error(err)
			}
		}
		request := &collector.ExportTraceServiceRequest{}
		if err := proto.Unmarshal(body, request); err != nil {
			t.Error(err)
		}
		received <- request
	}))
	defer at.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", at.URL)
	stop, err := server.Trace(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := open(t)
	s.serve(t, server.Options{Metrics: server.NewMetrics(s.db, s.record)})
	const parent = "4bf92f3577b34da6a3ce929d0e0e4736"
	s.ask(t, "query Named { recommendations(first: 1) { totalCount } }", "Traceparent", "00-"+parent+"-00f067aa0ba902b7-01")
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := stop(ctx); err != nil {
		t.Fatal(err)
	}
	close(received)
	for request := range received {
		for _, resource := range request.GetResourceSpans() {
			for _, scope := range resource.GetScopeSpans() {
				for _, span := range scope.GetSpans() {
					text := span.String()
					if span.GetName() == "query recommendations" && strings.Contains(text, "Named") && strings.Contains(text, "http.response.status_code") && !strings.Contains(text, "totalCount") {
						return
					}
				}
			}
		}
	}
	t.Error("no trace of the question came")
}

// TestLogsSayNothingAboutPeople reads the lines of one request in JSON.
func TestLogsSayNothingAboutPeople(t *testing.T) {
	var lines bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(server.RequestID{Handler: slog.NewJSONHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug})}))
	s := open(t)
	srv := httptest.NewServer(server.New(s.db, s.record, s.people, server.Options{Metrics: server.NewMetrics(s.db, s.record), Graph: graph.Options{CacheMegabytes: 16}}))
	s.url = srv.URL
	calendar, err := http.Get(srv.URL + "/calendar/own/secretaddress.ics")
	if err != nil {
		t.Fatal(err)
	}
	if _ = calendar.Body.Close(); calendar.StatusCode != http.StatusNotFound {
		t.Errorf("a calendar that there is not: %s", calendar.Status)
	}
	const named = `query Named { recommendations(first: 1, filter: {text: "private words"}) { totalCount } }`
	_, _ = s.ask(t, named)
	response, _ := s.ask(t, named) // which is kept
	srv.Close()                    // what is written is complete
	slog.SetDefault(before)
	found := map[string]map[string]any{}
	for line := range strings.Lines(lines.String()) {
		var said map[string]any
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		found[said["msg"].(string)] = said
	}
	id := response.Header.Get("X-Request-Id")
	if line := found["question"]; line["operation"] != "Named" || line["field"] != "query recommendations" || line["request"] != id || line["kept"] != true {
		t.Errorf("question: %v", line)
	}
	if line := found["request"]; line["path"] != "/graphql" || line["status"] != 200.0 || line["request"] != id {
		t.Errorf("request: %v", line)
	}
	if strings.Contains(lines.String(), "private words") || strings.Contains(lines.String(), "secretaddress") || strings.Contains(lines.String(), "127.0.0.1") {
		t.Errorf("the log has what was asked, or who asked: %s", &lines)
	}
}
