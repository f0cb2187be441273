package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/server"
)

// TestACrowdLeavesConnectionsToOthers: those who ask with sessions that nobody began are looked up in
// the database. However many come at once, PostgreSQL has connections left for other processes.
func TestACrowdLeavesConnectionsToOthers(t *testing.T) {
	s := openAt(t, dbtest.Postgres(t)).serve(t, server.Options{})
	lock, err := s.db.SQL.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Rollback() //nolint:errcheck // after a commit it reports only that
	if _, err := lock.ExecContext(t.Context(), "LOCK TABLE web_sessions IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	const crowd = 90
	var asking sync.WaitGroup
	statuses := make(chan int, crowd)
	for i := range crowd {
		asking.Go(func() {
			response, _ := s.ask(t, publicQuestion, "Cookie", fmt.Sprintf("upr_session=%s%02d", strings.Repeat("a", 41), i))
			statuses <- response.StatusCode
		})
	}
	most := 0
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		var open, waiting int
		if err := lock.QueryRowContext(t.Context(), "SELECT COUNT(*), COUNT(*) FILTER (WHERE wait_event_type = 'Lock') FROM pg_stat_activity WHERE datname = current_database()").Scan(&open, &waiting); err != nil {
			t.Fatal(err)
		}
		most = max(most, open)
		if waiting >= 39 && s.db.SQL.Stats().WaitCount >= crowd-39 || most > 41 {
			break
		}
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
	if most > 41 { // with one that only asks how many there are
		t.Errorf("%d connections to the database are open", most)
	}
}
