package file_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/file"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/secret"
)

// The test binary is told to be a process that takes files, and in which state of a file it is killed.
const (
	processOf     = "UPR_TEST_FILES_OF"
	processFolder = "UPR_TEST_FILES_IN"
	processKilled = "UPR_TEST_FILES_KILLED"
)

func TestMain(m *testing.M) {
	if address := os.Getenv(processOf); address != "" {
		fmt.Fprintln(os.Stderr, process(address))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// process takes files and does jobs until it is killed, by itself and without a word, in the
// transaction that gives a file its state.
func process(address string) error {
	ctx := context.Background()
	db, err := database.Open(ctx, address)
	if err != nil {
		return err
	}
	bucket, err := file.OpenFolder(os.Getenv(processFolder))
	if err != nil {
		return err
	}
	queue := job.New(db)
	files := file.New(db, secret.NewBox(secret.Key{1}), bucket, nil, queue)
	files.OnChange(func(_ context.Context, _ *database.Tx, info *file.Info) error {
		if string(info.State) == os.Getenv(processKilled) {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		return nil
	})
	server := httptest.NewServer(http.HandlerFunc(files.ServeUpload))
	fmt.Println(server.URL)
	return queue.Run(ctx)
}

// TestKilled kills the process when a content is in the store and its row is not yet.
func TestKilled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		h := newHouse(t, address, nil)
		folder := filepath.Join(t.TempDir(), "files")
		bucket, err := file.OpenFolder(folder)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = bucket.Close() })
		h.bucket, h.files = bucket, file.New(h.db, secret.NewBox(secret.Key{1}), bucket, nil, job.New(h.db))
		h.files.Use(&h.clock)

		token := h.permit(t, 0, file.Documents...)
		h.killed(t, address, folder, file.Uploaded, token)
		if n := h.count(t, `SELECT COUNT(*) FROM stored_files`); n != 0 || len(h.blobs(t)) != 1 {
			t.Fatalf("%d files, %v: the process was not killed between", n, h.blobs(t))
		}
		if err := h.files.Sweep(t.Context()); err != nil || len(h.blobs(t)) != 1 {
			t.Errorf("what is young was swept: %v", err)
		}
		h.clock.Ahead(3 * time.Hour)
		if err := h.files.Sweep(t.Context()); err != nil || len(h.blobs(t)) != 0 {
			t.Errorf("%v is still there: %v", h.blobs(t), err)
		}
		h.clock.Ahead(0)

		h.killed(t, address, folder, file.Quarantined, token) // the permit still is one
		var id string
		if err := h.db.SQL.QueryRow(`SELECT uid FROM stored_files`).Scan(&id); err != nil {
			t.Fatal(err)
		}
		if info := h.info(t, id); info.State != file.Uploaded || len(h.blobs(t)) != 2 {
			t.Fatalf("%s, %v: the process was not killed between", info.State, h.blobs(t))
		}
		if err := h.files.Clean(t.Context(), id); err != nil { // the job, done again
			t.Fatal(err)
		}
		if info := h.info(t, id); info.State != file.Quarantined || !info.Stripped || len(h.blobs(t)) != 2 {
			t.Errorf("%s, %v", info.State, h.blobs(t))
		}
	})
}

// killed uploads to a process that is killed in a state of the file.
func (h *house) killed(t *testing.T, address, folder string, state file.State, token string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this test
	command.Env = append(os.Environ(), processOf+"="+address, processFolder+"="+folder, processKilled+"="+string(state))
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var url string
	if _, err := fmt.Fscanln(out, &url); err != nil {
		t.Fatal(err)
	}
	contentType, body := form(token, "a.txt", "text/plain", []byte(statement))
	post(t, url, contentType, body)
	var exit *exec.ExitError
	if err := command.Wait(); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the process ended otherwise: %v", err)
	}
}

// TestSweep looks for files whose contents are missing, and has files go on that were forgotten.
func TestSweep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		h := newHouse(t, address, nil)
		id := h.uploaded(t, statement)
		name := h.blobs(t)[0]
		content, err := h.bucket.ReadAll(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.bucket.Delete(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		sweep := func(want int) {
			t.Helper()
			if err := h.files.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := h.count(t, `SELECT COUNT(*) FROM stored_files WHERE missing_at IS NOT NULL`); n != want {
				t.Errorf("%d files are known to be missing, want %d", n, want)
			}
		}
		sweep(1)
		if err := h.files.Clean(t.Context(), id); fault.CodeOf(err) != fault.CodeUnavailable {
			t.Errorf("what is missing was cleaned: %v", err)
		}
		if err := h.bucket.WriteAll(t.Context(), name, content, nil); err != nil {
			t.Fatal(err)
		}
		sweep(0)
		if _, err := h.db.SQL.Exec(`DELETE FROM river_job`); err != nil { // it failed for good, long ago
			t.Fatal(err)
		}
		sweep(0)
		if n := h.count(t, `SELECT COUNT(*) FROM river_job`); n != 0 {
			t.Errorf("%d jobs are made for what has just come", n)
		}
		h.clock.Ahead(3 * time.Hour)
		sweep(0)
		sweep(0)
		if n := h.count(t, `SELECT COUNT(*) FROM river_job`); n != 1 {
			t.Errorf("%d jobs, want one", n)
		}
		h.work(t)
		h.waitState(t, id, file.Quarantined)
		content[len(content)/2] ^= 1
		if err := h.bucket.WriteAll(t.Context(), name, content, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := h.db.SQL.Exec(`UPDATE stored_files SET state = 'UPLOADED'`); err != nil {
			t.Fatal(err)
		}
		if err := h.files.Clean(t.Context(), id); err == nil {
			t.Error("what somebody altered in the store was taken")
		}
		if err := h.tx(t, func(tx *database.Tx) error { return file.Purge(t.Context(), tx, about) }); err != nil {
			t.Fatal(err)
		}
		h.waitBlobs(t, 0)
		if err := h.bucket.WriteAll(t.Context(), name, content, nil); err != nil { // a job that was slow
			t.Fatal(err)
		}
		h.clock.Ahead(6 * time.Hour)
		sweep(0)
		if len(h.blobs(t)) != 0 {
			t.Errorf("%v of a file that was purged", h.blobs(t))
		}
	})
}
