package ingest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/upr-info/upr/ent/issue"
	"github.com/upr-info/upr/internal/database"
)

const (
	torture  = "Take effective measures against torture in all places of detention|Spain|Accepted|4|Justice|1"
	ratify   = "Ratify the Optional Protocol to the Convention against Torture|Spain|Noted|5|International instruments,Justice|1"
	nhri     = "Establish a national human rights institution|Norway|Accepted|5|NHRI|1"
	unknown  = "Share its experience with others|(Unknown)|Pending|1||1"
	promised = "The Government will establish an institution|Tunisia|Voluntary Pledge|5|NHRI|1"
)

var firstFile = table(torture, ratify, nhri, unknown, promised)

func TestImportWritesWhatTheFileSays(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		report := importTables(t, db, Options{}, firstFile)
		want := Tally{Rows: 5, Recommendations: Counts{Added: 4}, Pledges: Counts{Added: 1}}
		if diff := cmp.Diff(want, report.Totals); diff != "" || !report.Written {
			t.Fatalf("%s\n%s", diff, joined(report.Refusals))
		}
		got := regexp.MustCompile(`[0-9a-f]{64}`).ReplaceAllString(dump(t, db), "<sha256>")
		if diff := cmp.Diff(firstDump, got); diff != "" {
			t.Error(diff)
		}
	})
}

const firstDump = `run|UPR Info|1.csv|<sha256>|CSV, ASCII, LF line ends, 11 columns of the renamed UPR Info header|5|5|0|0
rec|rec_0mmcfkg21x9n6rdb|Establish a national human rights institution|NOR|5|4|1.csv
rec|rec_kcdfczk0yy0es2hx|Ratify the Optional Protocol to the Convention against Torture|ESP|5|3|1.csv
rec|rec_mnndye6d2r1mncxh|Take effective measures against torture in all places of detention|ESP|4|2|1.csv
rec|rec_n1qvegft9he43rs6|Share its experience with others|-|1|5|1.csv
plg|plg_fm21a7kkxc07emh7|The Government will establish an institution|5|6|1.csv
tag|-|plg_fm21a7kkxc07emh7|nhri|UPR Info|CURATED
tag|rec_0mmcfkg21x9n6rdb|-|nhri|UPR Info|CURATED
tag|rec_kcdfczk0yy0es2hx|-|international-instruments|UPR Info|CURATED
tag|rec_kcdfczk0yy0es2hx|-|justice|UPR Info|CURATED
tag|rec_mnndye6d2r1mncxh|-|justice|UPR Info|CURATED
event|rec_0mmcfkg21x9n6rdb|SUPPORTED|Accepted|-|1.csv
event|rec_kcdfczk0yy0es2hx|NOTED|Noted|-|1.csv
event|rec_mnndye6d2r1mncxh|SUPPORTED|Accepted|-|1.csv
event|rec_n1qvegft9he43rs6|PENDING|Pending|-|1.csv
`

func TestSameFileAgainWritesNothing(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		importTables(t, db, Options{}, firstFile)
		before := dump(t, db)
		for name, content := range map[string]string{
			"same":         firstFile,
			"other order":  table(promised, unknown, nhri, ratify, torture),
			"a part":       table(nhri),
			"other blanks": strings.ReplaceAll(strings.ReplaceAll(firstFile, "against torture", "against  torture"), "Take", " Take"),
			"new words":    strings.ReplaceAll(firstFile, "Accepted", "Supported"),
		} {
			report := importTables(t, db, Options{}, content)
			if report.Written || report.Totals.changes() != 0 || !report.OK() {
				t.Errorf("%s: got %+v, %s", name, report.Totals, joined(report.Refusals))
			}
			if diff := cmp.Diff(before, dump(t, db)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	})
}

// One text, one response, one issue and one action are put right: exactly that changes.
func TestCorrectedFile(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		importTables(t, db, Options{}, firstFile)
		before := dump(t, db)
		report := importTables(t, db, Options{}, table(
			"Take effective measures to end torture in all places of detention|Spain|Accepted|4|Justice|1",
			strings.Replace(ratify, "Noted", "Accepted", 1),
			strings.Replace(nhri, "|NHRI|", "|NHRI,Justice|", 1),
			unknown,
			strings.Replace(promised, "|5|", "|4|", 1),
		))
		want := Changes{Texts: 1, Responses: 1, Issues: 1, Actions: 1}
		if diff := cmp.Diff(want, report.Files[0].Changes); diff != "" || !report.Written {
			t.Errorf("%s %s", diff, joined(report.Refusals))
		}
		tally := Tally{Rows: 5, Recommendations: Counts{Changed: 3, Unchanged: 1}, Pledges: Counts{Changed: 1}}
		if diff := cmp.Diff(tally, report.Totals); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(correctedLines, changedLines(before, dump(t, db))); diff != "" {
			t.Error(diff)
		}
	})
}

