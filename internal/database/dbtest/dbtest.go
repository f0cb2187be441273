// Package dbtest gives tests empty databases that are thrown away afterwards, of both
// kinds that the platform runs on.
//
// PostgreSQL is the server named by UPR_TEST_DATABASE_URL. Without it each test
// binary starts a server of its own; `make test` starts one for all of them.
package dbtest

import (
	"path/filepath"
	"runtime/debug"
	"sync"
	"testing"
)

// collectLess has the binary of a test collect garbage less often, which takes an eighth of the time of all. Benchmarks, and
// programs that tests start, collect it as they do elsewhere.
var collectLess = sync.OnceFunc(func() { debug.SetGCPercent(400) })

// Each runs the test twice, as subtests "sqlite" and "postgres", each time with the
// address of an empty database.
func Each(t *testing.T, run func(t *testing.T, url string)) {
	t.Helper()
	collectLess()
	t.Run("sqlite", func(t *testing.T) { run(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { run(t, Postgres(t)) })
}

// SQLite returns the address of a file that does not exist yet.
func SQLite(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "upr.db")
}

// Postgres returns the address of an empty database, which is dropped when the test
// ends, also when connections to it are still open. Without a server the test fails;
// only a person who sets UPR_TEST_SKIP_POSTGRES=1 outside CI may skip it.
func Postgres(t testing.TB) string {
	t.Helper()
	server, err := server()
	if err != nil {
		if MaySkip(err) {
			t.Skip("SKIPPED, NOT TESTED ON POSTGRESQL:", err)
		}
		t.Fatal(err)
	}
	address, err := createDatabase(server)
	if err != nil {
		t.Fatalf("create a test database: %v", err)
	}
	t.Cleanup(func() {
		if err := dropDatabase(server, address); err != nil {
			t.Errorf("drop the test database: %v", err)
		}
	})
	return address
}
