package desk

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/document"
	"github.com/upr-info/upr/ent/recommendation"
	"github.com/upr-info/upr/ent/responseevent"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
)

// ResponseInput is a position that the State under review took.
type ResponseInput struct {
	Response   record.Response
	SourceWord string
	Date       *civil.Date
	Document   *DocumentName
}

// RecordResponseInput adds a position to a recommendation, or corrects one.
type RecordResponseInput struct {
	ID       string
	Revision int
	Event    *string
	Response ResponseInput
	Source   string
	Reason   string
}

// WithdrawResponseInput names a position that is not to be shown any more.
type WithdrawResponseInput struct {
	ID       string
	Revision int
	Event    string
	Reason   string
}

// RecordResponse adds a position, which is then the current one, or corrects one in place.
func (d *Desk) RecordResponse(ctx context.Context, input RecordResponseInput) (*StatementPayload, error) {
	return d.changeStatement(ctx, input.ID, input.Reason, func(c *change) error {
		row, err := c.log.Take(changelog.Recommendation, input.ID, int64(input.Revision))
		if err != nil {
			return err
		}
		c.log.Touch(changelog.Recommendation, changelog.Respond, row)
		if input.Event != nil {
			return c.correctResponse(row, *input.Event, input.Response)
		}
		source, err := requireText("source", input.Source)
		if err != nil {
			return err
		}
		run, err := c.run(source)
		if err != nil {
			return err
		}
		return c.addResponse(row, run, input.Response)
	})
}

// WithdrawResponse hides a position. The only one stays: correct it instead.
func (d *Desk) WithdrawResponse(ctx context.Context, input WithdrawResponseInput) (*StatementPayload, error) {
	return d.changeStatement(ctx, input.ID, input.Reason, func(c *change) error {
		row, err := c.log.Take(changelog.Recommendation, input.ID, int64(input.Revision))
		if err != nil {
			return err
		}
		c.log.Touch(changelog.Recommendation, changelog.Respond, row)
		event, err := c.event(row, input.Event)
		if err != nil {
			return err
		}
		n, err := c.count(`SELECT COUNT(*) FROM response_events WHERE recommendation_id = $1 AND status = 'PUBLISHED' AND id <> $2`, row, event.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Invalid("event", "is the only response: correct it instead")
		}
		return event.Update().SetStatus(responseevent.StatusWITHDRAWN).Exec(c.ctx)
	})
}

// addResponse adds a position behind the others.
func (c *change) addResponse(row, run int, input ResponseInput) error {
	if err := c.checkResponse(input); err != nil {
		return err
	}
	create := c.Ent.ResponseEvent.Create().SetRecommendationID(row).SetRunID(run).SetRecordedAt(time.Now().UTC().Truncate(time.Microsecond)).
		SetResponse(responseevent.Response(input.Response)).SetSourceWord(strings.TrimSpace(input.SourceWord))
	if input.Date != nil {
		create.SetDate(*input.Date)
	}
	if input.Document != nil {
		found, err := c.documentOf(row, *input.Document)
		if err != nil {
			return err
		}
		create.SetDocumentID(found)
	}
	made, err := create.Save(c.ctx)
	if err != nil {
		return fmt.Errorf("record a response: %w", err)
	}
	return c.requireOrder(row, made)
}

// requireOrder refuses a position whose day is before the one of an earlier position, or
// after the one of a later: the last one holds, and which that is must never be in doubt.
func (c *change) requireOrder(row int, this *ent.ResponseEvent) error {
	others, err := c.Ent.ResponseEvent.Query().Where(responseevent.RecommendationID(row), responseevent.StatusEQ(responseevent.StatusPUBLISHED)).
		Order(responseevent.ByID()).All(c.ctx)
	if err != nil {
		return fmt.Errorf("read the responses: %w", err)
	}
	for _, other := range others {
		switch {
		case !this.Date.Known() || !other.Date.Known():
		case other.ID < this.ID && this.Date < other.Date:
			return fault.Invalid("response.date", "%s is before the response of %s, which was recorded first: correct that one, or give a later day", this.Date, other.Date)
		case other.ID > this.ID && this.Date > other.Date:
			return fault.Invalid("response.date", "%s is after the response of %s, which was recorded later: correct that one, or give an earlier day", this.Date, other.Date)
		}
	}
	return nil
}

func (c *change) checkResponse(input ResponseInput) error {
	if _, err := requireText("response.sourceWord", input.SourceWord); err != nil {
		return err
	}
	if input.Date != nil && *input.Date > civil.Of(time.Now()) {
		return fault.Invalid("response.date", "%s is in the future", *input.Date)
	}
	return nil
}

func (c *change) correctResponse(row int, id string, input ResponseInput) error {
	if err := c.checkResponse(input); err != nil {
		return err
	}
	event, err := c.event(row, id)
	if err != nil {
		return err
	}
	update := event.Update().SetResponse(responseevent.Response(input.Response)).SetSourceWord(strings.TrimSpace(input.SourceWord)).
		SetStatus(responseevent.StatusPUBLISHED)
	// Not cleared first: PostgreSQL refuses two assignments to one column.
	if input.Date != nil {
		update.SetDate(*input.Date)
	} else {
		update.ClearDate()
	}
	if input.Document != nil {
		found, err := c.documentOf(row, *input.Document)
		if err != nil {
			return err
		}
		update.SetDocumentID(found)
	} else {
		update.ClearDocumentID()
	}
	corrected, err := update.Save(c.ctx)
	if err != nil {
		return fmt.Errorf("correct a response: %w", err)
	}
	return c.requireOrder(row, corrected)
}

const eventPrefix = "evt_"

func (c *change) event(row int, id string) (*ent.ResponseEvent, error) {
	n, err := strconv.Atoi(strings.TrimPrefix(id, eventPrefix))
	if err != nil {
		return nil, fault.Invalid("event", "%q is no response's id", id)
	}
	event, err := c.Ent.ResponseEvent.Query().Where(responseevent.ID(n), responseevent.RecommendationID(row)).Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil, fault.Invalid("event", "the recommendation has no response %q", id)
	}
	return event, err
}

func (c *change) documentOf(row int, name DocumentName) (int, error) {
	held, err := c.Ent.Recommendation.Query().Where(recommendation.ID(row)).QueryReview().OnlyID(c.ctx)
	if err != nil {
		return 0, fmt.Errorf("read a review: %w", err)
	}
	found, err := c.Ent.Document.Query().Where(document.ReviewID(held), document.TypeEQ(document.Type(name.Type)), document.Symbol(name.Symbol)).OnlyID(c.ctx)
	if ent.IsNotFound(err) {
		return 0, fault.Invalid("response.document", "the review has no document %s of this type: add it to the review first", name.Symbol)
	}
	return found, err
}