var correctedLines = []string{
	"-rec|rec_mnndye6d2r1mncxh|Take effective measures against torture in all places of detention|ESP|4|2|1.csv",
	"-plg|plg_fm21a7kkxc07emh7|The Government will establish an institution|5|6|1.csv",
	"+rec|rec_mnndye6d2r1mncxh|Take effective measures to end torture in all places of detention|ESP|4|2|1.csv",
	"+plg|plg_fm21a7kkxc07emh7|The Government will establish an institution|4|6|1.csv",
	"+tag|rec_0mmcfkg21x9n6rdb|-|justice|UPR Info|CURATED",
	"+event|rec_kcdfczk0yy0es2hx|SUPPORTED|Accepted|2026-03-05|1.csv",
}

// changedLines lists what is only in one of two dumps, runs apart.
func changedLines(before, after string) (lines []string) {
	mark := func(from, to, sign string) {
		other := map[string]bool{"": true}
		for line := range strings.SplitSeq(to, "\n") {
			other[line] = true
		}
		for line := range strings.SplitSeq(from, "\n") {
			if !other[line] && !strings.HasPrefix(line, "run|") {
				lines = append(lines, sign+line)
			}
		}
	}
	mark(before, after, "-")
	mark(after, before, "+")
	return lines
}

// What others say of the same recommendation is not the importing source's business.
func TestOtherSourcesAreLeftAlone(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		importTables(t, db, Options{}, table(nhri))
		rec, err := db.Ent.Recommendation.Query().Only(ctx)
		if err != nil {
			t.Fatal(err)
		}
		justice, err := db.Ent.Issue.Query().Where(issue.Code("justice")).Only(ctx)
		if err != nil {
			t.Fatal(err)
		}
		err = db.Ent.IssueTag.Create().SetRecommendation(rec).SetIssue(justice).SetSource("OHCHR").SetMethod("CURATED").Exec(ctx)
		if err != nil {
			t.Fatal(err)
		}
		ohchr := importTables(t, db, Options{Source: "OHCHR"}, table(strings.NewReplacer("Accepted", "Noted", "NHRI", "Justice").Replace(nhri)))
		if got := ohchr.Files[0].Changes; got != (Changes{Responses: 1}) {
			t.Errorf("got %+v, want the response alone", got)
		}
		again := importTables(t, db, Options{}, table(nhri))
		if again.Written {
			t.Errorf("the same file of the first source changes %+v", again.Changes)
		}
		without := importTables(t, db, Options{}, table(strings.Replace(nhri, "|NHRI|", "||", 1)))
		if got := without.Files[0].Changes; got != (Changes{Issues: 1}) {
			t.Errorf("got %+v, want the issues alone", got)
		}
		tag, err := db.Ent.IssueTag.Query().Only(ctx)
		if err != nil || tag.Source != "OHCHR" {
			t.Errorf("got %v, %v; want the tag of OHCHR alone", tag, err)
		}
	})
}

func TestAllOrNothing(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		empty := dump(t, db)
		report := importTables(t, db, Options{}, firstFile,
			table(nhri, strings.Replace(nhri, "|1", "|99", 1), strings.Replace(nhri, "|1", "|5", 1), strings.Replace(nhri, "NHRI", "Astrology", 1)))
		want := []string{
			`2.csv, row 5, column Issue: "Astrology": no issue is known by this label; several issues are separated by commas`,
			`2.csv, row 3, column Session: "99": there is no session 99: sessions are numbered from 1 to 13`,
			`2.csv, row 4, column Session: "5": TUN was not reviewed in session 5; sessions of its reviews: 1, 13`,
		}
		if diff := cmp.Diff(strings.Join(want, "\n"), joined(report.Refusals)); diff != "" {
			t.Error(diff)
		}
		if report.Written || report.Totals.Refused != 3 || dump(t, db) != empty {
			t.Errorf("got %+v and\n%s", report.Totals, dump(t, db))
		}
	})
}

func TestFileWithoutRowsIsRefused(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		empty := dump(t, db)
		report := importTables(t, db, Options{}, firstFile, table())
		want := "2.csv: the file has no rows but its header: export it again"
		if got := joined(report.Refusals); got != want || report.Written || dump(t, db) != empty {
			t.Errorf("got %s", got)
		}
	})
}

func TestDryRunWritesNothing(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		empty := dump(t, db)
		report := importTables(t, db, Options{DryRun: true}, firstFile)
		if report.Written || report.Totals.Recommendations.Added != 4 || dump(t, db) != empty {
			t.Errorf("got %+v and\n%s", report.Totals, dump(t, db))
		}
		if report := importTables(t, db, Options{}, firstFile); report.Totals.Recommendations.Added != 4 {
			t.Errorf("after the dry run: got %+v", report.Totals)
		}
	})
}

