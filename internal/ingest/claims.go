package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/upr-info/upr/internal/database"
)

// claim is what a row says of a State's regional group or organisations. Exports
// repeat them in every row as they were on the day of the export. They are compared
// with the reference and not imported.
type claim struct {
	field  field
	column string
	state  string // ISO3
	value  string
}

func (r *rowReader) claims(row Row) (claims []claim) {
	by := row.RecommendingState
	if row.Kind == Pledge {
		by = row.StateUnderReview
	}
	for _, f := range optional {
		state := row.StateUnderReview
		if f > text {
			state = by
		}
		if r.file.header.column[f] >= 0 && state != "" {
			claims = append(claims, claim{f, r.file.header.name(f), state, r.raw.cells[f]})
		}
	}
	return claims
}

// groupNames are what exports call regional groups, where that is not their code.
var groupNames = map[string]string{"ASIA": "ASIA_PACIFIC"}

func groupCode(name string) string {
	name = strings.ToUpper(name)
	if code, ok := groupNames[name]; ok {
		return code
	}
	return name
}

// memberships are the codes of a State's groups at any time, regional ones apart
// from organisations.
type memberships struct{ regional, organisations map[string][]string }

func loadMemberships(ctx context.Context, tx *database.Tx) (memberships, error) {
	m := memberships{map[string][]string{}, map[string][]string{}}
	stored, err := tx.Ent.StateGroupMembership.Query().WithState().WithGroup().All(ctx)
	if err != nil {
		return m, fmt.Errorf("read the groups of States: %w", err)
	}
	for _, s := range stored {
		of := m.organisations
		if s.Edges.Group.Kind == "REGIONAL" {
			of = m.regional
		}
		state, code := s.Edges.State.Iso3, strings.ToUpper(s.Edges.Group.Code)
		if !slices.Contains(of[state], code) {
			of[state] = append(of[state], code)
			slices.Sort(of[state])
		}
	}
	return m, nil
}

// disagrees returns what the reference has, where that is something else.
func (m memberships) disagrees(c claim) (reference string, differ bool) {
	have := m.organisations[c.state]
	if c.field == stateUnderReviewGroup || c.field == recommendingStateGroup {
		have = m.regional[c.state]
	}
	var claimed []string
	for _, name := range splitList(c.value) {
		claimed = append(claimed, groupCode(name))
	}
	slices.Sort(claimed)
	if slices.Equal(slices.Compact(claimed), have) {
		return "", false
	}
	if len(have) == 0 {
		return "none", true
	}
	return strings.Join(have, ", "), true
}

// noteDisagreements adds one notice for each State and value, with the number of rows.
func (r *run) noteDisagreements(m memberships) {
	rows := map[claim]int{}
	var order []claim
	for _, row := range r.rows {
		for _, c := range row.claims {
			if rows[c]++; rows[c] == 1 {
				order = append(order, c)
			}
		}
	}
	for _, c := range order {
		if reference, differ := m.disagrees(c); differ {
			r.file.Notices = append(r.file.Notices, fmt.Sprintf("column %s has %q for %s in %s; the reference has %s",
				c.column, c.value, c.state, Plural(rows[c], "row"), reference))
		}
	}
}
