package job_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/sample/sampletest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/job"
)

// Note writes down that it was done, by which process; first it waits.
type Note struct {
	N    int
	Wait time.Duration
}

func (Note) Kind() string { return "note" }

// process is where the test binary is told to be a process that does jobs of a database.
const process = "UPR_TEST_JOBS_OF"

func TestMain(m *testing.M) {
	if address := os.Getenv(process); address != "" {
		db, err := database.Open(context.Background(), address)
		if err == nil {
			err = notes(db).Run(context.Background())
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// notes is a queue that does notes.
func notes(db *database.DB) *job.Queue {
	q := job.New(db)
	q.RescueAfter(3 * time.Second)
	job.Handle(q, func(ctx context.Context, n Note) error {
		if _, err := db.SQL.ExecContext(ctx, `INSERT INTO begun (n) VALUES ($1)`, n.N); err != nil {
			return err
		}
		time.Sleep(n.Wait)
		_, err := db.SQL.ExecContext(context.WithoutCancel(ctx), `INSERT INTO done (n, process) VALUES ($1, $2)`, n.N, os.Getpid())
		return err
	})
	return q
}

func open(t *testing.T, address string) *database.DB {
	t.Helper()
	db := sampletest.Migrated(t, address)
	for _, table := range []string{`begun (n INTEGER)`, `done (n INTEGER, process INTEGER)`} {
		if _, err := db.SQL.Exec(`CREATE TABLE ` + table); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// work runs a queue until the test or its caller ends it.
func work(t *testing.T, q *job.Queue) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- q.Run(ctx) }()
	stopped := false
	stop = func() {
		cancel()
		if stopped {
			return
		}
		stopped = true
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return stop
}

// start starts another process that does jobs.
func start(t *testing.T, address string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this test
	command.Env, command.Stderr = append(os.Environ(), process+"="+address), os.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	return command
}

func insert(t *testing.T, db *database.DB, args job.Args, when job.When) {
	t.Helper()
	if err := database.WithTx(t.Context(), db, func(tx *database.Tx) error { return job.Insert(t.Context(), tx, args, when) }); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, db *database.DB, query string) (n int) {
	t.Helper()
	if err := db.SQL.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func waitFor(t *testing.T, what string, within time.Duration, there func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); !there(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", within, what)
		}
	}
}

// TestProcessesShareJobs has two processes do many: each is done once, none of a transaction that
// was rolled back.
func TestProcessesShareJobs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		db := open(t, address)
		start(t, address)
		start(t, address)
		for deadline := time.Now().Add(time.Minute); count(t, db, `SELECT COUNT(DISTINCT process) FROM done`) < 2; time.Sleep(100 * time.Millisecond) {
			if insert(t, db, Note{N: -1}, job.When{}); time.Now().After(deadline) {
				t.Fatal("one of two processes does nothing")
			}
		}
		const jobs = 120
		for i := range jobs {
			insert(t, db, Note{N: i}, job.When{})
			err := database.WithTx(t.Context(), db, func(tx *database.Tx) error {
				return errors.Join(job.Insert(t.Context(), tx, Note{N: 1000 + i}, job.When{}), errors.New("on purpose"))
			})
			if err == nil {
				t.Fatal("the transaction was kept")
			}
		}
		waitFor(t, "all jobs", time.Minute, func() bool { return count(t, db, `SELECT COUNT(DISTINCT n) FROM done WHERE n >= 0`) == jobs })
		if n := count(t, db, `SELECT COUNT(*) FROM done WHERE n >= 0`); n != jobs {
			t.Errorf("%d jobs were done %d times", jobs, n)
		}
	})
}

// TestAKilledProcess is killed in the middle of a job, as by kill -9: another one does it.
func TestAKilledProcess(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, address string) {
		t.Parallel()
		db := open(t, address)
		killed := start(t, address)
		insert(t, db, Note{N: 1, Wait: time.Second}, job.When{})
		waitFor(t, "the beginning", time.Minute, func() bool { return count(t, db, `SELECT COUNT(*) FROM begun`) == 1 })
		if err := killed.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = killed.Wait()
		work(t, notes(db))
		waitFor(t, "the job of the killed process", 90*time.Second, func() bool { return count(t, db, `SELECT COUNT(*) FROM done`) == 1 })
	})
}

