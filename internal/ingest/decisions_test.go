package ingest

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/upr-info/upr/internal/database"
)

func decided(t *testing.T, lines ...string) Decisions {
	t.Helper()
	d, err := ReadDecisions(strings.NewReader(strings.Join(lines, "\n")), "decisions.csv")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestReadDecisions(t *testing.T) {
	got, err := ReadDecisions(strings.NewReader("\ufeffFile,row,id\n\n1-5.csv,12,rec_0a1b\n\"a, b.csv\", 3,new\n"), "d.csv")
	want := map[rowPlace]decision{{"1-5.csv", 12}: {"rec_0a1b", 3}, {"a, b.csv", 3}: {"new", 4}}
	if diff := cmp.Diff(want, got.byRow, cmp.AllowUnexported(rowPlace{}, decision{})); err != nil || diff != "" || got.File != "d.csv" {
		t.Errorf("%v %s", err, diff)
	}
	for broken, want := range map[string]string{
		"a.csv,2,perhaps\n":                `d.csv, line 1: "a.csv,2,perhaps" cannot be read: a line has a file, a row and an id`,
		"a.csv,x,new\nb.csv,y,new\n":       `d.csv, line 1: "a.csv,x,new" cannot be read`,
		"file;row;id\na.csv;2;new\n":       `d.csv, line 1: "file;row;id" cannot be read: a line has a file, a row and an id or the word new, separated by commas`,
		"file,row\na.csv,2\n":              "the first line may be the header file,row,id",
		"id,row,file\nnew,2,a.csv\n":       `d.csv, line 1: "id,row,file" cannot be read`,
		"a.csv,2,new\n\na.csv,2,rec_1\n":   "d.csv, line 3: line 1 has another decision for row 2 of a.csv",
		"file,row,id\na.csv,\"2,rec_1\n\n": "d.csv: ",
	} {
		if _, err := ReadDecisions(strings.NewReader(broken), "d.csv"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v", broken, err)
		}
	}
}

func TestAmbiguousIsDecided(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		importTables(t, db, Options{}, firstFile)
		before := dump(t, db)
		half := table(strings.Replace(torture, "places of detention", "forms and settings", 1))
		report := importTables(t, db, Options{}, half)
		if report.RefusalCount != 1 || !strings.Contains(report.Refusals[0].Reason, "this may be a correction of rec_") || dump(t, db) != before {
			t.Fatalf("got %s", joined(report.Refusals))
		}
		id := regexp.MustCompile(`rec_[0-9a-z]{16}`).FindString(report.Refusals[0].Reason)
		report = importTables(t, db, Options{Decisions: decided(t, "1.csv,2,"+id)}, half)
		if diff := cmp.Diff(Counts{Changed: 1}, report.Totals.Recommendations); diff != "" || report.Changes[0].ID != id {
			t.Errorf("%s %+v", diff, report.Changes)
		}
		report = importTables(t, db, Options{Decisions: decided(t, "1.csv,2,new")}, table(torture))
		if diff := cmp.Diff(Counts{Added: 1}, report.Totals.Recommendations); diff != "" {
			t.Error(diff)
		}
		again := importTables(t, db, Options{Decisions: decided(t, "1.csv,2,new")}, table(torture))
		if again.Written {
			t.Errorf("the same decision again adds %+v", again.Totals)
		}
	})
}

// A decision that fits no refused row was meant for another one: nothing is imported.
func TestDecisionsThatFitNothing(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		importTables(t, db, Options{}, firstFile)
		before := dump(t, db)
		id := regexp.MustCompile(`rec_[0-9a-z]{16}(?:.Ratify)`).FindString(before)[:20]
		corrected := table(nhri, ratify, strings.Replace(promised, "|5|", "|4|", 1))
		for line, want := range map[string]string{
			"other.csv,2,new":  "no file of this import is called other.csv",
			"x/1.csv,2,new":    "no file of this import is called x/1.csv",
			"1.csv,99,new":     "1.csv has no recommendation or pledge in row 99",
			"1.csv,2," + id:    "row 2 of 1.csv needs no decision, it has the text of rec_",
			"1.csv,2,new":      "row 2 of 1.csv needs no decision, it has the text of rec_",
			"1.csv,4,plg_0000": "row 4 of 1.csv needs no decision, it has the text of plg_",
		} {
			report := importTables(t, db, Options{Decisions: decided(t, "file,row,id", line)}, corrected)
			want = fmt.Sprintf("decisions.csv, row 2: %q: %s", line, want)
			if got := joined(report.Refusals); !strings.HasPrefix(got, want) || report.RefusalCount != 1 || report.Written || report.Totals.Refused != 0 {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
		if diff := cmp.Diff(before, dump(t, db)); diff != "" {
			t.Error(diff)
		}
		if report := importTables(t, db, Options{Decisions: decided(t, "1.csv,3,"+id)}, corrected); !report.OK() {
			t.Errorf("a decision that says what the row is: %s", joined(report.Refusals))
		}
	})
}

// The same files with the same decisions again, once or in one command, change nothing.
func TestDecisionsCanBeUsedAgain(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		importTables(t, db, Options{}, table(torture, ratify))
		file := table(strings.Replace(torture, "places of detention", "forms and settings", 1), strings.Replace(ratify, "Convention", "Covenant", 1))
		ids := regexp.MustCompile(`rec_[0-9a-z]{16}`)
		refused := importTables(t, db, Options{}, file)
		if refused.RefusalCount == 0 {
			t.Fatal("nothing is refused")
		}
		decisions := decided(t, "1.csv,2,"+ids.FindString(refused.Refusals[0].Reason), "1.csv,3,new")
		report := importTables(t, db, Options{Decisions: decisions}, file)
		if diff := cmp.Diff(Counts{Added: 1, Changed: 1}, report.Totals.Recommendations); diff != "" {
			t.Fatalf("%s %s", diff, joined(report.Refusals))
		}
		before := dump(t, db)
		for _, files := range [][]string{{file}, {file, file}} {
			again := importTables(t, db, Options{Decisions: decisions}, files...)
			if !again.OK() || again.Written {
				t.Errorf("%d files again: %+v, %s", len(files), again.Totals, joined(again.Refusals))
			}
			notes := strings.Join(again.Files[0].Notices, "\n")
			for _, row := range []int{2, 3} {
				if want := fmt.Sprintf("the decision for row %d is not needed: the row is stored as rec_", row); !strings.Contains(notes, want) {
					t.Errorf("no note that %s, but %s", want, notes)
				}
			}
		}
		if diff := cmp.Diff(before, dump(t, db)); diff != "" {
			t.Error(diff)
		}
	})
}
