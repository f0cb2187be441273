package ingest

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/text/transform"
)

// csvRows streams the rows of a text file.
type csvRows struct {
	file    *os.File
	read    *countingReader
	lines   *lineReader
	csv     *csv.Reader
	skipped int // lines taken off before the reader began
}

// countingReader knows how far the file was read.
type countingReader struct {
	io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

// openText starts at the beginning of the file, decoded, without byte order mark.
func openText(file *os.File, form textForm) (io.Reader, *countingReader, error) {
	start := int64(0)
	if form.bom {
		start = int64(len(utf8BOM))
	}
	if _, err := file.Seek(start, io.SeekStart); err != nil {
		return nil, nil, err
	}
	counted := &countingReader{Reader: file}
	if d := form.encoding.decoder(); d != nil {
		return transform.NewReader(counted, d), counted, nil
	}
	return counted, counted, nil
}

// openCSV finds out the separator and starts at the first row, the header.
func openCSV(file *os.File, form textForm) (*csvRows, error) {
	text, _, err := openText(file, form)
	if err != nil {
		return nil, err
	}
	separator, declared, err := findSeparator(text)
	if err != nil {
		return nil, err
	}
	text, counted, err := openText(file, form)
	if err != nil {
		return nil, err
	}
	lines := newLineReader(text, separator)
	buffered := bufio.NewReader(lines)
	c := &csvRows{file: file, read: counted, lines: lines}
	if declared {
		if _, err := buffered.ReadString('\n'); err != nil {
			return nil, fmt.Errorf("the file has no rows after its line sep=%c", separator)
		}
		c.skipped = 1
	}
	c.csv = csv.NewReader(buffered)
	c.csv.Comma = rune(separator)
	c.csv.FieldsPerRecord = -1
	c.csv.ReuseRecord = true
	return c, nil
}

// findSeparator reads the first line: spreadsheets write a comma, a semicolon or
// a tab, and some of them say so in a line of its own, sep=;
func findSeparator(text io.Reader) (separator byte, declared bool, err error) {
	first, err := bufio.NewReaderSize(newLineReader(text, ','), 64<<10).ReadSlice('\n')
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return 0, false, err
	}
	line := strings.TrimSuffix(string(first), "\n")
	if len(line) == 5 && strings.EqualFold(line[:4], "sep=") {
		return line[4], true, nil
	}
	separator = ','
	for _, candidate := range []byte{';', '\t'} {
		if strings.Count(line, string(candidate)) > strings.Count(line, string(separator)) {
			separator = candidate
		}
	}
	return separator, false, nil
}

// next returns a row and the line in which it begins, io.EOF after the last one,
// an error of type badRow where reading can go on behind it.
func (c *csvRows) next() ([]string, int, error) {
	cells, err := c.csv.Read()
	if tooLong := (errRowTooLong{}); errors.As(c.lines.err, &tooLong) && err != nil {
		return nil, tooLong.line, tooLong
	}
	if parse := (*csv.ParseError)(nil); errors.As(err, &parse) {
		return nil, parse.StartLine + c.skipped, badRow{c.explain(parse)}
	}
	if err != nil {
		return nil, 0, err
	}
	line, _ := c.csv.FieldPos(0)
	return cells, line + c.skipped, nil
}

// badRow is a row that could not be read; the rows behind it can.
type badRow struct{ reason string }

func (b badRow) Error() string { return b.reason }

func (c *csvRows) explain(e *csv.ParseError) string {
	if errors.Is(e.Err, csv.ErrBareQuote) {
		return "a quotation mark within a cell that does not begin with one: quote the cell and double the marks within"
	}
	return fmt.Sprintf("a quoted cell is not closed, or goes on behind its closing mark (found in line %d): the file may be cut off here, or marks within the cell are not doubled", e.Line+c.skipped)
}

func (c *csvRows) progress() (int64, int64) {
	size := int64(0)
	if info, err := c.file.Stat(); err == nil {
		size = info.Size()
	}
	return c.read.n, size
}

func (c *csvRows) separatorTitle() string {
	switch c.csv.Comma {
	case ',':
		return ""
	case ';':
		return "separated by semicolons"
	case '\t':
		return "separated by tabs"
	}
	return fmt.Sprintf("separated by %q", c.csv.Comma)
}
