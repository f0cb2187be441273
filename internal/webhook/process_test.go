package webhook_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/record"
)

// process is where the test binary is told to be a process of a database.
const process = "UPR_TEST_WEBHOOKS_OF"

func TestMain(m *testing.M) {
	if address := os.Getenv(process); address != "" {
		fmt.Fprintln(os.Stderr, serve(context.Background(), address))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// serve makes and sends deliveries as upr serve does.
func serve(ctx context.Context, address string) error {
	db, err := database.Open(ctx, address)
	if err != nil {
		return err
	}
	r, err := record.Open(ctx, db, time.Now)
	if err != nil {
		return err
	}
	hooks, err := newHooks(db, r, nil, "127.0.0.0/8")
	if err != nil {
		return err
	}
	q := job.New(db)
	hooks.Handle(q)
	go r.Follow(ctx, 50*time.Millisecond)
	go hooks.Run(ctx)
	return q.Run(ctx)
}

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

// TestAKilledProcess is killed while a receiver thinks. Two others go on: what was under way comes
// again under its id, all else once, in its order, without a gap.
func TestAKilledProcess(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, address string) {
		t.Parallel()
		h := open(t, address, 30)
		think := make(chan struct{})
		r := receive(t, h, false, func(w http.ResponseWriter, before int) {
			if before == 0 {
				<-think
			}
			w.WriteHeader(http.StatusOK)
		})
		key := h.partner(t, "ann@example.org", all...)
		h.create(t, key, map[string]any{"url": r.url})
		first := start(t, address)
		h.say(t, 1, "Text 1")
		r.after(t, 1)
		if err := first.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = first.Wait()
		close(think)
		start(t, address)
		start(t, address)
		h.say(t, 2, "Text 2")
		// Minutes go by, after which its job is taken to be lost.
		if _, err := h.db.SQL.Exec(`UPDATE river_job SET attempted_at = $1 WHERE state = 'running'`, time.Now().Add(-10*time.Minute).UTC()); err != nil {
			t.Fatal(err)
		}
		got := r.after(t, 2)
		if got[0].id != got[1].id {
			t.Fatalf("the delivery of the killed process did not come again: %s, %s", got[0].id, got[1].id)
		}
		const texts = 12
		for i := 3; i <= texts; i++ {
			h.say(t, i, "Text "+strconv.Itoa(i))
			time.Sleep(150 * time.Millisecond)
		}
		waitFor(t, "last text", func() bool {
			got = r.all()
			last := got[len(got)-1].message.Data.Changes
			return len(last) > 0 && containsText(last[len(last)-1].Object, "Text "+strconv.Itoa(texts))
		})
		seen, told := map[string]bool{got[0].id: true}, 0
		for i, d := range got[1:] {
			told += len(d.message.Data.Changes)
			if i > 0 && (seen[d.id] || d.message.Data.Since != got[i].message.Data.Cursor) {
				t.Errorf("delivery %d came twice, or leaves a gap", i)
			}
			seen[d.id] = true
		}
		if told != texts {
			t.Errorf("%d changes were told, want %d", told, texts)
		}
	})
}
