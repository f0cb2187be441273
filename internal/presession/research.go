package presession

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/ent/roundtally"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
)

// studied is a registration as research may have it: the values of researchColumns, general enough that at
// least four others are the same.
type studied [5]string

// anyValue is a value that was given up.
const anyValue = "ANY"

// researchColumns are what research may have, in the order in which it is given up.
var researchColumns = [5]slice.Column{
	{Name: "women_led", Description: "WOMEN_LED; UNTOLD: it is not, or is not told.", Type: slice.Text},
	{Name: "organisation_kind", Description: "CSO, NHRI, COALITION, ACADEMIC or OTHER.", Type: slice.Text},
	{Name: "national", Description: "NATIONAL: it works in the State under review; or INTERNATIONAL.", Type: slice.Text},
	{Name: "region", Description: "Regional group of the State under review.", Type: slice.Text},
	{Name: "outcome", Description: "SPOKE, as the agenda shows; NOT_SELECTED; OTHER: anything else.", Type: slice.Text},
}

// researchNote is what whoever works with the data set has to know.
const researchNote = "Values are given up, as ANY, until each row is the same as at least four others: women_led first, then organisation_kind, national, region and outcome. " +
	"UNTOLD: not stated, or the agenda does not name who spoke; of whom it shows nothing, the outcome is OTHER. Made once, when the round was closed. " +
	"It must not be joined with other data to find out who applied."

func (f *figures) research() []studied {
	rows := make([]studied, len(f.applications))
	for i, one := range f.applications {
		rows[i] = studied{one.womenLed, one.kind, one.national, one.region, one.outcome}
	}
	return rows
}

// alike gives values up until each row is the same as at least four others, and sorts the rows, so that
// their order tells nothing. Fewer than five rows are none: no row is left out of more, as their number is told.
func alike(rows []studied) []studied {
	if len(rows) < fewest {
		return []studied{}
	}
	rows = slices.Clone(rows)
	for column := range researchColumns {
		sizes := sizesOf(rows)
		for i := range rows {
			if sizes[rows[i]] < fewest {
				rows[i][column] = anyValue
			}
		}
	}
	// What is left by now has given everything up. Where that are too few, the smallest class joins them.
	var nothing studied
	for column := range nothing {
		nothing[column] = anyValue
	}
	if sizes := sizesOf(rows); sizes[nothing] > 0 && sizes[nothing] < fewest {
		delete(sizes, nothing)
		var smallest studied
		for class, size := range sizes {
			if by := cmp.Or(cmp.Compare(size, sizes[smallest]), slices.Compare(class[:], smallest[:])); sizes[smallest] == 0 || by < 0 {
				smallest = class
			}
		}
		for i := range rows {
			if rows[i] == smallest {
				rows[i] = nothing
			}
		}
	}
	slices.SortFunc(rows, func(a, b studied) int { return slices.Compare(a[:], b[:]) })
	return rows
}

// sizesOf counts the rows that are the same.
func sizesOf(rows []studied) map[studied]int {
	sizes := map[studied]int{}
	for _, row := range rows {
		sizes[row]++
	}
	return sizes
}

// ResearchSheet is the data set for research of a round that is over, for who manages the round.
func (s *Service) ResearchSheet(ctx context.Context, id string) (sheet *slice.Sheet, err error) {
	if err := policy.Require(ctx, viewer.Manager); err != nil {
		return nil, err
	}
	err = s.read(ctx, func(c *change) error {
		if _, err := c.managed(id); err != nil {
			return err
		}
		row, err := c.Ent.RoundTally.Query().Where(roundtally.HasRoundWith(round.UID(id))).WithRound(func(q *ent.RoundQuery) { q.WithSession() }).Only(c.ctx)
		if ent.IsNotFound(err) {
			return noTally(id)
		}
		if err != nil {
			return fmt.Errorf("read a data set: %w", err)
		}
		var rows []studied
		if err := json.Unmarshal([]byte(row.Research), &rows); err != nil {
			return fmt.Errorf("read a data set: %w", err)
		}
		number := row.Edges.Round.Edges.Session.Number
		sheet = &slice.Sheet{
			Name: fmt.Sprintf("research-%d", number), Title: fmt.Sprintf("Registrations for the Pre-sessions before session %d, for research", number),
			Row: "A registration that was submitted. " + researchNote, Made: row.MadeAt,
			Columns: append([]slice.Column{{Name: "session", Description: "Of the Working Group.", Type: slice.Integer}}, researchColumns[:]...),
		}
		for _, values := range rows {
			cells := []slice.Cell{{Integer: int64(number)}}
			for _, value := range values {
				cells = append(cells, slice.TextCell(value))
			}
			sheet.Rows = append(sheet.Rows, cells)
		}
		return nil
	})
	return sheet, err
}
