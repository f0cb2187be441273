package record

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
)

// maxChanges is how many changed things are put into the record one by one; with more,
// all is loaded again.
const maxChanges = 20_000

// maxEmpty says how many positions may be empty for one that is not, before all is loaded
// again.
const maxEmpty = 1

// next returns the snapshot after the one that is held, and the ids of what changed: nil
// where everything may have.
func (r *Record) next(ctx context.Context, before *Snapshot) (after *Snapshot, changed []string, err error) {
	err = database.Snapshot(ctx, r.db, func(tx *database.Tx) error {
		head, err := changelog.ReadHead(ctx, tx)
		if err != nil {
			return err
		}
		if head.Epoch == before.version.Epoch && head.Version >= before.version.Number {
			var tooMany bool
			changed, tooMany, err = changelog.Touched(ctx, tx, before.version.Number, maxChanges)
			if err != nil {
				return err
			}
			if !tooMany {
				after, err = before.with(ctx, tx, Version{head.Epoch, head.Version}, changed)
			} else {
				changed = nil
			}
		}
		if err == nil && after == nil {
			after, err = load(ctx, tx, r.now)
		}
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("follow the change log: %w", err)
	}
	return after, changed, nil
}

// with returns the snapshot of a version in which things with some ids are others than in
// this one. It shares what did not change, and answers as one that is loaded does. It is
// nil where all must be loaded again.
func (s *Snapshot) with(ctx context.Context, tx *database.Tx, version Version, ids []string) (*Snapshot, error) {
	byKind := map[string][]string{}
	for _, id := range ids {
		kind, _, _ := strings.Cut(id, "_")
		byKind[kind] = append(byKind[kind], id)
	}
	recommendations, pledges := byKind[kindRecommendation], byKind[kindPledge]
	next := &Snapshot{version: version, today: s.today, tables: s.tables, recommendations: s.recommendations, pledges: s.pledges}
	var l *loader
	if len(recommendations)+len(pledges) == len(ids) {
		l = newLoader(ctx, tx, next)
		l.moreRuns()
	} else {
		next.tables = newTables()
		l = newLoader(ctx, tx, next)
		l.tables()
		if l.err == nil && !next.rebase(s) {
			return nil, nil //nolint:nilnil // to be loaded
		}
	}
	recommendationEdits, pledgeEdits := l.edits(recommendations, l.recommendations), l.edits(pledges, l.pledges)
	if l.err != nil {
		return nil, fmt.Errorf("read what changed: %w", l.err)
	}
	next.recommendations = next.recommendations.with(next, recommendationEdits)
	next.pledges = next.pledges.with(next, pledgeEdits)
	if next.recommendations.sparse() || next.pledges.sparse() {
		return nil, nil //nolint:nilnil // to be loaded
	}
	return next, nil
}

// sparse says whether a corpus has many empty positions.
func (c *corpus) sparse() bool { return c.statements.size() > pageSize+(1+maxEmpty)*c.size() }

// moreRuns reads the imports since the tables were read.
func (l *loader) moreRuns() {
	more := &Snapshot{tables: newTables()}
	runs := newLoader(l.ctx, l.tx, more)
	if runs.runs(); runs.err != nil || len(more.runs) == len(l.s.runs) {
		l.err = runs.err
		return
	}
	tables := *l.s.tables
	tables.runs, tables.rowIDs.runs = more.runs, more.rowIDs.runs
	l.s.tables, l.at = &tables, &tables.rowIDs
}

// chunkOfEdits is how many statements are read by one query.
const chunkOfEdits = 500

// edits reads what statements with some ids are now.
func (l *loader) edits(uids []string, load func(only some) []statement) []edit {
	now := make(map[string]*statement, len(uids))
	for chunk := range slices.Chunk(uids, chunkOfEdits) {
		loaded := load(chunk)
		for i := range loaded {
			now[loaded[i].uid] = &loaded[i]
		}
	}
	edits := make([]edit, len(uids))
	for i, uid := range uids {
		edits[i] = edit{uid, now[uid]}
	}
	return edits
}

// moves say at which positions of new tables the rows of old ones are.
type moves struct {
	states, reviews, issues, actions, targets, affected, documents moved
}

// moved has the new positions of rows by their old ones; nil: they stay.
type moved []int

func movesOf(before, after map[int]int) moved {
	positions, stay := make(moved, len(before)), true
	for id, p := range before {
		now, there := after[id]
		if !there {
			now = none
		}
		positions[p], stay = now, stay && now == p
	}
	if stay {
		return nil
	}
	return positions
}

func (m moved) to(p int) int {
	if p == none || m == nil {
		return p
	}
	return m[p]
}

// rebase puts the statements of the snapshot before upon new tables; false where it cannot.
func (s *Snapshot) rebase(before *Snapshot) bool {
	was, is := &before.rowIDs, &s.rowIDs
	m := moves{
		states: movesOf(was.states, is.states), reviews: movesOf(was.reviews, is.reviews), issues: movesOf(was.issues, is.issues),
		actions: movesOf(was.actions, is.actions), targets: movesOf(was.targets, is.targets), affected: movesOf(was.affected, is.affected),
		documents: movesOf(was.documents, is.documents),
	}
	for _, moved := range []moved{m.states, m.reviews, m.issues, m.actions, m.targets, m.affected} {
		if slices.Contains(moved, none) { // only documents are not missed by anything
			return false
		}
	}
	differing := s.differingReviews(before)
	for into, c := range map[**corpus]*corpus{&s.recommendations: before.recommendations, &s.pledges: before.pledges} {
		if m.none() && differing != nil && c.keeps(before, s) {
			*into = c.dated(s, differing)
		} else {
			*into = c.rebased(s, &m)
		}
	}
	return true
}

// differingReviews returns the reviews with another date than before; nil where any has
// another place.
func (s *Snapshot) differingReviews(before *Snapshot) map[int]bool {
	differing := map[int]bool{}
	for p := range before.reviews {
		was, is := before.review(p), s.review(p)
		if p >= len(s.reviews) || was.Session().Number != is.Session().Number || was.Cycle != is.Cycle || was.state != is.state {
			return nil
		}
		if was.day() != is.day() {
			differing[p] = true
		}
	}
	return differing
}

// keeps says whether statements have the values of all dimensions that they had, but for
// the dates of their reviews.
func (c *corpus) keeps(before, s *Snapshot) bool {
	for _, index := range c.dimensions {
		if !slices.Equal(index.keys(s), index.list) {
			return false
		}
	}
	return slices.Equal(before.memberships, s.memberships) &&
		slices.EqualFunc(before.targets, s.targets, func(a, b targetRow) bool { return a.goal == b.goal })
}

// dated returns the corpus upon tables in which some reviews have other dates.
func (c *corpus) dated(s *Snapshot, reviews map[int]bool) *corpus {
	next := *c
	next.s = s
	var changes []change
	for p := range c.statements.size() {
		if st := c.at(p); reviews[st.review] && c.everything.Contains(uint32(p)) {
			changes = append(changes, change{p, st, st})
		}
	}
	next.follow(c, changes)
	return &next
}

// rebased returns the corpus upon other tables.
func (c *corpus) rebased(s *Snapshot, m *moves) *corpus {
	next := *c
	next.s = s
	if !m.none() {
		next.statements = m.pages(c.statements)
	}
	next.dimensions = next.indexes()
	next.orders = next.sort(next.sessions(c.orders[BySession].positions))
	return &next
}

func (m *moves) none() bool {
	for _, moved := range []moved{m.states, m.reviews, m.issues, m.actions, m.targets, m.affected, m.documents} {
		if moved != nil {
			return false
		}
	}
	return true
}

func (m moved) tags(old []tag) []tag {
	if m == nil {
		return old
	}
	tags := slices.Clone(old)
	for i := range tags {
		tags[i].value = m.to(tags[i].value)
	}
	sortTags(tags)
	return tags
}

func (m *moves) pages(from pages) pages {
	origins := map[*eventOrigin]*eventOrigin{}
	moved := make([]statement, 0, from.size())
	for _, page := range from {
		for _, st := range page {
			moved = append(moved, m.statement(st, origins))
		}
	}
	return newPages(moved)
}

// statement moves what a statement points at.
func (m *moves) statement(st statement, origins map[*eventOrigin]*eventOrigin) statement {
	st.review, st.recommending, st.action = m.reviews.to(st.review), m.states.to(st.recommending), m.actions.to(st.action)
	st.issueTags, st.targetTags, st.affectedTags = m.issues.tags(st.issueTags), m.targets.tags(st.targetTags), m.affected.tags(st.affectedTags)
	if m.documents == nil {
		return st
	}
	st.events = slices.Clone(st.events)
	for i := range st.events {
		old := st.events[i].eventOrigin
		if origins[old] == nil {
			origin := *old
			origin.document = m.documents.to(origin.document)
			origins[old] = &origin
		}
		st.events[i].eventOrigin = origins[old]
	}
	return st
}

// sessions returns the positions in the order of sessions, in which they may already be;
// nil is the order of positions.
func (c *corpus) sessions(positions []uint32) []uint32 {
	places := make([]place, c.statements.size())
	for p := range places {
		places[p] = c.s.placeOf(c.at(p))
	}
	sorted := slices.Clone(positions)
	if positions == nil {
		sorted = numbersFrom(0, len(places))
	}
	compare := func(a, b uint32) int { return places[a].compare(places[b]) }
	if slices.IsSortedFunc(sorted, compare) {
		return positions
	}
	slices.SortFunc(sorted, compare)
	return sorted
}
