package record

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

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
	l.groups()
	s.sessions, l.at.sessions = table(l, `SELECT id, number, cycle, start_date, end_date, date_source FROM sessions ORDER BY number`,
		func(r *sessionRow, id *int) []any {
			return []any{id, &r.Number, &r.Cycle, &r.StartDate, &r.EndDate, &r.DateSource}
		})
	s.byCode.sessions = codesOf(s.sessions, func(r *sessionRow) int { return r.Number })
	l.reviews(nil)
}

// groups loads the groups of States and their members.
func (l *loader) groups() {
	s := l.s
	s.groups, l.at.groups = table(l, `SELECT id, code, kind, name_en, name_fr, name_es FROM state_groups WHERE status = 'PUBLISHED' ORDER BY position, code`,
		func(r *groupRow, id *int) []any {
			return []any{id, &r.Code, &r.Kind, &r.names[0], &r.names[1], &r.names[2]}
		})
	s.byCode.groups = codesOf(s.groups, func(r *groupRow) string { return r.Code })
	s.states = renewed(s.states, func(r *stateRow) { r.memberships = nil })
	s.memberships = nil
	l.memberships()
}

// renewed copies rows, to fill anew what another table puts into them.
func renewed[T any](rows []T, reset func(*T)) []T {
	rows = slices.Clone(rows)
	for i := range rows {
		reset(&rows[i])
	}
	return rows
}

