package ingest

import (
	"fmt"
	"io"
)

// maxRow bounds what one row may take of memory.
const maxRow = 1 << 20

// lineReader makes every line end LF, so that lines count as in an editor, and
// stops at a row that is longer than maxRow. It knows just enough of quotation
// marks to tell the end of a row from a line end within a cell.
type lineReader struct {
	src       io.Reader
	separator byte
	line      int // of the row being read
	lines     int
	length    int
	afterCR   bool
	quoted    bool
	cellStart bool
	closed    bool // the byte before closed a quoted cell
	err       error
}

func newLineReader(src io.Reader, separator byte) *lineReader {
	return &lineReader{src: src, separator: separator, line: 1, lines: 1, cellStart: true}
}

func (l *lineReader) Read(p []byte) (int, error) {
	if l.err != nil {
		return 0, l.err
	}
	for {
		n, err := l.src.Read(p)
		kept := 0
		for _, b := range p[:n] {
			if b == '\n' && l.afterCR {
				l.afterCR = false
				continue
			}
			l.afterCR = b == '\r'
			if b == '\r' {
				b = '\n'
			}
			if l.add(b); l.length > maxRow {
				l.err = errRowTooLong{l.line}
				return kept, l.err
			}
			p[kept] = b
			kept++
		}
		if err != nil {
			l.err = err
		}
		if kept > 0 || err != nil || len(p) == 0 {
			return kept, err
		}
	}
}

func (l *lineReader) add(b byte) {
	l.length++
	wasClosed := l.closed
	l.closed = false
	switch {
	case b == '"' && l.quoted:
		l.quoted, l.closed = false, true
	case b == '"' && (l.cellStart || wasClosed):
		l.quoted = true
	case b == '\n':
		l.lines++
		if !l.quoted {
			l.line, l.length = l.lines, 0
		}
	}
	l.cellStart = !l.quoted && (b == '\n' || b == l.separator)
}

type errRowTooLong struct{ line int }

func (e errRowTooLong) Error() string {
	return fmt.Sprintf("the row that begins in line %d is longer than 1 MiB: a line end or a closing quotation mark is missing", e.line)
}
