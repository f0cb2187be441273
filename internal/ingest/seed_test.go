package ingest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/sample/sampletest"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
)

var importDay = time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)

// eachSeeded runs a test on both databases, with the four States, three issues,
// five action categories and two sessions that the small files need.
func eachSeeded(t *testing.T, run func(t *testing.T, db *database.DB)) {
	dbtest.Each(t, func(t *testing.T, url string) { run(t, openSeeded(t, url)) })
}

func openSeeded(t *testing.T, url string) *database.DB {
	t.Helper()
	ctx := context.Background()
	db := sampletest.Migrated(t, url)
	if err := database.WithTx(ctx, db, func(tx *database.Tx) error { return seed(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
	return db
}

func seed(ctx context.Context, tx *database.Tx) error {
	for i, number := range []int{1, 13} {
		_, err := tx.Ent.Session.Create().SetNumber(number).SetCycle(i + 1).Save(ctx)
		if err != nil {
			return err
		}
	}
	sessions, err := tx.Ent.Session.Query().All(ctx)
	if err != nil {
		return err
	}
	for name, iso3 := range testStates {
		state, err := tx.Ent.State.Create().SetIso3(iso3).SetIso2(iso3[:2]).SetM49(iso3).SetNameEn(name).
			SetUnMember(true).SetObserver(false).Save(ctx)
		if err != nil {
			return err
		}
		for _, s := range sessions {
			if iso3 == "TUN" || iso3 == "DZA" && s.Number == 1 {
				if err := tx.Ent.Review.Create().SetCycle(s.Cycle).SetState(state).SetSession(s).Exec(ctx); err != nil {
					return err
				}
			}
		}
	}
	for label, code := range testIssues {
		if err := tx.Ent.Issue.Create().SetCode(code).SetNameEn(label).SetPosition(1).Exec(ctx); err != nil {
			return err
		}
	}
	for n := 1; n <= 5; n++ {
		err := tx.Ent.ActionCategory.Create().SetNumber(n).SetName(fmt.Sprint("category ", n)).SetDefinition("-").SetVerbs([]string{}).Exec(ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// table is a file in the making: one line is text|recommending State|response|
// action|issues|session, with "Tunisia" as the State under review.
func table(lines ...string) string {
	rows := []string{strings.Join(renamed[:], ",")}
	for _, line := range lines {
		c := strings.Split(line, "|")
		rows = append(rows, fmt.Sprintf("Tunisia,,,%q,%s,,,%s,%s,%q,%s", c[0], c[1], c[2], c[3], c[4], c[5]))
	}
	return strings.Join(rows, "\n") + "\n"
}

// importTables imports files that are made on the spot and fails the test on an error.
func importTables(t *testing.T, db *database.DB, opts Options, contents ...string) *Report {
	t.Helper()
	var paths []string
	for i, content := range contents {
		path := fmt.Sprintf("%s/%d.csv", t.TempDir(), i+1)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return importFiles(t, db, names{}, opts, paths...)
}

func importFiles(t *testing.T, db *database.DB, reference Reference, opts Options, paths ...string) *Report {
	t.Helper()
	if opts.Now == nil {
		opts.Now = func() time.Time { return importDay }
	}
	report, err := Import(context.Background(), db, paths, reference, opts)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// dump writes down everything that an import may touch, ordered and without ids of
// the database's own making, so that two states of a database can be compared.
func dump(t *testing.T, db *database.DB) string {
	t.Helper()
	var b strings.Builder
	for _, query := range []string{
		`SELECT 'run', source, file, sha256, format, rows_read, added, changed, unchanged FROM import_runs ORDER BY id`,
		`SELECT 'rec', r.uid, r.text, s.iso3, a.number, r.source_row, i.file FROM recommendations r
			LEFT JOIN states s ON s.id = r.recommending_state_id LEFT JOIN action_categories a ON a.id = r.action_category_id
			JOIN import_runs i ON i.id = r.run_id ORDER BY r.uid`,
		`SELECT 'plg', p.uid, p.text, a.number, p.source_row, i.file FROM pledges p
			LEFT JOIN action_categories a ON a.id = p.action_category_id JOIN import_runs i ON i.id = p.run_id ORDER BY p.uid`,
		`SELECT 'tag', r.uid, p.uid, i.code, t.source, t.method FROM issue_tags t JOIN issues i ON i.id = t.issue_id
			LEFT JOIN recommendations r ON r.id = t.recommendation_id LEFT JOIN pledges p ON p.id = t.pledge_id
			ORDER BY COALESCE(r.uid, p.uid), i.code, t.source`,
		`SELECT 'event', r.uid, e.response, e.source_word, e.date, i.file FROM response_events e
			JOIN recommendations r ON r.id = e.recommendation_id JOIN import_runs i ON i.id = e.run_id ORDER BY r.uid, e.id`,
	} {
		dumpQuery(t, db, query, &b)
	}
	return b.String()
}

func dumpQuery(t *testing.T, db *database.DB, query string, b *strings.Builder) {
	t.Helper()
	rows, err := db.SQL.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		for i, value := range values {
			if i > 0 {
				b.WriteString("|")
			}
			b.WriteString(shownValue(*value.(*any)))
		}
		b.WriteString("\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

func shownValue(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case []byte:
		return string(v)
	case time.Time:
		return v.Format(time.DateOnly)
	}
	return fmt.Sprint(v)
}