func (l *loader) memberships() {
	s := l.s
	l.each(`SELECT m.state_id, m.group_id, m.from_date, m.to_date, m.as_of, m.source FROM state_group_memberships m
		JOIN state_groups g ON g.id = m.group_id JOIN states s ON s.id = m.state_id WHERE g.status = 'PUBLISHED'
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

// reviews loads them with what belongs to them: all, or some, in the stead of what is known of
// those.
//
// A review keeps its position as long as it is in the same session. One that is new, or moved to
// another session, comes behind; where it stood stays what was there, for the statements that
// stood there (see corpus): reviewOrder lists those that there are.
func (l *loader) reviews(only []stateCycle) {
	s := l.s
	known, documents := s.byCode.reviews, l.at.documents
	l.forget(only)
	rows, _ := table(l, `SELECT r.id, r.id, r.cycle, r.state_id, r.session_id, r.date, r.report_adopted, r.list_source
		FROM reviews r JOIN sessions n ON n.id = r.session_id JOIN states s ON s.id = r.state_id
		WHERE r.status = 'PUBLISHED'`+l.ofReviews(only)+` ORDER BY n.number, s.iso3, r.cycle`,
		func(r *reviewRow, id *int) []any {
			return []any{id, &r.id, &r.Cycle, &r.state, &r.session, &r.date, &r.adopted, &r.ListSource}
		})
	for i := range rows {
		r := &rows[i]
		r.state, r.session = l.at.states[r.state], l.at.sessions[r.session]
		code := stateCycle{s.states[r.state].Code, r.Cycle}
		p, there := known[code]
		if !there || s.reviews[p].session != r.session {
			p = len(s.reviews)
			s.reviews = append(s.reviews, reviewRow{})
		}
		r.uid = reviewID(code.state, code.cycle)
		s.reviews[p], s.byCode.reviews[code], l.at.reviews[r.id] = *r, p, p
	}
	l.ofTheirs(rows, only == nil, documents)
	l.orderReviews()
}

// forget takes some reviews and their documents out of copies of what is known.
func (l *loader) forget(only []stateCycle) {
	s := l.s
	s.reviews, s.documents = slices.Clone(s.reviews), slices.Clone(s.documents)
	s.byCode.reviews, l.at.reviews, l.at.documents = copied(s.byCode.reviews), copied(l.at.reviews), copied(l.at.documents)
	gone := map[int]bool{}
	for _, code := range only {
		if p, there := s.byCode.reviews[code]; there {
			gone[p] = true
			delete(s.byCode.reviews, code)
			delete(l.at.reviews, s.reviews[p].id)
		}
	}
	maps.DeleteFunc(l.at.documents, func(_, p int) bool { return gone[s.documents[p].review] })
}

// copied copies a map; of none it makes an empty one.
func copied[K comparable, V any](m map[K]V) map[K]V {
	next := make(map[K]V, len(m))
	maps.Copy(next, m)
	return next
}

// ofReviews is the condition of some reviews; of all where there are none.
func (l *loader) ofReviews(only []stateCycle) string {
	if only == nil {
		return ""
	}
	rows := make(map[int]int, len(l.at.states)) // of States, by position
	for id, p := range l.at.states {
		rows[p] = id
	}
	conditions := make([]string, len(only))
	for i, code := range only {
		state, known := l.s.byCode.states[code.state]
		if !known {
			state = none
		}
		conditions[i] = "r.state_id = " + strconv.Itoa(rows[state]) + " AND r.cycle = " + strconv.Itoa(code.cycle)
	}
	return " AND (" + strings.Join(conditions, " OR ") + ")"
}

// ofTheirs loads what belongs to reviews that were just read. Documents that are known keep
// their positions.
func (l *loader) ofTheirs(reviews []reviewRow, all bool, known map[int]int) {
	s := l.s
	condition := `WHERE review_id IN (SELECT id FROM reviews WHERE status = 'PUBLISHED')`
	if !all {
		ids := []string{"0"} // of no row: there may be none
		for i := range reviews {
			ids = append(ids, strconv.Itoa(reviews[i].id))
		}
		condition = "WHERE review_id IN (" + strings.Join(ids, ", ") + ")"
	}
	l.each(`SELECT review_id, state_id FROM troika_members `+condition+` ORDER BY review_id, position`, nil, func(scan func(...any)) {
		var review, state int
		scan(&review, &state)
		row := &s.reviews[l.at.reviews[review]]
		row.troika = append(row.troika, l.at.states[state])
	})
	l.each(`SELECT review_id, planned_session_id, source FROM postponements `+condition+` ORDER BY review_id, id`, nil, func(scan func(...any)) {
		var review int
		var p postponementRow
		scan(&review, &p.plannedSession, &p.Source)
		p.plannedSession = l.at.sessions[p.plannedSession]
		row := &s.reviews[l.at.reviews[review]]
		row.postponements = append(row.postponements, p)
	})
	l.each(`SELECT id, type, symbol, review_id FROM documents `+condition+` AND status = 'PUBLISHED' ORDER BY id`, nil, func(scan func(...any)) {
		var d documentRow
		var id int
		scan(&id, &d.Type, &d.Symbol, &d.review)
		d.review = l.at.reviews[d.review]
		p, there := known[id]
		if !there {
			p = len(s.documents)
			s.documents = append(s.documents, d)
		}
		s.documents[p], l.at.documents[id] = d, p
		s.reviews[d.review].documents = append(s.reviews[d.review].documents, p)
	})
}

// orderReviews lists the reviews, by session, then State; those of each State; and those of each
// session, by date.
func (l *loader) orderReviews() {
	s := l.s
	s.reviewOrder = slices.SortedFunc(maps.Values(l.at.reviews), func(a, b int) int {
		one, other := &s.reviews[a], &s.reviews[b]
		return cmp.Or(cmp.Compare(one.session, other.session), cmp.Compare(one.state, other.state), cmp.Compare(one.Cycle, other.Cycle))
	})
	s.states = renewed(s.states, func(r *stateRow) { r.reviews = nil })
	s.sessions = renewed(s.sessions, func(r *sessionRow) { r.reviews = nil })
	for _, p := range s.reviewOrder {
		state, session := &s.states[s.reviews[p].state], &s.sessions[s.reviews[p].session]
		state.reviews, session.reviews = append(state.reviews, p), append(session.reviews, p)
	}
	for i := range s.sessions {
		slices.SortStableFunc(s.sessions[i].reviews, func(a, b int) int {
			return cmp.Compare(lastIfUnknown(s.reviews[a].date), lastIfUnknown(s.reviews[b].date))
		})
	}
}

// lastIfUnknown sorts unknown dates behind the others.
func lastIfUnknown(d civil.Date) civil.Date {
	if !d.Known() {
		return "9999-12-31"
	}
	return d
}
