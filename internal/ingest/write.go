package ingest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/upr-info/upr/ent/issuetag"
	"github.com/upr-info/upr/ent/pledge"
	"github.com/upr-info/upr/ent/recommendation"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/database"
)

// writer carries a plan out: the runs first, then new entries in bulk, then the
// changes of stored ones, then tags and responses of both.
type writer struct {
	ctx      context.Context
	tx       *database.Tx
	plan     *planner
	source   string
	now      time.Time
	progress func(done int)
	done     int
}

// chunk is how many rows are written between two looks at the clock and the context.
const chunk = 2000

func (w *writer) write(runs []*run) error {
	steps := []func() error{
		func() error { return w.runs(runs) },
		w.recommendations,
		w.pledges,
		w.changes,
		w.issueTags,
		w.responses,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// runs stores a run for each file that changes something.
func (w *writer) runs(runs []*run) error {
	runs = slices.DeleteFunc(slices.Clone(runs), func(r *run) bool { return r.file.changes() == 0 })
	ids, err := database.ReserveIDs(w.ctx, w.tx, "import_runs", len(runs))
	if err != nil {
		return err
	}
	var rows [][]any
	for i, r := range runs {
		r.id = ids[i]
		f := r.file
		rows = append(rows, []any{r.id, w.source, f.File, r.sha256, f.Summary, false, w.now, f.Rows,
			f.Recommendations.Added + f.Pledges.Added, f.Recommendations.Changed + f.Pledges.Changed,
			f.Recommendations.Unchanged + f.Pledges.Unchanged})
	}
	return database.Insert(w.ctx, w.tx, "import_runs", []string{"id", "source", "file", "sha256", "format",
		"synthetic", "imported_at", "rows_read", "added", "changed", "unchanged"}, rows)
}

func (w *writer) addedOf(kind Kind) (entries []*entry) {
	for _, e := range w.plan.added {
		if e.kind == kind {
			entries = append(entries, e)
		}
	}
	return entries
}

func (w *writer) recommendations() error {
	added := w.addedOf(Recommendation)
	if err := w.reserve("recommendations", added); err != nil {
		return err
	}
	rows := make([][]any, 0, len(added))
	for _, e := range added {
		rows = append(rows, []any{e.id, e.uid, e.run.id, e.origin.row, e.text, "", e.review.id,
			orNil(w.plan.calendar.states[e.state]), orNil(w.plan.calendar.actions[e.action])})
	}
	return w.insert("recommendations", []string{"id", "uid", "run_id", "source_row", "text", "number",
		"review_id", "recommending_state_id", "action_category_id"}, rows)
}

func (w *writer) pledges() error {
	added := w.addedOf(Pledge)
	if err := w.reserve("pledges", added); err != nil {
		return err
	}
	rows := make([][]any, 0, len(added))
	for _, e := range added {
		rows = append(rows, []any{e.id, e.uid, e.run.id, e.origin.row, e.text, e.review.id, orNil(w.plan.calendar.actions[e.action])})
	}
	return w.insert("pledges", []string{"id", "uid", "run_id", "source_row", "text", "review_id", "action_category_id"}, rows)
}

func (w *writer) reserve(table string, entries []*entry) error {
	ids, err := database.ReserveIDs(w.ctx, w.tx, table, len(entries))
	for i, id := range ids {
		entries[i].id = id
	}
	return err
}

// orNil stores what is not known, whose id is 0, as NULL.
func orNil(id int) any {
	if id == 0 {
		return nil
	}
	return id
}

// changes updates what the plan changed in stored entries, and nothing else of them.
func (w *writer) changes() error {
	for _, e := range w.plan.changed {
		if !e.textChanged && !e.actionChanged {
			continue
		}
		if err := w.update(e); err != nil {
			return fmt.Errorf("change %s: %w", e.uid, err)
		}
	}
	return nil
}

func (w *writer) update(e *entry) error {
	action := w.plan.calendar.actions[e.action]
	if e.kind == Pledge {
		u := w.tx.Ent.Pledge.Update().Where(pledge.ID(e.id)).SetText(e.text)
		if action == 0 {
			return u.ClearActionCategoryID().Exec(w.ctx)
		}
		return u.SetActionCategoryID(action).Exec(w.ctx)
	}
	u := w.tx.Ent.Recommendation.Update().Where(recommendation.ID(e.id)).SetText(e.text)
	if action == 0 {
		return u.ClearActionCategoryID().Exec(w.ctx)
	}
	return u.SetActionCategoryID(action).Exec(w.ctx)
}

// issueTags adds and removes tags of the importing source.
func (w *writer) issueTags() error {
	var rows [][]any
	var gone []int
	for _, e := range slices.Concat(w.plan.added, w.plan.changed) {
		for _, code := range e.issues {
			if e.tagIDs[code] == 0 {
				rows = append(rows, w.tagRow(e, code))
			}
		}
		for code, id := range e.tagIDs {
			if !slices.Contains(e.issues, code) {
				gone = append(gone, id)
			}
		}
	}
	for ids := range slices.Chunk(gone, chunk) {
		if _, err := w.tx.Ent.IssueTag.Delete().Where(issuetag.IDIn(ids...)).Exec(w.ctx); err != nil {
			return fmt.Errorf("remove issues: %w", err)
		}
	}
	return w.insert("issue_tags", []string{"recommendation_id", "pledge_id", "issue_id", "source", "method", "confidence"}, rows)
}

func (w *writer) tagRow(e *entry, code string) []any {
	var recommendationID, pledgeID any
	if e.kind == Pledge {
		pledgeID = e.id
	} else {
		recommendationID = e.id
	}
	return []any{recommendationID, pledgeID, w.plan.calendar.issues[code], w.source, string(issuetag.MethodCURATED), 1}
}

func (w *writer) responses() error {
	var rows [][]any
	for _, e := range slices.Concat(w.plan.added, w.plan.changed) {
		for _, event := range e.events {
			rows = append(rows, []any{string(event.response), event.word, dateOrNil(event.date), w.now, e.id, event.run.id})
		}
	}
	return w.insert("response_events", []string{"response", "source_word", "date", "recorded_at", "recommendation_id", "run_id"}, rows)
}

func dateOrNil(d civil.Date) any {
	if !d.Known() {
		return nil
	}
	return string(d)
}

// total is how many rows will be inserted.
func (p *planner) total() (n int) {
	n = len(p.added)
	for _, e := range slices.Concat(p.added, p.changed) {
		n += len(e.events)
		for _, code := range e.issues {
			if e.tagIDs[code] == 0 {
				n++
			}
		}
	}
	return n
}

func (w *writer) insert(table string, columns []string, rows [][]any) error {
	for part := range slices.Chunk(rows, chunk) {
		if err := database.Insert(w.ctx, w.tx, table, columns, part); err != nil {
			return err
		}
		w.done += len(part)
		w.progress(w.done)
	}
	return nil
}
