package server_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/server"
	"github.com/upr-info/upr/internal/wire"
)

// TestFormsThatDoNotComeWhole sends the beginning of forms, whatever they are in: it is no fault of ours.
func TestFormsThatDoNotComeWhole(t *testing.T) {
	s := open(t)
	srv := httptest.NewUnstartedServer(server.New(s.db, s.record, s.people, server.Options{}))
	srv.Config.ReadHeaderTimeout, srv.Config.ReadTimeout = time.Minute, 300*time.Millisecond
	srv.Start()
	t.Cleanup(srv.Close)
	for _, path := range []string{"/sign-in/link", "/statements/psm_1"} {
		for _, form := range []string{
			"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\ntoken=",
			"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 500\r\n\r\n--b\r\n",
		} {
			conn, err := net.Dial("tcp", srv.Listener.Addr().String()) //nolint:noctx // a test
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = conn.Close() })
			if _, err := io.WriteString(conn, "POST "+path+" HTTP/1.1\r\nHost: localhost\r\n"+form); err != nil {
				t.Fatal(err)
			}
			response, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			text, _ := io.ReadAll(response.Body)
			_ = response.Body.Close()
			if response.StatusCode != http.StatusRequestTimeout || !response.Close || !strings.Contains(string(text), "in time") {
				t.Errorf("%s: %s, %s", path, response.Status, text)
			}
		}
	}
}

// TestLongQuestionsThatDoNotComeWhole sends a little more of long questions than needs no place: they end, and their
// connections with them, whether or not their answers are compressed.
func TestLongQuestionsThatDoNotComeWhole(t *testing.T) {
	s := open(t)
	srv := httptest.NewUnstartedServer(server.New(s.db, s.record, s.people, server.Options{}))
	srv.Config.ReadTimeout, srv.Config.ConnContext = time.Hour, wire.With
	srv.Start()
	t.Cleanup(srv.Close)
	var all sync.WaitGroup
	for _, header := range []string{"", "Accept-Encoding: gzip\r\n"} {
		conn, err := net.Dial("tcp", srv.Listener.Addr().String()) //nolint:noctx // a test
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		begin := "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n" + header + "\r\n"
		if _, err := io.WriteString(conn, begin+strings.Repeat(" ", 64<<10+1)); err != nil {
			t.Fatal(err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
		all.Go(func() {
			answer, err := io.ReadAll(conn)
			if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 408 ") || !strings.Contains(string(answer), "LIMIT_EXCEEDED") {
				t.Errorf("%q: %s (%v)", header, answer, err)
			}
		})
	}
	all.Wait()
}
