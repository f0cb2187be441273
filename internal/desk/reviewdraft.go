package desk

import (
	"context"
	"fmt"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/document"
	"github.com/upr-info/upr/ent/review"
	"github.com/upr-info/upr/ent/state"
	"github.com/upr-info/upr/ent/troikamember"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/viewer"
)

// ReviewDraft is a review as the desk has it, published or not.
type ReviewDraft struct {
	row      *ent.Review
	id       string
	revision int64
	snapshot *record.Snapshot
}

// Review returns a review as the desk has it; nil where there is none.
func (d *Desk) Review(ctx context.Context, id string) (*ReviewDraft, error) {
	if err := policy.Require(ctx, viewer.Editor, viewer.Publisher); err != nil {
		return nil, err
	}
	var code string
	var cycle int
	if _, err := fmt.Sscanf(id, "rev_%3s_%d", &code, &cycle); err != nil || id != fmt.Sprintf("rev_%s_%d", code, cycle) {
		return nil, nil //nolint:nilnil,nilerr // no review has such an id
	}
	row, err := d.db.Ent.Review.Query().Where(review.Cycle(cycle), review.HasStateWith(state.Iso3(code))).WithState().WithSession().
		WithDocuments(func(q *ent.DocumentQuery) { q.Order(document.ByID()) }).
		WithTroika(func(q *ent.TroikaMemberQuery) { q.Order(troikamember.ByPosition()).WithState() }).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // the field is null
	}
	if err != nil {
		return nil, fmt.Errorf("read a review: %w", err)
	}
	revision, err := changelog.Revision(ctx, d.db.SQL, id)
	return &ReviewDraft{row, id, revision, d.record.Snapshot()}, err
}

// ReviewDrafts returns reviews that readers do not see, by State and cycle: those that are not
// published yet, or those that were withdrawn.
func (d *Desk) ReviewDrafts(ctx context.Context, status Status) ([]ReviewDraft, error) {
	if err := requireUnseen(ctx, status); err != nil {
		return nil, err
	}
	rows, err := d.db.Ent.Review.Query().Where(review.StatusEQ(review.Status(status))).WithState().
		Order(review.ByStateField(state.FieldIso3), review.ByCycle()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list reviews: %w", err)
	}
	drafts := make([]ReviewDraft, 0, len(rows))
	for _, row := range rows {
		draft, err := d.Review(ctx, fmt.Sprintf("rev_%s_%d", row.Edges.State.Iso3, row.Cycle))
		if err != nil {
			return nil, err
		}
		if draft != nil && draft.Status() == status { // not published meanwhile
			drafts = append(drafts, *draft)
		}
	}
	return drafts, nil
}

// ID is the one that readers know as well.
func (r *ReviewDraft) ID() string { return r.id }

// Revision is what the next change names.
func (r *ReviewDraft) Revision() int { return int(r.revision) }

// Status says whether readers see it.
func (r *ReviewDraft) Status() Status { return Status(r.row.Status) }

// State is the State under review.
func (r *ReviewDraft) State() *record.State { return r.snapshot.State(r.row.Edges.State.Iso3) }

// Cycle is the number of the cycle.
func (r *ReviewDraft) Cycle() int { return r.row.Cycle }

// Session holds the review.
func (r *ReviewDraft) Session() *record.Session {
	return r.snapshot.Session(r.row.Edges.Session.Number)
}

// Date is the day of the dialogue, nil where not known.
func (r *ReviewDraft) Date() *civil.Date { return knownDate(r.row.Date) }

// ReportAdopted is the day of the adoption, nil where not known.
func (r *ReviewDraft) ReportAdopted() *civil.Date { return knownDate(r.row.ReportAdopted) }

// Source says who says so.
func (r *ReviewDraft) Source() string { return r.row.ListSource }

// Troika are the rapporteurs, none where not known.
func (r *ReviewDraft) Troika() []record.State {
	states := []record.State{}
	for _, member := range r.row.Edges.Troika {
		if s := r.snapshot.State(member.Edges.State.Iso3); s != nil {
			states = append(states, *s)
		}
	}
	return states
}

// DocumentDraft is a document as the desk has it.
type DocumentDraft struct {
	Type   record.DocumentType
	Symbol string
	Status Status
}

// Documents are all of the review's, withdrawn ones as well.
func (r *ReviewDraft) Documents() []DocumentDraft {
	drafts := make([]DocumentDraft, len(r.row.Edges.Documents))
	for i, row := range r.row.Edges.Documents {
		drafts[i] = DocumentDraft{record.DocumentType(row.Type), row.Symbol, Status(row.Status)}
	}
	return drafts
}

// Published is the review as readers see it, nil where they do not.
func (r *ReviewDraft) Published() *record.Review {
	return r.snapshot.Review(r.row.Edges.State.Iso3, r.row.Cycle)
}

func knownDate(d civil.Date) *civil.Date {
	if !d.Known() {
		return nil
	}
	return &d
}
