package server_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/server"
)

// said collects what is logged.
type said struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

func (s *said) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lines.Write(b)
}

func (s *said) count(words string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Count(s.lines.String(), words)
}

// TestAnOutageIsSaidOnce: however many ask while the database is away, the log says so once, and when
// it is back.
func TestAnOutageIsSaidOnce(t *testing.T) {
	line, address := lay(t)
	s := openAt(t, address).serve(t, server.Options{})
	key := s.key(t, "partner@example.org")
	log, before := &said{}, slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	line.cut()
	const asked = 20
	for range asked {
		if code, message := s.codeOf(t, staffQuestion, key); code != "UNAVAILABLE" {
			t.Errorf("without the database: %s %s", code, message)
		}
		if code, message := s.codeOf(t, signIn, ""); code != "UNAVAILABLE" {
			t.Errorf("without the database: %s %s", code, message)
		}
	}
	if n := log.count(`msg="the database cannot be reached"`); n != 1 {
		t.Errorf("that the database is away was said %d times", n)
	}
	if n := log.count("level=WARN"); n > asked/2 {
		t.Errorf("%d requests, and %d warnings", 2*asked, n)
	}
	line.plugIn(t)
	for deadline := time.Now().Add(20 * time.Second); log.count("the database can be reached again") != 1; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nobody said that the database is back")
		}
		_, _ = s.codeOf(t, staffQuestion, key)
	}
}
