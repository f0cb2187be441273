//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/sys/unix"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/database/dbtest/cluster"
)

// long skips a test that takes minutes, but for `make test-long` and CI.
func long(t *testing.T) {
	t.Helper()
	if os.Getenv("UPR_LONG") == "" {
		t.Skip("NOT RUN: takes minutes; make test-long runs it")
	}
}

// TestLongBadConnections holds every kind of bad connection against one server. Each ends by
// itself, and meanwhile others are answered.
func TestLongBadConnections(t *testing.T) {
	long(t)
	s := startSample(t, dbtest.SQLite(t), secretKeyFile(t))
	host := strings.TrimPrefix(s.address, "http://")
	t.Run("group", func(t *testing.T) { // ends when all of them have
		for name, hold := range map[string]func(*testing.T, string) net.Conn{
			"headers come byte by byte":        trickleHeaders,
			"a body comes byte by byte":        trickleBody,
			"answers are not read":             neverRead,
			"half-open event stream":           halfOpenStream,
			"half-open WebSocket":              halfOpenSocket,
			"connected, and nothing is asked":  dial,
			"a WebSocket on which nobody says": silentSocket,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				conn := hold(t, host)
				if !isOpen(t, conn) {
					t.Fatal("the server has ended it already")
				}
				began := time.Now()
				for isOpen(t, conn) {
					if time.Since(began) > 2*time.Minute {
						t.Fatal("the server still holds it")
					}
					askInTime(t, s.address)
					time.Sleep(200 * time.Millisecond)
				}
				t.Logf("ended after %v", time.Since(began).Round(time.Second))
			})
		}
	})
	for _, trace := range []string{"graph.(*events).ping(", "wsConnection).run("} {
		waitUntil(t, "nothing is left of "+trace, func() bool { return goroutines(t, trace) == 0 })
	}
}

// TestLongIdleConnections keeps 5,000 connections that have asked once, and asks beside them.
func TestLongIdleConnections(t *testing.T) {
	long(t)
	const idle = 5000
	var files unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &files); err != nil || files.Cur < 2*idle+500 {
		t.Fatalf("the test needs %d open files and may have %d: raise ulimit -n", 2*idle+500, files.Cur)
	}
	s := startSample(t, dbtest.SQLite(t), secretKeyFile(t))
	host := strings.TrimPrefix(s.address, "http://")
	before := resident(t)
	for range idle {
		conn := dial(t, host)
		fmt.Fprintf(conn, "GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n", host)
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
	}
	var took []time.Duration
	for range 200 {
		took = append(took, askInTime(t, s.address))
	}
	slices.Sort(took)
	t.Logf("beside %d idle connections: median %v, slowest %v; %d MB more", idle, took[len(took)/2], took[len(took)-1], (resident(t)-before)>>20)
}

// askInTime asks what anybody may, on a connection of its own.
func askInTime(t *testing.T, address string) time.Duration {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 5 * time.Second}
	began := time.Now()
	response, err := client.Post(address+"/graphql", "application/json", strings.NewReader(`{"query": "{ statistics { total } }"}`))
	if err != nil {
		t.Fatalf("others are not answered: %v", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || !bytes.Contains(body, []byte(`"total":300`)) {
		t.Fatalf("others got %s, %v", body, err)
	}
	return time.Since(began)
}

func dial(t *testing.T, host string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// trickle sends a text byte by byte until the other side has had enough.
func trickle(conn net.Conn, text string) {
	go func() {
		for i := range text {
			if _, err := conn.Write([]byte{text[i]}); err != nil {
				return
			}
			time.Sleep(500 * time.Millisecond)
		}
	}()
}

func trickleHeaders(t *testing.T, host string) net.Conn {
	conn := dial(t, host)
	trickle(conn, "GET /healthz HTTP/1.1\r\nHost: "+host+"\r\nX-Slow: "+strings.Repeat("x", 1000))
	return conn
}

func trickleBody(t *testing.T, host string) net.Conn {
	conn := dial(t, host)
	fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n", host)
	trickle(conn, strings.Repeat(" ", 1000))
	t.Cleanup(func() {
		_ = conn.SetReadDeadline(time.Now().Add(time.Second))
		if text, _ := io.ReadAll(conn); !bytes.HasPrefix(text, []byte("HTTP/1.1 408 ")) || !bytes.Contains(text, []byte("LIMIT_EXCEEDED")) {
			t.Errorf("a slow body is answered %q", text)
		}
	})
	return conn
}

// neverRead asks for much and reads none of it.
func neverRead(t *testing.T, host string) net.Conn {
	conn := dial(t, host)
	if err := conn.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		t.Fatal(err)
	}
	go func() {
		for i := range 500 {
			body := fmt.Sprintf(`{"query": "{ a%d: recommendations(first: 300) { nodes { id text number review { id } stateUnderReview { name } } } }"}`, i)
			if _, err := fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", host, len(body), body); err != nil {
				return
			}
		}
	}()
	time.Sleep(time.Second)
	return conn
}

