package ingest

import (
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

const decisionNew = "new"

// Decisions say for rows that the import cannot tell by itself what they are: the
// id of a stored recommendation or pledge, or "new".
type Decisions map[rowPlace]string

type rowPlace struct {
	file string
	row  int
}

func (d Decisions) of(row *Row) (id string, known bool) {
	id, known = d[rowPlace{row.File, row.Number}]
	return id, known
}

var decisionPattern = regexp.MustCompile(`^(?:new|(?:rec|plg)_[0-9a-z]+)$`)

// ReadDecisions reads a CSV with the columns file, row and id.
func ReadDecisions(in io.Reader) (Decisions, error) {
	reader := csv.NewReader(in)
	reader.FieldsPerRecord = 3
	reader.TrimLeadingSpace = true
	rows, err := reader.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the decisions (columns file, row and id): %w", err)
	}
	decisions := Decisions{}
	for i, cells := range rows {
		number, err := strconv.Atoi(strings.TrimSpace(cells[1]))
		if i == 0 && err != nil {
			continue // the header
		}
		place, id := rowPlace{strings.TrimSpace(cells[0]), number}, strings.TrimSpace(cells[2])
		if err != nil || !decisionPattern.MatchString(id) {
			return nil, fmt.Errorf("decisions, line %d: %q is not file, row and an id or the word new", i+1, strings.Join(cells, ","))
		}
		if other, twice := decisions[place]; twice && other != id {
			return nil, fmt.Errorf("decisions, line %d: there is another decision for row %d of %s", i+1, number, place.file)
		}
		decisions[place] = id
	}
	return decisions, nil
}
