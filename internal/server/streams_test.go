package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"github.com/upr-info/upr/internal/server"
)

// wsSocket is a WebSocket on which operations may begin.
type wsSocket struct{ conn *websocket.Conn }

// wsMessage is a message of graphql-transport-ws.
type wsMessage struct {
	Type    string          `json:"type"`
	ID      string          `json:"id,omitempty"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

func (s *site) dial(t *testing.T, header ...string) (*wsSocket, *http.Response) {
	t.Helper()
	given := http.Header{}
	for i := 0; i < len(header); i += 2 {
		given.Set(header[i], header[i+1])
	}
	conn, response, err := websocket.Dial(t.Context(), s.url+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: given})
	if err != nil {
		return nil, response
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	socket := &wsSocket{conn}
	socket.say(t, wsMessage{Type: "connection_init"})
	socket.hear(t, "")
	return socket, response
}

func (w *wsSocket) say(t *testing.T, m wsMessage) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := wsjson.Write(ctx, w.conn, m); err != nil {
		t.Fatal(err)
	}
}

// hear waits for a message about an operation.
func (w *wsSocket) hear(t *testing.T, id string) (m wsMessage) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		m = wsMessage{}
		if err := wsjson.Read(ctx, w.conn, &m); err != nil {
			t.Fatal(err)
		}
		if m.ID == id && m.Type != "ping" {
			return m
		}
	}
}

func (w *wsSocket) subscribe(t *testing.T, id, query string) {
	t.Helper()
	payload, _ := json.Marshal(map[string]string{"query": query})
	w.say(t, wsMessage{"subscribe", id, payload})
}

// TestOperationsOverSocketsAreCounted asks more over one socket than may be asked, also over
// others of the same caller and over HTTP.
func TestOperationsOverSocketsAreCounted(t *testing.T) {
	s := open(t).serve(t, server.Options{RequestsPerMinute: 10})
	key := "Bearer " + s.key(t, "one@example.org")
	for _, header := range [][]string{nil, {"Authorization", key}} {
		socket, _ := s.dial(t, header...)
		refused := ""
		answered := 0
		for i := 0; i < 40 && refused == ""; i++ {
			id := strconv.Itoa(i)
			socket.subscribe(t, id, "{ __typename }")
			switch m := socket.hear(t, id); m.Type {
			case "next":
				answered++
				socket.hear(t, id) // that it is complete
			case "error":
				refused = string(m.Payload)
			}
		}
		if answered < 5 || !strings.Contains(refused, `"LIMIT_EXCEEDED"`) || !strings.Contains(refused, "more than 10 requests in a minute: wait 60 seconds") || !strings.Contains(refused, `"retryAfter":60`) {
			t.Errorf("%v: after %d answers it is told %s", header, answered, refused)
		}
		socket.say(t, wsMessage{Type: "ping"}) // it goes on
		if m := socket.hear(t, ""); m.Type != "pong" {
			t.Errorf("after the refusal it hears %s", m.Type)
		}
		if response, _ := s.ask(t, "{ __typename }", header...); response.StatusCode != http.StatusTooManyRequests {
			t.Errorf("%v: over HTTP the answer is %d", header, response.StatusCode)
		}
	}
}

// TestIDsAreUsedAgain: a client may use an id again as soon as it has ended an operation, and hears of the new
// one alone.
func TestIDsAreUsedAgain(t *testing.T) {
	socket, _ := open(t).serve(t, server.Options{}).dial(t)
	for range 300 {
		socket.subscribe(t, "1", "subscription { recordChanged { id } }")
		socket.say(t, wsMessage{Type: "complete", ID: "1"})
		socket.subscribe(t, "1", "{ __typename }")
		for _, want := range []string{"next", "complete"} {
			if m := socket.hear(t, "1"); m.Type != want {
				t.Fatalf("it hears %s %s, want %s", m.Type, m.Payload, want)
			}
		}
	}
}

// TestOtherUpgradesAreNotMeant: HTTP/2, which Java's client offers over plain connections, is not taken up.
func TestOtherUpgradesAreNotMeant(t *testing.T) {
	s := open(t).serve(t, server.Options{})
	for _, offered := range []string{"h2c", "foo"} {
		header := []string{"Upgrade", offered, "Connection", "Upgrade, HTTP2-Settings", "HTTP2-Settings", "AAEAAEAA"}
		if response, body := s.ask(t, "{ __typename }", header...); response.StatusCode != http.StatusOK {
			t.Errorf("POST with %s: %s %s", offered, response.Status, body)
		}
		if response, body := s.send(t, http.MethodGet, "/graphql?query={__typename}", header...); response.StatusCode != http.StatusOK {
			t.Errorf("GET with %s: %s %s", offered, response.Status, body)
		}
	}
}

// TestStreamsThatDoNotBegin: a request for events that cannot be read is refused in JSON.
func TestStreamsThatDoNotBegin(t *testing.T) {
	s := open(t).serve(t, server.Options{})
	for _, body := range []string{`{bad`, `{}`} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/graphql", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = http.Header{"Content-Type": {"application/json"}, "Accept": {"text/event-stream"}}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if got := response.Header.Get("Content-Type"); response.StatusCode != http.StatusBadRequest || !strings.HasPrefix(got, "application/json") {
			t.Errorf("%s: %s %s", body, response.Status, got)
		}
	}
}

// TestStreamsAreBounded opens sockets and event streams until one is refused. Whoever has
// signed in is not held up by strangers at the same address, and what is closed can be opened.
func TestStreamsAreBounded(t *testing.T) {
	s := open(t).serve(t, server.Options{StreamsPerCaller: 3})
	key := "Bearer " + s.key(t, "one@example.org")
	first, _ := s.dial(t)
	s.dial(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stream := func(ctx context.Context) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/graphql", strings.NewReader(`{"query": "subscription { recordChanged { id } }"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header["Accept"] = []string{"text/plain", "text/event-stream"} // the second line counts as well
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = response.Body.Close() })
		return response
	}
	if response := stream(ctx); response.StatusCode != http.StatusOK {
		t.Fatalf("the third stream is answered %d", response.StatusCode)
	}
	over, response := s.dial(t)
	if over != nil || response.StatusCode != http.StatusTooManyRequests || response.Header.Get("Retry-After") == "" {
		t.Errorf("a fourth socket: %d, %v", response.StatusCode, response.Header)
	}
	if response := stream(t.Context()); response.StatusCode != http.StatusTooManyRequests || response.Header.Get("Retry-After") == "" {
		t.Errorf("a fourth stream: %d, %v", response.StatusCode, response.Header)
	}
	for _, accept := range []string{"application/json", "application/json, text/event-stream"} {
		if response, _ := s.ask(t, "{ __typename }", "Accept", accept); response.StatusCode != http.StatusOK {
			t.Errorf("a question that ends, for %s, is answered %d", accept, response.StatusCode)
		}
	}
	if known, response := s.dial(t, "Authorization", key); known == nil {
		t.Errorf("whoever has a key is answered %d", response.StatusCode)
	}
	_ = first.conn.CloseNow()
	cancel()
	reopened := 0
	for deadline := time.Now().Add(20 * time.Second); reopened < 2 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if again, _ := s.dial(t); again != nil {
			reopened++
		}
	}
	if reopened < 2 {
		t.Errorf("%d streams could be opened in place of two that are closed", reopened)
	}
}

