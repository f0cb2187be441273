package sample_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/sample/sampletest"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/sample"
)

// prepare opens an empty database and loads the reference data.
func prepare(t *testing.T, url string) *database.DB {
	t.Helper()
	return sampletest.Listed(t, url)
}

func fill(t *testing.T, db *database.DB, opts sample.Options) sample.Summary {
	t.Helper()
	summary, err := sample.Fill(t.Context(), db, opts)
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

// everything that Fill writes, with codes in place of ids, which differ by database.
var everything = []string{
	`SELECT r.uid, r.text, r.number, r.source_row, s.iso3, v.cycle, f.iso3, a.number
	 FROM recommendations r JOIN reviews v ON v.id = r.review_id JOIN states s ON s.id = v.state_id
	 JOIN action_categories a ON a.id = r.action_category_id LEFT JOIN states f ON f.id = r.recommending_state_id
	 ORDER BY r.uid`,
	`SELECT p.uid, p.text, p.source_row, s.iso3, v.cycle, a.number
	 FROM pledges p JOIN reviews v ON v.id = p.review_id JOIN states s ON s.id = v.state_id
	 JOIN action_categories a ON a.id = p.action_category_id ORDER BY p.uid`,
	`SELECT r.uid, e.response, e.source_word, e.date, e.recorded_at, d.symbol
	 FROM response_events e JOIN recommendations r ON r.id = e.recommendation_id
	 LEFT JOIN documents d ON d.id = e.document_id ORDER BY r.uid, e.id`,
	tags("issue_tags", "issue_id", "issues"),
	tags("sdg_tags", "target_id", "sdg_targets"),
	tags("affected_group_tags", "group_id", "affected_groups"),
	`SELECT source, file, sha256, format, CASE WHEN synthetic THEN 1 ELSE 0 END, imported_at, rows_read, added, changed, unchanged FROM import_runs`,
}

func tags(table, column, vocabulary string) string {
	return fmt.Sprintf(`SELECT COALESCE(r.uid, p.uid), v.code, t.source, t.method, t.confidence
	 FROM %s t JOIN %s v ON v.id = t.%s LEFT JOIN recommendations r ON r.id = t.recommendation_id
	 LEFT JOIN pledges p ON p.id = t.pledge_id ORDER BY 1, v.position`, table, vocabulary, column)
}

func digest(t *testing.T, db *database.DB) string {
	t.Helper()
	hash := sha256.New()
	for _, query := range everything {
		rows, err := db.SQL.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		writeRows(t, hash, rows)
	}
	return fmt.Sprintf("%x", hash.Sum(nil))
}

func writeRows(t *testing.T, w io.Writer, rows *sql.Rows) {
	t.Helper()
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	values, targets := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		for _, v := range values {
			fmt.Fprint(w, plain(v), "\x00")
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// plain writes a value alike for both drivers.
func plain(v any) string {
	switch v := v.(type) {
	case []byte:
		return string(v)
	case float64:
		return fmt.Sprintf("%.4f", v)
	case time.Time:
		return strings.TrimSuffix(v.UTC().Format(time.RFC3339), "T00:00:00Z")
	default:
		return fmt.Sprint(v)
	}
}

func someTime() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

func TestSameSeedSameData(t *testing.T) {
	seen := map[string]string{}
	dbtest.Each(t, func(t *testing.T, url string) {
		db := prepare(t, url)
		summary := fill(t, db, sample.Options{Recommendations: 3000, Now: someTime})
		if want := (sample.Summary{Recommendations: 3000, Pledges: 120, Seed: 1}); summary != want {
			t.Errorf("summary %+v, want %+v", summary, want)
		}
		seen[t.Name()] = digest(t, db)
	})
	again := prepare(t, dbtest.SQLite(t))
	fill(t, again, sample.Options{Recommendations: 3000, Seed: 1, Now: someTime})
	want := digest(t, again)
	for name, got := range seen {
		if got != want {
			t.Errorf("%s has other data than another run with the same seed", name)
		}
	}
	other := prepare(t, dbtest.SQLite(t))
	fill(t, other, sample.Options{Recommendations: 3000, Seed: 2, Now: someTime})
	if digest(t, other) == want {
		t.Error("another seed gave the same data")
	}
}

func TestRefusesADatabaseThatIsNotEmpty(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := prepare(t, url)
		fill(t, db, sample.Options{Recommendations: 200, Now: someTime})
		before := digest(t, db)
		_, err := sample.Fill(t.Context(), db, sample.Options{Recommendations: 100, Seed: 2})
		if fault.CodeOf(err) != fault.CodeConflict || !strings.Contains(err.Error(), "200 recommendations and 8 pledges") {
			t.Errorf("got %v", err)
		}
		if digest(t, db) != before {
			t.Error("the refused run changed something")
		}
		if _, err := db.Ent.ImportRun.Query().Only(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestRefusesADatabaseWithPledgesOnly(t *testing.T) {
	db := prepare(t, dbtest.SQLite(t))
	ctx := t.Context()
	run := db.Ent.ImportRun.Create().SetSource("a").SetFile("b").SetSha256("").SetFormat("").SetImportedAt(someTime()).
		SetRowsRead(1).SetAdded(1).SetChanged(0).SetUnchanged(0).SaveX(ctx)
	review := db.Ent.Review.Query().FirstIDX(ctx)
	db.Ent.Pledge.Create().SetUID("plg_a").SetText("a").SetReviewID(review).SetRunID(run.ID).SetSourceRow(1).SaveX(ctx)
	if _, err := sample.Fill(ctx, db, sample.Options{Recommendations: 10}); fault.CodeOf(err) != fault.CodeConflict {
		t.Errorf("got %v", err)
	}
	if empty, err := sample.Empty(ctx, db); err != nil || empty {
		t.Errorf("empty: %t, %v", empty, err)
	}
}

func TestAsksForReferenceData(t *testing.T) {
	db := sampletest.Migrated(t, dbtest.SQLite(t))
	_, err := sample.Fill(t.Context(), db, sample.Options{})
	if fault.CodeOf(err) != fault.CodeConflict || !strings.Contains(err.Error(), "upr migrate") {
		t.Errorf("got %v", err)
	}
}

func TestRefusesANegativeNumber(t *testing.T) {
	db := sampletest.Migrated(t, dbtest.SQLite(t))
	if _, err := sample.Fill(t.Context(), db, sample.Options{Recommendations: -1}); fault.CodeOf(err) != fault.CodeInvalid {
		t.Errorf("got %v", err)
	}
}

func TestCancelLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := prepare(t, url)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var shown []int
		_, err := sample.Fill(ctx, db, sample.Options{Recommendations: 9000, Progress: func(done, total int) {
			shown = append(shown, done, total)
			cancel()
		}})
		if err == nil || !errors.Is(ctx.Err(), context.Canceled) {
			t.Errorf("got %v", err)
		}
		if len(shown) != 2 || shown[0] >= shown[1] || shown[1] != 9360 {
			t.Errorf("progress %v: the cancellation did not come in the middle", shown)
		}
		if empty, err := sample.Empty(t.Context(), db); err != nil || !empty {
			t.Errorf("empty: %t, %v", empty, err)
		}
		if n := db.Ent.ImportRun.Query().CountX(t.Context()); n != 0 {
			t.Errorf("%d import runs are left", n)
		}
		fill(t, db, sample.Options{Recommendations: 100})
	})
}
