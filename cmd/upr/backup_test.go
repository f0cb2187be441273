package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/database/dbtest/cluster"
)

// served serves a database until the test, or stop, ends it.
func served(t *testing.T, url, key string) (address string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var out lines
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--secret-key-file=" + key, "--addr=127.0.0.1:0", "--database-url=" + url}, &out, io.Discard)
	}()
	address = out.waitFor(t, regexp.MustCompile(`upr is ready: (http://[^/]+)/playground`), done)
	stopped := false
	stop = func() {
		if cancel(); !stopped {
			stopped = true
			if err := <-done; err != nil {
				t.Errorf("the server ended with %v", err)
			}
		}
	}
	t.Cleanup(stop)
	return address, stop
}

// recordVersion is what a server says it has, as <epoch>.<number>: the tag of an answer begins so.
func recordVersion(t *testing.T, address string) string {
	t.Helper()
	response, err := http.Get(address + "/graphql?query=%7Bstatistics%7Btotal%7D%7D")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	tag := response.Header.Get("ETag")
	parts := strings.Split(strings.TrimPrefix(tag, `W/"`), ".")
	if len(parts) < 3 {
		t.Fatalf("got %s with the tag %s", response.Status, tag)
	}
	return parts[0] + "." + parts[1]
}

func epochOf(version string) string { epoch, _, _ := strings.Cut(version, "."); return epoch }

// TestBackupAndRestore backs a served database up, changes it, and goes back.
func TestBackupAndRestore(t *testing.T) {
	url, key, backup := dbtest.SQLite(t), secretKeyFile(t), filepath.Join(t.TempDir(), "backup.db")
	db := "--database-url=" + url
	command(t, "import", importFile(t, importRows(3)), db)
	command(t, "user", "add", "a@example.org", "--name=A", "--secret-key-file="+key, db)
	address, stop := served(t, url, key)
	before := recordVersion(t, address)
	if out := command(t, "backup", backup, "--secret-key-file="+key, db); !strings.Contains(out, backup+" was written and checked: 3 recommendations, schema 20") || !strings.Contains(out, key) {
		t.Errorf("backup printed %s", out)
	}
	command(t, "import", importFile(t, importRows(5)), db)
	for sentence, args := range map[string][]string{
		"no backup was made: " + backup + " exists already":    {"backup", backup},
		"nothing was restored: another process has ":           {"restore", backup, "--replace"},
		" is a database already: give --replace":               {"restore", backup},
		"nothing was restored: there is no file /nowhere/b.db": {"restore", "/nowhere/b.db"},
	} {
		if _, _, err := upr(url, args...); err == nil || !strings.Contains(err.Error(), sentence) {
			t.Errorf("%v: %v", args, err)
		}
	}
	for deadline := time.Now().Add(20 * time.Second); total(t, address) != 5; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the import is not served: did the database go back?")
		}
	}
	stop()
	beginSession(t, url)
	out := command(t, "restore", backup, "--replace", "--secret-key-file="+key, db)
	if !regexp.MustCompile(`3 recommendations, schema \d+.*\n.* a new epoch, \w{8}: .*; all sessions were ended\nthe former database is kept as .*/upr\.db\.\d{8}T\d{6}Z\n`).MatchString(out) {
		t.Errorf("restore printed %s", out)
	}
	address, _ = served(t, url, key)
	if after := recordVersion(t, address); total(t, address) != 3 || epochOf(after) == epochOf(before) {
		t.Errorf("after the restore: %d recommendations in version %s; before it was %s", total(t, address), after, before)
	}
	if n := sessions(t, url); n != 0 {
		t.Errorf("%d sessions go on", n)
	}
}