// TestOperationsThatGoOnAreBounded begins operations over several sockets of one address.
func TestOperationsThatGoOnAreBounded(t *testing.T) {
	s := open(t).serve(t, server.Options{StreamsPerCaller: 2}) // and 20 operations
	one, _ := s.dial(t)
	two, _ := s.dial(t)
	const lasting = "subscription { recordChanged { id } }"
	for i := range 20 {
		one.subscribe(t, fmt.Sprint(i), lasting)
	}
	one.say(t, wsMessage{Type: "ping"})
	if m := one.hear(t, ""); m.Type != "pong" { // all before it were taken
		t.Fatal(m)
	}
	try := func(id string) string {
		t.Helper()
		two.subscribe(t, id, "{ __typename }")
		m := two.hear(t, id)
		if m.Type == "next" {
			two.hear(t, id)
		}
		return string(m.Payload)
	}
	if got := try("a"); !strings.Contains(got, `"LIMIT_EXCEEDED"`) || !strings.Contains(got, "more than 20 operations go on") {
		t.Errorf("one too many is answered %s", got)
	}
	one.say(t, wsMessage{Type: "complete", ID: "3"})
	one.say(t, wsMessage{Type: "ping"})
	one.hear(t, "")
	for i := range 3 { // an operation that ends gives its place back
		if got := try(fmt.Sprint("b", i)); !strings.Contains(got, "Query") {
			t.Errorf("after one has ended: %s", got)
		}
	}
	one.subscribe(t, "more", lasting)
	one.say(t, wsMessage{Type: "ping"})
	one.hear(t, "")
	if got := try("c"); !strings.Contains(got, `"LIMIT_EXCEEDED"`) {
		t.Errorf("one too many again is answered %s", got)
	}
	_ = one.conn.CloseNow()
	got := ""
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if got = try("d" + fmt.Sprint(time.Now().UnixNano())); strings.Contains(got, "Query") {
			return
		}
	}
	t.Errorf("after the socket with all of them is closed: %s", got)
}