func deaf(t *testing.T, conn net.Conn) {
	t.Helper()
	if err := cluster.Deafen(conn.(*net.TCPConn)); err != nil {
		t.Fatal(err)
	}
}

const lasting = `subscription { recordChanged { __typename } }`

func halfOpenStream(t *testing.T, host string) net.Conn {
	conn := dial(t, host)
	body := `{"query": "` + lasting + `"}`
	fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: %d\r\n\r\n%s", host, len(body), body)
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "200") {
		t.Fatal(line, err)
	}
	waitUntil(t, "the stream goes on", func() bool { return goroutines(t, "graph.(*events).ping(") > 0 })
	deaf(t, conn)
	return conn
}

// openSocket begins a subscription on a WebSocket.
func openSocket(t *testing.T, host string, messages ...string) net.Conn {
	t.Helper()
	var mu sync.Mutex
	var conn net.Conn
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		mu.Lock()
		defer mu.Unlock()
		var err error
		conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
		return conn, err
	}}
	socket, response, err := websocket.Dial(t.Context(), "ws://"+host+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPClient: &http.Client{Transport: transport}})
	if err != nil {
		t.Fatal(err)
	}
	if response.Body != nil {
		_ = response.Body.Close()
	}
	t.Cleanup(func() { _ = socket.CloseNow() })
	for _, message := range messages {
		if err := socket.Write(t.Context(), websocket.MessageText, []byte(message)); err != nil {
			t.Fatal(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	return conn
}

func halfOpenSocket(t *testing.T, host string) net.Conn {
	conn := openSocket(t, host, `{"type": "connection_init"}`, `{"type": "subscribe", "id": "1", "payload": {"query": "`+lasting+`"}}`)
	waitUntil(t, "the socket goes on", func() bool { return goroutines(t, "wsConnection).run(") > 0 })
	deaf(t, conn)
	return conn
}

// silentSocket opens a WebSocket and says nothing.
func silentSocket(t *testing.T, host string) net.Conn { return openSocket(t, host) }

// isOpen says whether the server's side of a connection is there, as the kernel has it.
func isOpen(t *testing.T, conn net.Conn) bool {
	t.Helper()
	here, there := conn.LocalAddr().(*net.TCPAddr), conn.RemoteAddr().(*net.TCPAddr)
	text, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		t.Fatal(err)
	}
	const established = "01"
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) > 3 && fields[1] == inKernelWords(there) && fields[2] == inKernelWords(here) {
			return fields[3] == established
		}
	}
	return false
}

func inKernelWords(a *net.TCPAddr) string {
	ip := slices.Clone(a.IP.To4())
	slices.Reverse(ip)
	return fmt.Sprintf("%s:%04X", strings.ToUpper(hex.EncodeToString(ip)), a.Port)
}

// goroutines counts those that are in some function.
func goroutines(t *testing.T, function string) int {
	t.Helper()
	var text bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&text, 2); err != nil {
		t.Fatal(err)
	}
	return strings.Count(text.String(), function)
}

// resident is how much memory the program holds.
func resident(t *testing.T) int {
	t.Helper()
	runtime.GC()
	var pages, held int
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscan(string(text), &pages, &held); err != nil {
		t.Fatal(err)
	}
	return held * os.Getpagesize()
}
