package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestPullIsKilled kills pulls at any moment, and has several work in the same folder.
func TestPullIsKilled(t *testing.T) {
	server, folder := startSample(t, dbtest.SQLite(t), secretKeyFile(t)), filepath.Join(t.TempDir(), "copy")
	start := func() *exec.Cmd {
		t.Helper()
		command := exec.CommandContext(t.Context(), os.Args[0], "pull", server.address, "--to", folder) //nolint:gosec // this test
		command.Env = append(os.Environ(), asProgram+"=1")
		return command
	}
	for after := range 8 {
		command := start()
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(after) * 60 * time.Millisecond)
		_ = command.Process.Kill()
		_ = command.Wait()
	}
	half := filepath.Join(folder, ".upr-12345")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(half, []byte(`{"text":"what is redacted by now`), 0o600); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if said, err := start().CombinedOutput(); err != nil && !strings.Contains(string(said), "another upr pull is at work in") {
				t.Errorf("%v: %s", err, said)
			}
		})
	}
	all.Wait()
	pull(t, server.address, folder)
	checkSame(t, server.address, folder)
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := file.Name(); strings.HasPrefix(name, ".") || strings.Contains(name, ".changed-") {
			t.Errorf("%s is left over", name)
		}
	}
}
