package ingest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
)

// A process that is killed in the middle of an import (kill -9, no chance to clean
// up) leaves the database as it was, and the next import works.
func TestKill(t *testing.T) {
	var lines []string
	for i := range 9000 {
		lines = append(lines, fmt.Sprintf("Adopt the measure numbered %d|Spain|Noted|5|Justice,NHRI|1", i))
	}
	path := writeFile(t, "large.csv", table(lines...))
	dbtest.Each(t, func(t *testing.T, url string) {
		db := openSeeded(t, url)
		importTables(t, db, Options{}, table(nhri))
		before := dump(t, db)
		for _, step := range []string{"reading", "comparing", "writing"} {
			killWhile(t, step, url, path)
			if diff := cmp.Diff(before, dump(t, db)); diff != "" {
				t.Errorf("killed while %s: %s", step, diff)
			}
		}
		report := importFiles(t, db, names{}, Options{}, path)
		if report.Totals.Recommendations.Added != len(lines) {
			t.Errorf("the next import: %+v", report.Totals)
		}
	})
}

// killWhile starts this test binary once more as TestKilledProcess and kills it when
// it says that it has come to the step.
func killWhile(t *testing.T, step, url, path string) {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^TestKilledProcess$", "-test.count=1")
	command.Env = append(os.Environ(), "INGEST_TEST_URL="+url, "INGEST_TEST_FILE="+path, "INGEST_TEST_STEP="+step)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	reached := false
	for lines := bufio.NewScanner(out); !reached && lines.Scan(); {
		reached = strings.HasPrefix(lines.Text(), "reached")
	}
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); err == nil || !reached {
		t.Fatalf("the process ended (%v) before it was killed while %s", err, step)
	}
}

// TestKilledProcess is no test of its own: see TestKill. It stops in the step and
// waits there to be killed.
func TestKilledProcess(t *testing.T) {
	url := os.Getenv("INGEST_TEST_URL")
	if url == "" {
		t.Skip("only as a part of TestKill")
	}
	db, err := database.Open(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	stop := func(p Progress) {
		if strings.HasPrefix(p.Step, os.Getenv("INGEST_TEST_STEP")) && (p.Step != "writing" || p.Done > p.Total/2) {
			fmt.Println("reached", filepath.Base(p.Step))
			select {}
		}
	}
	_, err = Import(context.Background(), db, []string{os.Getenv("INGEST_TEST_FILE")}, names{}, Options{Progress: stop})
	t.Fatal("the import was not killed:", err)
}
