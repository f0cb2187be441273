package slice

import (
	"fmt"
	"io"
	"iter"
	"net/url"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
)

// About is what exports say about themselves.
type About struct {
	PublicURL  string // of this server; empty: not known
	Licence    string // of the data, as in CC-BY-4.0; empty: none is stated
	LicenceURL string
}

// Table is the answer to a question: cells, without a format.
type Table struct {
	Question  *Question
	Columns   []Column
	Count     int // of rows
	Version   record.Version
	Published time.Time // when the version was made
	Synthetic bool
	About     About
	// Rows yields each row once. A row is valid until the next one.
	Rows iter.Seq[[]Cell]

	snapshot *record.Snapshot // nil: it is pinned, and not answered from the record
	parts    []*Table         // of the package of a pinned slice, beside its rows
	whole    int              // rows of the kind in the whole record, of a pinned slice; 0: not known
	link     string           // of a saved slice
	failed   *error           // why Rows ended too early; nil: they cannot
}

// Answer answers a question from the record.
func Answer(s *record.Snapshot, q *Question, lists bool, about About) (*Table, error) {
	n, rows, err := q.Kind.rows(s, q)
	if err != nil {
		return nil, err
	}
	places := q.chosen(lists)
	t := &Table{Question: q, Count: n, Version: s.Version(), Published: s.Published(), Synthetic: s.Synthetic(), About: about, snapshot: s}
	for _, p := range places {
		t.Columns = append(t.Columns, q.Kind.Columns[p])
	}
	t.Rows = func(yield func([]Cell) bool) {
		row := make([]Cell, len(places))
		for cell := range rows {
			for i, p := range places {
				row[i] = cell(p, row[i].List[:0])
			}
			if !yield(row) {
				return
			}
		}
	}
	return t, nil
}

// Citation is how whoever uses the data is asked to name them.
func (t *Table) Citation() string {
	whose := "UPR Info"
	if t.Synthetic {
		whose = "Synthetic data, not real"
	}
	text := fmt.Sprintf("%s: %s of the Universal Periodic Review, version %s of %s", whose, t.Question.Kind.Title, t.Version, t.Published.UTC().Format("2 January 2006"))
	if filter := t.Question.FilterText(); filter != "{}" {
		text += ", filter " + filter
	}
	for _, g := range t.Question.groups() {
		text += "; " + citeGroup(g)
	}
	if t.link != "" {
		return text + ", " + t.link
	}
	if address := t.Address("csv"); address != "" {
		text += ", " + address
	}
	return text
}

// Address is where the export is had, empty where this server's own is not known.
func (t *Table) Address(extension string) string {
	if t.link != "" {
		return t.link + "." + extension
	}
	if t.About.PublicURL == "" {
		return ""
	}
	address := strings.TrimSuffix(t.About.PublicURL, "/") + "/export/" + url.PathEscape(t.Question.Kind.Name) + "." + extension
	if query := t.Question.Query().Encode(); query != "" {
		address += "?" + query
	}
	return address
}

// Licence says under which terms the data may be used.
func (t *Table) Licence() string {
	switch {
	case t.Synthetic:
		return "Made up for a demonstration: no real recommendations. Do not cite."
	case t.About.Licence == "":
		return "No licence has been stated for these data: ask UPR Info before you publish them again."
	case t.About.LicenceURL == "":
		return t.About.Licence
	}
	return t.About.Licence + ", " + t.About.LicenceURL
}

// Format is a way of writing tables.
type Format struct {
	Extension string `json:"extension"`
	MediaType string `json:"mediaType"`
	Title     string `json:"title"`
	// Finished says that a file is made before its first byte is sent.
	Finished bool `json:"finished"`

	lists bool // that it has columns of lists
	write func(io.Writer, *Table) error
}

// Write writes a table.
func (f *Format) Write(w io.Writer, t *Table) error {
	err := f.write(w, t)
	if err == nil && t.failed != nil {
		err = *t.failed
	}
	if err != nil {
		return fmt.Errorf("write %s.%s: %w", t.Question.Kind.Name, f.Extension, err)
	}
	return nil
}

// Answer answers a question for this format.
func (f *Format) Answer(s *record.Snapshot, q *Question, about About) (*Table, error) {
	return Answer(s, q, f.lists, about)
}

var formats = []*Format{
	{Extension: "csv", MediaType: "text/csv; charset=utf-8; header=present", Title: "CSV, plain UTF-8, exact", write: writeCSV},
	{Extension: "excel.csv", MediaType: "text/csv; charset=utf-8; header=present", Title: "CSV for Excel: with a byte-order mark, and cells that would be formulas made texts", write: writeExcelCSV},
	{Extension: "ndjson", MediaType: "application/x-ndjson", Title: "a JSON object a line, exact", lists: true, write: writeNDJSON},
	{Extension: "json", MediaType: "application/json", Title: "one JSON object with all rows, exact", lists: true, write: writeJSON},
	{Extension: "xlsx", MediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Title: "Excel workbook", Finished: true, write: writeXLSX},
	{Extension: "parquet", MediaType: "application/vnd.apache.parquet", Title: "Parquet, exact", Finished: true, lists: true, write: writeParquet},
	{Extension: "zip", MediaType: "application/zip", Title: "data package: CSV files of the kind, of all that belongs to it and of all that it names, with their schema", write: writePackage},
}

// Formats returns all formats.
func Formats() []*Format { return formats }

// FindFormat returns the format with an extension. Returns NotFound, which lists them.
func FindFormat(extension string) (*Format, error) {
	for _, f := range formats {
		if f.Extension == extension {
			return f, nil
		}
	}
	return nil, fault.NotFound("there is no format %q; there are %s", extension, strings.Join(words(formats, func(f *Format) string { return f.Extension }), ", "))
}
