package wire_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/wire"
)

// serve answers with handler on connections of a Listener, at the address that it returns.
func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: wire.Whole(handler), ReadHeaderTimeout: time.Minute, ConnContext: wire.With}
	t.Cleanup(func() { _ = srv.Close() })
	go func() {
		if err := srv.Serve(wire.Listener{Listener: listener}); !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	}()
	return listener.Addr().String()
}

// TestWhole: answers of all lengths come as they were written, in whichever pieces and however often on one
// connection.
func TestWhole(t *testing.T) {
	content := bytes.Repeat([]byte("recommendation "), 20_000)
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		size, _ := strconv.Atoi(r.FormValue("size"))
		piece, _ := strconv.Atoi(r.FormValue("piece"))
		if r.FormValue("known") != "" {
			w.Header().Set("Content-Length", strconv.Itoa(size))
		}
		for at := 0; at < size; at += piece {
			_, _ = w.Write(content[at:min(at+piece, size)])
		}
	})
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}}
	for _, size := range []int{0, 1, 2047, 2048, 2049, 3900, 4095, 4096, 4097, 5794, 16 << 10, 16<<10 + 1, 164_187, 300_000} {
		for _, piece := range []int{100, 4096, 10_000, 300_000} {
			for _, known := range []string{"", "yes"} {
				for _, method := range []string{http.MethodGet, http.MethodHead} {
					asked, err := http.NewRequestWithContext(t.Context(), method, fmt.Sprintf("http://%s/?size=%d&piece=%d&known=%s", address, size, piece, known), nil)
					if err != nil {
						t.Fatal(err)
					}
					answer, err := client.Do(asked)
					if err != nil {
						t.Fatal(err)
					}
					got, err := io.ReadAll(answer.Body)
					_ = answer.Body.Close()
					want := content[:size]
					if method == http.MethodHead {
						want = nil
					}
					if err != nil || !bytes.Equal(got, want) {
						t.Fatalf("%s of %d in pieces of %d, length known %q: %d bytes, %v", method, size, piece, known, len(got), err)
					}
				}
			}
		}
	}
}

// TestFilesStayInOrder: a file, which the kernel sends by itself, comes behind what was written before it.
func TestFilesStayInOrder(t *testing.T) {
	content := strings.Repeat("statement ", 10_000)
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		file, err := os.Open(path)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = file.Close() }()
		w.Header().Set("Content-Length", strconv.Itoa(len("before ")+len(content)))
		_, _ = io.WriteString(w, "before ")
		_, _ = io.Copy(w, file)
	})
	asked, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(asked)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if got, err := io.ReadAll(answer.Body); string(got) != "before "+content || err != nil {
		t.Errorf("%d bytes, %.20q, %v", len(got), got, err)
	}
}

// TestInOnePiece: of an answer of more than net/http sends at once nothing goes out before its end is there.
func TestInOnePiece(t *testing.T) {
	half, whole := bytes.Repeat([]byte("a"), 5000), make(chan struct{})
	address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(2*len(half)))
		_, _ = w.Write(half)
		<-whole
		_, _ = w.Write(half)
	})
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: upr\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
	if n, err := conn.Read(make([]byte, 1)); n > 0 {
		t.Errorf("half of an answer went out: %v", err)
	}
	close(whole)
	_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
	if got, err := io.ReadAll(conn); err != nil || bytes.Count(got, []byte("a")) < 2*len(half) {
		t.Errorf("%d bytes came, %v", len(got), err)
	}
}

// TestWholeOfWhoWaits: whoever asks whether to send a body is told so before they have sent it.
func TestWholeOfWhoWaits(t *testing.T) {
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})
	asked, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address, strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	asked.Header.Set("Expect", "100-continue")
	told := false
	asked = asked.WithContext(httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got100Continue: func() { told = true }}))
	answer, err := (&http.Client{Transport: &http.Transport{ExpectContinueTimeout: 20 * time.Second}}).Do(asked)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if got, err := io.ReadAll(answer.Body); string(got) != "body" || err != nil || !told {
		t.Errorf("%q, %v, told to go on: %v", got, err, told)
	}
}

// TestWholeOfNoConnection: a request that no Listener brought is answered all the same.
func TestWholeOfNoConnection(t *testing.T) {
	asked, called := (&http.Request{ProtoMajor: 1}).WithContext(t.Context()), false
	wire.Whole(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true })).ServeHTTP(nil, asked)
	if !called {
		t.Error("nobody answered")
	}
}
