package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/ingest"
)

const importHeader = "To,To-Rgrp,To-Org,Text,From,From-Rgrp,From-Org,Response,Action,Issue,Session\n"

// importRows makes n different recommendations to Morocco in session 1.
func importRows(n int) string {
	var b strings.Builder
	b.WriteString(importHeader)
	for i := range n {
		fmt.Fprintf(&b, "Morocco,Africa,,Adopt measure number %d,Spain,WEOG,,Accepted,5,\"Justice,NHRI\",1\n", i)
	}
	return b.String()
}

func importFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rows.csv")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// upr runs the program in this process.
func upr(url string, args ...string) (out, log string, err error) {
	var stdout, stderr bytes.Buffer
	err = run(context.Background(), append(args, "--database-url", url), &stdout, &stderr)
	return stdout.String(), stderr.String(), err
}

func TestImportCommand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		path := importFile(t, importRows(3))
		reportPath := filepath.Join(t.TempDir(), "report.json")
		steps := []struct {
			args []string
			want string
		}{
			{[]string{"--dry-run"}, "Dry run: 3 would be added, 0 changed. Nothing was written."},
			{[]string{"--report", reportPath}, "Imported: 3 added, 0 changed."},
			{nil, "No change."},
		}
		for _, step := range steps {
			out, _, err := upr(url, append([]string{"import", path}, step.args...)...)
			if err != nil || !strings.Contains(out, step.want) {
				t.Fatalf("%v: got %v and\n%s", step.args, err, out)
			}
		}
		content, err := os.ReadFile(reportPath)
		var report ingest.Report
		if err == nil {
			err = json.Unmarshal(content, &report)
		}
		if err != nil || report.Totals.Recommendations.Added != 3 {
			t.Errorf("the report says %+v, %v", report.Totals, err)
		}
	})
}

func TestImportCommandRefuses(t *testing.T) {
	url := dbtest.SQLite(t)
	path := importFile(t, importRows(2)+"Morocco,,,Text,Atlantis,,,Accepted,5,Justice,1\n")
	out, _, err := upr(url, "import", path, "--json")
	if err == nil || err.Error() != "nothing was imported: 1 refusal; see the report" {
		t.Errorf("got %v", err)
	}
	var report ingest.Report
	if err := json.Unmarshal([]byte(out), &report); err != nil || report.Written || len(report.Refusals) != 1 {
		t.Fatalf("got %v and %s", err, out)
	}
	if r := report.Refusals[0]; r.Row != 4 || r.Column != "From" || r.Value != "Atlantis" {
		t.Errorf("got %+v", r)
	}
}

// What is wrong with the command itself is said before the database is touched.
func TestImportCommandThatCannotBe(t *testing.T) {
	path, folder := importFile(t, importRows(1)), t.TempDir()
	database := filepath.Join(folder, "upr.db")
	missing := filepath.Join(folder, "nothing.csv")
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"no such file":      {[]string{missing}, "nothing was imported: cannot open " + missing + ": no such file or directory"},
		"a folder":          {[]string{folder}, "nothing was imported: cannot open " + folder + ": it is a folder; name the files in it"},
		"standard input":    {[]string{"-"}, "nothing was imported: standard input cannot be read: save it as a file and name that"},
		"no decisions":      {[]string{path, "--decisions", missing}, "nothing was imported: cannot open " + missing + ": no such file or directory"},
		"no such encoding":  {[]string{path, "--encoding", "ebcdic"}, "unknown encoding"},
		"no files":          {nil, "<file>"},
		"no report there":   {[]string{path, "--report", filepath.Join(missing, "r.json")}, "nothing was imported: the report cannot be written to"},
		"report: a folder":  {[]string{path, "--report", folder}, "nothing was imported: the report cannot be written to"},
		"report: bad place": {[]string{path, "--report", filepath.Join(path, "r.json")}, "nothing was imported: the report cannot be written to"},
	} {
		_, _, err := upr("sqlite:"+database, append([]string{"import"}, tt.args...)...)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v", name, err)
		}
		if _, err := os.Stat(database); !errors.Is(err, os.ErrNotExist) {
			t.Fatalf("%s: the database was made (%v)", name, err)
		}
	}
}

