package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// TestWhatLastsIsToldOfARestart starts the program anew, twice, and stops it, while there are a WebSocket and an event
// stream on which nothing ends, and a request that is still coming: the first two are told to come again, the last one
// is answered, and the process is gone soon.
func TestWhatLastsIsToldOfARestart(t *testing.T) {
	p := startRestarting(t)
	host := strings.TrimPrefix(p.address, "http://")
	for i, leave := range []func(){func() { p.again(t) }, func() { p.again(t) }, func() { _ = syscall.Kill(p.last, syscall.SIGTERM) }} {
		process, before := p.last, time.Now()
		socket, events, finish := lastingSocket(t, host), lastingEvents(t, host), halfAQuestion(t, host)
		leave()
		ready := time.Now()
		if how := <-socket; how != "1012 this server stops or starts anew: open it again" {
			t.Errorf("leaving %d: the socket ends with %q", i, how)
		}
		if told := <-events; !strings.HasPrefix(told, ":\n\n: this server stops") || strings.Contains(told, "complete") {
			t.Errorf("leaving %d: the event stream says %q", i, told)
		}
		if took := time.Since(ready); took > 5*time.Second {
			t.Errorf("leaving %d: they are told after %v", i, took)
		}
		if answer := finish(); !strings.Contains(answer, `"totalCount":500`) {
			t.Errorf("leaving %d: what was begun is answered %s", i, answer)
		}
		answered := time.Now()
		for !isGone(process) {
			if time.Since(answered) > 8*time.Second { // some two, on a machine that has time
				t.Fatalf("leaving %d: process %d is still there, %v after it was asked to leave", i, process, time.Since(before))
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Logf("leaving %d: gone %v after the last answer", i, time.Since(answered))
	}
}

// isGone says whether a process has ended, also where nobody has asked how.
func isGone(process int) bool {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process))
	return err != nil || strings.Contains(string(status), ") Z ")
}

// lastingSocket subscribes over a WebSocket, and returns how it ends.
func lastingSocket(t *testing.T, host string) <-chan string {
	t.Helper()
	socket, _, err := websocket.Dial(t.Context(), "ws://"+host+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, message := range []string{
		`{"type":"connection_init"}`, `{"type":"subscribe","id":"lasts","payload":{"query":"` + lasting + `"}}`, `{"type":"subscribe","id":"ends","payload":{"query":"{ __typename }"}}`,
	} {
		if err := socket.Write(t.Context(), websocket.MessageText, []byte(message)); err != nil {
			t.Fatal(err)
		}
	}
	for answer := ""; !strings.Contains(answer, `"complete"`); { // so that what lasts has begun as well
		_, text, err := socket.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		answer = string(text)
	}
	ended := make(chan string, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		for {
			if _, _, err := socket.Read(ctx); err != nil {
				var last websocket.CloseError
				if !errors.As(err, &last) {
					ended <- err.Error()
				}
				ended <- fmt.Sprintf("%d %s", last.Code, last.Reason)
				return
			}
		}
	}()
	return ended
}

// lastingEvents subscribes over an event stream, and returns all that it says.
func lastingEvents(t *testing.T, host string) <-chan string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+host+"/graphql", strings.NewReader(`{"query": "`+lasting+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = http.Header{"Content-Type": {"application/json"}, "Accept": {"text/event-stream"}}
	response, err := (&http.Client{Timeout: time.Minute}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan string, 1)
	go func() {
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			text = append(text, "broken off: "+err.Error()...)
		}
		ended <- string(text)
	}()
	return ended
}

// halfAQuestion sends the first half of a question on a connection on which another one was answered, and returns what
// sends the other half and hears the answer.
func halfAQuestion(t *testing.T, host string) (finish func() string) {
	t.Helper()
	conn := dial(t, host)
	_ = conn.(*net.TCPConn).SetDeadline(time.Now().Add(time.Minute))
	reader := bufio.NewReader(conn)
	send := func(text string) {
		if _, err := io.WriteString(conn, text); err != nil {
			t.Error(err)
		}
	}
	hear := func() string {
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			return err.Error()
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		return fmt.Sprint(string(text), err)
	}
	const first, second = `{"query": "{ recommendations(first: 1)`, ` { totalCount } }"}`
	head := fmt.Sprintf("POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", host, len(first)+len(second))
	send(head + first + second)
	if answer := hear(); !strings.Contains(answer, `"totalCount":500`) {
		t.Fatal(answer)
	}
	send(head + first)
	return func() string {
		send(second)
		return hear()
	}
}
