//go:build linux

package wire_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/wire"
)

// patient serves an answer of some length to whoever asks, with patience for six seconds and 4 KB, and tells when an
// answer is written or given up. With a window that is less than a packet, Linux sends something every two to four seconds.
func patient(t *testing.T, length int) (address string, ended <-chan error) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p, told := &wire.Patience{Within: 6 * time.Second, Least: 4 << 10}, make(chan error, 1)
	go p.Watch(t.Context())
	srv := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		part := make([]byte, 32<<10)
		for sent := 0; sent < length; sent += len(part) {
			if _, err := w.Write(part); err != nil {
				told <- err
				return
			}
		}
		told <- nil
	})}
	t.Cleanup(func() { _ = srv.Close() })
	go func() {
		if err := srv.Serve(wire.Listener{Listener: listener, Patience: p}); !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	}()
	return listener.Addr().String(), told
}

// narrow asks on a connection that takes little at once.
func narrow(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.(*net.TCPConn).SetReadBuffer(8 << 10); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: upr\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	return conn
}

// TestPatienceWithWhoReads keeps whoever reads slowly, and whoever has nothing to read.
func TestPatienceWithWhoReads(t *testing.T) {
	t.Parallel()
	address, _ := patient(t, 1<<30)
	conn, part, began := narrow(t, address), make([]byte, 600), time.Now()
	idle, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	for time.Since(began) < 15*time.Second { // 12 KB a second
		if _, err := io.ReadFull(conn, part); err != nil {
			t.Fatalf("after %v: %v", time.Since(began), err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	_ = idle.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	var late net.Error
	if _, err := idle.Read(part); !errors.As(err, &late) || !late.Timeout() {
		t.Errorf("who asks nothing: %v", err)
	}
}

// TestPatienceWithWhoDoesNot lets go whoever takes nothing, and whoever takes less than is asked for.
func TestPatienceWithWhoDoesNot(t *testing.T) {
	for name, perSecond := range map[string]int{"nothing": 0, "little": 500} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address, ended := patient(t, 1<<30)
			conn, began := narrow(t, address), time.Now()
			for {
				select {
				case err := <-ended:
					if took := time.Since(began); err == nil || took < 6*time.Second {
						t.Errorf("ended after %v: %v", took, err)
					}
					return
				case <-time.After(100 * time.Millisecond):
				}
				if time.Since(began) > 30*time.Second {
					t.Fatal("it is still held")
				}
				_, _ = io.ReadFull(conn, make([]byte, perSecond/10))
			}
		})
	}
}
