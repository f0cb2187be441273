package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func sampleReport() *Report {
	file := &FileReport{File: "1-5.csv", Detected: &Detected{Format: CSV},
		Summary: "CSV, Mac Roman, CR line ends, 11 columns of the renamed UPR Info header",
		Tally:   Tally{Rows: 6094, Recommendations: Counts{Added: 6000, Changed: 1, Unchanged: 93}},
		Notices: []string{"columns that are not read: Remark"}}
	r := &Report{Source: DefaultSource, Files: []*FileReport{file}}
	r.note(Change{"1-5.csv", 12, "rec_1", "response", "NOTED", "SUPPORTED"})
	return r
}

func TestReportForPeople(t *testing.T) {
	tests := map[string]struct {
		change func(*Report)
		want   string // the last line
	}{
		"imported": {func(r *Report) {}, "Imported: 6,000 added, 1 changed."},
		"dry run":  {func(r *Report) { r.DryRun = true }, "Dry run: 6,000 would be added, 1 changed. Nothing was written."},
		"refused": {func(r *Report) { r.refuse(r.Files[0], &Refusal{File: "1-5.csv", Row: 3, Reason: "because"}) },
			"Nothing was imported: an import is all or nothing. Put the refusals right and import again."},
		"no change": {func(r *Report) { r.Files[0].Recommendations = Counts{Unchanged: 6094} }, "No change."},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := sampleReport()
			tt.change(r)
			r.finish(2400 * time.Millisecond)
			var b strings.Builder
			if err := r.WriteText(&b); err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(b.String()), "\n")
			if got := lines[len(lines)-1]; got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestReportText(t *testing.T) {
	r := sampleReport()
	r.finish(2400 * time.Millisecond)
	var b strings.Builder
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	want := `1-5.csv
  CSV, Mac Roman, CR line ends, 11 columns of the renamed UPR Info header
  6,094 rows read
  6,094 recommendations: 6,000 added, 1 changed, 93 unchanged
  note: columns that are not read: Remark
1 change:
  1-5.csv, row 12, rec_1, response: "NOTED" becomes "SUPPORTED"
Total: 6,094 recommendations and 0 pledges in 1 file, 2.4 s
Imported: 6,000 added, 1 changed.
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestPlural(t *testing.T) {
	for n, want := range map[int]string{0: "0 rows", 1: "1 row", 2: "2 rows", 1000: "1,000 rows", 1234567: "1,234,567 rows"} {
		if got := Plural(n, "row"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// A file with a million wrong rows gives a report that can be read.
func TestReportIsBounded(t *testing.T) {
	r := sampleReport()
	for row := range 5000 {
		r.refuse(r.Files[0], &Refusal{File: "1-5.csv", Row: row + 2, Column: "To", Value: "x", Reason: "no State"},
			&Refusal{File: "1-5.csv", Row: row + 2, Column: "From", Value: "y", Reason: "no State"})
	}
	if len(r.Refusals) != mostListed || r.RefusalCount != 10000 || r.Files[0].Refused != 5000 {
		t.Errorf("got %d listed, %d in all, %d rows", len(r.Refusals), r.RefusalCount, r.Files[0].Refused)
	}
	var b strings.Builder
	if err := r.WriteText(&b); err != nil || !strings.Contains(b.String(), "  and 9,000 more\n") {
		t.Errorf("%v\n%s", err, b.String())
	}
}

func TestNotesAreBounded(t *testing.T) {
	r := sampleReport()
	second := *r.Files[0]
	r.Files = append(r.Files, &second)
	for row := range 1200 {
		r.Files[0].Notices = append(r.Files[0].Notices, fmt.Sprintf("row %d is remarkable", row))
	}
	var b, program strings.Builder
	if err := errors.Join(r.WriteText(&b), r.WriteJSON(&program)); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(b.String(), "  note: "); got != mostListed {
		t.Errorf("%d notes are listed", got)
	}
	for _, rest := range []string{"  and 201 more notes: --report FILE has them all\n", "  and 1 more note: --report FILE has them all\n"} {
		if !strings.Contains(b.String(), rest) {
			t.Errorf("no line %q", rest)
		}
	}
	if got := strings.Count(program.String(), "is remarkable"); got != 1200 {
		t.Errorf("the report for programs has %d notes", got)
	}
}

func TestReportForPrograms(t *testing.T) {
	r := sampleReport()
	r.refuse(r.Files[0], &Refusal{File: "1-5.csv", Row: 3, Column: "To", Value: "<x>", Reason: "no State"})
	var b strings.Builder
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Files    []map[string]any
		Refusals []map[string]any
	}
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"file": "1-5.csv", "row": 3.0, "column": "To", "value": "<x>", "reason": "no State"}
	if diff := cmp.Diff(want, got.Refusals[0]); diff != "" {
		t.Error(diff)
	}
	if got := fmt.Sprint(got.Files[0]["rows"], got.Files[0]["recommendations"]); got != "6094 map[added:6000 changed:1 unchanged:93]" {
		t.Errorf("got %s", got)
	}
}
