package server_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/server"
)

// TestACrowdLeavesConnectionsToOthers: those who ask with sessions that nobody began are looked up in
// the database. However many come at once, PostgreSQL has connections left for other processes.
func TestACrowdLeavesConnectionsToOthers(t *testing.T) {
	url := dbtest.Postgres(t)
	s := openAt(t, url).serve(t, server.Options{})
	other, err := database.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	lock, err := other.SQL.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Rollback() //nolint:errcheck // after a commit it reports only that
	if _, err := lock.ExecContext(t.Context(), "LOCK TABLE web_sessions IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	const crowd, most = 90, 40
	var asking sync.WaitGroup
	statuses := make(chan int, crowd)
	for i := range crowd {
		asking.Go(func() {
			response, _ := s.ask(t, publicQuestion, "Cookie", fmt.Sprintf("upr_session=%s%02d", strings.Repeat("a", 41), i))
			statuses <- response.StatusCode
		})
	}
	seen := 0
	for asked := false; !asked && seen <= most+2; time.Sleep(20 * time.Millisecond) { // with the two of this test
		var open, waiting int
		if err := other.SQL.QueryRowContext(t.Context(), "SELECT COUNT(*), COUNT(*) FILTER (WHERE wait_event_type = 'Lock') FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'").Scan(&open, &waiting); err != nil {
			t.Fatal(err)
		}
		seen = max(seen, open)
		asked = len(statuses) > 0 || waiting > 0 && int(s.db.SQL.Stats().WaitCount)+waiting >= crowd
	}
	if err := lock.Commit(); err != nil {
		t.Fatal(err)
	}
	asking.Wait()
	close(statuses)
	for status := range statuses {
		if status != http.StatusOK {
			t.Errorf("a public question is answered with status %d", status)
		}
	}
	if seen > most+2 {
		t.Errorf("%d connections to the database are open", seen)
	}
}

// TestSnapshotsLeaveConnectionsToOthers: as many exports as come are read from the database, or wait for
// their turn with one, while others are told who they are.
func TestSnapshotsLeaveConnectionsToOthers(t *testing.T) {
	s := openAt(t, dbtest.Postgres(t)).serve(t, server.Options{})
	key := s.key(t, "partner@example.org")
	reading, begun, done := sync.WaitGroup{}, make(chan struct{}, 60), make(chan struct{})
	defer reading.Wait()
	defer close(done)
	for range cap(begun) {
		reading.Go(func() {
			err := database.Snapshot(t.Context(), s.db, func(*database.Tx) error {
				begun <- struct{}{}
				<-done
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	for range 12 {
		<-begun
	}
	time.Sleep(500 * time.Millisecond)                                         // for those that may not begin
	if code, message := s.codeOf(t, staffQuestion, key); code != "FORBIDDEN" { // a key is no staff: it was found out who asks
		t.Errorf("got %s %s", code, message)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := record.Open(ctx, s.db, time.Now); err != nil {
		t.Errorf("the record cannot be loaded meanwhile: %v", err)
	}
}
