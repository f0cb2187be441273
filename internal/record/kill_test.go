package record

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
)

// A process that runs this test with these set changes something and is killed.
const (
	killedOn   = "UPR_TEST_KILLED_ON"   // URL of the database
	killedWhen = "UPR_TEST_KILLED_WHEN" // before or after the commit
)

// TestKilledProcess is another process. It writes, and dies by kill -9 before its change is
// committed, or right after, before it can tell or follow anything itself.
func TestKilledProcess(t *testing.T) {
	url := os.Getenv(killedOn)
	if url == "" {
		t.Skip("runs as another process of TestKilledWritersAreFollowed")
	}
	db, err := database.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	_, err = changelog.Write(t.Context(), db, changelog.Because{Actor: "usr_test", Origin: changelog.Desk}, func(tx *database.Tx, log *changelog.Log) error {
		var row int
		if err := tx.QueryRowContext(t.Context(), `SELECT MIN(id) FROM recommendations WHERE status = 'PUBLISHED'`).Scan(&row); err != nil {
			return err
		}
		log.Touch(changelog.Recommendation, changelog.Withdraw, row)
		if _, err := tx.ExecContext(t.Context(), `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = $1`, row); err != nil {
			return err
		}
		if os.Getenv(killedWhen) == "before" {
			die(t)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	die(t)
}

func die(t *testing.T) {
	t.Helper()
	process, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	_ = process.Kill()
	select {}
}

// TestKilledWritersAreFollowed kills processes around their commits: what was committed is
// seen by others within a second or two, what was not is seen by nobody, and leaves no gap.
func TestKilledWritersAreFollowed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := sampled(t, url)
		other := follower(t, url)
		size := other.Snapshot().Size()
		for _, when := range []string{"before", "after", "before", "after"} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			process := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestKilledProcess$")
			process.Env = append(os.Environ(), killedOn+"="+url, killedWhen+"="+when)
			output, err := process.CombinedOutput()
			cancel()
			var killed *exec.ExitError
			if !errors.As(err, &killed) || killed.Exited() {
				t.Fatalf("the process was not killed: %v\n%s", err, output)
			}
			if when == "after" {
				size--
			}
			seen := time.Now()
			for other.Snapshot().Size() != size && time.Since(seen) < 20*time.Second {
				time.Sleep(5 * time.Millisecond)
			}
			if got := other.Snapshot().Size(); got != size {
				t.Fatalf("killed %s the commit: %d recommendations, want %d", when, got, size)
			}
			t.Logf("killed %s the commit: followed after %v", when, time.Since(seen))
		}
		if err := other.CatchUp(t.Context()); err != nil || other.Snapshot().Size() != size {
			t.Errorf("%d recommendations (%v), want %d", other.Snapshot().Size(), err, size)
		}
		checkEnd(t, url, []*Record{other})
		if n := number(t, db, `SELECT COUNT(*) FROM recommendations WHERE status = 'WITHDRAWN'`); n != 2 {
			t.Errorf("%d are withdrawn, want 2", n)
		}
	})
}
