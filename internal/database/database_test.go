package database_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/fault"
)

func open(t *testing.T, url string) *database.DB {
	t.Helper()
	db, err := database.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func migrated(t *testing.T, url string) *database.DB {
	t.Helper()
	db := open(t, url)
	if _, err := database.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	return db
}

func count(t *testing.T, db *database.DB, table string) (n int) {
	t.Helper()
	if err := db.SQL.QueryRow("SELECT COUNT(*) FROM " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMigrate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := open(t, url)
		if n, err := database.Migrate(t.Context(), db); n < 1 || err != nil {
			t.Fatalf("first: %d, %v", n, err)
		}
		if n, err := database.Migrate(t.Context(), db); n != 0 || err != nil {
			t.Fatalf("again: %d, %v", n, err)
		}
	})
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := migrated(t, url)
		if _, err := db.SQL.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (29990101000000, true)`); err != nil {
			t.Fatal(err)
		}
		_, err := database.Migrate(t.Context(), db)
		if fault.CodeOf(err) != fault.CodeConflict || !strings.Contains(err.Error(), "install the newer program") {
			t.Errorf("got %v", err)
		}
	})
}

// TestProcessesMigrateTogether starts several at once, as a restart of all of them does.
func TestProcessesMigrateTogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		var wait sync.WaitGroup
		for range 4 {
			db := open(t, url)
			wait.Go(func() {
				if _, err := database.Migrate(t.Context(), db); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
	})
}

func TestAddressesThatAreRefused(t *testing.T) {
	for address, sentence := range map[string]string{
		"mysql://here":                              "must begin with sqlite: or postgres://",
		"sqlite:":                                   "names no file",
		"postgres://upr:hidden@127.0.0.1:1/upr":     "cannot open the database",
		"sqlite:/proc/folder/upr.db":                "make the database's folder",
		"postgres://upr:hidden@127.0.0.1:1/upr?x=%": "cannot open the database",
	} {
		_, err := database.Open(t.Context(), address)
		if err == nil || !strings.Contains(err.Error(), sentence) {
			t.Errorf("%s: got %v", address, err)
		}
		if err != nil && strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: the password is shown: %v", address, err)
		}
	}
}

// Only the last folder is made: a mistyped path is no new database.
func TestFolderOfTheDatabase(t *testing.T) {
	t.Chdir(t.TempDir())
	open(t, "sqlite:data/upr.db")
	if info, err := os.Stat("data"); err != nil || !info.IsDir() {
		t.Errorf("the folder data: %v", err)
	}
	if info, err := os.Stat("data/upr.db"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the database: %v, %v", info.Mode(), err)
	}
	_, err := database.Open(t.Context(), "sqlite:dta/archive/upr.db")
	if fault.CodeOf(err) != fault.CodeInvalid || !strings.Contains(err.Error(), "the folder dta does not exist") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat("dta"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder above was made (%v)", err)
	}
}

// TestMovedFromItsChanges: where the changes of a SQLite file are and the file is not, no new one is begun, into
// which they, or its own into the old one, would be written.
func TestMovedFromItsChanges(t *testing.T) {
	path := filepath.Join(t.TempDir(), "upr.db")
	if _, err := open(t, "sqlite:"+path).SQL.ExecContext(t.Context(), "CREATE TABLE changes (what)"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	if _, err := database.Open(t.Context(), "sqlite:"+path); fault.CodeOf(err) != fault.CodeUnavailable || !strings.Contains(err.Error(), "put it back") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is a new file (%v)", err)
	}
	if err := os.Rename(path+".away", path); err != nil {
		t.Fatal(err)
	}
	open(t, "sqlite:"+path)
}

func addRule(tx *database.Tx, position int) error {
	return tx.Ent.ActionCodingRule.Create().SetPosition(position).SetRule("rule").Exec(context.Background())
}

func TestWithTxRollsBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := migrated(t, url)
		wrong := errors.New("on purpose")
		err := database.WithTx(t.Context(), db, func(tx *database.Tx) error { return errors.Join(addRule(tx, 1), wrong) })
		if !errors.Is(err, wrong) {
			t.Fatal(err)
		}
		func() {
			defer func() { _ = recover() }()
			_ = database.WithTx(t.Context(), db, func(tx *database.Tx) error {
				if err := addRule(tx, 2); err != nil {
					return err
				}
				panic("on purpose")
			})
		}()
		if n := count(t, db, "action_coding_rules"); n != 0 {
			t.Errorf("%d rows are left", n)
		}
		if err := database.WithTx(t.Context(), db, func(tx *database.Tx) error { return addRule(tx, 3) }); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "action_coding_rules"); n != 1 {
			t.Errorf("%d rows, want 1", n)
		}
	})
}

// TestWritersTakeTurns has writers that each read before they write.
func TestWritersTakeTurns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := migrated(t, url)
		var wait sync.WaitGroup
		for writer := range 8 {
			wait.Go(func() {
				for i := range 5 {
					err := database.WithTx(t.Context(), db, func(tx *database.Tx) error {
						if _, err := tx.Ent.ActionCodingRule.Query().Count(t.Context()); err != nil {
							return err
						}
						return addRule(tx, writer*100+i)
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		if n := count(t, db, "action_coding_rules"); n != 40 {
			t.Errorf("%d rows, want 40", n)
		}
	})
}

// TestSnapshotStandsStill writes while a snapshot is open: the snapshot must not see it,
// and must not hold the writer up.
func TestSnapshotStandsStill(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := migrated(t, url)
		err := database.Snapshot(t.Context(), db, func(tx *database.Tx) error {
			before, err := tx.Ent.ActionCodingRule.Query().Count(t.Context())
			if err != nil {
				return err
			}
			if err := database.WithTx(t.Context(), db, func(other *database.Tx) error { return addRule(other, 1) }); err != nil {
				return fmt.Errorf("write beside a snapshot: %w", err)
			}
			after, err := tx.Ent.ActionCodingRule.Query().Count(t.Context())
			if before != 0 || after != 0 {
				t.Errorf("the snapshot saw %d rows, then %d", before, after)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestInsertBesideEnt writes in bulk with reserved ids, and then a row by ent, whose id
// must be fresh.
func TestInsertBesideEnt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := migrated(t, url)
		const n = 10_001
		err := database.WithTx(t.Context(), db, func(tx *database.Tx) error {
			ids, err := database.ReserveIDs(t.Context(), tx, "action_coding_rules", n)
			if err != nil {
				return err
			}
			rows := make([][]any, n)
			for i := range rows {
				rows[i] = []any{ids[i], i, "it's a \"rule\", \t tab, \\ and é\nline"}
			}
			if err := database.Insert(t.Context(), tx, "action_coding_rules", []string{"id", "position", "rule"}, rows); err != nil {
				return err
			}
			return addRule(tx, n)
		})
		if err != nil {
			t.Fatal(err)
		}
		var same int
		if err := db.SQL.QueryRow("SELECT COUNT(DISTINCT rule) FROM action_coding_rules").Scan(&same); err != nil || same != 2 {
			t.Errorf("%d distinct texts (%v), want 2", same, err)
		}
		if got := count(t, db, "action_coding_rules"); got != n+1 {
			t.Errorf("%d rows, want %d", got, n+1)
		}
	})
}

// TestJobsAreMigrated fails when a new River brings migrations that ours do not run.
func TestJobsAreMigrated(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		migrator, err := migrated(t, url).JobMigrator()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := migrator.Validate(t.Context(), nil); err != nil || !got.OK {
			t.Errorf("the tables of jobs are not those of River: add its version to jobsVersions: %v, %v", got, err)
		}
	})
}

// TestQuestionsAreNotCompiled, unless the address says so.
func TestQuestionsAreNotCompiled(t *testing.T) {
	address := dbtest.Postgres(t)
	for suffix, want := range map[string]string{"": "off", "&jit=on": "on"} {
		db, err := database.Open(t.Context(), address+suffix)
		if err != nil {
			t.Fatal(err)
		}
		var got string
		if err := db.SQL.QueryRow(`SHOW jit`).Scan(&got); err != nil || got != want {
			t.Errorf("%q: jit is %s, want %s: %v", suffix, got, want, err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}
