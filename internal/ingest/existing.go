package ingest

import (
	"context"
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/issuetag"
	"github.com/upr-info/upr/ent/pledge"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/recommendation"
	"github.com/upr-info/upr/ent/responseevent"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/database"
)

// group is where a recommendation is looked for: one review, one recommending
// State, one kind.
type group struct {
	review *review
	state  string
	kind   Kind
}

// stock is what is stored for the reviews that the files touch, kept up to date
// while the files are taken in one after the other.
type stock struct {
	groups   map[group][]*entry
	byReview map[group]int // entries of a review and kind; the key has no State
	uids     map[string]bool
	former   map[group]map[string][]*entry // what people edited, by where it stood and its key before
}

func (s *stock) add(e *entry) {
	g := group{e.review, e.state, e.kind}
	s.groups[g] = append(s.groups[g], e)
	s.byReview[group{review: e.review, kind: e.kind}]++
	s.uids[e.uid] = true
}

// stockLoader reads with few queries and joins in memory.
type stockLoader struct {
	ctx     context.Context
	tx      *database.Tx
	source  string
	reviews map[int]*review
	ids     []int
	byID    map[Kind]map[int]*entry
}

func loadStock(ctx context.Context, tx *database.Tx, c *calendar, source string, reviews map[int]*review) (*stock, error) {
	l := &stockLoader{ctx: ctx, tx: tx, source: source, reviews: reviews,
		byID: map[Kind]map[int]*entry{Recommendation: {}, Pledge: {}}}
	for id := range reviews {
		l.ids = append(l.ids, id)
	}
	slices.Sort(l.ids)
	s := &stock{groups: map[group][]*entry{}, byReview: map[group]int{}, uids: map[string]bool{}}
	if err := l.recommendations(s, invert(c.states), invert(c.actions)); err != nil {
		return nil, fmt.Errorf("read the stored recommendations: %w", err)
	}
	if err := l.pledges(s, invert(c.actions)); err != nil {
		return nil, fmt.Errorf("read the stored pledges: %w", err)
	}
	if err := l.issues(invert(c.issues)); err != nil {
		return nil, fmt.Errorf("read the stored issues: %w", err)
	}
	if err := l.responses(); err != nil {
		return nil, fmt.Errorf("read the stored responses: %w", err)
	}
	return s, nil
}

func invert[K comparable](ids map[K]int) map[int]K {
	keys := make(map[int]K, len(ids))
	for key, id := range ids {
		keys[id] = key
	}
	return keys
}

func (l *stockLoader) recommendations(s *stock, states map[int]string, actions map[int]int) error {
	stored, err := l.tx.Ent.Recommendation.Query().WithRun().Where(recommendation.ReviewIDIn(l.ids...)).
		Order(ent.Asc(recommendation.FieldID)).All(l.ctx)
	if err != nil {
		return err
	}
	for _, r := range stored {
		e := &entry{kind: Recommendation, id: r.ID, uid: r.UID, review: l.reviews[r.ReviewID], text: r.Text,
			origin: rowPlace{r.Edges.Run.File, r.SourceRow}, tagIDs: map[string]int{}}
		if r.RecommendingStateID != nil {
			e.state = states[*r.RecommendingStateID]
		}
		if r.ActionCategoryID != nil {
			e.action = actions[*r.ActionCategoryID]
		}
		l.byID[Recommendation][r.ID] = e
		s.add(e)
	}
	return nil
}

func (l *stockLoader) pledges(s *stock, actions map[int]int) error {
	stored, err := l.tx.Ent.Pledge.Query().WithRun().Where(pledge.ReviewIDIn(l.ids...)).Order(ent.Asc(pledge.FieldID)).All(l.ctx)
	if err != nil {
		return err
	}
	for _, p := range stored {
		e := &entry{kind: Pledge, id: p.ID, uid: p.UID, review: l.reviews[p.ReviewID], text: p.Text,
			origin: rowPlace{p.Edges.Run.File, p.SourceRow}, tagIDs: map[string]int{}}
		if p.ActionCategoryID != nil {
			e.action = actions[*p.ActionCategoryID]
		}
		l.byID[Pledge][p.ID] = e
		s.add(e)
	}
	return nil
}

// issues reads the tags of the importing source: those of others are not its business.
func (l *stockLoader) issues(codes map[int]string) error {
	for _, of := range []predicate.IssueTag{
		issuetag.HasRecommendationWith(recommendation.ReviewIDIn(l.ids...)),
		issuetag.HasPledgeWith(pledge.ReviewIDIn(l.ids...)),
	} {
		tags, err := l.tx.Ent.IssueTag.Query().Where(issuetag.Source(l.source), of).All(l.ctx)
		if err != nil {
			return err
		}
		for _, t := range tags {
			var e *entry
			if t.PledgeID != nil {
				e = l.byID[Pledge][*t.PledgeID]
			} else {
				e = l.byID[Recommendation][*t.RecommendationID]
			}
			e.issues = append(e.issues, codes[t.IssueID])
			e.tagIDs[codes[t.IssueID]] = t.ID
		}
	}
	for _, byID := range l.byID {
		for _, e := range byID {
			slices.Sort(e.issues)
		}
	}
	return nil
}

// responses finds the latest word of the importing source on each recommendation.
// Where another source has spoken since, the same file again is still no news.
func (l *stockLoader) responses() error {
	events, err := l.tx.Ent.ResponseEvent.Query().WithRun().
		Where(responseevent.HasRecommendationWith(recommendation.ReviewIDIn(l.ids...))).
		Order(ent.Asc(responseevent.FieldID)).All(l.ctx)
	if err != nil {
		return err
	}
	type latest struct {
		own  bool
		date civil.Date
	}
	held := map[int]latest{}
	for _, event := range events {
		this := latest{event.Edges.Run.Source == l.source, event.Date}
		last, known := held[event.RecommendationID]
		if known && (last.own && !this.own || last.own == this.own && last.date > this.date) {
			continue
		}
		held[event.RecommendationID] = this
		l.byID[Recommendation][event.RecommendationID].response = Response(event.Response)
	}
	return nil
}
