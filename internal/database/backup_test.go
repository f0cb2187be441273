package database_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/fault"
)

func asItIs(*database.DB) error { return nil }

// filled is a migrated database with one rule.
func filled(t *testing.T, url string) *database.DB {
	t.Helper()
	db := migrated(t, url)
	if err := database.WithTx(t.Context(), db, func(tx *database.Tx) error { return addRule(tx, 1) }); err != nil {
		t.Fatal(err)
	}
	return db
}

// backedUp is the backup of a database with one rule.
func backedUp(t *testing.T) string {
	t.Helper()
	url, path := dbtest.SQLite(t), filepath.Join(t.TempDir(), "backup.db")
	filled(t, url)
	if _, err := database.Backup(t.Context(), url, path); err != nil {
		t.Fatal(err)
	}
	return path
}

func checkFiles(t *testing.T, folder string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("the folder has %v, want %v", got, want)
	}
}

// TestBackupBesideWriters writes two rows at a time while backups are made: each has whole
// changes alone, and all that was acknowledged before it began.
func TestBackupBesideWriters(t *testing.T) {
	url, folder := dbtest.SQLite(t), t.TempDir()
	db := migrated(t, url)
	var acknowledged atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		for i := 0; ctx.Err() == nil; i += 2 {
			err := database.WithTx(t.Context(), db, func(tx *database.Tx) error { return errors.Join(addRule(tx, i), addRule(tx, i+1)) })
			if err != nil {
				done <- err
				return
			}
			acknowledged.Add(2)
		}
		done <- nil
	}()
	for _, name := range []string{"a.db", "b.db", "c.db"} {
		for before := acknowledged.Load(); acknowledged.Load() < before+20; { // it really writes
			select {
			case err := <-done:
				t.Fatal(err)
			default:
			}
		}
		least := acknowledged.Load()
		path := filepath.Join(folder, name)
		if _, err := database.Backup(t.Context(), url, path); err != nil {
			t.Fatal(err)
		}
		if n := int64(count(t, open(t, "sqlite:"+path), "action_coding_rules")); n%2 != 0 || n < least {
			t.Errorf("%s has %d rows, want an even number, %d or more", name, n, least)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v; want the mode 600", name, info.Mode(), err)
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestBackupsThatAreRefused(t *testing.T) {
	url, folder := dbtest.SQLite(t), t.TempDir()
	filled(t, url)
	taken := filepath.Join(folder, "taken.db")
	if err := os.WriteFile(taken, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "other.db")
	if _, err := open(t, "sqlite:"+other).SQL.Exec("CREATE TABLE recommendations (id)"); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		url, path, sentence string
		code                fault.Code
	}{
		"exists":     {url, taken, "nothing is overwritten", fault.CodeConflict},
		"nowhere":    {"sqlite:" + filepath.Join(folder, "none.db"), filepath.Join(folder, "b.db"), "there is no database", fault.CodeInvalid},
		"no folder":  {url, filepath.Join(folder, "none", "b.db"), "no such file or directory", fault.CodeUnavailable},
		"other's":    {"sqlite:" + other, filepath.Join(folder, "b.db"), "is no database of upr", fault.CodeInvalid},
		"PostgreSQL": {"postgres://upr:hidden@localhost/upr", filepath.Join(folder, "b.db"), "pg_dump -Fc", fault.CodeInvalid},
	} {
		_, err := database.Backup(t.Context(), tt.url, tt.path)
		if fault.CodeOf(err) != tt.code || !strings.Contains(err.Error(), tt.sentence) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if content, err := os.ReadFile(taken); err != nil || string(content) != "mine" {
		t.Errorf("the file that was there has %q (%v)", content, err)
	}
	checkFiles(t, folder, "taken.db")
}

func TestRestoreIntoNothing(t *testing.T) {
	backup, folder := backedUp(t), t.TempDir()
	prepared := 0
	restored, err := database.Restore(t.Context(), "sqlite:"+filepath.Join(folder, "data", "upr.db"), backup, false, func(db *database.DB) error {
		prepared = count(t, db, "action_coding_rules")
		return database.WithTx(t.Context(), db, func(tx *database.Tx) error { return addRule(tx, 2) })
	})
	if err != nil || restored.Kept != "" || prepared != 1 {
		t.Fatalf("got %+v, %v; %d rows were there to prepare", restored, err, prepared)
	}
	checkFiles(t, filepath.Join(folder, "data"), "upr.db")
	if n := count(t, open(t, "sqlite:"+filepath.Join(folder, "data", "upr.db")), "action_coding_rules"); n != 2 {
		t.Errorf("%d rows, want the one of the backup and the prepared one", n)
	}
}

// TestRestoreKeepsWhatWasThere also finds a log beside the database that belongs to another one,
// as when somebody deleted only the file: SQLite would take it for the restored database's.
func TestRestoreKeepsWhatWasThere(t *testing.T) {
	backup, url := backedUp(t), dbtest.SQLite(t)
	target := strings.TrimPrefix(url, "sqlite:")
	db := filled(t, url)
	if err := database.WithTx(t.Context(), db, func(tx *database.Tx) error { return errors.Join(addRule(tx, 2), addRule(tx, 3)) }); err != nil {
		t.Fatal(err)
	}
	if _, err := database.Restore(t.Context(), url, backup, true, asItIs); fault.CodeOf(err) != fault.CodeConflict || !strings.Contains(err.Error(), "stop upr serve") {
		t.Fatalf("while it is open: %v", err)
	}
	log, err := os.ReadFile(target + "-wal")
	if err != nil || len(log) == 0 {
		t.Fatalf("the database has no log: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := database.Restore(t.Context(), url, backup, false, asItIs); fault.CodeOf(err) != fault.CodeConflict || !strings.Contains(err.Error(), "--replace") {
		t.Fatalf("without being told to replace: %v", err)
	}
	restored, err := database.Restore(t.Context(), url, backup, true, asItIs)
	if err != nil {
		t.Fatal(err)
	}
	checkFiles(t, filepath.Dir(target), "upr.db", filepath.Base(restored.Kept))
	for path, want := range map[string]int{target: 1, restored.Kept: 3} {
		db := open(t, "sqlite:"+path)
		if n := count(t, db, "action_coding_rules"); n != want {
			t.Errorf("%s has %d rows, want %d", path, n, want)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Remove(target), os.WriteFile(target+"-wal", log, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := database.Restore(t.Context(), url, backup, false, asItIs); err != nil {
		t.Fatal(err)
	}
	if n := count(t, open(t, url), "action_coding_rules"); n != 1 {
		t.Errorf("beside somebody else's log: %d rows, want 1", n)
	}
}

// TestRestoreOverADamagedDatabase is what restoring is for.
func TestRestoreOverADamagedDatabase(t *testing.T) {
	backup, url := backedUp(t), dbtest.SQLite(t)
	target, damaged := strings.TrimPrefix(url, "sqlite:"), bytes.Repeat([]byte("damaged "), 5000)
	if err := os.WriteFile(target, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	restored, err := database.Restore(t.Context(), url, backup, true, asItIs)
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := os.ReadFile(restored.Kept); err != nil || !bytes.Equal(kept, damaged) {
		t.Errorf("the damaged file was not kept as it was (%v)", err)
	}
	if n := count(t, open(t, url), "action_coding_rules"); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
}

func TestRestoresThatAreRefused(t *testing.T) {
	good := backedUp(t)
	content, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	file := func(name string, content []byte) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	torn := bytes.Clone(content)
	for i := len(torn) / 3; i < len(torn)/3+40_000; i++ {
		torn[i] ^= 0x5a
	}
	newer := file("newer.db", content)
	db := open(t, "sqlite:"+newer)
	if _, err := db.SQL.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (29990101000000, true)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	url := dbtest.SQLite(t)
	target := strings.TrimPrefix(url, "sqlite:")
	if err := filled(t, url).Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(target)
	if err != nil {
		t.Fatal(err)
	}
	wrong := errors.New("on purpose")
	for name, tt := range map[string]struct {
		file, sentence string
		prepare        func(*database.DB) error
	}{
		"none":        {filepath.Join(t.TempDir(), "none"), "there is no file", asItIs},
		"folder":      {t.TempDir(), "there is no file", asItIs},
		"text":        {file("text.db", []byte("To,From,Text\n")), "is no database of upr, or it is damaged", asItIs},
		"empty":       {file("empty.db", nil), "is no database of upr", asItIs},
		"cut off":     {file("half.db", content[:len(content)/2]), "is damaged", asItIs},
		"torn":        {file("torn.db", torn), "is damaged", asItIs},
		"newer":       {newer, "install the newer program", asItIs},
		"itself":      {target, "the database itself", asItIs},
		"unprepared":  {good, wrong.Error(), func(*database.DB) error { return wrong }},
		"interrupted": {good, context.Canceled.Error(), nil},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, prepare := t.Context(), tt.prepare
			if prepare == nil {
				stopped, stop := context.WithCancel(ctx)
				ctx, prepare = stopped, func(*database.DB) error { stop(); return stopped.Err() }
			}
			_, err := database.Restore(ctx, url, tt.file, true, prepare)
			if err == nil || !strings.Contains(err.Error(), tt.sentence) {
				t.Errorf("got %v", err)
			}
			checkFiles(t, filepath.Dir(target), "upr.db")
			if after, err := os.ReadFile(target); err != nil || len(after) != len(before) || count(t, open(t, url), "action_coding_rules") != 1 {
				t.Errorf("the database is another one (%v)", err)
			}
		})
	}
}

// TestNoDigestWithoutABackup: whoever is killed while a backup gets its names leaves no digest
// alone, which would refuse the next backup of that name.
func TestNoDigestWithoutABackup(t *testing.T) {
	url, folder := dbtest.SQLite(t), t.TempDir()
	filled(t, url)
	path := filepath.Join(folder, "b.db")
	done := make(chan error)
	go func() {
		_, err := database.Backup(t.Context(), url, path)
		done <- err
	}()
	for {
		if _, err := os.Lstat(path + ".sha256"); err == nil {
			if _, err := os.Lstat(path); err != nil {
				t.Errorf("the digest has its name before the backup: %v", err)
			}
		}
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			checkFiles(t, folder, "b.db", "b.db.sha256")
			// A digest that cannot be written takes the backup with it.
			folder := t.TempDir()
			if _, err := database.Backup(t.Context(), url, filepath.Join(folder, strings.Repeat("n", 250))); err == nil {
				t.Error("a backup without a digest is no error")
			}
			checkFiles(t, folder)
			return
		default:
		}
	}
}
