package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/viewer"
)

// BulkEditInput is one edit of all recommendations that a filter admits.
type BulkEditInput struct {
	Filter   record.RecommendationFilter
	Tags     []TagInput
	Response *ResponseInput
	Source   string
	Version  *string
	Reason   string
}

// BulkPreview says what a bulk edit would change.
type BulkPreview struct {
	Outcome
	Version        string
	Total, Changed int
	Examples       []BulkExample
}

// BulkExample is what would become of one recommendation.
type BulkExample struct {
	ID            string
	Before, After json.RawMessage
}

// BulkPayload says what a bulk edit changed.
type BulkPayload struct {
	Outcome
	Changed int
}

const (
	// maxBulk keeps one edit within what a person can answer for, and the log's lock short.
	maxBulk = 5000
	// bulkExamples are how many are shown.
	bulkExamples = 20
)

// errPreviewed rolls back what was only tried.
var errPreviewed = errors.New("previewed")

// BulkPreview tries a bulk edit and takes it back.
func (d *Desk) BulkPreview(ctx context.Context, input BulkEditInput) (*BulkPreview, error) {
	snapshot := d.record.Snapshot()
	preview := &BulkPreview{Version: snapshot.Version().String(), Examples: []BulkExample{}}
	err := d.change(ctx, input.Reason, func(c *change) error {
		ids, err := bulkIDs(snapshot, input)
		if err != nil {
			return err
		}
		preview.Total = len(ids)
		differences, err := c.bulk(ids, input)
		if err != nil {
			return err
		}
		preview.Changed = len(differences)
		for _, difference := range differences[:min(bulkExamples, len(differences))] {
			preview.Examples = append(preview.Examples, BulkExample{difference.Node, rawOf(difference.Before), rawOf(difference.After)})
		}
		return errPreviewed
	}, viewer.Editor)
	if errors.Is(err, errPreviewed) {
		err = nil
	}
	preview.Outcome, err = outcome(err)
	return preview, err
}

// BulkEdit edits all recommendations that a filter admits, in one change. It names the
// version of the record that was previewed: of another one, it would be another edit.
func (d *Desk) BulkEdit(ctx context.Context, input BulkEditInput) (*BulkPayload, error) {
	snapshot := d.record.Snapshot()
	payload := &BulkPayload{}
	err := d.change(ctx, input.Reason, func(c *change) error {
		head, err := changelog.ReadHead(ctx, c.Tx)
		if err == nil {
			err = requirePreviewed(input, snapshot.Version(), head)
		}
		if err != nil {
			return err
		}
		ids, err := bulkIDs(snapshot, input)
		if err != nil {
			return err
		}
		differences, err := c.bulk(ids, input)
		if err != nil {
			return err
		}
		payload.Changed = len(differences)
		// Others may have committed meanwhile; from here on nobody can.
		if head, err = c.log.TakeHead(); err != nil {
			return err
		}
		return requirePreviewed(input, snapshot.Version(), head)
	}, viewer.Editor)
	if payload.Outcome, err = outcome(err); err != nil {
		return nil, err
	}
	if len(payload.UserErrors) > 0 {
		payload.Changed = 0
	}
	return payload, nil
}

// requirePreviewed refuses an edit of another version than the one that was previewed, is
// filtered and is the latest.
func requirePreviewed(input BulkEditInput, filtered record.Version, head changelog.Head) error {
	latest := record.Version{Epoch: head.Epoch, Number: head.Version}
	if input.Version != nil && *input.Version == filtered.String() && filtered == latest {
		return nil
	}
	if input.Version == nil {
		return fault.Invalid("version", "is needed: preview the edit, and send the version that the preview has")
	}
	return &fault.Error{Code: fault.CodeConflict, Field: "version", Message: fmt.Sprintf(
		"the record has changed since the preview, or there was none: preview again, and send the version that it has, %s", latest)}
}

func bulkIDs(s *record.Snapshot, input BulkEditInput) ([]string, error) {
	if len(input.Tags) == 0 && input.Response == nil {
		return nil, fault.Invalid("tags", "say what is to change: tags, or a response")
	}
	ids, err := s.RecommendationIDs(&input.Filter)
	if err == nil && len(ids) > maxBulk {
		err = fault.Invalid("filter", "admits %d recommendations, %d at most in one edit: narrow it", len(ids), maxBulk)
	}
	return ids, err
}

// bulk edits recommendations and says what readers would see differently.
func (c *change) bulk(ids []string, input BulkEditInput) ([]changelog.Difference, error) {
	run := 0
	if input.Response != nil {
		source, err := requireText("source", input.Source)
		if err != nil {
			return nil, err
		}
		if run, err = c.run(source); err != nil {
			return nil, err
		}
	}
	rows := make([]int, len(ids))
	for i, id := range ids {
		row, err := c.log.Row(changelog.Recommendation, id)
		if err != nil {
			return nil, err
		}
		rows[i] = row
	}
	if err := c.log.Hold(changelog.Recommendation, rows); err != nil {
		return nil, err
	}
	for i, row := range rows {
		if err := c.bulkOne(row, run, input); err != nil {
			return nil, about(ids[i], err)
		}
	}
	return c.log.Preview()
}

// bulkOne edits one recommendation; what has none of the tags is not touched.
func (c *change) bulkOne(row, run int, input BulkEditInput) error {
	for _, tag := range input.Tags {
		n, err := c.judge(changelog.Recommendation, row, tag)
		if err != nil {
			return err
		}
		if n > 0 {
			c.log.Touch(changelog.Recommendation, changelog.Tag, row)
		}
	}
	if input.Response == nil {
		return nil
	}
	c.log.Touch(changelog.Recommendation, changelog.Respond, row)
	return c.addResponse(row, run, *input.Response)
}

// about names the one of many that stands in the way.
func about(id string, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	return &fault.Error{Code: f.Code, Field: f.Field, Message: id + ": " + f.Message}
}
