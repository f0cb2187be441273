package record

import (
	"cmp"
	"slices"

	"github.com/upr-info/upr/internal/civil"
)

// places loads States and their groups, sessions, reviews and their documents.
func (l *loader) places() {
	s := l.s
	s.states, l.at.states = table(l, `SELECT id, iso3, iso2, m49, formal_name_en, un_member, observer, name_en, name_fr, name_es
		FROM states ORDER BY iso3`, func(r *stateRow, id *int) []any {
		return []any{id, &r.Code, &r.ISO2, &r.M49, &r.FormalName, &r.UnMember, &r.Observer, &r.names[0], &r.names[1], &r.names[2]}
	})
	s.byCode.states = codesOf(s.states, func(r *stateRow) string { return r.Code })
	l.each(`SELECT state_id, alias FROM state_alias ORDER BY state_id, id`, nil, func(scan func(...any)) {
		var state int
		var alias string
		scan(&state, &alias)
		row := &s.states[l.at.states[state]]
		row.Aliases = append(row.Aliases, alias)
	})
	s.groups, l.at.groups = table(l, `SELECT id, code, kind, name_en, name_fr, name_es FROM state_groups ORDER BY position, code`,
		func(r *groupRow, id *int) []any {
			return []any{id, &r.Code, &r.Kind, &r.names[0], &r.names[1], &r.names[2]}
		})
	s.byCode.groups = codesOf(s.groups, func(r *groupRow) string { return r.Code })
	l.memberships()
	s.sessions, l.at.sessions = table(l, `SELECT id, number, cycle, start_date, end_date, date_source FROM sessions ORDER BY number`,
		func(r *sessionRow, id *int) []any {
			return []any{id, &r.Number, &r.Cycle, &r.StartDate, &r.EndDate, &r.DateSource}
		})
	s.byCode.sessions = codesOf(s.sessions, func(r *sessionRow) int { return r.Number })
	l.reviews()
}

func (l *loader) memberships() {
	s := l.s
	l.each(`SELECT m.state_id, m.group_id, m.from_date, m.to_date, m.as_of, m.source FROM state_group_memberships m
		JOIN state_groups g ON g.id = m.group_id JOIN states s ON s.id = m.state_id
		ORDER BY g.position, g.code, s.iso3, m.from_date`, nil, func(scan func(...any)) {
		var m membershipRow
		scan(&m.state, &m.group, &m.from, &m.to, &m.asOf, &m.Source)
		m.state, m.group = l.at.states[m.state], l.at.groups[m.group]
		state, group := &s.states[m.state], &s.groups[m.group]
		state.memberships = append(state.memberships, len(s.memberships))
		group.memberships = append(group.memberships, len(s.memberships))
		s.memberships = append(s.memberships, m)
	})
}

func (l *loader) reviews() {
	s := l.s
	s.reviews, l.at.reviews = table(l, `SELECT r.id, r.cycle, r.state_id, r.session_id, r.date, r.report_adopted, r.list_source
		FROM reviews r JOIN sessions n ON n.id = r.session_id JOIN states s ON s.id = r.state_id
		WHERE r.status = 'PUBLISHED' ORDER BY n.number, s.iso3`,
		func(r *reviewRow, id *int) []any {
			return []any{id, &r.Cycle, &r.state, &r.session, &r.date, &r.adopted, &r.ListSource}
		})
	s.byCode.reviews = make(map[stateCycle]int, len(s.reviews))
	for p := range s.reviews {
		r := &s.reviews[p]
		r.state, r.session = l.at.states[r.state], l.at.sessions[r.session]
		s.byCode.reviews[stateCycle{s.states[r.state].Code, r.Cycle}] = p
		s.states[r.state].reviews = append(s.states[r.state].reviews, p)
		s.sessions[r.session].reviews = append(s.sessions[r.session].reviews, p)
	}
	for i := range s.sessions {
		slices.SortStableFunc(s.sessions[i].reviews, func(a, b int) int {
			return cmp.Compare(lastIfUnknown(s.reviews[a].date), lastIfUnknown(s.reviews[b].date))
		})
	}
	l.each(`SELECT review_id, state_id FROM troika_members `+ofPublishedReviews+` ORDER BY review_id, position`, nil, func(scan func(...any)) {
		var review, state int
		scan(&review, &state)
		row := &s.reviews[l.at.reviews[review]]
		row.troika = append(row.troika, l.at.states[state])
	})
	s.documents, l.at.documents = table(l, `SELECT id, type, symbol, review_id FROM documents `+ofPublishedReviews+` AND status = 'PUBLISHED' ORDER BY id`,
		func(r *documentRow, id *int) []any { return []any{id, &r.Type, &r.Symbol, &r.review} })
	for p := range s.documents {
		d := &s.documents[p]
		d.review = l.at.reviews[d.review]
		s.reviews[d.review].documents = append(s.reviews[d.review].documents, p)
	}
	l.each(`SELECT review_id, planned_session_id, source FROM postponements `+ofPublishedReviews+` ORDER BY review_id, id`, nil, func(scan func(...any)) {
		var review int
		var p postponementRow
		scan(&review, &p.plannedSession, &p.Source)
		p.plannedSession = l.at.sessions[p.plannedSession]
		row := &s.reviews[l.at.reviews[review]]
		row.postponements = append(row.postponements, p)
	})
}

const ofPublishedReviews = `WHERE review_id IN (SELECT id FROM reviews WHERE status = 'PUBLISHED')`

// lastIfUnknown sorts unknown dates behind the others.
func lastIfUnknown(d civil.Date) civil.Date {
	if !d.Known() {
		return "9999-12-31"
	}
	return d
}
