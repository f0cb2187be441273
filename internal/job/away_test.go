package job_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lib/pq"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/job"
)

// logged are lines of the log.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// TestADatabaseThatIsAway takes the database away from a queue that works, and from one that
// begins: both go on when it is back, and say little.
func TestADatabaseThatIsAway(t *testing.T) {
	address := dbtest.Postgres(t)
	db := open(t, address)
	log := &logged{}
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	work(t, notes(db))
	insert(t, db, Note{N: 1}, job.When{})
	done := func(n int) func() bool {
		return func() bool { return count(t, db, `SELECT COUNT(*) FROM done`) == n }
	}
	waitFor(t, "a job before", time.Minute, done(1))

	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(u.Path, "/")
	u.Path = "/postgres"
	server, err := database.Open(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	allow := func(allowed bool) {
		t.Helper()
		if _, err := server.SQL.Exec(fmt.Sprintf("ALTER DATABASE %s ALLOW_CONNECTIONS %t", pq.QuoteIdentifier(name), allowed)); err != nil {
			t.Fatal(err)
		}
	}
	allow(false)
	if _, err := server.SQL.Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`, name); err != nil {
		t.Fatal(err)
	}
	work(t, notes(db))
	time.Sleep(8 * time.Second) // this long it is away
	allow(true)
	waitFor(t, "the database", time.Minute, func() bool { return db.SQL.Ping() == nil })
	insert(t, db, Note{N: 2}, job.When{})
	waitFor(t, "a job afterwards", time.Minute, done(2))
	log.mu.Lock()
	defer log.mu.Unlock()
	if lines := bytes.Count(log.text.Bytes(), []byte("\n")); lines == 0 || lines > 25 {
		t.Errorf("%d lines of the log:\n%s", lines, &log.text)
	}
}
