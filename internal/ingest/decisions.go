package ingest

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const decisionNew = "new"

// Decisions say for rows that the import cannot tell by itself what they are: the
// id of a stored recommendation or pledge, or "new".
type Decisions struct {
	File  string // that has them, without folder
	byRow map[rowPlace]decision
}

type rowPlace struct {
	file string
	row  int
}

type decision struct {
	id   string
	line int
}

func (r *Row) place() rowPlace { return rowPlace{r.File, r.Number} }

func (d Decisions) of(row *Row) (id string, known bool) {
	found, known := d.byRow[row.place()]
	return found.id, known
}

var decisionPattern = regexp.MustCompile(`^(?:new|(?:rec|plg)_[0-9a-z]+)$`)

const decisionForm = "a line has a file, a row and an id or the word new, separated by commas, " +
	"as in 1-5.csv,12,new; the first line may be the header file,row,id"

// ReadDecisions reads a CSV with the columns file, row and id. The name is that of the
// file, for messages.
func ReadDecisions(in io.Reader, name string) (Decisions, error) {
	d := Decisions{File: name, byRow: map[rowPlace]decision{}}
	reader := csv.NewReader(in)
	reader.FieldsPerRecord = -1
	reader.TrimLeadingSpace = true
	for first := true; ; first = false {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return d, nil
		}
		if err != nil {
			return d, fmt.Errorf("%s: %w: %s", name, err, decisionForm)
		}
		for i := range cells {
			cells[i] = strings.TrimFunc(cells[i], isBlank) // of a byte order mark, too
		}
		if first && strings.EqualFold(strings.Join(cells, ","), "file,row,id") {
			continue
		}
		line, _ := reader.FieldPos(0)
		if err := d.add(cells, line); err != nil {
			return d, fmt.Errorf("%s, line %d: %w", name, line, err)
		}
	}
}

func (d Decisions) add(cells []string, line int) error {
	wrong := fmt.Errorf("%q cannot be read: %s", shown(strings.Join(cells, ",")), decisionForm)
	if len(cells) != 3 || !decisionPattern.MatchString(cells[2]) {
		return wrong
	}
	number, err := strconv.Atoi(cells[1])
	if err != nil {
		return wrong
	}
	place := rowPlace{cells[0], number}
	if other, twice := d.byRow[place]; twice && other.id != cells[2] {
		return fmt.Errorf("line %d has another decision for row %d of %s: remove one of them", other.line, number, place.file)
	}
	d.byRow[place] = decision{cells[2], line}
	return nil
}

// holds tells whether a row that was recognised without a decision is what its decision
// says, as when an import is made again with the same decisions. Then "new" is true of
// what this very row has brought.
func (d Decisions) holds(row *Row, e *entry) bool {
	id, known := d.of(row)
	return known && (id == e.uid || id == decisionNew && e.origin == row.place())
}

// refuseIdle refuses decisions that no row asked for and that do not hold: whoever wrote
// them meant another row. idle has what such a row was recognised as.
func (d Decisions) refuseIdle(report *Report, fitting map[rowPlace]bool, idle map[rowPlace]*entry) {
	places := slices.SortedFunc(maps.Keys(d.byRow), func(a, b rowPlace) int { return cmp.Compare(d.byRow[a].line, d.byRow[b].line) })
	for _, place := range places {
		if fitting[place] {
			continue
		}
		reason := fmt.Sprintf("%s has no recommendation or pledge in row %d: write the row as the refusal names it, or remove this line", place.file, place.row)
		if e, known := idle[place]; known {
			reason = fmt.Sprintf("row %d of %s needs no decision, it has the text of %s: put the row or the id right, or remove this line", place.row, place.file, e.uid)
		} else if !slices.ContainsFunc(report.Files, func(f *FileReport) bool { return f.File == place.file }) {
			reason = fmt.Sprintf("no file of this import is called %s: write the name without folder, as the refusal does, or remove this line", place.file)
		}
		report.list(&Refusal{File: d.File, Row: d.byRow[place].line,
			Value: fmt.Sprintf("%s,%d,%s", place.file, place.row, d.byRow[place].id), Reason: reason})
	}
}
