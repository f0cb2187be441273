package ingest

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func asRefusal(t *testing.T, err error) *Refusal {
	t.Helper()
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("got %v, want a refusal", err)
	}
	return refusal
}

func TestBrokenFiles(t *testing.T) {
	tests := map[string][]string{ // file: what its refusals must say, one each
		"empty.csv":                   {"the file is empty"},
		"blank.csv":                   {"the file has no rows"},
		"header-only-blank-lines.csv": {"the file has no rows"},
		"pdf.csv":                     {"this is a PDF: import the table"},
		"workbook.xlsx.csv":           {".xlsx workbook: save it from the spreadsheet as CSV"},
		"page.xls":                    {"this is a web page"},
		"binary.csv":                  {"this is not text"},
		"document.xls":                {"the workbook is damaged"},
		"utf16-no-mark.csv":           {"UTF-16 without a byte order mark: name it with --encoding"},
		"one-nul.csv":                 {"line 3 has a NUL byte"},
		"nul-tail.csv":                {"the file has 12 NUL bytes (the first in line 3)"},
		"no-state.csv": {
			"row 2, column From: the State is empty: write (Unknown) where it is not known",
			"row 3, column To: the State is empty",
		},
		"utf8-damaged.csv":   {"begins as UTF-8, but line 6 has the byte 0xF3"},
		"undecidable.csv":    {"the encoding cannot be told from the 7 letters outside ASCII (the first in line 5)"},
		"cut-in-quotes.csv":  {"row 5: a quoted cell is not closed"},
		"missing-column.csv": {"row 1: the header has no column Session"},
		"other-table.csv":    {"row 1: the first row is not the header of a UPR Info export"},
		"twice-named.csv":    {`row 1: the columns 4 and 12 are both called "Text"`},
		"two-headers.csv":    {"row 3: the header stands here a second time"},
		"unknown-state.csv": {
			`row 2, column To: "Tunesia": no State is known by this name; the nearest are Tunisia`,
			`row 3, column From: "Spain and Portugal": no State`,
		},
		"unknown-issue.csv": {`row 2, column Issue: "Astrology": no issue is known`},
		"bare-quote.csv":    {"row 2: a quotation mark within a cell"},
		"cells.csv": {
			`row 2, column Response: "Perhaps": this is not a response`,
			`row 3, column Action: "6": this is not an action category`,
			`row 4, column Session: "first": this is not a session`,
			`row 5, column Text: the text is empty`,
			`row 6, column From: "Tunisia": a State does not recommend to itself`,
			`row 7, column From: "Spain": a pledge is made by the State under review, here Tunisia`,
			`row 8, column Text: "A lost letter: ` + "\ufffd" + `": a letter is lost`,
			`row 9: "Tunisia | Africa": the row has 2 columns, the header 11`,
			`the row has 12 columns, the header 11`,
		},
		"session-99.csv": nil, // readable; the importer knows that there is no such session
	}
	files, _ := filepath.Glob("testdata/broken/*")
	if len(files) != len(tests) {
		t.Errorf("%d files in testdata/broken, %d of them tested", len(files), len(tests))
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			_, _, refusals := readAll(t, filepath.Join("testdata/broken", name), OpenOptions{}, names{})
			if len(refusals) != len(want) {
				t.Fatalf("got %d refusals, want %d:\n%s", len(refusals), len(want), joined(refusals))
			}
			for i, refusal := range refusals {
				if !strings.Contains(refusal.Error(), want[i]) || !strings.HasPrefix(refusal.Error(), name) {
					t.Errorf("got  %s\nwant %s", refusal, want[i])
				}
			}
		})
	}
}

