package record

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/sample/sampletest"

	"entgo.io/ent/dialect"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
)

// soak is how long writers and readers go on: UPR_SOAK, as in 1m, or a few seconds.
func soak(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("UPR_SOAK")
	if text == "" {
		return 3 * time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("UPR_SOAK: %v", err)
	}
	return d
}

// swap withdraws one of some recommendations and restores another: as many as before are
// published, whoever counts.
func swap(ctx context.Context, tx *database.Tx, log *changelog.Log, first, n int, random *rand.Rand) error {
	lock := ""
	if tx.Dialect == dialect.Postgres {
		lock = " FOR UPDATE SKIP LOCKED"
	}
	pick := func(status string) (row int, err error) {
		err = tx.QueryRowContext(ctx, `SELECT id FROM recommendations WHERE status = $1 AND id >= $2 AND id < $3 ORDER BY (id * $4) % 101 LIMIT 1`+lock,
			status, first, first+n, 1+random.IntN(100)).Scan(&row)
		return row, err
	}
	shown, err := pick("PUBLISHED")
	if err != nil {
		return err
	}
	hidden, err := pick("WITHDRAWN")
	if err != nil {
		return err
	}
	log.Touch(changelog.Recommendation, changelog.Withdraw, shown)
	log.Touch(changelog.Recommendation, changelog.Restore, hidden)
	_, err = tx.ExecContext(ctx, `UPDATE recommendations SET status = CASE id WHEN $1 THEN 'WITHDRAWN' ELSE 'PUBLISHED' END WHERE id IN ($1, $2)`, shown, hidden)
	return err
}

// TestRecordsFollow has 8 writers, two processes' records that follow, and 32 readers,
// while connections are cut: no reader ever counts a half-made change, both records come
// to the end of the log, and the log has no gap.
func TestRecordsFollow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := sampled(t, url)
		const movable = 60
		first := number(t, db, `SELECT MIN(id) FROM recommendations`)
		_, err := changelog.Write(t.Context(), db, changelog.Because{Actor: "usr_test", Origin: changelog.Desk}, func(tx *database.Tx, log *changelog.Log) error {
			for row := first; row < first+movable; row += 2 {
				log.Touch(changelog.Recommendation, changelog.Withdraw, row)
			}
			_, err := tx.ExecContext(t.Context(), `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id >= $1 AND id < $2 AND (id - $1) % 2 = 0`, first, first+movable)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		records := []*Record{follower(t, url), follower(t, url)}
		total := records[0].Snapshot().Size()

		ctx, cancel := context.WithTimeout(t.Context(), soak(t))
		defer cancel()
		var wait sync.WaitGroup
		var written, read atomic.Int64
		for writer := range 8 {
			wait.Go(func() { write(ctx, db, first, movable, rand.New(rand.NewPCG(1, uint64(writer))), &written) })
		}
		for reader := range 32 {
			r := records[reader%2]
			wait.Go(func() {
				for ctx.Err() == nil {
					s := r.Snapshot()
					statistics, err := s.Statistics(nil)
					if err != nil || statistics.Total() != total || s.Size() != total {
						t.Errorf("a reader counts %d of %d (%v)", s.Size(), total, err)
						return
					}
					read.Add(1)
					time.Sleep(time.Millisecond)
				}
			})
		}
		wait.Go(func() { cutConnections(ctx, db) })
		wait.Wait()
		if written.Load() < 10 || read.Load() < 100 {
			t.Errorf("only %d changes and %d readings were made", written.Load(), read.Load())
		}
		t.Logf("%d changes, %d readings", written.Load(), read.Load())
		checkEnd(t, url, records)
	})
}

// write makes changes until ctx ends. Whether a change was made whose connection was cut,
// the log says; here only those count that were acknowledged.
func write(ctx context.Context, db *database.DB, first, n int, random *rand.Rand, written *atomic.Int64) {
	at := time.Now()
	for ctx.Err() == nil {
		at = at.Add(-time.Hour) // a clock that goes backwards orders nothing
		because := changelog.Because{Actor: "usr_test", Origin: changelog.Desk, Reason: "soak", At: at}
		_, err := changelog.Write(ctx, db, because, func(tx *database.Tx, log *changelog.Log) error {
			return swap(ctx, tx, log, first, n, random)
		})
		switch {
		case err == nil:
			written.Add(1)
		case errors.Is(err, sql.ErrNoRows): // others hold them all
		}
	}
}

