package record

import (
	"cmp"
	"database/sql"
	"slices"
)

// institutions loads organisations and programmes.
func (l *loader) institutions() {
	s := l.s
	countries := []sql.NullInt64{}
	s.organisations, l.at.organisations = table(l, `SELECT id, uid, slug, name, kind, country_id FROM organisations ORDER BY slug`,
		func(r *organisationRow, id *int) []any {
			countries = append(countries, sql.NullInt64{})
			return []any{id, &r.uid, &r.Slug, &r.Name, &r.Kind, &countries[len(countries)-1]}
		})
	for p := range s.organisations {
		s.organisations[p].country = position(l.at.states, countries[p])
	}
	s.byCode.organisations = codesOf(s.organisations, func(r *organisationRow) string { return r.Slug })
	l.each(`SELECT organisation_id, label, url FROM organisation_links ORDER BY id`, nil, func(scan func(...any)) {
		var organisation int
		var link OrganisationLink
		scan(&organisation, &link.Label, &link.URL)
		row := &s.organisations[l.at.organisations[organisation]]
		row.Links = append(row.Links, link)
	})
	s.programmes, l.at.programmes = table(l, `SELECT id, uid, slug, start_year, end_year, name_en, name_fr, name_es,
		description_en, description_fr, description_es FROM programmes ORDER BY position, slug`, func(r *programmeRow, id *int) []any {
		return []any{id, &r.uid, &r.Slug, &r.StartYear, &r.EndYear, &r.names[0], &r.names[1], &r.names[2],
			&r.descriptions[0], &r.descriptions[1], &r.descriptions[2]}
	})
	s.byCode.programmes = codesOf(s.programmes, func(r *programmeRow) string { return r.Slug })
	l.programmeEdges()
}

func (l *loader) programmeEdges() {
	s := l.s
	s.states = renewed(s.states, func(r *stateRow) { r.programmes = nil })
	l.each(`SELECT programme_id, name FROM programme_names ORDER BY until_year DESC, id`, nil, func(scan func(...any)) {
		var programme int
		var name string
		scan(&programme, &name)
		row := &s.programmes[l.at.programmes[programme]]
		row.FormerNames = append(row.FormerNames, name)
	})
	l.each(`SELECT programme_id, organisation_id FROM programme_organisations`, nil, func(scan func(...any)) {
		var programme, organisation int
		scan(&programme, &organisation)
		p, o := l.at.programmes[programme], l.at.organisations[organisation]
		s.programmes[p].organisations = append(s.programmes[p].organisations, o)
		s.organisations[o].programmes = append(s.organisations[o].programmes, p)
	})
	l.each(`SELECT programme_id, sdg_goal_id FROM programme_goals`, nil, func(scan func(...any)) {
		var programme, goal int
		scan(&programme, &goal)
		row := &s.programmes[l.at.programmes[programme]]
		row.goals = append(row.goals, l.at.goals[goal])
	})
	l.each(`SELECT programme_id, state_id, from_year, to_year FROM programme_states`, nil, func(scan func(...any)) {
		var programme int
		var row programmeStateRow
		scan(&programme, &row.state, &row.FromYear, &row.ToYear)
		row.state = l.at.states[row.state]
		p := l.at.programmes[programme]
		s.programmes[p].states = append(s.programmes[p].states, row)
		s.states[row.state].programmes = append(s.states[row.state].programmes, p)
	})
	// Edges have no order of their own in SQL: give them the one of what they lead to.
	for p := range s.programmes {
		row := &s.programmes[p]
		slices.Sort(row.organisations)
		slices.Sort(row.goals)
		slices.SortFunc(row.states, func(a, b programmeStateRow) int { return cmp.Compare(a.state, b.state) })
	}
	for p := range s.organisations {
		slices.Sort(s.organisations[p].programmes)
	}
	for p := range s.states {
		slices.Sort(s.states[p].programmes)
	}
}
