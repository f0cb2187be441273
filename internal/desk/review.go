package desk

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/document"
	"github.com/upr-info/upr/ent/review"
	"github.com/upr-info/upr/ent/session"
	"github.com/upr-info/upr/ent/state"
	"github.com/upr-info/upr/ent/troikamember"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/viewer"
)

// ReviewField is a date of a review that may be unknown.
type ReviewField string

const (
	ReviewDate          ReviewField = "DATE"
	ReviewReportAdopted ReviewField = "REPORT_ADOPTED"
)

// CreateReviewInput describes a review that is not in the record yet.
type CreateReviewInput struct {
	State               string
	Cycle, Session      int
	Date, ReportAdopted *civil.Date
	Source              string
	Troika              []string
	Reason              string
}

// CorrectReviewInput says what changes in a review; what is nil stays.
type CorrectReviewInput struct {
	ID                  string
	Revision            int
	Session             *int
	Date, ReportAdopted *civil.Date
	Clear               []ReviewField
	Source              *string
	Troika              []string
	Reason              string
}

// ReviewPayload has the review as the desk has it.
type ReviewPayload struct {
	Outcome
	Review *ReviewDraft
}

// CreateReview adds a review as a draft.
func (d *Desk) CreateReview(ctx context.Context, input CreateReviewInput) (*ReviewPayload, error) {
	id := fmt.Sprintf("rev_%s_%d", input.State, input.Cycle)
	return d.changeReview(ctx, id, input.Reason, func(c *change) error { return c.createReview(id, input) })
}

// CorrectReview changes what is said of a review.
func (d *Desk) CorrectReview(ctx context.Context, input CorrectReviewInput) (*ReviewPayload, error) {
	return d.changeReview(ctx, input.ID, input.Reason, func(c *change) error { return c.correctReview(input) })
}

// PublishReview shows a draft to readers.
func (d *Desk) PublishReview(ctx context.Context, input StepInput) (*ReviewPayload, error) {
	return d.changeReview(ctx, input.ID, input.Reason, func(c *change) error {
		return c.take(publishing, changelog.Review, review.Table, input, nil)
	})
}

// WithdrawReview hides a review from readers. One that has published recommendations or
// pledges is not withdrawn: they would have none.
func (d *Desk) WithdrawReview(ctx context.Context, input StepInput) (*ReviewPayload, error) {
	return d.changeReview(ctx, input.ID, input.Reason, func(c *change) error {
		return c.take(withdrawing, changelog.Review, review.Table, input, c.refuseWithStatements)
	})
}

// RestoreReview shows a withdrawn review again.
func (d *Desk) RestoreReview(ctx context.Context, input StepInput) (*ReviewPayload, error) {
	return d.changeReview(ctx, input.ID, input.Reason, func(c *change) error {
		return c.take(restoring, changelog.Review, review.Table, input, nil)
	})
}

func (c *change) refuseWithStatements(row int) error {
	n, err := c.count(`SELECT (SELECT COUNT(*) FROM recommendations WHERE review_id = $1 AND status = 'PUBLISHED')
		+ (SELECT COUNT(*) FROM pledges WHERE review_id = $1 AND status = 'PUBLISHED')`, row)
	if err != nil || n == 0 {
		return err
	}
	return fault.Conflict("the review has %d published recommendations and pledges: withdraw these first", n)
}

// changeReview makes a change and reads the review as it then is.
func (d *Desk) changeReview(ctx context.Context, id, reason string, fn func(c *change) error) (*ReviewPayload, error) {
	out, err := outcome(d.change(ctx, reason, fn, viewer.Editor))
	if err != nil || out.refused() {
		return &ReviewPayload{Outcome: out}, err
	}
	draft, err := d.Review(ctx, id)
	return &ReviewPayload{out, draft}, err
}