// The text that was corrected away and came back is another recommendation: its
// first id is taken.
func TestIDsAreNeverGivenTwice(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		importTables(t, db, Options{}, table(torture))
		corrected := strings.Replace(torture, "Take effective", "Taking effective", 1)
		importTables(t, db, Options{}, table(corrected))
		report := importTables(t, db, Options{}, table(corrected, torture))
		if diff := cmp.Diff(Counts{Added: 1, Unchanged: 1}, report.Totals.Recommendations); diff != "" || !report.Written {
			t.Errorf("%s %s", diff, joined(report.Refusals))
		}
	})
}

// What a file does not have stays; where it has the rest of the review, that is noted.
func TestAbsenceDeletesNothing(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		var rows []string
		for i := range 10 {
			rows = append(rows, fmt.Sprintf("Adopt measure number %d|Spain|Noted|5|Justice|1", i))
		}
		importTables(t, db, Options{}, table(rows...))
		before := dump(t, db)
		report := importTables(t, db, Options{}, table(rows[1:]...))
		if len(report.Files[0].Notices) != 1 || !strings.HasPrefix(report.Files[0].Notices[0], "missing from this file, which has the rest of the review, and kept as before: 1 stored statement, rec_") {
			t.Errorf("got %q", report.Files[0].Notices)
		}
		report = importTables(t, db, Options{}, table(rows[5]))
		if len(report.Files[0].Notices) != 0 {
			t.Errorf("a part of a review: got %q", report.Files[0].Notices)
		}
		if diff := cmp.Diff(before, dump(t, db)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestIdenticalRowsAreKeptAndReported(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		twice := table(nhri, ratify, nhri)
		report := importTables(t, db, Options{}, twice)
		want := []string{"the rows 2 and 4 are the same text by the same State in the same review: each is kept as a recommendation of its own"}
		if diff := cmp.Diff(want, report.Files[0].Notices); diff != "" || report.Totals.Recommendations.Added != 3 {
			t.Errorf("%s %+v", diff, report.Totals)
		}
		if again := importTables(t, db, Options{}, twice, twice); again.Written {
			t.Errorf("again: %+v", again.Totals)
		}
	})
}

func TestFilesOfOneCommandAreOneImport(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		report := importTables(t, db, Options{}, firstFile, firstFile)
		var got []string
		for _, f := range report.Files {
			got = append(got, fmt.Sprint(f.Recommendations))
		}
		if diff := cmp.Diff([]string{"{4 0 0}", "{0 0 4}"}, got); diff != "" {
			t.Error(diff)
		}
		if got := strings.Count(dump(t, db), "run|"); got != 1 {
			t.Errorf("got %d runs, want one for the file that changed something", got)
		}
	})
}

// Files of one import that say different things of the same recommendation would, if the
// last one won, change it back and forth each time they are imported.
func TestFilesThatContradictAreRefused(t *testing.T) {
	other := table(strings.Replace(ratify, "Noted", "Accepted", 1))
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		for range 2 { // into an empty database, and into one that has the first file
			before := dump(t, db)
			report := importTables(t, db, Options{}, firstFile, other)
			if report.Written || report.Totals.Refused != 1 || !strings.Contains(joined(report.Refusals), "contradicts row") || dump(t, db) != before {
				t.Errorf("got %+v: %s", report.Totals, joined(report.Refusals))
			}
			importTables(t, db, Options{}, firstFile)
		}
	})
}

// Cancelling at any moment leaves the database as before.
func TestCancel(t *testing.T) {
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		importTables(t, db, Options{}, table(nhri))
		before := dump(t, db)
		for _, step := range []string{"reading", "comparing", "writing"} {
			ctx, cancel := context.WithCancel(context.Background())
			opts := Options{Progress: func(p Progress) {
				if strings.HasPrefix(p.Step, step) {
					cancel()
				}
			}}
			_, err := Import(ctx, db, []string{writeFile(t, "first.csv", firstFile)}, names{}, opts)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled while %s: got %v", step, err)
			}
			if diff := cmp.Diff(before, dump(t, db)); diff != "" {
				t.Errorf("cancelled while %s: %s", step, diff)
			}
			cancel()
		}
	})
}

func TestSameIDsInEveryDatabase(t *testing.T) {
	var first string
	eachSeeded(t, func(t *testing.T, db *database.DB) {
		importTables(t, db, Options{}, table(nhri, nhri), firstFile)
		if got := dump(t, db); first == "" {
			first = got
		} else if diff := cmp.Diff(first, got); diff != "" {
			t.Error(diff)
		}
	})
}
