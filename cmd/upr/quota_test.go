package main

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestQuotaOfTwoProcesses spends a quota in one process: another one over the same database refuses
// the key as well, soon, and the database has what both let through.
func TestQuotaOfTwoProcesses(t *testing.T) {
	const quota = 40
	address, keyFile, folder := dbtest.Postgres(t), secretKeyFile(t), t.TempDir()
	must(t, "sample", "--recommendations=100", "--database-url="+address)
	must(t, "user", "add", "ann@example.org", "--name=Ann", "--database-url="+address, "--secret-key-file="+keyFile)
	made := must(t, "key", "add", "ann@example.org", "--name=test", "--scopes=changes:read", "--database-url="+address, "--secret-key-file="+keyFile)
	key := regexp.MustCompile(`upr_[A-Z2-7]{33}`).FindString(made)
	for now := time.Now().UTC(); now.Hour() == 23 && now.Minute() >= 57; now = time.Now().UTC() { // quotas begin anew at midnight
		time.Sleep(time.Second)
	}
	begin := func(name string) string {
		log, err := os.Create(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = log.Close() })
		upr := exec.CommandContext(t.Context(), os.Args[0], "serve", "--addr=127.0.0.1:0", "--key-quota=40", "--database-url="+address, "--secret-key-file="+keyFile) //nolint:gosec // this test
		upr.Env = append(os.Environ(), asProgram+"=1")
		upr.Stdout, upr.Stderr = log, log
		if err := upr.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = upr.Process.Signal(syscall.SIGTERM)
			_ = upr.Wait()
		})
		eventually(t, "address", func() bool {
			said, err := os.ReadFile(log.Name())
			return err == nil && bytes.Contains(said, []byte("upr is ready"))
		})
		return printedAddress(t, log.Name())
	}
	one, two := begin("one"), begin("two")
	get := func(at string) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at+"/changes?first=1", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+key)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		return response.StatusCode
	}
	for range quota {
		if status := get(one); status != http.StatusOK {
			t.Fatalf("got %d", status)
		}
	}
	if status := get(one); status != http.StatusTooManyRequests {
		t.Errorf("got %d beyond the quota", status)
	}
	passed := 0
	for get(two) == http.StatusOK {
		if passed++; passed == quota {
			t.Fatal("the other process has a quota of its own")
		}
		time.Sleep(time.Second)
	}
	t.Logf("the other process let %d through", passed)
	db, err := database.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	eventually(t, "usage of both processes", func() bool {
		var counted, refused int
		return db.SQL.QueryRow(`SELECT SUM(counted), SUM(refused) FROM key_usages`).Scan(&counted, &refused) == nil && counted == quota+passed && refused == 2
	})
}
