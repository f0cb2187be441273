package record

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
)

// maxChanges is how many changed things are put into the record one by one; with more,
// all is loaded again.
const maxChanges = 20_000

// maxEmpty says how many positions may be empty for one that is not, before all is loaded
// again.
const maxEmpty = 1

// next returns the snapshot after the one that is held, which is this one where nothing came,
// and the ids of what changed: nil where everything may have.
func (r *Record) next(ctx context.Context, before *Snapshot) (after *Snapshot, changed []string, err error) {
	var head changelog.Head
	err = database.OwnSnapshot(ctx, r.db, func(tx *database.Tx) (err error) {
		if head, err = changelog.ReadHead(ctx, tx); err != nil {
			return err
		}
		version := Version{head.Epoch, head.Version}
		if version == before.version {
			after = before
			return nil
		}
		if head.Epoch == before.version.Epoch && head.Version >= before.version.Number {
			var tooMany bool
			changed, tooMany, err = changelog.Touched(ctx, tx, before.version.Number, maxChanges)
			if err != nil {
				return err
			}
			if !tooMany {
				after, err = before.with(ctx, tx, version, changed)
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
	r.head.Store(&head)
	return after, changed, nil
}

// with returns the snapshot of a version in which things with some ids are others than in
// this one. It shares what did not change, and answers as one that is loaded does. It is
// nil where all must be loaded again.
func (s *Snapshot) with(ctx context.Context, tx *database.Tx, version Version, ids []string) (*Snapshot, error) {
	changed := map[string][]string{}
	for _, id := range ids {
		kind, _, _ := strings.Cut(id, "_")
		changed[kind] = append(changed[kind], id)
	}
	published, err := changelog.Committed(ctx, tx, version.Number)
	if err != nil {
		return nil, err
	}
	next := &Snapshot{version: version, published: published, today: s.today, tables: s.tables, recommendations: s.recommendations, pledges: s.pledges}
	l := newLoader(ctx, tx, next)
	if !l.follow(changed) {
		return nil, l.err
	}
	recommendations := l.edits(changed[kindRecommendation], l.recommendations)
	pledges := l.edits(changed[kindPledge], l.pledges)
	if l.err != nil {
		return nil, fmt.Errorf("read what changed: %w", l.err)
	}
	next.recommendations = next.recommendations.with(next, append(recommendations, s.recommendations.following(next, changed[kindRecommendation])...))
	next.pledges = next.pledges.with(next, append(pledges, s.pledges.following(next, changed[kindPledge])...))
	if next.sparse() {
		return nil, nil //nolint:nilnil // to be loaded
	}
	return next, nil
}

// sparse says whether there are many empty positions.
func (s *Snapshot) sparse() bool {
	return many(s.recommendations.statements.size(), s.recommendations.size()) || many(s.pledges.statements.size(), s.pledges.size()) ||
		many(len(s.reviews), len(s.reviewOrder)) || many(len(s.documents), len(s.rowIDs.documents))
}

func many(positions, things int) bool { return positions > pageSize+(1+maxEmpty)*things }

// follow reads the tables of what changed. It is false where all must be loaded again: what
// comes with a new version of the program alone, or where something has another position.
func (l *loader) follow(changed map[string][]string) bool {
	before := l.s.tables
	tables := *before
	l.s.tables, l.at = &tables, &tables.rowIDs
	sections := []struct {
		kinds []string
		read  func()
	}{
		{[]string{kindGroup}, l.groups},
		{[]string{kindReview}, func() { l.reviews(codesOfReviews(changed[kindReview])) }},
		{[]string{kindIssue}, l.issues},
		{[]string{kindAffectedGroup}, l.affectedGroups},
		{[]string{kindOrganisation, kindProgramme}, l.institutions},
		{[]string{kindMeeting, kindSpeaker, kindStatement, kindAsk}, func() {}},
	}
	others := -len(changed[kindRecommendation]) - len(changed[kindPledge])
	for _, ids := range changed {
		others += len(ids)
	}
	l.runs()
	if others == 0 && len(tables.runs) == len(before.runs) {
		l.s.tables, l.at = before, &before.rowIDs
		return l.err == nil
	}
	for _, section := range sections {
		ids := 0
		for _, kind := range section.kinds {
			ids += len(changed[kind])
		}
		if ids > 0 {
			section.read()
			others -= ids
		}
	}
	if len(changed[kindMeeting])+len(changed[kindSpeaker])+len(changed[kindStatement])+len(changed[kindAsk])+len(changed[kindReview])+len(changed[kindOrganisation]) > 0 {
		l.meetings() // which show what reviews and organisations are
	}
	tables.candidates = candidatesOnce()
	return l.err == nil && others == 0 && keep(before.rowIDs.issues, l.at.issues) && keep(before.rowIDs.affected, l.at.affected)
}

// keep says whether rows are where they were. New ones may have come behind them.
func keep(before, after map[int]int) bool {
	for id, p := range before {
		if now, there := after[id]; !there || now != p {
			return false
		}
	}
	return true
}

func codesOfReviews(ids []string) []stateCycle {
	codes := []stateCycle{}
	for _, id := range ids {
		parts := strings.Split(id, "_")
		if cycle, err := strconv.Atoi(parts[len(parts)-1]); err == nil && len(parts) == 3 {
			codes = append(codes, stateCycle{parts[1], cycle})
		}
	}
	return codes
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

// following returns the statements that change with the tables of the next snapshot, but for
// some: those of a review that has another position or date, and those of and to a State that
// belongs to other groups.
func (c *corpus) following(next *Snapshot, but []string) (edits []edit) {
	if next.tables == c.s.tables {
		return nil
	}
	follow := roaring.New()
	moved := map[int]int{}
	for _, p := range c.s.reviewOrder {
		was := c.s.review(p)
		now, there := next.byCode.reviews[stateCycle{was.State().Code, was.Cycle}]
		if there && (now != p || next.review(now).day() != was.day()) { // a withdrawn one takes its statements along
			follow.Or(c.dimensions[reviewDimension].bitmaps[p])
			moved[p] = now
		}
	}
	for p := range c.s.states {
		if !slices.EqualFunc(c.s.states[p].memberships, next.states[p].memberships, func(was, is int) bool { return c.s.memberships[was] == next.memberships[is] }) {
			follow.Or(c.dimensions[StateUnderReviewDimension].bitmaps[p])
			follow.Or(c.dimensions[RecommendingStateDimension].bitmaps[p])
		}
	}
	if follow.IsEmpty() {
		return nil
	}
	read := make(map[string]bool, len(but))
	for _, uid := range but {
		read[uid] = true
	}
	for _, p := range follow.ToArray() {
		st := c.at(int(p))
		if read[st.uid] {
			continue
		}
		if now, other := moved[st.review]; other && now != st.review {
			copied := *st
			copied.review = now
			st = &copied
		}
		edits = append(edits, edit{st.uid, st})
	}
	return edits
}
