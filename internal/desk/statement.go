package desk

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/actioncategory"
	"github.com/upr-info/upr/ent/importrun"
	"github.com/upr-info/upr/ent/pledge"
	"github.com/upr-info/upr/ent/recommendation"
	"github.com/upr-info/upr/ent/review"
	"github.com/upr-info/upr/ent/state"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// Recommendations and pledges are edited alike: a pledge is a statement that no other State
// made and that has no response.

// tableOf says where the things with a prefix are kept.
var tableOf = map[string]string{changelog.Recommendation: recommendation.Table, changelog.Pledge: pledge.Table}

// StatementField is what may turn out not to be known.
type StatementField string

const (
	NumberField            StatementField = "NUMBER"
	RecommendingStateField StatementField = "RECOMMENDING_STATE"
	ActionCategoryField    StatementField = "ACTION_CATEGORY"
)

// CreateRecommendationInput describes a recommendation that is not in the record yet.
type CreateRecommendationInput struct {
	Review, Text              string
	Number, RecommendingState *string
	ActionCategory            *int
	Issues                    []string
	Response                  ResponseInput
	Source, Reason            string
}

// CreatePledgeInput describes a pledge that is not in the record yet.
type CreatePledgeInput struct {
	Review, Text   string
	ActionCategory *int
	Issues         []string
	Source, Reason string
}

// CorrectStatementInput says what changes; what is nil stays.
type CorrectStatementInput struct {
	ID                              string
	Revision                        int
	Text, Number, RecommendingState *string
	ActionCategory                  *int
	Clear                           []StatementField
	Reason                          string
}

// StatementPayload has the recommendation or pledge as the desk has it.
type StatementPayload struct {
	Outcome
	Statement *StatementDraft
}

// CreateRecommendation adds one, as a draft.
func (d *Desk) CreateRecommendation(ctx context.Context, input CreateRecommendationInput) (*StatementPayload, error) {
	id := newID(changelog.Recommendation)
	return d.changeStatement(ctx, id, input.Reason, func(c *change) error { return c.createRecommendation(id, input) })
}

// CreatePledge adds one, as a draft.
func (d *Desk) CreatePledge(ctx context.Context, input CreatePledgeInput) (*StatementPayload, error) {
	id := newID(changelog.Pledge)
	return d.changeStatement(ctx, id, input.Reason, func(c *change) error { return c.createPledge(id, input) })
}

// CorrectStatement changes what a recommendation or pledge says.
func (d *Desk) CorrectStatement(ctx context.Context, input CorrectStatementInput) (*StatementPayload, error) {
	return d.changeStatement(ctx, input.ID, input.Reason, func(c *change) error { return c.correctStatement(input) })
}

// PublishStatement shows a draft to readers.
func (d *Desk) PublishStatement(ctx context.Context, input StepInput) (*StatementPayload, error) {
	return d.stepStatement(ctx, publishing, input)
}

// WithdrawStatement hides one from readers.
func (d *Desk) WithdrawStatement(ctx context.Context, input StepInput) (*StatementPayload, error) {
	return d.stepStatement(ctx, withdrawing, input)
}

// RestoreStatement shows a withdrawn one again.
func (d *Desk) RestoreStatement(ctx context.Context, input StepInput) (*StatementPayload, error) {
	return d.stepStatement(ctx, restoring, input)
}

func (d *Desk) stepStatement(ctx context.Context, s step, input StepInput) (*StatementPayload, error) {
	return d.changeStatement(ctx, input.ID, input.Reason, func(c *change) error {
		kind, err := kindOf(input.ID)
		if err != nil {
			return err
		}
		var check func(int) error
		if s.to == Published {
			check = func(row int) error { return c.requirePublishedReview(kind, row) }
		}
		return c.take(s, kind, tableOf[kind], input, check)
	})
}

// changeStatement makes a change and reads the statement as it then is.
func (d *Desk) changeStatement(ctx context.Context, id, reason string, fn func(c *change) error) (*StatementPayload, error) {
	out, err := outcome(d.change(ctx, reason, fn, viewer.Editor))
	if err != nil || out.refused() {
		return &StatementPayload{Outcome: out}, err
	}
	draft, err := d.Statement(ctx, id)
	return &StatementPayload{out, draft}, err
}

// newID is random: what is entered by hand has no file that it could be told by.
func newID(kind string) string { return kind + "_" + strings.ToLower(rand.Text()[:16]) }

func kindOf(id string) (string, error) {
	kind, _, _ := strings.Cut(id, "_")
	if _, known := tableOf[kind]; !known {
		return "", fault.Invalid("id", "%s is the id of no recommendation or pledge", id)
	}
	return kind, nil
}

