package slice

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// writePackage writes a Frictionless Data Package: the kind that is asked for, what belongs to
// it, and the whole of all kinds that these name, each as a CSV file without columns of lists.
// Times in it are those of the version, so that its bytes are the same wherever it is made.
func writePackage(w io.Writer, t *Table) error {
	tables, err := t.packaged()
	if err != nil {
		return err
	}
	out := zip.NewWriter(w)
	file := func(name string) (io.Writer, error) {
		return out.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: t.Published.UTC()})
	}
	descriptor, err := json.MarshalIndent(describe(t, tables), "", "  ")
	if err != nil {
		return err
	}
	for _, f := range []struct{ name, text string }{{"datapackage.json", string(descriptor) + "\n"}, {"README.md", readme(t, tables)}} {
		into, err := file(f.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(into, f.text); err != nil {
			return err
		}
	}
	for _, table := range tables {
		into, err := file(table.Question.Kind.Name + ".csv")
		if err != nil {
			return err
		}
		if err := writeCSV(into, table); err != nil {
			return err
		}
		if table.failed != nil && *table.failed != nil {
			return *table.failed
		}
	}
	return out.Close()
}

// packaged returns the tables of a package: what the question is about first.
func (t *Table) packaged() ([]*Table, error) {
	if t.snapshot == nil {
		return append([]*Table{t}, t.parts...), nil
	}
	names := []string{t.Question.Kind.Name}
	for i := 0; i < len(names); i++ {
		k := kinds[names[i]]
		for _, c := range k.Columns {
			if name, _, refers := strings.Cut(c.References, "."); refers && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		for _, other := range Kinds() {
			if other.Of == k.Name && !slices.Contains(names, other.Name) {
				names = append(names, other.Name)
			}
		}
	}
	tables := []*Table{t}
	for _, name := range names[1:] {
		table, err := Answer(t.snapshot, t.partQuestion(kinds[name]), false, t.About)
		if err != nil {
			return nil, err
		}
		tables = append(tables, table)
	}
	return tables, nil
}

// partQuestion is what a list of a package is asked for: what belongs to the rows by their filter,
// and the whole of what they name.
func (t *Table) partQuestion(k *Kind) *Question {
	q := &Question{Kind: k, Values: t.Question.Values, Language: t.Question.Language}
	if k.Of == t.Question.Kind.Name && k.Filter == t.Question.Kind.Filter {
		q.Filter, q.Order = t.Question.Filter, t.Question.Order
	}
	return q
}

// The descriptor, as https://datapackage.org/standard/data-package/ has it.
type descriptor struct {
	Schema       string        `json:"$schema"`
	Name         string        `json:"name"`
	ID           string        `json:"id,omitempty"`
	Title        string        `json:"title"`
	Description  string        `json:"description"`
	Version      string        `json:"version"`
	Created      string        `json:"created"`
	Licenses     []licence     `json:"licenses,omitempty"`
	Sources      []source      `json:"sources"`
	Contributors []contributor `json:"contributors"`
	Resources    []resource    `json:"resources"`
}

type licence struct {
	Name string `json:"name,omitempty"`
	Path string `json:"path,omitempty"`
}

type source struct {
	Title string `json:"title"`
}

type contributor struct {
	Title string   `json:"title"`
	Roles []string `json:"roles"`
}

type resource struct {
	Name        string      `json:"name"`
	Type        string      `json:"type"`
	Path        string      `json:"path"`
	Title       string      `json:"title"`
	Description string      `json:"description"`
	Format      string      `json:"format"`
	MediaType   string      `json:"mediatype"`
	Encoding    string      `json:"encoding"`
	Dialect     dialect     `json:"dialect"`
	Schema      tableSchema `json:"schema"`
}

// dialect says all of how the files are written: readers that are not told guess, and a text with
// many other signs has some of them guess wrongly.
type dialect struct {
	Header         bool   `json:"header"`
	Delimiter      string `json:"delimiter"`
	LineTerminator string `json:"lineTerminator"`
	QuoteChar      string `json:"quoteChar"`
	DoubleQuote    bool   `json:"doubleQuote"`
}

type tableSchema struct {
	Fields        []field      `json:"fields"`
	PrimaryKey    []string     `json:"primaryKey,omitempty"`
	ForeignKeys   []foreignKey `json:"foreignKeys,omitempty"`
	MissingValues []string     `json:"missingValues"`
}

type field struct {
	Name        string          `json:"name"`
	Type        string          `json:"type"`
	Description string          `json:"description"`
	Constraints map[string]bool `json:"constraints,omitempty"`
}

type foreignKey struct {
	Fields    []string  `json:"fields"`
	Reference reference `json:"reference"`
}

type reference struct {
	Resource string   `json:"resource"`
	Fields   []string `json:"fields"`
}

// describe writes the descriptor. By Frictionless' recipe more data is a minor version; a column
// that goes away will be a major one.
func describe(t *Table, tables []*Table) descriptor {
	d := descriptor{
		Schema: "https://datapackage.org/profiles/2.0/datapackage.json", Name: strings.ReplaceAll("upr-"+t.Question.Kind.Name, "_", "-"), ID: t.Address("zip"),
		Title: t.Question.Kind.Title + " of the Universal Periodic Review", Description: t.Question.Kind.Description + " Filter: " + t.Question.FilterText(),
		Version: fmt.Sprintf("1.%d.0+%s", t.Version.Number, t.Version.Epoch), Created: t.Published.UTC().Format(time.RFC3339),
		Sources: []source{{"UPR Info"}, {"United Nations"}}, Contributors: []contributor{{"UPR Info", []string{"publisher"}}},
	}
	if t.About.Licence != "" && !t.Synthetic {
		d.Licenses = []licence{{t.About.Licence, t.About.LicenceURL}}
	}
	for _, table := range tables {
		d.Resources = append(d.Resources, table.resource(tables))
	}
	return d
}

var fieldTypes = map[Type]string{Text: "string", Integer: "integer", Number: "number", Boolean: "boolean", Date: "date", DateTime: "datetime", List: "array"}

func (t *Table) resource(all []*Table) resource {
	k := t.Question.Kind
	r := resource{Name: k.Name, Type: "table", Path: k.Name + ".csv", Title: k.Title, Description: k.Description, Format: "csv", MediaType: "text/csv", Encoding: "utf-8",
		Dialect: dialect{true, ",", "\n", `"`, true}, Schema: tableSchema{MissingValues: []string{""}}}
	for _, c := range t.Columns {
		f := field{Name: c.Name, Type: fieldTypes[c.Type], Description: c.Description}
		if c.Required {
			f.Constraints = map[string]bool{"required": true}
		}
		r.Schema.Fields = append(r.Schema.Fields, f)
		if to, column, refers := strings.Cut(c.References, "."); refers && t.holds(all, to, column) {
			if to == k.Name {
				to = "" // as the standard writes it for the table itself
			}
			r.Schema.ForeignKeys = append(r.Schema.ForeignKeys, foreignKey{[]string{c.Name}, reference{to, []string{column}}})
		}
	}
	if !slices.ContainsFunc(k.Key, func(name string) bool { return !t.has(name) }) {
		r.Schema.PrimaryKey = k.Key
	}
	return r
}

func (t *Table) has(name string) bool {
	return slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Name == name })
}