func (c *change) createReview(id string, input CreateReviewInput) error {
	under, err := c.state("state", input.State)
	if err != nil {
		return err
	}
	if !under.UnMember {
		return fault.Invalid("state", "%s is not a member of the United Nations, and not reviewed", under.Iso3)
	}
	held, err := c.session(input.Session)
	if err != nil {
		return err
	}
	if held.Cycle != input.Cycle {
		return fault.Invalid("cycle", "session %d belongs to cycle %d", held.Number, held.Cycle)
	}
	if n, err := c.count(`SELECT COUNT(*) FROM reviews WHERE state_id = $1 AND cycle = $2`, under.ID, input.Cycle); err != nil || n > 0 {
		if err != nil {
			return err
		}
		return fault.Invalid("cycle", "%s exists already: correct or restore it", id)
	}
	source, err := requireText("source", input.Source)
	if err != nil {
		return err
	}
	create := c.Ent.Review.Create().SetState(under).SetSession(held).SetCycle(input.Cycle).SetListSource(source).SetStatus(review.StatusDRAFT)
	if input.Date != nil {
		create.SetDate(*input.Date).SetDateSource(source)
	}
	if input.ReportAdopted != nil {
		create.SetReportAdopted(*input.ReportAdopted)
	}
	if err := checkDates(input.Date, input.ReportAdopted, held); err != nil {
		return err
	}
	made, err := create.Save(c.ctx)
	if err != nil {
		return fmt.Errorf("create a review: %w", err)
	}
	c.log.Touch(changelog.Review, changelog.Create, made.ID)
	return c.setTroika(made.ID, under, input.Troika)
}

func (c *change) correctReview(input CorrectReviewInput) error {
	for field, given := range map[ReviewField]bool{ReviewDate: input.Date != nil, ReviewReportAdopted: input.ReportAdopted != nil} {
		if given && slices.Contains(input.Clear, field) {
			return fault.Invalid("clear", "%s is given and cleared at once: do one of them", field)
		}
	}
	row, err := c.log.Take(changelog.Review, input.ID, int64(input.Revision))
	if err != nil {
		return err
	}
	r, err := c.Ent.Review.Query().Where(review.ID(row)).WithState().WithSession().Only(c.ctx)
	if err != nil {
		return fmt.Errorf("read a review: %w", err)
	}
	held := r.Edges.Session
	update := r.Update()
	if input.Session != nil {
		if held, err = c.session(*input.Session); err != nil {
			return err
		}
		if held.Cycle != r.Cycle {
			return fault.Invalid("session", "session %d belongs to cycle %d, the review to cycle %d", held.Number, held.Cycle, r.Cycle)
		}
		update.SetSession(held)
	}
	if input.Source != nil {
		source, err := requireText("source", *input.Source)
		if err != nil {
			return err
		}
		update.SetListSource(source).SetDateSource(source)
	}
	if slices.Contains(input.Clear, ReviewDate) {
		update.ClearDate()
	} else if input.Date != nil {
		update.SetDate(*input.Date)
	}
	if slices.Contains(input.Clear, ReviewReportAdopted) {
		update.ClearReportAdopted()
	} else if input.ReportAdopted != nil {
		update.SetReportAdopted(*input.ReportAdopted)
	}
	if err := checkDates(input.Date, input.ReportAdopted, held); err != nil {
		return err
	}
	if err := update.Exec(c.ctx); err != nil {
		return fmt.Errorf("correct a review: %w", err)
	}
	c.log.Touch(changelog.Review, changelog.Correct, row)
	if input.Troika == nil {
		return nil
	}
	return c.setTroika(row, r.Edges.State, input.Troika)
}

// checkDates refuses days that cannot be: a dialogue is held within its session.
func checkDates(date, adopted *civil.Date, held *ent.Session) error {
	if date != nil && held.StartDate.Known() && held.EndDate.Known() && (*date < held.StartDate || *date > held.EndDate) {
		return fault.Invalid("date", "session %d lasts from %s to %s", held.Number, held.StartDate, held.EndDate)
	}
	if adopted != nil && held.StartDate.Known() && *adopted < held.StartDate {
		return fault.Invalid("reportAdopted", "is before session %d begins, on %s", held.Number, held.StartDate)
	}
	return nil
}

// setTroika replaces the three States that act as rapporteurs; none where not known.
func (c *change) setTroika(row int, under *ent.State, codes []string) error {
	if len(codes) != 0 && len(codes) != 3 {
		return fault.Invalid("troika", "names %d States: a troika has three, or is not known", len(codes))
	}
	if _, err := c.Ent.TroikaMember.Delete().Where(troikamember.ReviewID(row)).Exec(c.ctx); err != nil {
		return fmt.Errorf("replace a troika: %w", err)
	}
	for i, code := range codes {
		member, err := c.state("troika", code)
		if err != nil {
			return err
		}
		if member.ID == under.ID || slices.Contains(codes[:i], code) {
			return fault.Invalid("troika", "%s cannot be in it, or twice", code)
		}
		if err := c.Ent.TroikaMember.Create().SetReviewID(row).SetState(member).SetPosition(i + 1).Exec(c.ctx); err != nil {
			return fmt.Errorf("replace a troika: %w", err)
		}
	}
	return nil
}

