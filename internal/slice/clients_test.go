package slice_test

import (
	"encoding/json"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestClientsOfPartners runs the examples of docs/partners as partners do: from nothing, after
// changes, and after a restore.
func TestClientsOfPartners(t *testing.T) {
	for _, client := range [][]string{{"bash", "copy.sh"}, {"node", "copy.mjs"}, {"python3", "copy.py"}, {"Rscript", "copy.R"}} {
		t.Run(client[1], func(t *testing.T) {
			for _, needed := range map[string][]string{"bash": {"curl", "jq"}, "node": {"node"}, "python3": {"python3"}, "Rscript": {"Rscript"}}[client[0]] {
				if _, err := exec.LookPath(needed); err != nil {
					if os.Getenv("CI") != "" && needed != "python3" && needed != "Rscript" {
						t.Fatalf("%s is missing: .ci/setup installs it", needed)
					}
					t.Skipf("SKIPPED, NOT TESTED: %s is missing", needed)
				}
			}
			if client[0] == "Rscript" && exec.CommandContext(t.Context(), "Rscript", "-e", "library(httr2)").Run() != nil {
				t.Skip("SKIPPED, NOT TESTED: R has no httr2")
			}
			h, folder := open(t, dbtest.SQLite(t), 60), t.TempDir()
			address := busy(t, h.url)
			step := func() {
				t.Helper()
				program := exec.CommandContext(t.Context(), client[0], filepath.Join("..", "..", "docs", "partners", client[1]), address, folder) //nolint:gosec // an example of ours
				program.WaitDelay = 30 * time.Second
				if said, err := program.CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, said)
				}
				if client[0] == "Rscript" {
					writeLines(t, folder)
				}
				if wrong := differences(canonical(t, linesOf(t, filepath.Join(folder, "now.ndjson"))), canonical(t, h.readers(t))); len(wrong) > 0 {
					t.Fatal(strings.Join(wrong, "\n"))
				}
			}
			step()
			h.change(t, "rec", 30, `UPDATE recommendations SET text = 'Another text' WHERE id = 30`)
			h.change(t, "rec", 31, `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = 31`)
			h.change(t, "rec", 32, `UPDATE recommendations SET text = 'Release Quokka Warden' WHERE id = 32`)
			step()
			h.redact(t, 32, "what is left")
			step()
			checkNowhere(t, folder, "Quokka")
			if err := database.WithTx(t.Context(), h.db, func(tx *database.Tx) error { return changelog.NewEpoch(t.Context(), tx) }); err != nil {
				t.Fatal(err)
			}
			step()
		})
	}
}

// busy serves what a server does, and refuses every third request as one that is busy.
func busy(t *testing.T, address string) string {
	t.Helper()
	to, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int64
	proxy := httputil.NewSingleHostReverseProxy(to)
	return serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := asked.Add(1); n%3 == 1 {
			w.Header().Set("Retry-After", "1")
			http.Error(w, "busy", map[bool]int{true: http.StatusTooManyRequests, false: http.StatusServiceUnavailable}[n%2 == 0])
			return
		}
		proxy.ServeHTTP(w, r)
	}))
}

// checkNowhere looks through all files of a folder for what was redacted.
func checkNowhere(t *testing.T, folder, redacted string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, file := range files {
		if text, err := os.ReadFile(file); err != nil || strings.Contains(string(text), redacted) {
			t.Errorf("%s has what was redacted (%v)", file, err)
		}
	}
}

// writeLines writes what R keeps as lines, with R.
func writeLines(t *testing.T, folder string) {
	t.Helper()
	const script = `folder <- commandArgs(trailingOnly = TRUE)
lines <- vapply(readRDS(file.path(folder, "now.rds"))$things, jsonlite::toJSON, "", auto_unbox = TRUE, null = "null", digits = NA)
writeLines(lines, file.path(folder, "now.ndjson"), useBytes = TRUE)`
	if said, err := exec.CommandContext(t.Context(), "Rscript", "-e", script, folder).CombinedOutput(); err != nil { //nolint:gosec // this test
		t.Fatalf("%v: %s", err, said)
	}
}

func linesOf(t *testing.T, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	things := map[string]string{}
	for line := range strings.Lines(string(text)) {
		var thing struct{ ID string }
		if err := json.Unmarshal([]byte(line), &thing); err != nil {
			t.Fatal(err)
		}
		things[thing.ID] = line
	}
	return things
}

// canonical writes objects in one way: clients write numbers and signs in theirs.
func canonical(t *testing.T, things map[string]string) map[string]string {
	t.Helper()
	for id, text := range things {
		var object any
		if err := json.Unmarshal([]byte(text), &object); err != nil {
			t.Fatal(err)
		}
		same, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		things[id] = string(same)
	}
	return things
}
