package slice

import (
	"bufio"
	"io"
	"strconv"
	"time"
	"unicode/utf8"
)

// writeNDJSON writes a row a line, with empty cells as null.
func writeNDJSON(w io.Writer, t *Table) error {
	names := quotedNames(t.Columns)
	var line []byte
	out := bufio.NewWriterSize(w, bufferSize)
	for row := range t.Rows {
		line = append(appendRow(line[:0], names, t.Columns, row), '\n')
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	return out.Flush()
}

const bufferSize = 32 << 10

// writeJSON writes one object. It ends in "complete": what was interrupted has no end.
func writeJSON(w io.Writer, t *Table) error {
	out := bufio.NewWriterSize(w, bufferSize)
	head := appendText([]byte(`{"kind":`), t.Question.Kind.Name)
	head = appendText(append(head, `,"version":`...), t.Version.String())
	head = appendText(append(head, `,"published":`...), t.Published.Format(time.RFC3339))
	head = append(append(head, `,"filter":`...), t.Question.FilterText()...)
	head = strconv.AppendInt(append(head, `,"count":`...), int64(t.Count), 10)
	head = appendText(append(head, `,"licence":`...), t.Licence())
	head = appendText(append(head, `,"citation":`...), t.Citation())
	head = append(head, `,"rows":[`...)
	if _, err := out.Write(head); err != nil {
		return err
	}
	names := quotedNames(t.Columns)
	var line []byte
	separator := "\n"
	for row := range t.Rows {
		line = appendRow(append(line[:0], separator...), names, t.Columns, row)
		separator = ",\n"
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	if _, err := out.WriteString("\n],\"complete\":true}\n"); err != nil {
		return err
	}
	return out.Flush()
}

func quotedNames(columns []Column) []string {
	return words(columns, func(c Column) string { return string(appendText(nil, c.Name)) + ":" })
}

func appendRow(b []byte, names []string, columns []Column, row []Cell) []byte {
	b = append(b, '{')
	for i := range row {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendCell(append(b, names[i]...), columns[i].Type, &row[i])
	}
	return append(b, '}')
}

func appendCell(b []byte, as Type, c *Cell) []byte {
	if c.Null {
		return append(b, "null"...)
	}
	switch as {
	case Integer:
		return strconv.AppendInt(b, c.Integer, 10)
	case Number:
		return strconv.AppendFloat(b, c.Number, 'g', -1, 32)
	case Boolean:
		return strconv.AppendBool(b, c.Boolean)
	case DateTime:
		return append(c.Time.AppendFormat(append(b, '"'), time.RFC3339), '"')
	case List:
		return appendList(b, c.List)
	}
	return appendText(b, c.Text)
}

func appendList(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, text := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, text)
	}
	return append(b, ']')
}

// appendText writes a text as JSON. Other than encoding/json it copies all of it at once, and
// leaves < > & as they are.
func appendText(b []byte, text string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	from := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		size, escape := 1, ""
		switch {
		case c == '"', c == '\\':
			escape = `\` + string(rune(c))
		case c == '\n':
			escape = `\n`
		case c == '\r':
			escape = `\r`
		case c == '\t':
			escape = `\t`
		case c < ' ':
			escape = `\u00` + string(hex[c>>4]) + string(hex[c&15])
		default:
			var r rune
			if r, size = utf8.DecodeRuneInString(text[i:]); r == utf8.RuneError && size == 1 {
				escape = "\ufffd"
			}
		}
		if escape != "" {
			b = append(append(b, text[from:i]...), escape...)
			from = i + size
		}
		i += size
	}
	return append(append(b, text[from:]...), '"')
}
