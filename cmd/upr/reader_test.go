package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestLongSteadyReader takes the whole record with a small buffer, 12 KB a second, for longer than the server is patient
// with who does not read.
func TestLongSteadyReader(t *testing.T) {
	long(t)
	s := startSample(t, dbtest.SQLite(t), secretKeyFile(t))
	host := strings.TrimPrefix(s.address, "http://")
	conn := dial(t, host)
	if err := conn.(*net.TCPConn).SetReadBuffer(8 << 10); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(conn, "GET /export/record.ndjson HTTP/1.1\r\nHost: %s\r\n\r\n", host); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReaderSize(conn, 512), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	began, taken, part := time.Now(), 0, make([]byte, 600)
	for time.Since(began) < 100*time.Second {
		n, err := io.ReadFull(response.Body, part)
		taken += n
		if err != nil {
			t.Fatalf("after %v and %d bytes: %v", time.Since(began).Round(time.Second), taken, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Logf("%d bytes in %v", taken, time.Since(began).Round(time.Second))
}