func (c *change) requirePublishedReview(kind string, row int) error {
	n, err := c.count(`SELECT COUNT(*) FROM reviews WHERE status = 'PUBLISHED' AND id = (SELECT review_id FROM `+tableOf[kind]+` WHERE id = $1)`, row)
	if err == nil && n == 0 {
		err = fault.Conflict("its review is not published: publish the review first")
	}
	return err
}

func (c *change) createRecommendation(id string, input CreateRecommendationInput) error {
	held, run, text, err := c.begin(input.Review, input.Text, input.Source)
	if err != nil {
		return err
	}
	create := c.Ent.Recommendation.Create().SetUID(id).SetText(text).SetReview(held).SetRunID(run).SetSourceRow(0).SetStatus(recommendation.StatusDRAFT)
	if input.Number != nil {
		number, err := checkLine("number", *input.Number)
		if err != nil {
			return err
		}
		create.SetNumber(number)
	}
	if input.RecommendingState != nil {
		from, err := c.recommending(*input.RecommendingState, held)
		if err != nil {
			return err
		}
		create.SetRecommendingState(from)
	}
	if input.ActionCategory != nil {
		category, err := c.action(*input.ActionCategory)
		if err != nil {
			return err
		}
		create.SetActionCategory(category)
	}
	made, err := create.Save(c.ctx)
	if err != nil {
		return fmt.Errorf("create a recommendation: %w", err)
	}
	c.log.Touch(changelog.Recommendation, changelog.Create, made.ID)
	if err := c.addResponse(made.ID, run, input.Response); err != nil {
		return err
	}
	return c.tagIssues(changelog.Recommendation, made.ID, input.Issues)
}

func (c *change) createPledge(id string, input CreatePledgeInput) error {
	held, run, text, err := c.begin(input.Review, input.Text, input.Source)
	if err != nil {
		return err
	}
	create := c.Ent.Pledge.Create().SetUID(id).SetText(text).SetReview(held).SetRunID(run).SetSourceRow(0).SetStatus(pledge.StatusDRAFT)
	if input.ActionCategory != nil {
		category, err := c.action(*input.ActionCategory)
		if err != nil {
			return err
		}
		create.SetActionCategory(category)
	}
	made, err := create.Save(c.ctx)
	if err != nil {
		return fmt.Errorf("create a pledge: %w", err)
	}
	c.log.Touch(changelog.Pledge, changelog.Create, made.ID)
	return c.tagIssues(changelog.Pledge, made.ID, input.Issues)
}

// begin checks what recommendations and pledges have in common, and says whose data it is.
func (c *change) begin(reviewID, text, source string) (held *ent.Review, run int, clean string, err error) {
	if held, err = c.review(reviewID); err != nil {
		return nil, 0, "", err
	}
	if clean, err = checkText(text); err != nil {
		return nil, 0, "", err
	}
	if source, err = requireText("source", source); err != nil {
		return nil, 0, "", err
	}
	run, err = c.run(source)
	return held, run, clean, err
}

// enteredHere names the desk where other rows name their file.
const enteredHere = "entered on the desk"

// run is the provenance of what is entered by hand: one for each source and day.
func (c *change) run(source string) (int, error) {
	today := time.Now().UTC().Truncate(24 * time.Hour)
	found, err := c.Ent.ImportRun.Query().Where(importrun.Source(source), importrun.File(enteredHere), importrun.ImportedAtGTE(today)).FirstID(c.ctx)
	if err == nil || !ent.IsNotFound(err) {
		return found, err
	}
	made, err := c.Ent.ImportRun.Create().SetSource(source).SetFile(enteredHere).SetSha256("").SetFormat(enteredHere).
		SetImportedAt(today).SetRowsRead(0).SetAdded(0).SetChanged(0).SetUnchanged(0).Save(c.ctx)
	if err != nil {
		return 0, fmt.Errorf("record where it comes from: %w", err)
	}
	return made.ID, nil
}

func (c *change) review(id string) (*ent.Review, error) {
	iso3, cycle, _ := strings.Cut(strings.TrimPrefix(id, "rev_"), "_")
	n, err := strconv.Atoi(cycle)
	if err != nil || strconv.Itoa(n) != cycle {
		return nil, fault.Invalid("review", "%q is no review's id, as in rev_EGY_1", id)
	}
	found, err := c.Ent.Review.Query().Where(review.Cycle(n), review.HasStateWith(state.Iso3(iso3))).WithState().Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil, fault.Invalid("review", "no review has the id %q", id)
	}
	return found, err
}

