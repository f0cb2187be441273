package slice

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"github.com/upr-info/upr/internal/fault"
)

// What a sheet can hold.
const (
	rowsOfSheet  = 1_048_576 // the header counted
	unitsOfSheet = 32_767    // UTF-16 units of a cell
)

// writeXLSX writes rows as typed cells, texts always as texts, so that none is a formula; what
// does not fit on one sheet goes on on the next. A last sheet says what the workbook is. A text
// that is longer than a cell may be is refused: Excel would cut it off.
func writeXLSX(w io.Writer, t *Table) error {
	at := t.Published.UTC().Format(time.RFC3339)
	file, err := workbook(t, "", [][2]any{
		{"what", t.Question.Kind.Title}, {"a row", t.Question.Kind.Description}, {"rows", t.Count}, {"version of the record", t.Version.String()},
		{"of", at}, {"filter", t.Question.FilterText()}, {"licence", t.Licence()}, {"citation", t.Citation()},
	}, &excelize.DocProperties{Created: at, Modified: at, Title: t.Question.Kind.Title, Version: t.Version.String()})
	if err != nil {
		return err
	}
	defer file.Close()
	spool, err := os.CreateTemp("", "upr-xlsx-")
	if err != nil {
		return err
	}
	defer spool.Close()
	_ = os.Remove(spool.Name()) // it lives as long as it is open
	if err := file.Write(spool); err != nil {
		return err
	}
	size, err := spool.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	return sorted(w, spool, size)
}

// workbook has the rows of a table, and about on its last sheet. note stands on every page that is
// printed of it; empty: nothing does. Whoever asks closes it.
func workbook(t *Table, note string, about [][2]any, properties *excelize.DocProperties) (file *excelize.File, err error) {
	file = excelize.NewFile()
	defer func() {
		if err != nil {
			_ = file.Close()
		}
	}()
	const name = "Sheet1"
	sheets := 1
	if err := file.SetSheetName(name, "data"); err != nil {
		return nil, err
	}
	sheet, err := beginSheet(file, "data", t, note)
	if err != nil {
		return nil, err
	}
	line, place := make([]any, len(t.Columns)), 1
	for row := range t.Rows {
		if place++; place > rowsOfSheet {
			if err := sheet.Flush(); err != nil {
				return nil, err
			}
			sheets, place = sheets+1, 2
			next := fmt.Sprintf("data %d", sheets)
			if _, err := file.NewSheet(next); err != nil {
				return nil, err
			}
			if sheet, err = beginSheet(file, next, t, note); err != nil {
				return nil, err
			}
		}
		for i := range row {
			if line[i], err = excelCell(t.Columns[i], &row[i]); err != nil {
				return nil, err
			}
		}
		if err := sheet.SetRow(fmt.Sprintf("A%d", place), line); err != nil {
			return nil, err
		}
	}
	if err := sheet.Flush(); err != nil {
		return nil, err
	}
	if err := describeBook(file, about, note); err != nil {
		return nil, err
	}
	properties.Creator, properties.LastModifiedBy = "upr", "upr"
	return file, file.SetDocProps(properties)
}

// sorted writes a workbook with its parts in one order: excelize has them in any.
func sorted(w io.Writer, from io.ReaderAt, size int64) error {
	archive, err := zip.NewReader(from, size)
	if err != nil {
		return err
	}
	slices.SortFunc(archive.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	out := zip.NewWriter(w)
	for _, part := range archive.File {
		if err := out.Copy(part); err != nil {
			return err
		}
	}
	return out.Close()
}

func beginSheet(file *excelize.File, name string, t *Table, note string) (*excelize.StreamWriter, error) {
	if err := printed(file, name, note); err != nil {
		return nil, err
	}
	sheet, err := file.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	if err := sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	names := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return sheet, sheet.SetRow("A1", names)
}

func excelCell(column Column, c *Cell) (any, error) {
	if c.Null {
		return nil, nil //nolint:nilnil // an empty cell
	}
	switch column.Type {
	case Integer:
		return c.Integer, nil
	case Number:
		return float32(c.Number), nil
	case Boolean:
		return c.Boolean, nil
	}
	text := plainCell(column.Type, c)
	if len(text) > unitsOfSheet && len(utf16.Encode([]rune(text))) > unitsOfSheet {
		return nil, fault.Invalid("columns", "a cell of %s is longer than Excel can hold: take another format, or leave the column out", column.Name)
	}
	return text, nil
}

// printed has a note at the head and the foot of each page of a sheet.
func printed(file *excelize.File, name, note string) error {
	if note == "" {
		return nil
	}
	line := "&C" + strings.ReplaceAll(note, "&", "&&")
	return file.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddHeader: line, OddFooter: line})
}

// describeBook says on a sheet of its own what a workbook is.
func describeBook(file *excelize.File, about [][2]any, note string) error {
	const name = "about"
	if _, err := file.NewSheet(name); err != nil {
		return err
	}
	if err := printed(file, name, note); err != nil {
		return err
	}
	sheet, err := file.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, line := range about {
		if err := sheet.SetRow(fmt.Sprintf("A%d", i+1), line[:]); err != nil {
			return err
		}
	}
	return sheet.Flush()
}