// An import without a report leaves no file, and an earlier report as it was.
func TestReportFileOfAFailedImport(t *testing.T) {
	path, folder := importFile(t, importRows(1)), t.TempDir()
	earlier := filepath.Join(folder, "earlier.json")
	if err := os.WriteFile(earlier, []byte("earlier"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, report := range []string{earlier, filepath.Join(folder, "new.json")} {
		if _, _, err := upr("sqlite:/proc/folder/upr.db", "import", path, "--report", report); err == nil {
			t.Fatal("no error")
		}
	}
	files, err := os.ReadDir(folder)
	content, readErr := os.ReadFile(earlier)
	if err != nil || readErr != nil || len(files) != 1 || string(content) != "earlier" {
		t.Errorf("%d files, the earlier one has %q (%v, %v)", len(files), content, err, readErr)
	}
}

// The disk is full when the import was made: the report is printed all the same, and
// nobody is told that nothing was imported.
func TestReportThatCannotBeFinished(t *testing.T) {
	const full = "/dev/full"
	if _, err := os.Stat(full); err != nil {
		t.Skip("this system has no " + full)
	}
	url := dbtest.SQLite(t)
	out, _, err := upr(url, "import", importFile(t, importRows(3)), "--report", full)
	if err == nil || !strings.HasPrefix(err.Error(), "the import was made, but its report could not be written: ") {
		t.Errorf("got %v", err)
	}
	if n := countRecommendations(t, url); n != 3 || !strings.Contains(out, "Imported: 3 added") {
		t.Errorf("%d recommendations are stored; printed was\n%s", n, out)
	}
	wrong := importFile(t, importRows(1)+"Morocco,,,Text,Atlantis,,,Accepted,5,Justice,1\n")
	out, _, err = upr(url, "import", wrong, "--report", full)
	if err == nil || !strings.HasPrefix(err.Error(), "nothing was imported, and the report could not be written: ") || !strings.Contains(out, "Atlantis") {
		t.Errorf("refused: got %v and\n%s", err, out)
	}
}

// buildProgram makes the binary that people run.
func buildProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "upr")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v: %s", err, out)
	}
	return path
}

// The real program, killed at one moment after the other, never leaves a part of an
// import behind. (TestKill of internal/ingest stops at exact places.)
func TestImportCommandKilled(t *testing.T) {
	program := buildProgram(t)
	const rows = 10_000
	path := importFile(t, importRows(rows))
	dbtest.Each(t, func(t *testing.T, url string) {
		if out, _, err := upr(url, "migrate"); err != nil {
			t.Fatal(err, out)
		}
		for delay := 50 * time.Millisecond; ; delay *= 2 {
			finished := killAfter(t, delay, program, "import", path, "--database-url", url)
			got := countRecommendations(t, url)
			if finished {
				if got != rows {
					t.Errorf("the import that ended wrote %d rows, want %d", got, rows)
				}
				return
			}
			if got != 0 && got != rows {
				t.Fatalf("killed after %s: %d of %d rows are stored", delay, got, rows)
			}
			if got == rows {
				t.Logf("killed after %s, behind the commit", delay)
				return
			}
			t.Logf("killed after %s: nothing is stored", delay)
		}
	})
}

// killAfter returns true when the program ended by itself before.
func killAfter(t *testing.T, delay time.Duration, program string, args ...string) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), delay)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, args...).CombinedOutput() // kills with SIGKILL
	if err != nil && ctx.Err() == nil {
		t.Fatalf("%v: %s", err, out)
	}
	return err == nil
}

func countRecommendations(t *testing.T, url string) int {
	t.Helper()
	ctx := context.Background()
	db, err := database.Open(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	n, err := db.Ent.Recommendation.Query().Count(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