func (c *change) recommending(code string, held *ent.Review) (*ent.State, error) {
	from, err := c.state("recommendingState", code)
	if err == nil && from.ID == held.StateID {
		err = fault.Invalid("recommendingState", "%s is the State under review: what it promises itself is a pledge", code)
	}
	return from, err
}

func (c *change) action(number int) (*ent.ActionCategory, error) {
	found, err := c.Ent.ActionCategory.Query().Where(actioncategory.Number(number)).Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil, fault.Invalid("actionCategory", "%d is none of McMahon's five: 1 to 5", number)
	}
	return found, err
}

// maxText is how long a recommendation may be; the longest of UPR Info's has some 3,000 characters.
const maxText = 10_000

func checkText(text string) (string, error) {
	text = strings.TrimSpace(norm.NFC.String(text))
	switch n := utf8.RuneCountInString(text); {
	case blank(text):
		return "", fault.Invalid("text", "is empty")
	case n > maxText:
		return "", fault.Invalid("text", "has %d characters, %d at most", n, maxText)
	}
	return text, checkCharacters("text", text)
}

func (c *change) correctStatement(input CorrectStatementInput) error {
	kind, err := kindOf(input.ID)
	if err != nil {
		return err
	}
	if input.Text == nil && input.Number == nil && input.RecommendingState == nil && input.ActionCategory == nil && len(input.Clear) == 0 {
		return fault.Invalid("text", "or something else must be given: nothing is to change")
	}
	for field, given := range map[StatementField]bool{NumberField: input.Number != nil, RecommendingStateField: input.RecommendingState != nil, ActionCategoryField: input.ActionCategory != nil} {
		if given && slices.Contains(input.Clear, field) {
			return fault.Invalid("clear", "%s is given and cleared at once: do one of them", field)
		}
	}
	row, err := c.log.Take(kind, input.ID, int64(input.Revision))
	if err != nil {
		return err
	}
	c.log.Touch(kind, changelog.Correct, row)
	for _, correct := range []func(kind string, row int, input CorrectStatementInput) error{c.correctText, c.correctAction, c.correctOrigin} {
		if err := correct(kind, row, input); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) set(kind string, row int, column string, value any) error {
	_, err := c.ExecContext(c.ctx, fmt.Sprintf("UPDATE %s SET %s = $1 WHERE id = $2", tableOf[kind], column), value, row)
	if err != nil {
		return fmt.Errorf("correct %s: %w", column, err)
	}
	return nil
}

func (c *change) correctText(kind string, row int, input CorrectStatementInput) error {
	if input.Text == nil {
		return nil
	}
	text, err := checkText(*input.Text)
	if err != nil {
		return err
	}
	return c.set(kind, row, "text", text)
}

func (c *change) correctAction(kind string, row int, input CorrectStatementInput) error {
	if slices.Contains(input.Clear, ActionCategoryField) {
		return c.set(kind, row, "action_category_id", nil)
	}
	if input.ActionCategory == nil {
		return nil
	}
	category, err := c.action(*input.ActionCategory)
	if err != nil {
		return err
	}
	return c.set(kind, row, "action_category_id", category.ID)
}

// correctOrigin corrects what only recommendations have.
func (c *change) correctOrigin(kind string, row int, input CorrectStatementInput) error {
	number, from := input.Number, input.RecommendingState
	clearNumber, clearFrom := slices.Contains(input.Clear, NumberField), slices.Contains(input.Clear, RecommendingStateField)
	if kind == changelog.Pledge {
		if number != nil || from != nil || clearNumber || clearFrom {
			return fault.Invalid("id", "a pledge has no number and no recommending State")
		}
		return nil
	}
	switch {
	case clearNumber:
		if err := c.set(kind, row, "number", ""); err != nil {
			return err
		}
	case number != nil:
		line, err := checkLine("number", *number)
		if err != nil {
			return err
		}
		if err := c.set(kind, row, "number", line); err != nil {
			return err
		}
	}
	if clearFrom {
		return c.set(kind, row, "recommending_state_id", nil)
	}
	if from == nil {
		return nil
	}
	held, err := c.Ent.Recommendation.Query().Where(recommendation.ID(row)).QueryReview().Only(c.ctx)
	if err != nil {
		return fmt.Errorf("read a review: %w", err)
	}
	other, err := c.recommending(*from, held)
	if err != nil {
		return err
	}
	return c.set(kind, row, "recommending_state_id", other.ID)
}
