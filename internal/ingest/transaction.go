package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"entgo.io/ent/dialect"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
)

// inTransaction compares what was read with what is stored and writes the difference.
func (i *importer) inTransaction(tx *database.Tx, log *changelog.Log) error {
	if err := lock(i.ctx, tx); err != nil {
		return err
	}
	if err := refuseSynthetic(i.ctx, tx); err != nil {
		return err
	}
	calendar, err := loadCalendar(i.ctx, tx)
	if err != nil {
		return err
	}
	if calendar.empty() {
		return fault.Conflict("the database has no States, reviews or issues yet: run upr migrate first")
	}
	touched := i.resolve(calendar)
	if !i.report.OK() {
		return errRollBack // matching needs all rows: half a file would find the wrong partners
	}
	plan, err := i.plan(tx, calendar, touched)
	if err != nil {
		return err
	}
	if !i.report.OK() || len(plan.added)+len(plan.changed) == 0 {
		return errRollBack
	}
	if err := i.write(tx, plan); err != nil {
		return err
	}
	plan.touch(log)
	if i.opts.DryRun {
		return errRollBack
	}
	return nil
}

// lock keeps other imports and editors from changing what is being compared. On
// SQLite the transaction holds the only write lock from its beginning.
func lock(ctx context.Context, tx *database.Tx) error {
	if tx.Dialect != dialect.Postgres {
		return nil
	}
	_, err := tx.ExecContext(ctx, "LOCK TABLE recommendations, pledges, issue_tags, response_events IN SHARE ROW EXCLUSIVE MODE")
	if err != nil {
		return fmt.Errorf("wait for other writers: %w", err)
	}
	return nil
}

func (i *importer) resolve(c *calendar) map[int]*review {
	touched := map[int]*review{}
	for _, r := range i.runs {
		for _, row := range r.rows {
			found, reason := c.find(row.StateUnderReview, row.Session)
			if found == nil {
				i.report.refuse(r.file, &Refusal{File: row.File, Row: row.Number, Column: row.sessionColumn,
					Value: fmt.Sprint(row.Session), Reason: reason})
				continue
			}
			row.review, row.Issues = found, c.today(row.Issues)
			touched[found.id] = found
		}
	}
	return touched
}

// plan compares the files with what is stored.
func (i *importer) plan(tx *database.Tx, c *calendar, touched map[int]*review) (*planner, error) {
	groups, err := loadMemberships(i.ctx, tx)
	if err != nil {
		return nil, err
	}
	stored, err := loadStock(i.ctx, tx, c, i.opts.Source, touched)
	if err != nil {
		return nil, err
	}
	p := &planner{stock: stored, calendar: c, decisions: i.opts.Decisions,
		fitting: map[rowPlace]bool{}, idle: map[rowPlace]*entry{},
		today: civil.Of(i.opts.Now()), report: i.report}
	if err := p.readEdited(i.ctx, tx); err != nil {
		return nil, err
	}
	compared := 0
	for n, r := range i.runs {
		i.opts.Progress(Progress{"comparing", compared, int64(n), int64(len(i.runs))})
		r.noteDisagreements(groups)
		if err := p.take(i.ctx, r); err != nil {
			return nil, err
		}
		compared += len(r.rows)
	}
	p.decisions.refuseIdle(i.report, p.fitting, p.idle)
	return p, nil
}

func (i *importer) write(tx *database.Tx, p *planner) error {
	total := int64(p.total())
	w := &writer{ctx: i.ctx, tx: tx, plan: p, source: i.opts.Source, now: i.opts.Now().UTC(),
		progress: func(done int) { i.opts.Progress(Progress{"writing", done, int64(done), total}) }}
	return w.write(i.runs)
}

func (p *planner) readEdited(ctx context.Context, tx *database.Tx) error {
	recommendations, err := changelog.EditedOnDesk(ctx, tx, changelog.Recommendation)
	if err != nil {
		return err
	}
	pledges, err := changelog.EditedOnDesk(ctx, tx, changelog.Pledge)
	p.edited = map[Kind]map[int]bool{Recommendation: recommendations, Pledge: pledges}
	if err != nil {
		return err
	}
	return p.readFormer(ctx, tx)
}

// readFormer reads what the edited statements were before: a file that has not followed
// still says so.
func (p *planner) readFormer(ctx context.Context, tx *database.Tx) error {
	byUID := map[string]*entry{}
	for _, entries := range p.stock.groups {
		for _, e := range entries {
			if p.edited[e.kind][e.id] {
				byUID[e.uid] = e
			}
		}
	}
	p.stock.former = map[group]map[string][]*entry{}
	err := changelog.Seen(ctx, tx, slices.Sorted(maps.Keys(byUID)), func(uid, projection string) error {
		var was struct{ Text, RecommendingState string }
		if err := json.Unmarshal([]byte(projection), &was); err != nil {
			return fmt.Errorf("read what %s was: %w", uid, err)
		}
		e := byUID[uid]
		g, key := group{e.review, strings.TrimPrefix(was.RecommendingState, changelog.State+"_"), e.kind}, normalise(was.Text)
		if p.stock.former[g] == nil {
			p.stock.former[g] = map[string][]*entry{}
		}
		if !slices.Contains(p.stock.former[g][key], e) {
			p.stock.former[g][key] = append(p.stock.former[g][key], e)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read what edited statements were: %w", err)
	}
	return nil
}

// touch logs what the plan added and changed.
func (p *planner) touch(log *changelog.Log) {
	kind := map[Kind]string{Recommendation: changelog.Recommendation, Pledge: changelog.Pledge}
	for _, e := range p.added {
		log.Touch(kind[e.kind], changelog.Create, e.id)
	}
	for _, e := range p.changed {
		log.Touch(kind[e.kind], changelog.Correct, e.id)
	}
}

// refuseSynthetic keeps real recommendations out of a sample: figures over both would
// be quoted as real ones.
func refuseSynthetic(ctx context.Context, tx *database.Tx) error {
	var runs int
	if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM import_runs WHERE synthetic").Scan(&runs); err != nil {
		return fmt.Errorf("look for synthetic data: %w", err)
	}
	if runs > 0 {
		return fault.Conflict("the database holds the synthetic sample: import into another one, named by UPR_DATABASE_URL")
	}
	return nil
}
