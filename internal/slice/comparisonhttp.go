package slice

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/upr-info/upr/internal/fault"
)

// comparisonFormat is a way of writing comparisons.
type comparisonFormat struct {
	mediaType string
	write     func(io.Writer, *Comparison) error
}

var comparisonFormats = map[string]comparisonFormat{
	"json":   {"application/json; charset=utf-8", writeComparisonJSON},
	"ndjson": {"application/x-ndjson", writeComparisonNDJSON},
	"csv":    {"text/csv; charset=utf-8; header=present", writeComparisonCSV},
}

// ServeComparison serves /slices/{id}/compare/{other}.{format}: what the other slice has that the
// first has not, has no more, and has otherwise.
func (s *Service) ServeComparison(w http.ResponseWriter, r *http.Request) {
	if err := s.serveComparison(w, r); err != nil {
		Refuse(w, r, err)
	}
}

func (s *Service) serveComparison(w http.ResponseWriter, r *http.Request) error {
	other, extension, formatted := strings.Cut(r.PathValue("file"), ".")
	if !formatted {
		extension = "json"
	}
	f, known := comparisonFormats[extension]
	if !known {
		return fault.NotFound("there is no comparison as %q; there are csv, json and ndjson", extension)
	}
	if r.URL.RawQuery != "" {
		return fault.Invalid("", "a comparison takes no parameters")
	}
	c, err := s.Compare(r.Context(), r.PathValue("id"), other)
	if err != nil {
		return err
	}
	h, tag := w.Header(), strings.TrimSuffix(c.tag, `"`)+"."+extension+`"`
	h.Set("ETag", tag)
	h.Set("Cache-Control", map[bool]string{true: "public, no-cache", false: "private, no-cache"}[c.public])
	h.Set(countHeader, strconv.Itoa(len(c.Rows)))
	if Holds(r, tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", f.mediaType)
	return f.write(patient(w), c)
}

func writeComparisonJSON(w io.Writer, c *Comparison) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(c)
}

func writeComparisonNDJSON(w io.Writer, c *Comparison) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for i := range c.Rows {
		if err := encoder.Encode(&c.Rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// writeComparisonCSV writes a line for each value that came, went or is another.
func writeComparisonCSV(w io.Writer, c *Comparison) error {
	out := csv.NewWriter(w)
	if err := out.Write(append(append([]string{"change"}, c.Key...), "column", "before", "after")); err != nil {
		return err
	}
	for i := range c.Rows {
		d := &c.Rows[i]
		var key, before, after keptRow
		for raw, into := range map[*json.RawMessage]*keptRow{&d.Key: &key, &d.Before: &before, &d.After: &after} {
			if *raw == nil {
				continue
			}
			if err := json.Unmarshal(*raw, into); err != nil {
				return err
			}
		}
		for _, name := range c.Columns {
			was, is := plainJSON(before[name]), plainJSON(after[name])
			if _, isKey := key[name]; isKey || was == is {
				continue
			}
			line := append([]string{string(d.Change)}, words(c.Key, func(k string) string { return plainJSON(key[k]) })...)
			if err := out.Write(append(line, name, was, is)); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// plainJSON writes a value as a cell has it: a text without its quotation marks, nothing for null.
func plainJSON(raw json.RawMessage) string {
	var text string
	if len(raw) == 0 || json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}
