package slice

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"
)

// writeCSV writes cells as they are: an empty one is an empty text. Lines end in LF, so that
// texts with line breaks come back as they were.
func writeCSV(w io.Writer, t *Table) error {
	return separated(w, t, func(text string) string { return text })
}

// byteOrderMark lets Excel know that a file is UTF-8.
const byteOrderMark = "\ufeff"

// writeExcelCSV writes texts so that a spreadsheet takes none of them for a formula.
func writeExcelCSV(w io.Writer, t *Table) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return err
	}
	return separated(w, t, harmless)
}

// harmless puts an apostrophe before what a spreadsheet would calculate.
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(text)[0]) {
		return "'" + text
	}
	return text
}

func separated(w io.Writer, t *Table, guard func(string) string) error {
	out := csv.NewWriter(w)
	line := words(t.Columns, func(c Column) string { return c.Name })
	if err := out.Write(line); err != nil {
		return err
	}
	for row := range t.Rows {
		for i := range row {
			line[i] = plainCell(t.Columns[i].Type, &row[i])
			if t.Columns[i].Type == Text || t.Columns[i].Type == List {
				line[i] = guard(line[i])
			}
		}
		if len(line) == 1 && line[0] == "" { // else the line would be empty, and passed over by whoever reads it
			out.Flush()
			if _, err := io.WriteString(w, "\"\"\n"); err != nil {
				return err
			}
			continue
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// plainCell writes a cell as text. A list is JSON: nothing that its values contain can be taken
// for the end of one.
func plainCell(as Type, c *Cell) string {
	if c.Null {
		return ""
	}
	switch as {
	case Integer:
		return strconv.FormatInt(c.Integer, 10)
	case Number:
		return formatNumber(c.Number)
	case Boolean:
		return strconv.FormatBool(c.Boolean)
	case DateTime:
		return c.Time.Format(time.RFC3339)
	case List:
		return string(appendList(nil, c.List))
	}
	return c.Text
}

// formatNumber writes single precision as it was given: 0.9, not 0.8999999761581421.
func formatNumber(n float64) string { return strconv.FormatFloat(n, 'g', -1, 32) }
