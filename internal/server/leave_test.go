package server_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/server"
)

// TestSocketsFinishWhatEnds: a socket over which something is asked that takes its time when the server leaves is
// answered, and closed then. What begins meanwhile is left to the next one.
func TestSocketsFinishWhatEnds(t *testing.T) {
	s := openAt(t, dbtest.Postgres(t))
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + listener.Addr().String()
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	gone := make(chan error, 1)
	go func() { gone <- server.Serve(ctx, listener, server.New(s.db, s.record, s.people, server.Options{})) }()
	socket, _ := s.dial(t, "Authorization", "Bearer "+s.key(t, "partner@example.org"))
	locked, err := s.db.SQL.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer locked.Rollback() //nolint:errcheck // after a commit it reports only that
	if _, err := locked.ExecContext(t.Context(), "LOCK TABLE api_keys IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	socket.subscribe(t, "lasts", "subscription { recordChanged { id } }")
	socket.subscribe(t, "ends", "{ mine { keys { key { name } } } }")
	for waiting := 0; waiting == 0; time.Sleep(20 * time.Millisecond) {
		if err := s.db.SQL.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&waiting); err != nil {
			t.Fatal(err)
		}
	}
	leave()
	for { // until it has noticed
		conn, err := net.Dial("tcp", listener.Addr().String()) //nolint:noctx // a test
		if err != nil {
			break
		}
		_ = conn.Close()
	}
	time.Sleep(200 * time.Millisecond)
	socket.subscribe(t, "late", "{ __typename }")
	time.Sleep(200 * time.Millisecond)
	if err := locked.Commit(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"next", "complete"} {
		if m := socket.hear(t, "ends"); m.Type != want || want == "next" && !strings.Contains(string(m.Payload), `"test"`) {
			t.Errorf("it hears %s %s, want %s", m.Type, m.Payload, want)
		}
	}
	_, text, err := socket.conn.Read(t.Context())
	var last websocket.CloseError
	if !errors.As(err, &last) || last.Code != websocket.StatusServiceRestart {
		t.Errorf("then it hears %s, %v", text, err)
	}
	select {
	case err := <-gone:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("the server is still there")
	}
}