// cutConnections ends those of everybody else again and again, as a failing network does.
func cutConnections(ctx context.Context, db *database.DB) {
	for db.Dialect == dialect.Postgres && ctx.Err() == nil {
		_, _ = db.SQL.ExecContext(ctx, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.3`)
		time.Sleep(300 * time.Millisecond)
	}
}

// checkEnd demands that the records are at the end of the log, which has no gap, soon.
func checkEnd(t *testing.T, url string, records []*Record) {
	t.Helper()
	db, err := database.Open(t.Context(), url) // the other pool may still hold connections that were cut
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	head, err := changelog.ReadHead(t.Context(), db.SQL)
	if err != nil {
		t.Fatal(err)
	}
	want := Version{head.Epoch, head.Version}
	for i, r := range records {
		deadline := time.Now().Add(20 * time.Second)
		for r.Snapshot().Version() != want {
			if time.Now().After(deadline) {
				t.Fatalf("record %d is at %s, the log at %s", i, r.Snapshot().Version(), want)
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	if n := number(t, db, `SELECT COUNT(*) FROM change_entries`); int64(n) != head.Number {
		t.Errorf("the log has %d entries up to number %d", n, head.Number)
	}
	if n := number(t, db, `SELECT COUNT(version) FROM change_entries`); int64(n) != head.Version {
		t.Errorf("the log has %d versions up to %d", n, head.Version)
	}
}

// TestOtherProcessesSeeWithinASecond changes something in one process and looks in another.
func TestOtherProcessesSeeWithinASecond(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := sampled(t, url)
		other := follower(t, url)
		row := number(t, db, `SELECT MIN(id) FROM recommendations`)
		began := time.Now()
		_, err := changelog.Write(t.Context(), db, changelog.Because{Actor: "usr_test", Origin: changelog.Desk}, func(tx *database.Tx, log *changelog.Log) error {
			log.Touch(changelog.Recommendation, changelog.Correct, row)
			_, err := tx.ExecContext(t.Context(), `UPDATE recommendations SET text = 'Changed elsewhere' WHERE id = $1`, row)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		text := "Changed elsewhere"
		for {
			page, err := other.Snapshot().Recommendations(&RecommendationFilter{Text: &text}, nil, nil, nil, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			if page.TotalCount() > 0 {
				break
			}
			if time.Since(began) > 10*time.Second {
				t.Fatal("the other process does not see it")
			}
			time.Sleep(time.Millisecond)
		}
		t.Logf("seen after %v", time.Since(began))
	})
}

// TestNewEpochIsLoaded restores a backup under a running process: its numbers may mean
// something else now.
func TestNewEpochIsLoaded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := sampled(t, url)
		r := follower(t, url)
		before := r.Snapshot().Size()
		err := database.WithTx(t.Context(), db, func(tx *database.Tx) error { // past the log, as a restore is
			if _, err := tx.ExecContext(t.Context(), `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = (SELECT MIN(id) FROM recommendations)`); err != nil {
				return err
			}
			return changelog.NewEpoch(t.Context(), tx)
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.CatchUp(t.Context()); err != nil || r.Snapshot().Size() != before-1 {
			t.Errorf("%d recommendations (%v), want %d", r.Snapshot().Size(), err, before-1)
		}
	})
}

// follower is another process's record.
func follower(t *testing.T, url string) *Record {
	t.Helper()
	db, err := database.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Open(t.Context(), db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { r.Follow(ctx, 200*time.Millisecond); close(done) }()
	t.Cleanup(func() { cancel(); <-done; _ = db.Close() })
	return r
}

func sampled(t *testing.T, url string) *database.DB {
	t.Helper()
	db := sampletest.Filled(t, url, 300)
	return db
}

func number(t *testing.T, db *database.DB, query string) int {
	t.Helper()
	var text string
	if err := db.SQL.QueryRow(query).Scan(&text); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