// TestJobsMayFinish stops a process in the middle of a job.
func TestJobsMayFinish(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		db := open(t, address)
		stop := work(t, notes(db))
		insert(t, db, Note{N: 1, Wait: time.Second}, job.When{})
		waitFor(t, "the beginning", time.Minute, func() bool { return count(t, db, `SELECT COUNT(*) FROM begun`) == 1 })
		stop()
		if n := count(t, db, `SELECT COUNT(*) FROM done`); n != 1 {
			t.Errorf("%d jobs were finished, want 1", n)
		}
		if n := count(t, db, `SELECT COUNT(*) FROM river_job WHERE state = 'completed'`); n != 1 {
			t.Errorf("%d jobs are known as done, want 1", n)
		}
		_, err := db.SQL.Exec(`UPDATE river_job SET created_at = $1, scheduled_at = $1, attempted_at = $1, finalized_at = $1`, time.Now().Add(-25*time.Hour).UTC())
		if err != nil {
			t.Fatal(err)
		}
		work(t, notes(db))
		waitFor(t, "the end of what was done long ago", time.Minute, func() bool { return count(t, db, `SELECT COUNT(*) FROM river_job`) == 0 })
	})
}

// Failing fails once.
type Failing struct{}

func (Failing) Kind() string { return "failing" }

// Nightly is done in intervals.
type Nightly struct{}

func (Nightly) Kind() string { return "nightly" }

// TestJobsThatFail are done again, and counted; what is done in intervals is done once by two queues.
func TestJobsThatFail(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, address string) {
		t.Parallel()
		for now := time.Now().UTC(); now.Hour() == 23 && now.Minute() >= 57; now = time.Now().UTC() { // a night is of one day
			time.Sleep(time.Second)
		}
		db := open(t, address)
		var tried, nights atomic.Int64
		var queues []*job.Queue
		for range 2 {
			q := notes(db)
			job.Handle(q, func(context.Context, Failing) error {
				if tried.Add(1) == 1 {
					return errors.New("on purpose")
				}
				return nil
			})
			job.Handle(q, func(context.Context, Nightly) error { nights.Add(1); return nil })
			q.Every(24*time.Hour, Nightly{})
			queues = append(queues, q)
		}
		insert(t, db, Failing{}, job.When{})
		insert(t, db, Note{N: 1}, job.When{At: time.Now().Add(time.Hour)})
		stop := work(t, queues[0])
		waitFor(t, "the second attempt, and the night", time.Minute, func() bool { return tried.Load() == 2 && nights.Load() == 1 })
		stop()
		registry := prometheus.NewPedanticRegistry()
		registry.MustRegister(queues[0])
		want := `# HELP upr_jobs Jobs in the database, the same from each process, by kind and state: waiting, running, or failed for good.
# TYPE upr_jobs gauge
upr_jobs{kind="failing",state="failed"} 0
upr_jobs{kind="failing",state="running"} 0
upr_jobs{kind="failing",state="waiting"} 0
upr_jobs{kind="nightly",state="failed"} 0
upr_jobs{kind="nightly",state="running"} 0
upr_jobs{kind="nightly",state="waiting"} 0
upr_jobs{kind="note",state="failed"} 0
upr_jobs{kind="note",state="running"} 0
upr_jobs{kind="note",state="waiting"} 1
# HELP upr_jobs_total Attempts at jobs that this process made, by kind and outcome: done or failed.
# TYPE upr_jobs_total counter
upr_jobs_total{kind="failing",outcome="done"} 1
upr_jobs_total{kind="failing",outcome="failed"} 1
upr_jobs_total{kind="nightly",outcome="done"} 1
`
		if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "upr_jobs", "upr_jobs_total"); err != nil {
			t.Error(err)
		}
		if n := count(t, db, `SELECT COUNT(*) FROM begun`); n != 0 {
			t.Errorf("%d jobs were done before their time", n)
		}
		work(t, queues[1])
		insert(t, db, Note{N: 2}, job.When{})
		waitFor(t, "the other queue", time.Minute, func() bool { return count(t, db, `SELECT COUNT(*) FROM done`) == 1 })
		if n := nights.Load(); n != 1 {
			t.Errorf("a night was done %d times", n)
		}
	})
}
