package sample

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/document"
	entreview "github.com/upr-info/upr/ent/review"
	"github.com/upr-info/upr/ent/session"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
)

// lastSession is the latest session that the sample covers.
const lastSession = 52

// world is the reference data that the synthetic rows point at. Ids differ between
// databases, so everything is made from codes and looked up when it is written.
type world struct {
	reviews                         []review // by session, then by State
	states, issues, targets, groups map[string]int
	categories                      map[int]int
}

type review struct {
	id, session, cycle int
	state              string // ISO3
	adopted            time.Time
	report             *int // the Working Group report, where there is one
}

func readWorld(ctx context.Context, tx *database.Tx) (*world, error) {
	w := &world{}
	for _, read := range []func(context.Context, *ent.Client) error{w.readReviews, w.readVocabularies} {
		if err := read(ctx, tx.Ent); err != nil {
			return nil, fmt.Errorf("read the reference data: %w", err)
		}
	}
	if len(w.reviews) == 0 {
		return nil, fault.Conflict("the database has no reviews to make recommendations for: run upr migrate first")
	}
	return w, nil
}

func (w *world) readReviews(ctx context.Context, client *ent.Client) error {
	rows, err := client.Review.Query().
		Where(entreview.HasSessionWith(session.NumberLTE(lastSession))).
		WithState().WithSession().
		WithDocuments(func(q *ent.DocumentQuery) {
			q.Where(document.TypeEQ(document.TypeWORKING_GROUP_REPORT)).Order(document.BySymbol())
		}).All(ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		r := review{id: row.ID, session: row.Edges.Session.Number, cycle: row.Cycle, state: row.Edges.State.Iso3}
		if r.adopted, err = adoption(row); err != nil {
			return err
		}
		if documents := row.Edges.Documents; len(documents) > 0 {
			r.report = &documents[0].ID
		}
		w.reviews = append(w.reviews, r)
	}
	slices.SortFunc(w.reviews, func(a, b review) int {
		return cmp.Or(cmp.Compare(a.session, b.session), cmp.Compare(a.state, b.state), cmp.Compare(a.cycle, b.cycle))
	})
	return nil
}

// adoption is the day on which the Working Group adopted the report, or the last day
// of the session, and never before the review itself.
func adoption(row *ent.Review) (time.Time, error) {
	day := row.ReportAdopted
	if !day.Known() {
		day = row.Edges.Session.EndDate
	}
	day = max(day, row.Date)
	if !day.Known() {
		return time.Time{}, fmt.Errorf("session %d has no dates", row.Edges.Session.Number)
	}
	return time.Parse(time.DateOnly, string(day))
}

func (w *world) readVocabularies(ctx context.Context, client *ent.Client) error {
	states, err := client.State.Query().All(ctx)
	if err != nil {
		return err
	}
	w.states = idsBy(states, func(s *ent.State) (string, int) { return s.Iso3, s.ID })
	issues, err := client.Issue.Query().All(ctx)
	if err != nil {
		return err
	}
	w.issues = idsBy(issues, func(i *ent.Issue) (string, int) { return i.Code, i.ID })
	targets, err := client.SDGTarget.Query().All(ctx)
	if err != nil {
		return err
	}
	w.targets = idsBy(targets, func(t *ent.SDGTarget) (string, int) { return t.Code, t.ID })
	groups, err := client.AffectedGroup.Query().All(ctx)
	if err != nil {
		return err
	}
	w.groups = idsBy(groups, func(g *ent.AffectedGroup) (string, int) { return g.Code, g.ID })
	categories, err := client.ActionCategory.Query().All(ctx)
	w.categories = idsBy(categories, func(c *ent.ActionCategory) (int, int) { return c.Number, c.ID })
	return err
}

func idsBy[T any, K comparable](rows []T, key func(T) (K, int)) map[K]int {
	ids := make(map[K]int, len(rows))
	for _, row := range rows {
		k, id := key(row)
		ids[k] = id
	}
	return ids
}

// check refuses reference data that lacks something the sample speaks of.
func (w *world) check(m *model) error {
	for _, iso3 := range m.recommending {
		if err := known(w.states, "State", iso3); err != nil {
			return err
		}
	}
	for _, a := range m.actions {
		if err := known(w.categories, "action category", a.number); err != nil {
			return err
		}
	}
	for _, i := range m.issues {
		if err := known(w.issues, "issue", i.code); err != nil {
			return err
		}
		if err := known(w.targets, "SDG target", i.targets...); err != nil {
			return err
		}
		if err := known(w.groups, "affected group", i.groups...); err != nil {
			return err
		}
	}
	return nil
}

func known[K comparable](ids map[K]int, kind string, keys ...K) error {
	for _, key := range keys {
		if _, ok := ids[key]; !ok {
			return fmt.Errorf("the reference data lacks the %s %v", kind, key)
		}
	}
	return nil
}
