package reference

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/upr-info/upr/internal/civil"
)

// reader reads the files one after the other; the first error stops it.
type reader struct {
	folder fs.FS
	codes  map[string]map[string]bool // what each list defines, for the lists that refer to it
	err    error
}

// line is one line of a file. Its methods read a cell and remember what is wrong with it.
type line struct {
	r       *reader
	file    string
	at      int
	columns []string
	cells   []string
}

// rows reads a file with exactly these columns into what parse makes of each line.
func rows[T any](r *reader, file string, columns []string, parse func(*line) T) []T {
	if r.err != nil {
		return nil
	}
	source, err := r.folder.Open(file)
	if err != nil {
		r.err = fmt.Errorf("reference data: %w", err)
		return nil
	}
	defer source.Close()
	cells := csv.NewReader(source)
	header, err := cells.Read()
	if err != nil || !slices.Equal(header, columns) {
		r.err = fmt.Errorf("reference data: %s: line 1: want the columns %s, got %s", file, strings.Join(columns, ","), strings.Join(header, ","))
		return nil
	}
	list := []T{}
	for {
		record, err := cells.Read()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			r.err = fmt.Errorf("reference data: %s: %w", file, err)
			return nil
		}
		number, _ := cells.FieldPos(0)
		l := &line{r, file, number, columns, record}
		l.checkCells()
		list = append(list, parse(l))
		if r.err != nil {
			return nil
		}
	}
}

func (l *line) fail(format string, args ...any) {
	if l.r.err == nil {
		l.r.err = fmt.Errorf("reference data: %s: line %d: %s", l.file, l.at, fmt.Sprintf(format, args...))
	}
}

// checkCells refuses what an editor leaves behind unseen. Accents in two characters
// look like the others and are not found.
func (l *line) checkCells() {
	for i, cell := range l.cells {
		switch {
		case strings.TrimSpace(cell) != cell:
			l.fail("%s: blanks around %q", l.columns[i], cell)
		case !utf8.ValidString(cell) || !norm.NFC.IsNormalString(cell):
			l.fail("%s: %q is not UTF-8 in normal form C", l.columns[i], cell)
		}
	}
}

// text reads a cell that may be empty.
func (l *line) text(column string) string {
	return l.cells[slices.Index(l.columns, column)]
}

// required reads a cell that must not be empty.
func (l *line) required(column string) string {
	value := l.text(column)
	if value == "" {
		l.fail("%s is empty", column)
	}
	return value
}

func (l *line) number(column string) int {
	n, err := strconv.Atoi(l.required(column))
	if err != nil {
		l.fail("%s: %q is not a number", column, l.text(column))
	}
	return n
}

// optionalNumber reads nil from an empty cell.
func (l *line) optionalNumber(column string) *int {
	if l.text(column) == "" {
		return nil
	}
	n := l.number(column)
	return &n
}

func (l *line) date(column string) civil.Date {
	if l.text(column) == "" {
		return ""
	}
	d, err := civil.Parse(l.text(column))
	if err != nil {
		l.fail("%s: %v", column, err)
	}
	return d
}

func (l *line) yes(column string) bool {
	value := l.required(column)
	if value != "yes" && value != "no" {
		l.fail("%s: %q is neither yes nor no", column, value)
	}
	return value == "yes"
}

func (l *line) oneOf(column string, values ...string) string {
	value := l.required(column)
	if !slices.Contains(values, value) {
		l.fail("%s: %q is none of %s", column, value, strings.Join(values, ", "))
	}
	return value
}

// list reads values that are separated by a semicolon.
func (l *line) list(column string) []string {
	if l.text(column) == "" {
		return []string{}
	}
	return strings.Split(l.text(column), ";")
}

// define reads the code of an entry, which must be new in its list.
func (l *line) define(list, column string) string {
	code := l.required(column)
	l.once(list, column, code)
	return code
}

// once refuses a second entry of a list with the same key.
func (l *line) once(list, what, key string) {
	if l.r.codes[list] == nil {
		l.r.codes[list] = map[string]bool{}
	}
	if l.r.codes[list][key] {
		l.fail("%s: %q stands twice", what, key)
	}
	l.r.codes[list][key] = true
}

// pair refuses a second line of a file with the same cells in these columns.
func (l *line) pair(columns ...string) {
	cells := make([]string, len(columns))
	for i, column := range columns {
		cells[i] = l.text(column)
	}
	l.once(l.file, strings.Join(columns, " and "), strings.Join(cells, " "))
}

// refer reads the code of an entry of another list.
func (l *line) refer(list, column string) string {
	code := l.required(column)
	l.exists(list, column, code)
	return code
}

func (l *line) exists(list, column, code string) {
	if !l.r.codes[list][code] {
		l.fail("%s: %q is not in the list of %s", column, code, list)
	}
}

// names reads a name in three languages; English is required.
func (l *line) names() [3]string {
	return [3]string{l.required("name_en"), l.text("name_fr"), l.text("name_es")}
}
