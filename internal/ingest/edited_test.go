package ingest

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
)

// edit changes the one recommendation whose text begins so, as the desk does.
func edit(t *testing.T, db *database.DB, beginning, set string) {
	t.Helper()
	_, err := changelog.Write(t.Context(), db, changelog.Because{Actor: "usr_1", Origin: changelog.Desk}, func(tx *database.Tx, log *changelog.Log) error {
		var row int
		if err := tx.QueryRow(`SELECT id FROM recommendations WHERE text LIKE $1`, beginning+"%").Scan(&row); err != nil {
			return err
		}
		log.Touch(changelog.Recommendation, changelog.Correct, row)
		_, err := tx.Exec(`UPDATE recommendations SET `+set+` WHERE id = $1`, row)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A file that has not followed is recognised by what the text, and the recommending State,
// were before people corrected them, however often they did.
func TestImportKnowsWhatWasBefore(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		importTables(t, db, Options{}, firstFile)
		edit(t, db, "Establish", `text = 'Nothing that resembles it', recommending_state_id = (SELECT id FROM states WHERE iso3 = 'ESP')`)
		edit(t, db, "Nothing that", `text = 'Something else again'`)
		edit(t, db, "Share its", `recommending_state_id = (SELECT id FROM states WHERE iso3 = 'NOR')`)
		before := dump(t, db)
		report := importTables(t, db, Options{}, firstFile)
		if report.Written || len(report.Refusals) > 0 || dump(t, db) != before || !strings.Contains(strings.Join(report.Files[0].Notices, " "), "kept as edited: 1 statement") {
			t.Errorf("the same file: %+v %v\n%s", report.Totals, report.Files[0].Notices, joined(report.Refusals))
		}
	})
}

// What was merged into another issue goes on as that one in the files that name it.
func TestImportKnowsMergedIssues(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		importTables(t, db, Options{}, firstFile)
		for _, query := range []string{
			`INSERT INTO issue_successors (issue_id, successor_id) SELECT o.id, n.id FROM issues o, issues n WHERE o.code = 'nhri' AND n.code = 'justice'`,
			`UPDATE issue_tags SET issue_id = (SELECT id FROM issues WHERE code = 'justice') WHERE issue_id = (SELECT id FROM issues WHERE code = 'nhri')`,
		} {
			if _, err := db.SQL.ExecContext(t.Context(), query); err != nil {
				t.Fatal(err)
			}
		}
		if report := importTables(t, db, Options{}, firstFile); report.Written || len(report.Refusals) > 0 {
			t.Errorf("the same file: %+v\n%s", report.Totals, joined(report.Refusals))
		}
		report := importTables(t, db, Options{}, table("Fund the ombudsman in every province|Norway|Accepted|5|NHRI|1"))
		if got := dump(t, db); !report.Written || strings.Contains(got, "|nhri|") {
			t.Errorf("another file: %+v\n%s\n%s", report.Totals, joined(report.Refusals), got)
		}
	})
}

// What people changed on the desk stays when the file that brought it comes again; a new
// response is news all the same.
func TestImportKeepsWhatWasEdited(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		importTables(t, db, Options{}, firstFile)
		edit(t, db, "Establish", `text = 'Establish a national human right institution', action_category_id = NULL`)
		report := importTables(t, db, Options{}, firstFile)
		if report.Written || report.Totals.Recommendations.Changed != 0 || !strings.Contains(strings.Join(report.Files[0].Notices, " "), "kept as edited: 1 statement") {
			t.Errorf("the same file: %+v %v", report.Totals, report.Files[0].Notices)
		}
		report = importTables(t, db, Options{}, table(torture, ratify, strings.Replace(nhri, "Accepted", "Noted", 1), unknown, promised))
		got := dump(t, db)
		if !report.Written || !strings.Contains(got, "Establish a national human right institution|NOR|-|") || !strings.Contains(got, "rec_0mmcfkg21x9n6rdb|NOTED|Noted") {
			t.Errorf("a new response: %+v\n%s", report.Totals, got)
		}
	})
}