// TestSocketsThatDoNotBegin asks for WebSockets that are refused: once, in the form of all errors.
func TestSocketsThatDoNotBegin(t *testing.T) {
	s := open(t)
	var lines logged
	srv := httptest.NewUnstartedServer(server.New(s.db, s.record, s.people, server.Options{}))
	srv.Config.ErrorLog = slog.NewLogLogger(slog.NewTextHandler(&lines, nil), slog.LevelError)
	srv.Start()
	t.Cleanup(srv.Close)
	for name, test := range map[string]struct {
		header, value string
		status        int
		code          string
	}{
		"another origin":  {"Origin", "https://evil.example", http.StatusForbidden, "FORBIDDEN"},
		"another version": {"Sec-WebSocket-Version", "12", http.StatusBadRequest, "INVALID"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/graphql", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		for header, value := range map[string]string{
			"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Protocol": "graphql-transport-ws", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
		} {
			r.Header.Set(header, value)
		}
		r.Header.Set(test.header, test.value)
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != test.status || !strings.HasPrefix(string(text), `{"errors":[`) || !strings.Contains(string(text), `"code":"`+test.code+`"`) || !json.Valid(text) {
			t.Errorf("%s: %d %s %v", name, response.StatusCode, text, err)
		}
	}
	if said := lines.String(); strings.Contains(said, "superfluous") {
		t.Errorf("the log has %s", said)
	}
}

// logged is a log that several write to.
type logged struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.String()
}

// TestPayloadsOfOtherTypes sends variables that are a list, and documents with too many
// operations: each is refused with a code, and the socket goes on.
func TestPayloadsOfOtherTypes(t *testing.T) {
	s := open(t).serve(t, server.Options{})
	socket, _ := s.dial(t)
	var many strings.Builder
	for i := range 11 {
		fmt.Fprintf(&many, "query Q%d { __typename } ", i)
	}
	for id, test := range map[string]struct{ payload, code string }{
		"a list":           {`{"query": "{ __typename }", "variables": [1]}`, "INVALID"},
		"text":             {`{"query": "{ __typename }", "extensions": "x"}`, "INVALID"},
		"a number":         {`{"query": "{ __typename }", "operationName": 1}`, "INVALID"},
		"two operations":   {`{"query": "query A { __typename } query B { __typename }"}`, "INVALID"},
		"many operations":  {`{"query": "` + many.String() + `"}`, "LIMIT_EXCEEDED"},
		"what is answered": {`{"query": "{ __typename }", "variables": null}`, ""},
	} {
		socket.say(t, wsMessage{"subscribe", id, json.RawMessage(test.payload)})
		m := socket.hear(t, id)
		switch {
		case test.code == "" && m.Type != "next", test.code != "" && (m.Type != "error" || !strings.Contains(string(m.Payload), `"code":"`+test.code+`"`)):
			t.Errorf("%s: %s %s", id, m.Type, m.Payload)
		}
	}
}

// TestASocketWithoutOperationsEnds closes one over which nothing was asked, the first of a server.
func TestASocketWithoutOperationsEnds(t *testing.T) {
	var lines logged
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&lines, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	s := open(t).serve(t, server.Options{StreamsPerCaller: 1})
	first, _ := s.dial(t)
	_ = first.conn.CloseNow()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if again, _ := s.dial(t); again != nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the place of a socket that is closed is not given back")
		}
	}
	if text := lines.String(); strings.Contains(text, "panic") {
		t.Errorf("the log says %s", text)
	}
}
