package reference

import (
	"sync"
	"testing"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
)

// openMigrated opens an empty database of the current schema.
func openMigrated(t *testing.T, url string) *database.DB {
	t.Helper()
	db, err := database.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := database.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	return db
}

func mustApply(t *testing.T, db *database.DB, d *Data) Changes {
	t.Helper()
	changes, err := Update(t.Context(), db, d)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func count(t *testing.T, db *database.DB, query string) (n int) {
	t.Helper()
	if err := db.SQL.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestApplyIsIdempotent(t *testing.T) {
	data := mustRead(t)
	dbtest.Each(t, func(t *testing.T, url string) {
		db := openMigrated(t, url)
		if first := mustApply(t, db, data); first.Added < 3000 || first.Changed != 0 {
			t.Errorf("first: %+v", first)
		}
		if again := mustApply(t, db, data); again != (Changes{}) {
			t.Errorf("again: %+v, want nothing", again)
		}
		for _, damage := range []string{
			`UPDATE states SET name_en = 'Nowhere' WHERE iso3 = 'EGY'`,
			`DELETE FROM troika_members WHERE position = 3`,
		} {
			if _, err := db.SQL.Exec(damage); err != nil {
				t.Fatal(err)
			}
		}
		if repaired := mustApply(t, db, data); repaired != (Changes{Added: 255, Changed: 1}) {
			t.Errorf("repaired: %+v", repaired)
		}
	})
}

// A corrected line changes its row: it does not leave the wrong one beside it.
func TestApplyCorrects(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := openMigrated(t, url)
		mustApply(t, db, mustRead(t))
		rows := count(t, db, troikaOfSlovenia)

		corrected := mustRead(t)
		review := find(t, corrected, "SVN", 2)
		review.Troika = []string{"ITA", "BWA", "FRA"} // two swapped, one replaced: was BWA, ITA, VNM
		review.Documents[3].Symbol = "A/HRC/28/99"
		corrected.Members[0].From = "2001-01-01"
		if changes := mustApply(t, db, corrected); changes != (Changes{Changed: 5}) {
			t.Errorf("got %+v, want three members, a document and a membership changed and nothing added", changes)
		}
		if again := mustApply(t, db, corrected); again != (Changes{}) {
			t.Errorf("again: got %+v, want nothing", again)
		}
		if got := count(t, db, troikaOfSlovenia); got != rows || got != 3 {
			t.Errorf("the troika has %d members, had %d, want 3", got, rows)
		}
		if n := count(t, db, `SELECT COUNT(*) FROM documents WHERE symbol = 'A/HRC/28/15'`); n != 0 {
			t.Errorf("%d documents keep the wrong symbol", n)
		}
	})
}

const troikaOfSlovenia = `SELECT COUNT(*) FROM troika_members t JOIN reviews r ON r.id = t.review_id
	JOIN states s ON s.id = r.state_id WHERE s.iso3 = 'SVN' AND r.cycle = 2`

// What the data no longer has stays: others may refer to it.
func TestApplyDeletesNothing(t *testing.T) {
	db := openMigrated(t, dbtest.SQLite(t))
	full := mustRead(t)
	mustApply(t, db, full)
	before := count(t, db, `SELECT COUNT(*) FROM troika_members`)

	fewer := mustRead(t)
	find(t, fewer, "SVN", 2).Troika = nil
	fewer.AffectedGroups = fewer.AffectedGroups[:len(fewer.AffectedGroups)-1]
	if changes := mustApply(t, db, fewer); changes != (Changes{}) {
		t.Errorf("got %+v, want nothing", changes)
	}
	if after := count(t, db, `SELECT COUNT(*) FROM troika_members`); after != before {
		t.Errorf("%d members of troikas became %d", before, after)
	}
	if n := count(t, db, `SELECT COUNT(*) FROM affected_groups`); n != len(full.AffectedGroups) {
		t.Errorf("%d affected groups are left of %d", n, len(full.AffectedGroups))
	}
}

// Several processes that start on an empty database all come up, and one of them fills it.
func TestApplyAtTheSameTime(t *testing.T) {
	data := mustRead(t)
	dbtest.Each(t, func(t *testing.T, url string) {
		db := openMigrated(t, url)
		var all sync.WaitGroup
		changes, errs := make([]Changes, 3), make([]error, 3)
		for i := range changes {
			all.Go(func() { changes[i], errs[i] = Update(t.Context(), db, data) })
		}
		all.Wait()
		filled := 0
		for i := range changes {
			if errs[i] != nil {
				t.Error(errs[i])
			}
			if changes[i] != (Changes{}) {
				filled++
			}
		}
		if filled != 1 {
			t.Errorf("%d of the processes wrote, want one: %+v", filled, changes)
		}
	})
}

func find(t *testing.T, d *Data, iso3 string, cycle int) *Review {
	t.Helper()
	for i := range d.Reviews {
		if d.Reviews[i].ISO3 == iso3 && d.Reviews[i].Cycle == cycle {
			return &d.Reviews[i]
		}
	}
	t.Fatalf("no review of %s in cycle %d", iso3, cycle)
	return nil
}
