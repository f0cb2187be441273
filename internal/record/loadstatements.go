package record

import (
	"cmp"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// onlyPublished restricts statements to what readers see; what belongs to a review that is not
// published is not either.
//
// The + keeps SQLite from looking for a few statements among those of all reviews.
const onlyPublished = `status = 'PUBLISHED' AND +review_id IN (SELECT id FROM reviews WHERE status = 'PUBLISHED')`

// some restricts a query to the ids of some statements; nil is all of them.
type some []string

// condition restricts by public ids, which are arguments.
func (s some) condition() (string, []any) {
	if s == nil {
		return "", nil
	}
	args, places := make([]any, len(s)), make([]string, len(s))
	for i, uid := range s {
		args[i], places[i] = uid, "$"+strconv.Itoa(i+1)
	}
	return " AND uid IN (" + strings.Join(places, ", ") + ")", args
}

// loaded are statements, where those are whose rows have an id, and what restricts the
// rows that belong to them.
type loaded struct {
	statements []statement
	ids        []int // of rows
	at         map[int]int
	only       some
}

func (l *loaded) add(st *statement, id int) {
	l.statements, l.ids = append(l.statements, *st), append(l.ids, id)
}

// arrange sorts statements by their places in the order of sessions. It comes before what
// belongs to them is read, so that this lies side by side in memory as they do.
func (l *loaded) arrange(s *Snapshot) {
	type entry struct {
		place place
		from  int
	}
	order := make([]entry, len(l.statements))
	for i := range order {
		order[i] = entry{s.placeOf(&l.statements[i]), i}
	}
	slices.SortFunc(order, func(a, b entry) int { return a.place.compare(b.place) })
	sorted := make([]statement, len(order))
	l.at = make(map[int]int, len(order))
	for p, e := range order {
		sorted[p] = l.statements[e.from]
		l.at[l.ids[e.from]] = p
	}
	l.statements = sorted
}

func (l *loaded) condition(owner string) string {
	if l.only == nil {
		return ""
	}
	ids := []string{"0"} // of no row: there may be none
	for _, id := range slices.Sorted(maps.Keys(l.at)) {
		ids = append(ids, strconv.Itoa(id))
	}
	return " AND " + owner + " IN (" + strings.Join(ids, ", ") + ")"
}

// recommendations loads them in the order of sessions, with responses and tags.
func (l *loader) recommendations(only some) []statement {
	condition, args := only.condition()
	rows := &loaded{only: only}
	l.each(`SELECT id, uid, text, number, review_id, recommending_state_id, action_category_id, run_id, source_row
		FROM recommendations WHERE `+onlyPublished+condition, args, func(scan func(...any)) {
		var st statement
		var id int
		var recommending, action sql.NullInt64
		scan(&id, &st.uid, &st.Text, &st.number, &st.review, &recommending, &action, &st.run, &st.row)
		l.link(&st, action)
		st.recommending = position(l.at.states, recommending)
		rows.add(&st, id)
	})
	rows.arrange(l.s)
	l.events(rows)
	l.tags(rows, "recommendation_id")
	return rows.statements
}

// pledges loads them likewise. Who pledges counts as recommending to itself, so that
// one filter serves both.
func (l *loader) pledges(only some) []statement {
	condition, args := only.condition()
	rows := &loaded{only: only}
	l.each(`SELECT id, uid, text, review_id, action_category_id, run_id, source_row FROM pledges WHERE `+onlyPublished+condition, args, func(scan func(...any)) {
		var st statement
		var id int
		var action sql.NullInt64
		scan(&id, &st.uid, &st.Text, &st.review, &action, &st.run, &st.row)
		l.link(&st, action)
		st.recommending = l.s.reviews[st.review].state
		rows.add(&st, id)
	})
	rows.arrange(l.s)
	l.tags(rows, "pledge_id")
	return rows.statements
}

func (l *loader) runs() {
	l.s.runs, l.at.runs = table(l, `SELECT id, source, file, synthetic, imported_at FROM import_runs ORDER BY id`,
		func(r *runRow, id *int) []any { return []any{id, &r.Source, &r.File, &r.Synthetic, &r.ImportedAt} })
	for i := range l.s.runs {
		l.s.runs[i].ImportedAt = l.s.runs[i].ImportedAt.UTC()
	}
}

// link turns the ids that a statement's row holds into positions.
func (l *loader) link(st *statement, action sql.NullInt64) {
	st.review, st.run = l.at.reviews[st.review], l.at.runs[st.run]
	st.action = position(l.at.actions, action)
}

func (l *loader) events(rows *loaded) {
	share := sharing[eventOrigin]()
	order := "id"
	if rows.only != nil { // or else PostgreSQL may read all of them in the order of their ids
		order = "recommendation_id, id"
	}
	owned(l, rows.at, `SELECT recommendation_id, response, source_word, date, document_id, run_id, recorded_at
		FROM response_events WHERE status = 'PUBLISHED'`+rows.condition("recommendation_id")+` ORDER BY `+order, func(owner *int, e *event, scan func(...any)) {
		var origin eventOrigin
		var response string
		var document sql.NullInt64
		scan(owner, &response, &origin.word, &origin.date, &document, &origin.run, &origin.recordedAt)
		if e.response = slices.Index(responses[:], Response(response)); e.response == none && l.err == nil {
			l.err = fmt.Errorf("response event of recommendation %d: unknown response %q", *owner, response)
		}
		origin.document, origin.run = position(l.at.documents, document), l.at.runs[origin.run]
		origin.recordedAt = origin.recordedAt.UTC()
		e.eventOrigin = share(origin)
	}, func(p int, events []event) { rows.statements[p].events = events })
	for p := range rows.statements {
		if st := &rows.statements[p]; len(st.events) == 0 && l.err == nil {
			l.err = fmt.Errorf("recommendation %s has no response event", st.uid)
		}
	}
}

func (l *loader) tags(rows *loaded, owner string) {
	share := sharing[tagOrigin]()
	load := func(table, column string, values map[int]int, set func(*statement, []tag)) {
		query := fmt.Sprintf(`SELECT %[1]s, %[2]s, source, method, confidence, reviewed_at IS NOT NULL FROM %[3]s
			WHERE %[1]s IS NOT NULL AND NOT rejected%[4]s`, owner, column, table, rows.condition(owner))
		owned(l, rows.at, query, func(owner *int, t *tag, scan func(...any)) {
			var origin tagOrigin
			scan(owner, &t.value, &origin.Source, &origin.Method, &origin.Confidence, &origin.Reviewed)
			t.value, t.tagOrigin = values[t.value], share(origin)
		}, func(p int, tags []tag) {
			sortTags(tags)
			set(&rows.statements[p], tags)
		})
	}
	load("issue_tags", "issue_id", l.at.issues, func(st *statement, tags []tag) { st.issueTags = tags })
	load("sdg_tags", "target_id", l.at.targets, func(st *statement, tags []tag) { st.targetTags = tags })
	load("affected_group_tags", "group_id", l.at.affected, func(st *statement, tags []tag) { st.affectedTags = tags })
}

func sortTags(tags []tag) {
	slices.SortFunc(tags, func(a, b tag) int { return cmp.Or(cmp.Compare(a.value, b.value), cmp.Compare(a.Source, b.Source)) })
}

// sharing returns a function that returns the same pointer for equal values.
func sharing[T comparable]() func(T) *T {
	known := map[T]*T{}
	return func(value T) *T {
		shared, ok := known[value]
		if !ok {
			shared = new(T)
			*shared = value
			known[value] = shared
		}
		return shared
	}
}

// owned loads rows that belong to statements and hands each statement its own, in the
// order of the query. They share one array: a list each would cost an allocation each.
func owned[T any](l *loader, at map[int]int, query string, read func(owner *int, row *T, scan func(...any)), give func(p int, rows []T)) {
	rows, owners := []T{}, []int{}
	starts := make([]int, len(at)+1) // by position, where its rows begin; first, how many there are
	l.each(query, nil, func(scan func(...any)) {
		var row T
		var owner int
		read(&owner, &row, scan)
		p, loaded := at[owner]
		if !loaded { // of what is not published
			return
		}
		rows, owners = append(rows, row), append(owners, p)
		starts[p+1]++
	})
	for p := range len(at) {
		starts[p+1] += starts[p]
	}
	sorted, next := make([]T, len(rows)), slices.Clone(starts)
	for i, p := range owners {
		sorted[next[p]] = rows[i]
		next[p]++
	}
	for p := range len(at) {
		if from, to := starts[p], starts[p+1]; from < to {
			give(p, sorted[from:to:to])
		}
	}
}