// TestAChangedBackupIsRefused changes one byte of a text, which SQLite does not notice.
func TestAChangedBackupIsRefused(t *testing.T) {
	url, key, backup := dbtest.SQLite(t), secretKeyFile(t), filepath.Join(t.TempDir(), "backup.db")
	command(t, "user", "add", "a@example.org", "--name=Wombat Wallaby", "--secret-key-file="+key, "--database-url="+url)
	command(t, "backup", backup, "--database-url="+url)
	content, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(content, []byte("Wombat Wallaby"), []byte("Wombat Wallabi"), 1)
	if bytes.Equal(changed, content) {
		t.Fatal("the text is not in the backup")
	}
	restore := func() (string, error) {
		var out lines
		err := run(t.Context(), []string{"restore", backup, "--database-url=sqlite:" + filepath.Join(t.TempDir(), "restored.db")}, &out, io.Discard)
		return out.String(), err
	}
	if out, err := restore(); err != nil || strings.Contains(out, "WARNING") {
		t.Errorf("as it was written: %v, %s", err, out)
	}
	if err := os.WriteFile(backup, changed, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := restore(); err == nil || !strings.Contains(err.Error(), "was changed since it was written") {
		t.Errorf("changed: %v", err)
	}
	if err := os.Remove(backup + ".sha256"); err != nil {
		t.Fatal(err)
	}
	if out, err := restore(); err != nil || !strings.Contains(out, "WARNING") {
		t.Errorf("without a digest: %v, %s", err, out)
	}
}

// beginSession signs somebody in, as far as the database knows.
func beginSession(t *testing.T, url string) {
	t.Helper()
	db, err := database.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	now := time.Now().UTC()
	_, err = db.SQL.Exec(`INSERT INTO web_sessions (uid, digest, data, client, created_at, seen_at, expires_at) VALUES ('ses_test', 'digest', $1, '', $2, $2, $3)`, []byte("data"), now, now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
}

func sessions(t *testing.T, url string) (n int) {
	t.Helper()
	db, err := database.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.SQL.QueryRow("SELECT COUNT(*) FROM web_sessions").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// documented returns the commands of a section of docs/operating.md, those that are indented.
func documented(t *testing.T, heading string) []string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "docs", "operating.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(content), "\n"+heading+"\n")
	if !found {
		t.Fatalf("docs/operating.md has no %s", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	section, _, _ = strings.Cut(section, "\n### ")
	var commands []string
	for line := range strings.Lines(section) {
		if text, indented := strings.CutPrefix(line, "    "); indented {
			commands = append(commands, strings.TrimSpace(text))
		}
	}
	return commands
}

// TestDocumentedBackupOfPostgreSQL runs the commands that docs/operating.md has.
func TestDocumentedBackupOfPostgreSQL(t *testing.T) {
	commands := documented(t, "### PostgreSQL")
	if len(commands) != 3 {
		t.Fatalf("docs/operating.md has %d commands, this test knows how to run 3: %q", len(commands), commands)
	}
	bin, err := cluster.Bin()
	if err != nil {
		t.Fatal(err)
	}
	program, folder, key := filepath.Dir(buildProgram(t)), t.TempDir(), secretKeyFile(t)
	sh := func(script, url string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), "PATH="+program+":"+bin+":"+os.Getenv("PATH"), "UPR_DATABASE_URL="+url)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", script, err, out)
		}
		return string(out)
	}
	old, restored := dbtest.Postgres(t), dbtest.Postgres(t)
	command(t, "import", importFile(t, importRows(3)), "--database-url="+old)
	beginSession(t, old)
	address, _ := served(t, old, key)
	sh(commands[0], old) // while it is served
	if info, err := os.Stat(filepath.Join(folder, "upr.dump")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the dump: %v, %v", info, err)
	}
	sh(commands[1], restored)
	if n := sessions(t, restored); n != 1 {
		t.Errorf("%d sessions were restored, want 1", n)
	}
	if out := sh(commands[2], restored); !strings.Contains(out, "begins a new epoch, ") || sessions(t, restored) != 0 {
		t.Errorf("%s printed %s", commands[2], out)
	}
	other, _ := served(t, restored, key)
	before, after := recordVersion(t, address), recordVersion(t, other)
	if total(t, other) != 3 || epochOf(before) == epochOf(after) {
		t.Errorf("restored: %d recommendations in version %s; the old database is at %s", total(t, other), after, before)
	}
	if out := sh("upr import "+importFile(t, importRows(4)), restored); !strings.Contains(out, "Imported: 1 added") { // numbers of rows go on
		t.Errorf("an import printed %s", out)
	}
}

// TestACopyThatBreaksOffLeavesNothing has no file become larger than some, as on a disk that is full.
func TestACopyThatBreaksOffLeavesNothing(t *testing.T) {
	url, folder := dbtest.SQLite(t), t.TempDir()
	backup, restored := filepath.Join(t.TempDir(), "backup.db"), "sqlite:"+filepath.Join(folder, "upr.db")
	command(t, "import", importFile(t, importRows(3)), "--database-url="+url)
	command(t, "backup", backup, "--database-url="+url)
	for _, args := range []string{"backup " + filepath.Join(folder, "another.db") + " --database-url=" + url, "restore " + backup + " --database-url=" + restored} {
		program := exec.Command("sh", "-c", `ulimit -f 1000; exec "$0" `+args, os.Args[0])
		program.Env = append(os.Environ(), asProgram+"=1")
		if out, err := program.CombinedOutput(); err == nil || !strings.Contains(string(out), "upr: no") {
			t.Errorf("%s: %v, %s", args, err, out)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("%s leaves %v (%v)", args, left, err)
		}
	}
}

// TestEpochNewIsFollowed begins an epoch under a server.
func TestEpochNewIsFollowed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := "--database-url=" + url
		if out := command(t, "epoch", "new", db); !strings.Contains(out, "a new epoch") { // of the reference data's log
			t.Errorf("printed %s", out)
		}
		address, _ := served(t, url, secretKeyFile(t))
		before := recordVersion(t, address)
		beginSession(t, url)
		command(t, "epoch", "new", db)
		for deadline := time.Now().Add(20 * time.Second); epochOf(recordVersion(t, address)) == epochOf(before); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the server does not notice")
			}
		}
		if n := sessions(t, url); n != 1 {
			t.Errorf("%d sessions, want the one that was not to be ended", n)
		}
		opened, err := database.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		defer opened.Close()
		head, err := changelog.ReadHead(t.Context(), opened.SQL)
		if err != nil || !strings.HasPrefix(recordVersion(t, address), head.Epoch+".") {
			t.Errorf("served is %s, the database says %s (%v)", recordVersion(t, address), head.Epoch, err)
		}
	})
}
