package server_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/upr-info/upr/internal/server"
)

// TestMetrics asks, and reads what was counted. Nothing that a client wrote is in it.
func TestMetrics(t *testing.T) {
	began := time.Now()
	s := open(t)
	metrics := server.NewMetrics(s.db, s.record)
	options := server.Options{Metrics: metrics}
	options.Graph.CacheMegabytes = 1
	s.serve(t, options)
	for range 3 {
		s.ask(t, "query Secret_operation { recommendations(first: 1) { totalCount } }")
	}
	s.ask(t, `mutation { renameIssue(input: {id: "secret", revision: 1, name: {en: "secret"}, reason: "secret"}) { userErrors { code } } }`)
	s.ask(t, "{ secret }")
	for _, streamed := range []string{
		"query Secret { states(first: 1) { totalCount } }", "{ secret }",
		`subscription { recordChanged(filter: {issues: ["secret"]}) { version } }`, // begins, and has an error for an answer
	} {
		s.ask(t, streamed, "Accept", "text/event-stream")
	}
	lasting, end := context.WithCancel(t.Context())
	defer end()
	body := strings.NewReader(`{"query":"subscription Secret { recordChanged { version } }"}`)
	request, err := http.NewRequestWithContext(lasting, http.MethodPost, s.url+"/graphql", body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	socket, _, err := websocket.Dial(t.Context(), s.url+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = socket.CloseNow() }()
	for _, message := range []string{`{"type":"connection_init"}`, `{"type":"subscribe","id":"a","payload":{"query":"query Secret { pledges(first: 1) { totalCount } }"}}`} {
		if err := socket.Write(t.Context(), websocket.MessageText, []byte(message)); err != nil {
			t.Fatal(err)
		}
	}
	for answer := ""; !strings.Contains(answer, `"complete"`); {
		_, text, err := socket.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		answer = string(text)
	}
	private := httptest.NewServer(metrics.Private())
	defer private.Close()
	read := func(path string) string {
		t.Helper()
		response, err := http.Get(private.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %v", path, response.StatusCode, err)
		}
		for name, want := range map[string]string{"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"} {
			if got := response.Header.Get(name); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s: %s", path, name, got)
			}
		}
		return string(text)
	}
	text := read("/metrics")
	for _, want := range []string{
		`upr_question_seconds_count{field="query recommendations"} 1`, `upr_cached_answers_total 2`, `upr_question_seconds_count{field="mutation renameIssue"} 1`,
		`upr_subscriptions 1`,
		`upr_question_seconds_count{field="query states"} 1`, `upr_question_seconds_count{field="query pledges"} 1`, `upr_question_seconds_count{field="subscription recordChanged"} 2`,
		`upr_errors_total{code="INVALID"} 3`, `upr_errors_total{code="UNAUTHENTICATED"} 1`, `upr_http_requests_total{route="/graphql",status="200"} 8`,
		`upr_record_recommendations 300`, `upr_record_version `, `go_sql_open_connections{db_name="upr"}`, `process_resident_memory_bytes`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the metrics have no %s", want)
		}
	}
	_, lag, _ := strings.Cut(text, "\nupr_record_lag_seconds ")
	lag, _, _ = strings.Cut(lag, "\n")
	if seconds, err := strconv.ParseFloat(lag, 64); err != nil || seconds < 0 || seconds > time.Since(began).Seconds() {
		t.Errorf("a record that was loaded %v ago is said to lag %q s (%v)", time.Since(began), lag, err)
	}
	if strings.Contains(strings.ToLower(text), "secret") {
		t.Error("the metrics have what a client wrote")
	}
	end()
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(read("/metrics"), "upr_subscriptions 0\n"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a subscription that has ended still counts")
		}
	}
	if !strings.Contains(read("/debug/pprof/"), "goroutine") {
		t.Error("there are no profiles")
	}
	if response, err := http.Get(s.url + "/metrics"); err != nil || response.StatusCode != http.StatusNotFound {
		t.Errorf("the public address has metrics: %v %v", response, err)
	}
}

// TestLoggedBeforeItLeaves has a log that takes its time: whoever has an answer finds its request logged and counted.
func TestLoggedBeforeItLeaves(t *testing.T) {
	before, log := slog.Default(), &slowLog{Handler: slog.DiscardHandler}
	slog.SetDefault(slog.New(log))
	t.Cleanup(func() { slog.SetDefault(before) })
	s := open(t)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + listener.Addr().String()
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener, server.New(s.db, s.record, s.people, server.Options{})) }()
	t.Cleanup(func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	for i, question := range []string{"{ statistics { total } }", "{ recommendations(first: 50) { nodes { id text } } }"} {
		if s.ask(t, question); log.requests.Load() != int64(i+1) {
			t.Errorf("%s: its answer came before it was logged", question)
		}
	}
}

// slowLog takes its time for requests.
type slowLog struct {
	slog.Handler

	requests atomic.Int64
}

func (*slowLog) Enabled(context.Context, slog.Level) bool { return true }

func (l *slowLog) Handle(_ context.Context, line slog.Record) error {
	if line.Message == "request" {
		time.Sleep(100 * time.Millisecond)
		l.requests.Add(1)
	}
	return nil
}