// holds says whether what a column refers to is in the package: the file may be without the
// column, or without what its filter does not admit.
func (t *Table) holds(all []*Table, kind, column string) bool {
	for _, to := range all {
		if to.Question.Kind.Name == kind {
			return to.has(column) && (to.Question.FilterText() == "{}" || t.Question.FilterText() == to.Question.FilterText())
		}
	}
	return false
}

// readme says for people what a package is.
func readme(t *Table, tables []*Table) string {
	var b strings.Builder
	k := t.Question.Kind
	fmt.Fprintf(&b, "# %s of the Universal Periodic Review\n\n", k.Title)
	if t.Synthetic {
		b.WriteString("**These data are made up for a demonstration. They are not real: do not cite them.**\n\n")
	}
	fmt.Fprintf(&b, "%s\n\n- Filter: `%s`\n- Rows: %d\n- Denominator: %s\n- Version of the record: %s, of %s\n- Licence: %s\n- Citation: %s\n\n",
		k.Description, t.Question.FilterText(), t.Count, t.denominator(), t.Version, t.Published.UTC().Format(time.RFC3339), t.Licence(), t.Citation())
	if groups := t.Question.groups(); len(groups) > 0 {
		b.WriteString("Groups of States that the filter names and partners define; a State belongs to one on the day of the review, unless the filter says otherwise:\n\n")
		for _, g := range groups {
			fmt.Fprintf(&b, "- %s\n", describeGroup(g))
		}
		b.WriteString("\n")
	}
	b.WriteString("`datapackage.json` says what each column is (Data Package, version 2). Files are CSV in UTF-8; an empty cell is a value that there is not.\n\n")
	b.WriteString("| file | rows | a row |\n|---|---:|---|\n")
	for _, table := range tables {
		fmt.Fprintf(&b, "| %s.csv | %d | %s |\n", table.Question.Kind.Name, table.Count, table.Question.Kind.Description)
	}
	b.WriteString("\nA share is a count divided by a denominator: say which one. PENDING is never counted as NOTED. States are named by their ISO 3166-1 alpha-3 codes; ids are stable for ever.\n")
	return b.String()
}

// denominator says how many rows there are without the filter.
func (t *Table) denominator() string {
	if t.snapshot == nil {
		if t.whole == 0 {
			return "not known"
		}
		return fmt.Sprintf("%d in the whole record", t.whole)
	}
	n, _, err := t.Question.Kind.rows(t.snapshot, &Question{Kind: t.Question.Kind})
	if err != nil {
		return "not known"
	}
	return fmt.Sprintf("%d in the whole record", n)
}
