package desk

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
)

// TagKind says which vocabulary a tag is of.
type TagKind string

const (
	IssueTag         TagKind = "ISSUE"
	SDGTargetTag     TagKind = "SDG_TARGET"
	AffectedGroupTag TagKind = "AFFECTED_GROUP"
)

// Verdict is what becomes of a tag.
type Verdict string

const (
	AddTag    Verdict = "ADD"
	RemoveTag Verdict = "REMOVE"
	AcceptTag Verdict = "ACCEPT"
	RejectTag Verdict = "REJECT"
)

var vocabularies = map[TagKind]vocabulary{IssueTag: issues, SDGTargetTag: sdgTargets, AffectedGroupTag: affectedGroups}

// deskSource is who says so where an editor does. Imports replace the tags of their own
// source, and leave these alone.
const deskSource = "UPR Info desk"

// TagInput is a verdict on a tag. Source names whose suggestion is judged.
type TagInput struct {
	Kind    TagKind
	Code    string
	Verdict Verdict
	Source  *string
}

// TagStatementInput judges tags of one recommendation or pledge.
type TagStatementInput struct {
	ID       string
	Revision int
	Tags     []TagInput
	Reason   string
}

// TagStatement adds and removes UPR Info's own tags, and accepts or rejects suggestions.
func (d *Desk) TagStatement(ctx context.Context, input TagStatementInput) (*StatementPayload, error) {
	return d.changeStatement(ctx, input.ID, input.Reason, func(c *change) error {
		if len(input.Tags) == 0 {
			return fault.Invalid("tags", "are none: nothing is to change")
		}
		kind, err := kindOf(input.ID)
		if err != nil {
			return err
		}
		row, err := c.log.Take(kind, input.ID, int64(input.Revision))
		if err != nil {
			return err
		}
		c.log.Touch(kind, changelog.Tag, row)
		for _, tag := range input.Tags {
			if err := c.tag(kind, row, tag); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *change) tagIssues(kind string, row int, codes []string) error {
	for _, code := range codes {
		if err := c.tag(kind, row, TagInput{Kind: IssueTag, Code: code, Verdict: AddTag}); err != nil {
			return err
		}
	}
	return nil
}

// ownerColumn names the statement in tables of tags.
var ownerColumn = map[string]string{changelog.Recommendation: "recommendation_id", changelog.Pledge: "pledge_id"}

// tag carries a verdict out; one on a tag that there is not is refused.
func (c *change) tag(kind string, row int, input TagInput) error {
	n, err := c.judge(kind, row, input)
	if err == nil && n == 0 {
		err = fault.Invalid("tags", "nobody says, or not this source, that it is about the %s %q", vocabularies[input.Kind].noun, input.Code)
	}
	return err
}

// judge carries a verdict out and returns how many tags it changed.
func (c *change) judge(kind string, row int, input TagInput) (int64, error) {
	v := vocabularies[input.Kind]
	value, err := c.term(v, "tags", input.Code)
	if err != nil {
		return 0, err
	}
	if input.Verdict == AddTag {
		if err := c.refuseRetired(v, value, input.Code); err != nil {
			return 0, err
		}
	}
	which := fmt.Sprintf("%s = $1 AND %s = $2 AND source = $3", ownerColumn[kind], v.column)
	source := deskSource
	switch {
	case input.Source != nil:
		source = *input.Source
		if input.Verdict == AddTag && source != deskSource {
			return 0, fault.Invalid("tags", "what is added here is said by %q: leave the source out, or accept what %s says", deskSource, source)
		}
		if input.Verdict == RemoveTag && source != deskSource {
			return 0, fault.Invalid("tags", "what %s says is rejected, not removed, so that it is not suggested again", source)
		}
	case input.Verdict == AcceptTag || input.Verdict == RejectTag: // whoever said so
		which, source = strings.Replace(which, "source = $3", "$3 = ''", 1), ""
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	switch input.Verdict {
	case AddTag:
		return 1, c.addTag(v, kind, row, value, which, now)
	case RemoveTag:
		return c.affected("DELETE FROM "+v.tags+" WHERE "+which, row, value, source)
	default: // accepted or rejected
		return c.affected("UPDATE "+v.tags+" SET rejected = $4, reviewer = $5, reviewed_at = $6 WHERE "+which,
			row, value, source, input.Verdict == RejectTag, c.by.Actor(), now)
	}
}

// refuseRetired says what is used instead of something that was retired.
func (c *change) refuseRetired(v vocabulary, row int, code string) error {
	into, err := c.successorsOf(v, row)
	if err == nil && len(into) > 0 {
		err = fault.Invalid("tags", "the %s %q is not used any more: take %s", v.noun, code, strings.Join(into, " or "))
	}
	return err
}

// addTag adds UPR Info's own tag, or takes back that it was rejected.
func (c *change) addTag(v vocabulary, kind string, row, value int, which string, now time.Time) error {
	n, err := c.affected("UPDATE "+v.tags+" SET rejected = FALSE, method = 'CURATED', confidence = 1, reviewer = $4, reviewed_at = $5 WHERE "+which,
		row, value, deskSource, c.by.Actor(), now)
	if err != nil || n > 0 {
		return err
	}
	_, err = c.affected(fmt.Sprintf("INSERT INTO %s (%s, %s, source, method, confidence, reviewer, reviewed_at) VALUES ($1, $2, $3, 'CURATED', 1, $4, $5)",
		v.tags, ownerColumn[kind], v.column), row, value, deskSource, c.by.Actor(), now)
	return err
}

func (c *change) affected(query string, args ...any) (int64, error) {
	result, err := c.ExecContext(c.ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("write tags: %w", err)
	}
	return result.RowsAffected()
}
