package slice

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/upr-info/upr/internal/fault"
)

// Sheet is a table that is no answer from the record: it has no version, and is for whoever asked alone.
type Sheet struct {
	Name    string // of its file
	Title   string
	Row     string // what a row is
	Note    string // stands on every page that is printed of a workbook; empty: nothing does
	Made    time.Time
	Columns []Column
	Rows    [][]Cell
}

// sheetFormats are those in which there are sheets.
var sheetFormats = []string{"csv", "excel.csv", "xlsx"}

// Write writes a sheet. Nothing of it comes on a disk: the rows of one are few. Returns NotFound for a
// format in which there are no sheets.
func (s *Sheet) Write(w io.Writer, extension string) error {
	t := &Table{Columns: s.Columns, Count: len(s.Rows), Rows: slices.Values(s.Rows)}
	switch extension {
	case "csv":
		return writeCSV(w, t)
	case "excel.csv":
		return writeExcelCSV(w, t)
	case "xlsx":
		return s.writeWorkbook(w, t)
	}
	return CheckSheetFormat(extension)
}

// CheckSheetFormat returns NotFound for a format in which there are no sheets.
func CheckSheetFormat(extension string) error {
	if !slices.Contains(sheetFormats, extension) {
		return fault.NotFound("there is no format %q; there are csv, excel.csv and xlsx", extension)
	}
	return nil
}

func (s *Sheet) writeWorkbook(w io.Writer, t *Table) error {
	at := s.Made.UTC().Format(time.RFC3339)
	about := [][2]any{{"what", s.Title}, {"a row", s.Row}, {"rows", len(s.Rows)}, {"of", at}}
	if s.Note != "" {
		about = append(about, [2]any{"note", s.Note})
	}
	file, err := workbook(t, s.Note, about, &excelize.DocProperties{Created: at, Modified: at, Title: s.Title})
	if err != nil {
		return err
	}
	defer file.Close()
	var whole bytes.Buffer
	if err := file.Write(&whole); err != nil {
		return err
	}
	return sorted(w, bytes.NewReader(whole.Bytes()), int64(whole.Len()))
}

// ServeSheet sends a sheet to whoever asked.
func ServeSheet(w http.ResponseWriter, r *http.Request, s *Sheet, extension string) {
	var body bytes.Buffer
	if err := s.Write(&body, extension); err != nil {
		Refuse(w, r, err)
		return
	}
	f, err := FindFormat(extension)
	if err != nil {
		Refuse(w, r, err)
		return
	}
	w.Header().Set(countHeader, strconv.Itoa(len(s.Rows)))
	ServeOwn(w, body.Bytes(), f.MediaType, s.Name+"."+extension)
}

// ServeOwn sends a file that is for whoever asked alone: nothing on the way keeps it.
func ServeOwn(w http.ResponseWriter, body []byte, mediaType, name string) {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name))
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(body)
}
