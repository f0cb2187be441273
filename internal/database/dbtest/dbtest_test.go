package dbtest

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/upr-info/upr/internal/database/dbtest/cluster"
)

func open(t *testing.T, address string) *sql.DB {
	t.Helper()
	driver, dsn := "postgres", address
	if file, ok := strings.CutPrefix(address, "sqlite:"); ok {
		driver, dsn = "sqlite", file
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func count(t *testing.T, db *sql.DB, query string) int {
	t.Helper()
	var n int
	if err := db.QueryRow(query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestEachGivesAnEmptyUsableDatabaseOfBothKinds(t *testing.T) {
	tables := map[string]string{
		"sqlite":   "SELECT count(*) FROM sqlite_master",
		"postgres": "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'",
	}
	var ran []string
	Each(t, func(t *testing.T, url string) {
		kind := filepath.Base(t.Name())
		ran = append(ran, kind)
		db := open(t, url)
		if n := count(t, db, tables[kind]); n != 0 {
			t.Errorf("got %d tables in a new database, want 0", n)
		}
		if _, err := db.Exec("CREATE TABLE states (name text); INSERT INTO states VALUES ('Türkiye')"); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "SELECT count(*) FROM states WHERE name = 'Türkiye'"); n != 1 {
			t.Errorf("got %d rows back, want 1", n)
		}
	})
	if got, want := fmt.Sprint(ran), "[sqlite postgres]"; got != want {
		t.Errorf("ran %s, want %s", got, want)
	}
}

// Ten tests at once each create the same table in a database of their own.
func TestDatabasesAreIsolatedInParallel(t *testing.T) {
	for i := range 10 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			Each(t, func(t *testing.T, url string) {
				db := open(t, url)
				if _, err := db.Exec("CREATE TABLE only_here (id int); INSERT INTO only_here VALUES (1)"); err != nil {
					t.Fatal(err)
				}
				if n := count(t, db, "SELECT count(*) FROM only_here"); n != 1 {
					t.Errorf("got %d rows, want 1: the database is shared", n)
				}
			})
		})
	}
}

func TestPostgresDropsTheDatabaseInSpiteOfOpenConnections(t *testing.T) {
	var left *sql.DB
	var name string
	t.Run("uses a database", func(sub *testing.T) {
		left = open(t, Postgres(sub)) // closed by the outer test, so open when the inner one ends
		if err := left.QueryRow("SELECT current_database()").Scan(&name); err != nil {
			sub.Fatal(err)
		}
	})
	address, err := server()
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, open(t, address), "SELECT count(*) FROM pg_database WHERE datname = '"+name+"'"); n != 0 {
		t.Errorf("the database %s is still there after its test", name)
	}
	if err := left.Ping(); err == nil {
		t.Error("the connection to the dropped database still answers")
	}
}

func TestAWrongServerAddressIsExplained(t *testing.T) {
	for _, address := range []string{"sqlite:upr.db", "host=localhost", "://"} {
		_, err := createDatabase(address)
		if err == nil || !strings.Contains(err.Error(), ServerVariable+" must be an address like postgres://") {
			t.Errorf("%s: got %v, want a sentence that shows the form", address, err)
		}
	}
}

func TestMaySkipOnlyWithoutServerAndByAPersonWhoAskedForIt(t *testing.T) {
	missing := fmt.Errorf("start: %w", cluster.ErrNoServer)
	for _, c := range []struct {
		ci, skip string
		err      error
		want     bool
	}{
		{"", "", missing, false},
		{"", "1", missing, true},
		{"true", "1", missing, false},
		{"", "1", errors.New("initdb failed"), false},
	} {
		t.Setenv("CI", c.ci)
		t.Setenv("UPR_TEST_SKIP_POSTGRES", c.skip)
		if got := MaySkip(c.err); got != c.want {
			t.Errorf("CI=%q UPR_TEST_SKIP_POSTGRES=%q, %v: got %t, want %t", c.ci, c.skip, c.err, got, c.want)
		}
	}
}

func TestAGivenServerIsUsed(t *testing.T) {
	const given = "postgres://somebody@example.org/postgres"
	t.Setenv(ServerVariable, given)
	if got, err := server(); err != nil || got != given {
		t.Errorf("got %s and %v, want %s", got, err, given)
	}
}

// Without a server in the environment the binary starts its own.
func TestOwnClusterIsStartedOnce(t *testing.T) {
	t.Setenv(ServerVariable, "")
	if err := os.Unsetenv(ServerVariable); err != nil {
		t.Fatal(err)
	}
	first, err := server()
	if err != nil {
		t.Fatal(err)
	}
	second, err := server()
	if err != nil {
		t.Fatal(err)
	}
	if first != second {
		t.Errorf("got a second server %s beside %s", second, first)
	}
	count(t, open(t, first), "SELECT 1")
}
