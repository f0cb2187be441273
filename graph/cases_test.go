package graph_test

import (
	"encoding/json"
	"flag"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/upr-info/upr/internal/database/dbtest"
)

var update = flag.Bool("update", false, "write what is answered into the cases; read the difference before you commit it")

// A case is a file: testdata/cases/<field>/<situation>.yml. It is asked of the real
// handler over testdata/seed.csv, on both databases. A folder is a field, a file a
// situation.
type testCase struct {
	Query     string         `yaml:"query"`
	Variables map[string]any `yaml:"variables,omitempty"`
	Status    int            `yaml:"status,omitempty"`
	Expect    any            `yaml:"expect,omitempty"`
	Errors    []caseError    `yaml:"errors,omitempty"`
}

type caseError struct {
	Code    string `yaml:"code"`
	Message string `yaml:"message"`
	Path    []any  `yaml:"path,omitempty"`
}

func TestCases(t *testing.T) {
	files := []string{}
	err := filepath.WalkDir("testdata/cases", func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".yml") {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	dbtest.Each(t, func(t *testing.T, url string) {
		c := serve(t, url, "testdata/seed.csv")
		for _, file := range files {
			name := strings.TrimSuffix(strings.TrimPrefix(file, "testdata/cases/"), ".yml")
			t.Run(name, func(t *testing.T) { runCase(t, c, file) })
		}
	})
}

func runCase(t *testing.T, c *client, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want testCase
	if err := yaml.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	answer := c.send(t, want.Query, want.Variables)
	got := testCase{Query: want.Query, Variables: want.Variables}
	if answer.Status != 200 {
		got.Status = answer.Status
	}
	if answer.Data != nil {
		if err := json.Unmarshal(answer.Data, &got.Expect); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range answer.Errors {
		got.Errors = append(got.Errors, caseError{e.Extensions.Code, e.Message, e.Path})
	}
	if *update {
		writeCase(t, file, got)
		return
	}
	if diff := cmp.Diff(canonical(t, want), canonical(t, got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// canonical takes away how YAML and JSON write the same numbers and nothings.
func canonical(t *testing.T, c testCase) (value any) {
	t.Helper()
	text, err := json.Marshal(map[string]any{"expect": c.Expect, "errors": c.Errors, "status": c.Status})
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func writeCase(t *testing.T, file string, c testCase) {
	t.Helper()
	c.Expect = whole(c.Expect)
	for i := range c.Errors {
		c.Errors[i].Path, _ = whole(c.Errors[i].Path).([]any)
	}
	text, err := yaml.MarshalWithOptions(c, yaml.UseLiteralStyleIfMultiline(true), yaml.IndentSequence(true))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// whole turns the numbers of JSON into integers where they are some, as people write them.
func whole(value any) any {
	switch v := value.(type) {
	case float64:
		if v == math.Trunc(v) {
			return int(v)
		}
	case []any:
		for i := range v {
			v[i] = whole(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = whole(v[key])
		}
	}
	return value
}
