package ingest

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/shakinm/xlsReader/xls"
)

// xlsRows holds the rows of one sheet: the format cannot be streamed, and it
// ends at 65,536 rows.
type xlsRows struct {
	rows []sheetRow
	at   int
}

type sheetRow struct {
	number int // as the spreadsheet shows it
	cells  []string
}

const largestXLS = 256 << 20

// openXLS takes the only sheet that has the header; others are named in notices.
func openXLS(file *os.File) (rows *xlsRows, notices []string, err error) {
	defer func() {
		// The library indexes into what the file says without checking it.
		if r := recover(); r != nil {
			err = fmt.Errorf("the workbook is damaged or cut off: open it in a spreadsheet and save it again")
		}
	}()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	if info.Size() > largestXLS {
		return nil, nil, fmt.Errorf("the workbook is larger than 256 MiB: save it as CSV")
	}
	sheetFacts, err := examineWorkbook(&boundedReader{file: file, left: 8 * info.Size()})
	if err != nil {
		return nil, nil, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, nil, err
	}
	workbook, err := xls.OpenReader(&boundedReader{file: file, left: 8 * info.Size()})
	if err != nil {
		return nil, nil, fmt.Errorf("the workbook cannot be read (%v): open it in a spreadsheet and save it again", err)
	}
	if len(workbook.GetSheets()) != len(sheetFacts) {
		return nil, nil, fmt.Errorf("the workbook is cut off: only %d of its %s can be read",
			len(workbook.GetSheets()), Plural(len(sheetFacts), "sheet"))
	}
	return chooseSheet(workbook.GetSheets(), sheetFacts)
}

func chooseSheet(sheets []xls.Sheet, facts []sheetFacts) (chosen *xlsRows, notices []string, err error) {
	reason := fmt.Errorf("the workbook has no sheet with data")
	for i := range sheets {
		name := sheets[i].GetName()
		rows, cells := sheetRows(&sheets[i])
		if len(rows) == 0 {
			continue
		}
		_, err := readHeader(rows[0].cells)
		switch {
		case err != nil:
			notices = append(notices, fmt.Sprintf("the sheet %q is not read: %v", name, err))
			reason = fmt.Errorf("sheet %q: %w", name, err)
		case chosen != nil:
			return nil, nil, fmt.Errorf("more than one sheet has the header: save each as a file of its own")
		case facts[i].formulas > 0:
			return nil, nil, fmt.Errorf("the sheet %q has %s: put values in place of formulas (copy, paste as values) and save it again",
				name, Plural(facts[i].formulas, "formula"))
		case facts[i].cells != cells:
			return nil, nil, fmt.Errorf("only %s of %s of the sheet %q can be read: save it as CSV",
				grouped(cells), Plural(facts[i].cells, "cell"), name)
		default:
			chosen = &xlsRows{rows: rows}
		}
	}
	if chosen == nil {
		return nil, nil, reason
	}
	return chosen, notices, nil
}

// sheetRows leaves empty rows out and counts the cells that have something.
func sheetRows(sheet *xls.Sheet) (rows []sheetRow, cells int) {
	for i, row := range sheet.GetRows() {
		var values []string
		for _, cell := range row.GetCols() {
			if kind := cell.GetType(); !strings.Contains(kind, "Blank") {
				cells++
			}
			values = append(values, cell.GetString())
		}
		if !allBlank(values) {
			rows = append(rows, sheetRow{number: i + 1, cells: values})
		}
	}
	return rows, cells
}

func (x *xlsRows) next() ([]string, int, error) {
	if x.at == len(x.rows) {
		return nil, 0, io.EOF
	}
	row := x.rows[x.at]
	x.at++
	return row.cells, row.number, nil
}

func (x *xlsRows) progress() (int64, int64) { return int64(x.at), int64(len(x.rows)) }

// boundedReader stops the library when a damaged file leads it in circles.
type boundedReader struct {
	file *os.File
	left int64
}

func (b *boundedReader) Read(p []byte) (int, error) {
	n, err := b.file.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fmt.Errorf("its parts refer to each other in a circle")
	}
	return n, err
}

func (b *boundedReader) Seek(offset int64, whence int) (int64, error) {
	return b.file.Seek(offset, whence)
}
