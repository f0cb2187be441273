package slice_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestPackage holds a package against its own schema: columns, types, keys and references.
func TestPackage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for kind, filter := range map[string]string{"recommendations": `{"cycles":[1]}`, "pledges": `{}`, "reviews": `{"cycles":[2]}`, "states": `{"groups":["AFRICA"]}`, "programmes": "", "issues": ""} {
			body := h.must(t, "/export/"+kind+".zip", url.Values{"filter": {filter}}).body
			checkPackage(t, body)
		}
		body := h.must(t, "/export/recommendations.zip", url.Values{"filter": {`{"cycles":[1]}`}}).body
		readme := string(fileOf(t, body, "README.md"))
		for _, said := range []string{`{"cycles":[1]}`, "300 in the whole record", h.record.Snapshot().Version().String(), "not real"} {
			if !strings.Contains(readme, said) {
				t.Errorf("the README does not say %q", said)
			}
		}
	})
}

func fileOf(t *testing.T, body []byte, name string) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	file, err := archive.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

type pack struct {
	Schema    string `json:"$schema"`
	Name      string
	Version   string
	Resources []struct {
		Name, Path string
		Schema     struct {
			Fields []struct {
				Name, Type  string
				Constraints struct{ Required bool }
			}
			PrimaryKey  []string
			ForeignKeys []struct {
				Fields    []string
				Reference struct {
					Resource string
					Fields   []string
				}
			}
		}
	}
}

func checkPackage(t *testing.T, body []byte) {
	t.Helper()
	var p pack
	if err := json.Unmarshal(fileOf(t, body, "datapackage.json"), &p); err != nil {
		t.Fatal(err)
	}
	values := map[string]map[string]map[string]bool{} // of each column of each resource
	tables := map[string][][]string{}
	for _, r := range p.Resources {
		table, err := csv.NewReader(bytes.NewReader(fileOf(t, body, r.Path))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		tables[r.Name], values[r.Name] = table, map[string]map[string]bool{}
		keys := map[string]bool{}
		for i, f := range r.Schema.Fields {
			if table[0][i] != f.Name {
				t.Errorf("%s: column %d is %s, not %s", r.Name, i, table[0][i], f.Name)
			}
			values[r.Name][f.Name] = map[string]bool{}
			for _, row := range table[1:] {
				values[r.Name][f.Name][row[i]] = true
				if !isOf(f.Type, row[i], f.Constraints.Required) {
					t.Errorf("%s.%s: %q is no %s", r.Name, f.Name, row[i], f.Type)
				}
			}
		}
		for _, row := range table[1:] {
			key := ""
			for _, name := range r.Schema.PrimaryKey {
				key += row[slices.Index(table[0], name)] + "\x00"
			}
			if keys[key] {
				t.Errorf("%s has %q twice", r.Name, key)
			}
			keys[key] = true
		}
	}
	for _, r := range p.Resources {
		for _, key := range r.Schema.ForeignKeys {
			to := key.Reference.Resource
			if to == "" {
				to = r.Name
			}
			for value := range values[r.Name][key.Fields[0]] {
				if value != "" && !values[to][key.Reference.Fields[0]][value] {
					t.Errorf("%s.%s: %s has no %q", r.Name, key.Fields[0], to, value)
				}
			}
		}
	}
}

func isOf(kind, text string, required bool) bool {
	if text == "" {
		return !required
	}
	var err error
	switch kind {
	case "integer":
		_, err = strconv.Atoi(text)
	case "number":
		_, err = strconv.ParseFloat(text, 64)
	case "boolean":
		_, err = strconv.ParseBool(text)
	}
	return err == nil
}
