package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/sample/sampletest"

	"github.com/google/go-cmp/cmp"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/reference"
)

// openWithReference opens an empty database and gives it the reference data.
func openWithReference(t *testing.T, url string) (*database.DB, *reference.Data) {
	t.Helper()
	data, err := reference.Read()
	if err != nil {
		t.Fatal(err)
	}
	return sampletest.Listed(t, url), data
}

func realFiles(t *testing.T) (files []string) {
	for _, name := range []string{"1-5.csv", "6-9.csv", "10-13.csv", "voluntary.csv"} {
		files = append(files, filepath.Join(realData(t), name))
	}
	return files
}

// The real export: everything goes in, again it changes nothing, UPR Info's workbook
// after the CSV changes nothing, and a corrected file changes what it corrects.
func TestRealExport(t *testing.T) {
	files := realFiles(t)
	var firstDump string
	dbtest.Each(t, func(t *testing.T, url string) {
		db, names := openWithReference(t, url)
		began := time.Now()
		report := importFiles(t, db, names, Options{}, files...)
		t.Logf("imported in %s", time.Since(began).Round(time.Millisecond))
		if !report.OK() {
			t.Fatal(joined(report.Refusals))
		}
		want := Tally{Rows: 24431, Recommendations: Counts{Added: 23484}, Pledges: Counts{Added: 947}}
		if diff := cmp.Diff(want, report.Totals); diff != "" {
			t.Fatal(diff)
		}
		before := dump(t, db)
		if firstDump == "" {
			firstDump = before
		}
		if before != firstDump {
			t.Error("the two databases differ after the same import")
		}
		t.Run("identical rows", func(t *testing.T) { checkIdentical(t, report) })
		t.Run("again", func(t *testing.T) {
			again := importFiles(t, db, names, Options{}, files...)
			checkNoChange(t, db, again, before)
		})
		t.Run("workbook after CSV", func(t *testing.T) {
			workbook := importFiles(t, db, names, Options{}, filepath.Join(realData(t), "1-5.xls"))
			checkNoChange(t, db, workbook, before)
		})
		t.Run("one session of a file", func(t *testing.T) {
			part := importFiles(t, db, names, Options{}, writeFile(t, "part.csv", onlySession(t, files[0], ",3")))
			checkNoChange(t, db, part, before)
		})
		t.Run("corrected", func(t *testing.T) { checkCorrected(t, db, names, files[0], before) })
	})
}

func checkIdentical(t *testing.T, report *Report) {
	t.Helper()
	var got []string
	for _, file := range report.Files {
		for _, notice := range file.Notices {
			if strings.Contains(notice, "same text") {
				got = append(got, file.File+": "+strings.SplitN(notice, " are", 2)[0])
			}
		}
	}
	want := []string{
		"6-9.csv: the rows 5764 and 5765",
		"10-13.csv: the rows 356 and 412",
		"voluntary.csv: the rows 929 and 939",
		"voluntary.csv: the rows 933 and 940",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func checkNoChange(t *testing.T, db *database.DB, report *Report, before string) {
	t.Helper()
	if report.Written || report.Totals.changes() != 0 || !report.OK() {
		t.Errorf("got %+v\n%+v\n%s", report.Totals, report.Changes, joined(report.Refusals))
	}
	if dump(t, db) != before {
		t.Error("the database changed")
	}
}

func readMac(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text, err := MacRoman.decoder().String(string(content))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// onlySession keeps the header and the rows that end so.
func onlySession(t *testing.T, path, end string) string {
	t.Helper()
	lines := strings.Split(readMac(t, path), "\r")
	kept := lines[:1]
	for _, line := range lines[1:] {
		if strings.HasSuffix(line, end) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// checkCorrected puts one text, one response and one issue right in a file that is
// saved as UTF-8 with other line ends.
func checkCorrected(t *testing.T, db *database.DB, names Reference, path, before string) {
	t.Helper()
	lines := strings.Split(readMac(t, path), "\r")
	lines[1] = strings.Replace(lines[1], "Enact legislation and take effective measures", "Enact laws and take effective measures", 1)
	lines[2] = strings.Replace(lines[2], ",Accepted,", ",Noted,", 1)
	lines[3] = strings.Replace(lines[3], `"Human rights defenders,Women's rights"`, "Women's rights", 1)
	report := importFiles(t, db, names, Options{}, writeFile(t, "1-5.csv", strings.Join(lines, "\r\n")))
	if !report.OK() {
		t.Fatal(joined(report.Refusals))
	}
	if diff := cmp.Diff(Changes{Texts: 1, Responses: 1, Issues: 1}, report.Files[0].Changes); diff != "" {
		t.Errorf("%s\n%+v", diff, report.Changes)
	}
	var kinds []string
	for _, line := range changedLines(before, dump(t, db)) {
		kinds = append(kinds, strings.SplitN(line, "|", 2)[0])
	}
	if diff := cmp.Diff([]string{"-rec", "-tag", "+rec", "+event"}, kinds); diff != "" {
		t.Error(diff)
	}
}
