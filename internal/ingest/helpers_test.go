package ingest

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// names is a small reference of its own: what the testdata needs and no more.
type names struct{}

var testStates = map[string]string{"Tunisia": "TUN", "Spain": "ESP", "Norway": "NOR", "Algeria": "DZA"}

var testIssues = map[string]string{"International instruments": "international-instruments",
	"Justice": "justice", "NHRI": "nhri"}

func (names) StateByName(name string) (string, bool) { iso3, ok := testStates[name]; return iso3, ok }

func (names) NearestStateNames(string, int) []string { return []string{"Tunisia"} }

func (names) IssueByLabel(label string) (string, bool) {
	code, ok := testIssues[label]
	return code, ok
}

// readAll opens a file, reads it to its end and returns what it says and what is
// refused. An error of Open counts as a refusal of the file.
func readAll(t *testing.T, path string, opts OpenOptions, reference Reference) (*File, []Row, []*Refusal) {
	t.Helper()
	file, err := Open(path, opts)
	if err != nil {
		return nil, nil, []*Refusal{asRefusal(t, err)}
	}
	defer file.Close()
	var rows []Row
	var refusals []*Refusal
	for {
		raw, err := file.Next()
		if errors.Is(err, io.EOF) {
			return file, rows, refusals
		}
		if err != nil {
			refusals = append(refusals, asRefusal(t, err))
			continue
		}
		row, wrong := file.Understand(raw, reference)
		refusals = append(refusals, wrong...)
		if len(wrong) == 0 {
			rows = append(rows, row)
		}
	}
}

// writeFile makes a file in a folder that is removed after the test.
func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// realData is the folder with the real export; it is not part of the project.
func realData(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("UPR_REAL_DATA")
	if folder != "" {
		return filepath.Join(folder, "upr-info-export")
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("UPR_REAL_DATA is not set: in CI the real export must be there")
	}
	t.Skip("NOT TESTED ON THE REAL EXPORT: set UPR_REAL_DATA to the folder that has upr-info-export")
	return ""
}

func joined(refusals []*Refusal) string {
	var lines []string
	for _, r := range refusals {
		lines = append(lines, r.Error())
	}
	return strings.Join(lines, "\n")
}
