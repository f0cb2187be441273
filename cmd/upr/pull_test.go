package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestPull keeps a folder in step with a server into which another process imports.
func TestPull(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var out lines
		done := make(chan error, 1)
		go func() {
			done <- run(ctx, []string{"serve", "--secret-key-file=" + secretKeyFile(t), "--addr=127.0.0.1:0", "--database-url=" + url}, &out, io.Discard)
		}()
		address, folder := out.waitFor(t, regexp.MustCompile(`upr is ready: (http://[^/]+)/playground`), done), t.TempDir()
		pull := func() string {
			var said bytes.Buffer
			if err := run(ctx, []string{"pull", address, "--to", folder}, &said, io.Discard); err != nil {
				t.Fatal(err)
			}
			return said.String()
		}
		if said := pull(); !strings.Contains(said, " 0 deleted, up to ") || lineCount(t, filepath.Join(folder, "states.ndjson")) < 193 {
			t.Error(said)
		}
		seed := filepath.Join("..", "..", "graph", "testdata", "seed.csv")
		if err := run(ctx, []string{"import", "--database-url=" + url, seed}, io.Discard, io.Discard); err != nil {
			t.Fatal(err)
		}
		if said := pull(); !strings.Contains(said, " written") || lineCount(t, filepath.Join(folder, "recommendations.ndjson")) != 12 {
			t.Error(said)
		}
		if said := pull(); !strings.Contains(said, ": 0 written, 0 deleted") {
			t.Error(said)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func lineCount(t *testing.T, path string) int {
	t.Helper()
	return strings.Count(readFile(t, path), "\n")
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
