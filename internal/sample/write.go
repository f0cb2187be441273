package sample

import (
	"context"
	"fmt"

	"github.com/upr-info/upr/ent/affectedgrouptag"
	"github.com/upr-info/upr/ent/issuetag"
	"github.com/upr-info/upr/ent/pledge"
	entrecommendation "github.com/upr-info/upr/ent/recommendation"
	"github.com/upr-info/upr/ent/responseevent"
	"github.com/upr-info/upr/ent/sdgtag"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/database"
)

// source names the sample wherever the record says who says so.
const source = "Synthetic sample"

// batch is how many recommendations or pledges are held before they are written.
const batch = 4000

// writer puts statements into the tables, in bulk.
type writer struct {
	tx             *database.Tx
	world          *world
	seed           uint64
	run            int
	recIDs, plgIDs []int // reserved ids
	recs, plgs     int   // how many of them are used
	waiting        int
	rows           map[string][][]any // by table
	progress       func(done int)
}

// columns of the tables that are written, rows that are pointed at first.
var columns = []struct {
	table string
	names []string
}{
	{entrecommendation.Table, []string{"id", "uid", "text", "number", "review_id", "recommending_state_id",
		"action_category_id", "run_id", "source_row"}},
	{pledge.Table, []string{"id", "uid", "text", "review_id", "action_category_id", "run_id", "source_row"}},
	{responseevent.Table, []string{"recommendation_id", "response", "source_word", "date", "recorded_at", "document_id", "run_id"}},
	{issuetag.Table, []string{"recommendation_id", "pledge_id", "issue_id", "source", "method", "confidence"}},
	{sdgtag.Table, []string{"recommendation_id", "pledge_id", "target_id", "source", "method", "confidence"}},
	{affectedgrouptag.Table, []string{"recommendation_id", "pledge_id", "group_id", "source", "method", "confidence"}},
}

func newWriter(ctx context.Context, tx *database.Tx, w *world, s Summary, opts Options) (*writer, error) {
	total := s.Recommendations + s.Pledges
	out := &writer{tx: tx, world: w, seed: s.Seed, rows: map[string][][]any{},
		progress: func(done int) { opts.Progress(done, total) }}
	run, err := tx.Ent.ImportRun.Create().
		SetSource(source).SetFile(fmt.Sprintf("sample (seed %d)", s.Seed)).SetSha256("").
		SetFormat("made by upr sample").SetSynthetic(true).SetImportedAt(opts.Now().UTC()).
		SetRowsRead(total).SetAdded(total).SetChanged(0).SetUnchanged(0).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("record the run: %w", err)
	}
	out.run = run.ID
	if out.recIDs, err = database.ReserveIDs(ctx, tx, entrecommendation.Table, s.Recommendations); err != nil {
		return nil, err
	}
	out.plgIDs, err = database.ReserveIDs(ctx, tx, pledge.Table, s.Pledges)
	return out, err
}

func (out *writer) recommendations(ctx context.Context, rv review, recs []recommendation) error {
	for _, rec := range recs {
		id := out.recIDs[out.recs]
		out.add(entrecommendation.Table, id, uid("rec", out.seed, out.recs), rec.text, rec.number, rv.id,
			out.state(rec.from), out.world.categories[rec.action.number], out.run, out.recs+1)
		for _, r := range rec.responses {
			out.response(rv, id, r)
		}
		out.tags(rec.statement, id, nil)
		out.recs++
		if err := out.flushIfFull(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (out *writer) pledge(ctx context.Context, rv review, s statement) error {
	id := out.plgIDs[out.plgs]
	out.add(pledge.Table, id, uid("plg", out.seed, out.plgs), s.text, rv.id,
		out.world.categories[s.action.number], out.run, out.recs+out.plgs+1)
	out.tags(s, nil, id)
	out.plgs++
	return out.flushIfFull(ctx)
}

// response is recorded on its own day: the clock must not show in the data.
func (out *writer) response(rv review, recommendation int, r response) {
	var document any
	if r.atAdoption && rv.report != nil {
		document = *rv.report
	}
	out.add(responseevent.Table, recommendation, string(r.position), r.word,
		string(civil.Of(r.date)), r.date, document, out.run)
}

func (out *writer) tags(s statement, recommendation, pledge any) {
	for _, code := range s.issues {
		out.add(issuetag.Table, recommendation, pledge, out.world.issues[code],
			source, string(issuetag.MethodCURATED), 1.0)
	}
	for _, link := range s.targets {
		out.add(sdgtag.Table, recommendation, pledge, out.world.targets[link.code],
			source, string(sdgtag.MethodMODEL), float64(link.confidence)/100)
	}
	for _, code := range s.groups {
		out.add(affectedgrouptag.Table, recommendation, pledge, out.world.groups[code],
			source, string(affectedgrouptag.MethodRULE), 1.0)
	}
}

func (out *writer) state(iso3 string) any {
	if iso3 == "" {
		return nil
	}
	return out.world.states[iso3]
}

func (out *writer) add(table string, row ...any) { out.rows[table] = append(out.rows[table], row) }

func (out *writer) flushIfFull(ctx context.Context) error {
	if out.waiting++; out.waiting < batch {
		return nil
	}
	return out.flush(ctx)
}

func (out *writer) flush(ctx context.Context) error {
	for _, c := range columns {
		if err := database.Insert(ctx, out.tx, c.table, c.names, out.rows[c.table]); err != nil {
			return err
		}
		out.rows[c.table] = out.rows[c.table][:0]
	}
	out.waiting = 0
	out.progress(out.recs + out.plgs)
	return nil
}