// Every way to store the same three rows gives the same three rows.
func TestSameRowsHoweverStored(t *testing.T) {
	tests := map[string]string{ // file: what is detected
		"utf8.csv":            "CSV, UTF-8, LF line ends, 11 columns of the renamed UPR Info header",
		"utf8-bom-crlf.csv":   "CSV, UTF-8, CRLF line ends, 11 columns of the renamed UPR Info header",
		"utf16le.csv":         "CSV, UTF-16 (little endian), CRLF line ends, 11 columns of the renamed UPR Info header",
		"utf16be-tabs.csv":    "CSV, UTF-16 (big endian), LF line ends, separated by tabs, 11 columns of the renamed UPR Info header",
		"mac-cr.csv":          "CSV, Mac Roman, CR line ends, 11 columns of the renamed UPR Info header",
		"windows-crlf.csv":    "CSV, Windows-1252, CRLF line ends, 11 columns of the renamed UPR Info header",
		"semicolons.csv":      "CSV, Windows-1252, CRLF line ends, separated by semicolons, 11 columns of the renamed UPR Info header",
		"sep-line.csv":        "CSV, Windows-1252, CRLF line ends, separated by semicolons, 11 columns of the renamed UPR Info header",
		"mixed-ends.csv":      "CSV, UTF-8, mixed line ends (CR, LF, CRLF), 11 columns of the renamed UPR Info header",
		"original-header.csv": "CSV, UTF-8, LF line ends, 11 columns of the original UPR Info header",
		"other-order.csv":     "CSV, UTF-8, LF line ends, 12 columns of the original UPR Info header",
	}
	want := []Row{
		{StateUnderReview: "TUN", RecommendingState: "ESP", Text: "Investigate the deaths of Guaraní leaders"},
		{StateUnderReview: "TUN", RecommendingState: "NOR", Text: "Repeal the lèse-majesté law"},
		{StateUnderReview: "TUN", RecommendingState: "NOR", Text: "Proteger à família"},
	}
	for i := range want {
		want[i].Kind, want[i].Session, want[i].Action = Recommendation, 1, 5
		want[i].Response, want[i].SourceWord = Supported, "Accepted"
		want[i].Issues = []string{"international-instruments"}
	}
	for name, detected := range tests {
		t.Run(name, func(t *testing.T) {
			file, rows, refusals := readAll(t, filepath.Join("testdata/good", name), OpenOptions{}, names{})
			if len(refusals) > 0 {
				t.Fatal(joined(refusals))
			}
			if got := file.Detected.String(); got != detected {
				t.Errorf("detected %s\nwant     %s", got, detected)
			}
			if diff := cmp.Diff(want, rows, cmpopts.IgnoreFields(Row{}, "File", "Number"), cmpopts.IgnoreUnexported(Row{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRowNumbersAreLines(t *testing.T) {
	header := strings.Join(renamed[:], ",")
	row := func(text string) string { return "Tunisia,,," + text + ",Spain,,,Noted,,,1" }
	content := header + "\r\n" + row("\"two\r\nlines\"") + "\r" + row("third") + "\n\n" + row("\"a\rb\nc\"") + "\n" + row("last")
	_, rows, refusals := readAll(t, writeFile(t, "lines.csv", content), OpenOptions{}, names{})
	if len(refusals) > 0 {
		t.Fatal(joined(refusals))
	}
	var got []int
	for _, r := range rows {
		got = append(got, r.Number)
	}
	if diff := cmp.Diff([]int{2, 4, 6, 9}, got); diff != "" {
		t.Error(diff)
	}
	if rows[0].Text != "two\nlines" {
		t.Errorf("got %q, want the line end within the cell kept", rows[0].Text)
	}
}

func TestColumnsThatAreNotReadAreNamed(t *testing.T) {
	file, _, _ := readAll(t, "testdata/good/other-order.csv", OpenOptions{}, names{})
	if diff := cmp.Diff([]string{"columns that are not read: Remark"}, file.Notices); diff != "" {
		t.Error(diff)
	}
}

func TestEncodingCanBeNamed(t *testing.T) {
	file, rows, _ := readAll(t, "testdata/good/windows-crlf.csv", OpenOptions{Encoding: MacRoman}, names{})
	if file.Detected.Encoding != MacRoman || !strings.Contains(rows[0].Text, "GuaranÌ") {
		t.Errorf("got %s and %q, want it read as told", file.Detected.Encoding, rows[0].Text)
	}
	_, err := Open("testdata/good/mac-cr.csv", OpenOptions{Encoding: UTF8})
	if want := "line 2 has the byte 0x92"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestMissingFileIsNoRefusal(t *testing.T) {
	_, err := Open("testdata/nothing.csv", OpenOptions{})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v, want that it does not exist", err)
	}
}

// A line of 200 MB is refused by its number and is never held in memory.
func TestHugeLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "huge.csv")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(out, strings.Join(renamed[:], ",")+"\nTunisia,,,first,Spain,,,Noted,,,1\nTunisia,,,\"")
	chunk := strings.Repeat("without end\n", 100_000)
	for written := 0; written < 200<<20 && err == nil; written += len(chunk) {
		_, err = io.WriteString(out, chunk)
	}
	if err = errors.Join(err, out.Close()); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, rows, refusals := readAll(t, path, OpenOptions{}, names{})
	runtime.ReadMemStats(&after)
	if len(rows) != 1 || len(refusals) != 1 || refusals[0].Row != 3 || !strings.Contains(refusals[0].Reason, "longer than 1 MiB") {
		t.Fatalf("got %d rows and %s", len(rows), joined(refusals))
	}
	if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 16 {
		t.Errorf("reading took %d MiB of memory", took)
	}
}
