package ingest

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
)

// What people changed on the desk stays when the file that brought it comes again; a new
// response is news all the same.
func TestImportKeepsWhatWasEdited(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		importTables(t, db, Options{}, firstFile)
		_, err := changelog.Write(t.Context(), db, changelog.Because{Actor: "usr_1", Origin: changelog.Desk}, func(tx *database.Tx, log *changelog.Log) error {
			var row int
			if err := tx.QueryRow(`SELECT id FROM recommendations WHERE text LIKE 'Establish%'`).Scan(&row); err != nil {
				return err
			}
			log.Touch(changelog.Recommendation, changelog.Correct, row)
			_, err := tx.Exec(`UPDATE recommendations SET text = 'Establish a national human right institution', action_category_id = NULL WHERE id = $1`, row)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
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
