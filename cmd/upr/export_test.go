package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestExport writes what a server of the same database sends.
func TestExport(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		const known = "--public-url=https://upr.example.org"
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		if err := run(ctx, []string{"sample", "--recommendations=200", "--database-url=" + url}, io.Discard, io.Discard); err != nil {
			t.Fatal(err)
		}
		var out lines
		done := make(chan error, 1)
		go func() {
			done <- run(ctx, []string{"serve", "--secret-key-file=" + secretKeyFile(t), "--addr=127.0.0.1:0", known, "--database-url=" + url}, &out, io.Discard)
		}()
		address := out.waitFor(t, regexp.MustCompile(`upr is ready: (http://[^/]+)/playground`), done)
		folder := t.TempDir()
		for _, file := range []string{"recommendations.csv", "recommendations.excel.csv", "recommendations.ndjson", "recommendations.json", "recommendations.xlsx", "recommendations.parquet", "recommendations.zip", "states.csv"} {
			path := filepath.Join(folder, file)
			if err := run(ctx, []string{"export", path, known, "--database-url=" + url}, io.Discard, io.Discard); err != nil {
				t.Fatal(err)
			}
			written, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			response, err := http.Get(address + "/export/" + file) //nolint:noctx // a test
			if err != nil {
				t.Fatal(err)
			}
			sent, err := io.ReadAll(response.Body)
			_ = response.Body.Close()
			if err != nil || !bytes.Equal(written, sent) {
				t.Errorf("%s: %d bytes written, %d sent, %v", file, len(written), len(sent), err)
			}
		}
		var text bytes.Buffer
		if err := run(ctx, []string{"export", "recommendations.csv", "--stdout", `--filter={"cycles":[1]}`, "--columns=id", "--database-url=" + url}, &text, io.Discard); err != nil || !strings.HasPrefix(text.String(), "id\nrec_") {
			t.Errorf("%v, %.40s", err, text.String())
		}
		if err := run(ctx, []string{"export", filepath.Join(folder, "nothing.csv"), "--database-url=" + url}, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "there are action_categories") {
			t.Errorf("an unknown kind: %v", err)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