// state finds a State by its code; field is the input that names it.
func (c *change) state(field, code string) (*ent.State, error) {
	found, err := c.Ent.State.Query().Where(state.Iso3(code)).Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil, fault.Invalid(field, "%q is no State's ISO 3166-1 alpha-3 code, as in EGY", code)
	}
	return found, err
}

func (c *change) session(number int) (*ent.Session, error) {
	found, err := c.Ent.Session.Query().Where(session.Number(number)).Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil, fault.Invalid("session", "there is no session %d", number)
	}
	return found, err
}

// DocumentInput names a document of a review. Replaces names the one that it corrects.
type DocumentInput struct {
	Review   string
	Revision int
	Type     record.DocumentType
	Symbol   string
	Replaces *DocumentName
	Reason   string
}

// DocumentName tells documents of one review apart.
type DocumentName struct {
	Type   record.DocumentType
	Symbol string
}

// SaveDocument adds a document to a review, or corrects one, or brings back a withdrawn one.
func (d *Desk) SaveDocument(ctx context.Context, input DocumentInput) (*ReviewPayload, error) {
	return d.changeReview(ctx, input.Review, input.Reason, func(c *change) error { return c.saveDocument(input) })
}

// WithdrawDocument hides a document from readers.
func (d *Desk) WithdrawDocument(ctx context.Context, input DocumentInput) (*ReviewPayload, error) {
	return d.changeReview(ctx, input.Review, input.Reason, func(c *change) error {
		row, err := c.takeReviewOf(input)
		if err != nil {
			return err
		}
		return c.rewriteDocument(row, DocumentName{input.Type, input.Symbol}, func(u *ent.DocumentUpdate) { u.SetStatus(document.StatusWITHDRAWN) })
	})
}

func (c *change) takeReviewOf(input DocumentInput) (row int, err error) {
	if row, err = c.log.Take(changelog.Review, input.Review, int64(input.Revision)); err == nil {
		c.log.Touch(changelog.Review, changelog.Correct, row)
	}
	return row, err
}

// symbolForm is how the United Nations write symbols; it also stands in addresses.
var symbolForm = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*(/[A-Za-z0-9][A-Za-z0-9.() -]*)+$`)

func (c *change) saveDocument(input DocumentInput) error {
	row, err := c.takeReviewOf(input)
	if err != nil {
		return err
	}
	symbol, err := requireText("symbol", input.Symbol)
	if err != nil {
		return err
	}
	if !symbolForm.MatchString(symbol) {
		return fault.Invalid("symbol", "%q is no symbol of a document, as in A/HRC/WG.6/34/EGY/1", symbol)
	}
	same := document.And(document.ReviewID(row), document.TypeEQ(document.Type(input.Type)), document.Symbol(symbol))
	exists, err := c.Ent.Document.Query().Where(same).Exist(c.ctx)
	switch {
	case err != nil:
		return fmt.Errorf("look for a document: %w", err)
	case input.Replaces != nil && exists && *input.Replaces != (DocumentName{input.Type, symbol}):
		return fault.Invalid("symbol", "the review has this document already: withdraw the other one")
	case input.Replaces != nil:
		return c.rewriteDocument(row, *input.Replaces, func(u *ent.DocumentUpdate) {
			u.SetType(document.Type(input.Type)).SetSymbol(symbol).SetStatus(document.StatusPUBLISHED)
		})
	case exists:
		return c.rewriteDocument(row, DocumentName{input.Type, symbol}, func(u *ent.DocumentUpdate) { u.SetStatus(document.StatusPUBLISHED) })
	}
	if err := c.Ent.Document.Create().SetReviewID(row).SetType(document.Type(input.Type)).SetSymbol(symbol).Exec(c.ctx); err != nil {
		return fmt.Errorf("add a document: %w", err)
	}
	return nil
}

func (c *change) rewriteDocument(row int, name DocumentName, set func(*ent.DocumentUpdate)) error {
	update := c.Ent.Document.Update().Where(document.ReviewID(row), document.TypeEQ(document.Type(name.Type)), document.Symbol(name.Symbol))
	set(update)
	n, err := update.Save(c.ctx)
	if err != nil {
		return fmt.Errorf("change a document: %w", err)
	}
	if n == 0 {
		return fault.Invalid("symbol", "the review has no document %s of this type", name.Symbol)
	}
	return nil
}
