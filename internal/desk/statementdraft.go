package desk

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/pledge"
	"github.com/upr-info/upr/ent/recommendation"
	"github.com/upr-info/upr/ent/responseevent"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/viewer"
)

// StatementDraft is a recommendation or pledge as the desk has it, published or not.
type StatementDraft struct {
	ID, Text, Number, ReviewID string
	Revision                   int
	Status                     Status
	RecommendingState          *record.State
	ActionCategory             *int
	Responses                  []ResponseDraft
	Tags                       []TagDraft
	Published                  record.Node
}

// ResponseDraft is a position as the desk has it.
type ResponseDraft struct {
	ID         string
	Status     Status
	Response   record.Response
	SourceWord string
	Date       *civil.Date
	Document   *string
}

// TagDraft is what somebody said that a statement is about, and what became of it.
type TagDraft struct {
	Kind         TagKind
	Code, Source string
	Method       record.TagMethod
	Confidence   float64
	Rejected     bool
	Reviewer     *string
	ReviewedAt   *time.Time
}

// Statement returns a recommendation or pledge as the desk has it; nil where there is none.
func (d *Desk) Statement(ctx context.Context, id string) (*StatementDraft, error) {
	if err := policy.Require(ctx, viewer.Editor, viewer.Publisher); err != nil {
		return nil, err
	}
	kind, err := kindOf(id)
	if err != nil {
		return nil, err
	}
	draft, err := d.read(ctx, kind, id)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // the field is null
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", id, err)
	}
	revision, err := changelog.Revision(ctx, d.db.SQL, id)
	draft.ID, draft.Revision, draft.Published = id, int(revision), d.record.Snapshot().Node(id)
	return draft, err
}

func (d *Desk) read(ctx context.Context, kind, id string) (*StatementDraft, error) {
	if kind == changelog.Pledge {
		return d.readPledge(ctx, id)
	}
	row, err := d.db.Ent.Recommendation.Query().Where(recommendation.UID(id)).WithRecommendingState().WithActionCategory().
		WithReview(func(q *ent.ReviewQuery) { q.WithState() }).
		WithResponses(func(q *ent.ResponseEventQuery) { q.Order(responseevent.ByID()).WithDocument() }).
		WithIssueTags(func(q *ent.IssueTagQuery) { q.WithIssue() }).WithSdgTags(func(q *ent.SDGTagQuery) { q.WithTarget() }).
		WithAffectedGroupTags(func(q *ent.AffectedGroupTagQuery) { q.WithGroup() }).Only(ctx)
	if err != nil {
		return nil, err
	}
	draft := &StatementDraft{Text: row.Text, Number: row.Number, ReviewID: idOfReview(row.Edges.Review), Status: Status(row.Status),
		ActionCategory: categoryOf(row.Edges.ActionCategory), Tags: tagsOf(row.Edges.IssueTags, row.Edges.SdgTags, row.Edges.AffectedGroupTags),
		Responses: make([]ResponseDraft, len(row.Edges.Responses))}
	if from := row.Edges.RecommendingState; from != nil {
		draft.RecommendingState = d.record.Snapshot().State(from.Iso3)
	}
	for i, event := range row.Edges.Responses {
		draft.Responses[i] = ResponseDraft{ID: eventPrefix + strconv.Itoa(event.ID), Status: Status(event.Status),
			Response: record.Response(event.Response), SourceWord: event.SourceWord, Date: knownDate(event.Date)}
		if document := event.Edges.Document; document != nil {
			draft.Responses[i].Document = &document.Symbol
		}
	}
	return draft, nil
}

func (d *Desk) readPledge(ctx context.Context, id string) (*StatementDraft, error) {
	row, err := d.db.Ent.Pledge.Query().Where(pledge.UID(id)).WithActionCategory().WithReview(func(q *ent.ReviewQuery) { q.WithState() }).
		WithIssueTags(func(q *ent.IssueTagQuery) { q.WithIssue() }).WithSdgTags(func(q *ent.SDGTagQuery) { q.WithTarget() }).
		WithAffectedGroupTags(func(q *ent.AffectedGroupTagQuery) { q.WithGroup() }).Only(ctx)
	if err != nil {
		return nil, err
	}
	return &StatementDraft{Text: row.Text, ReviewID: idOfReview(row.Edges.Review), Status: Status(row.Status), Responses: []ResponseDraft{},
		ActionCategory: categoryOf(row.Edges.ActionCategory), Tags: tagsOf(row.Edges.IssueTags, row.Edges.SdgTags, row.Edges.AffectedGroupTags)}, nil
}

func idOfReview(r *ent.Review) string { return fmt.Sprintf("rev_%s_%d", r.Edges.State.Iso3, r.Cycle) }

func categoryOf(a *ent.ActionCategory) *int {
	if a == nil {
		return nil
	}
	return &a.Number
}

func tagsOf(issues []*ent.IssueTag, targets []*ent.SDGTag, groups []*ent.AffectedGroupTag) []TagDraft {
	tags := []TagDraft{}
	add := func(kind TagKind, code, source, method string, confidence float32, rejected bool, reviewer string, at *time.Time) {
		tag := TagDraft{Kind: kind, Code: code, Source: source, Method: record.TagMethod(method), Confidence: shortest(confidence), Rejected: rejected, ReviewedAt: at}
		if reviewer != "" {
			tag.Reviewer = &reviewer
		}
		tags = append(tags, tag)
	}
	for _, t := range issues {
		add(IssueTag, t.Edges.Issue.Code, t.Source, string(t.Method), t.Confidence, t.Rejected, t.Reviewer, t.ReviewedAt)
	}
	for _, t := range targets {
		add(SDGTargetTag, t.Edges.Target.Code, t.Source, string(t.Method), t.Confidence, t.Rejected, t.Reviewer, t.ReviewedAt)
	}
	for _, t := range groups {
		add(AffectedGroupTag, t.Edges.Group.Code, t.Source, string(t.Method), t.Confidence, t.Rejected, t.Reviewer, t.ReviewedAt)
	}
	return tags
}

// shortest is a number with the digits that it was written with: 0.9, not 0.8999999762.
func shortest(kept float32) float64 {
	number, _ := strconv.ParseFloat(strconv.FormatFloat(float64(kept), 'g', -1, 32), 64) // what was just formatted
	return number
}

// DraftPage is a page of what readers do not see yet, the oldest first.
type DraftPage struct {
	Nodes       []StatementDraft
	HasNextPage bool
	TotalCount  int
}

// Drafts returns recommendations and pledges that readers do not see, by id, after one: those
// that are not published yet, or those that were withdrawn.
func (d *Desk) Drafts(ctx context.Context, status Status, first *int, after *string) (*DraftPage, error) {
	if err := requireUnseen(ctx, status); err != nil {
		return nil, err
	}
	size, err := record.PageSize(first)
	if err != nil {
		return nil, err
	}
	page := &DraftPage{Nodes: []StatementDraft{}}
	from := ""
	if after != nil {
		if _, err := kindOf(*after); err != nil {
			return nil, fault.Invalid("after", "%q is the id of no recommendation or pledge: send the last one of the page before", *after)
		}
		from = *after
	}
	for _, kind := range []string{pledge.Table, recommendation.Table} {
		var total int
		if err := d.db.SQL.QueryRowContext(ctx, `SELECT COUNT(*) FROM `+kind+` WHERE status = $1`, string(status)).Scan(&total); err != nil {
			return nil, fmt.Errorf("count drafts: %w", err)
		}
		page.TotalCount += total
	}
	pledges, err := d.db.Ent.Pledge.Query().Where(pledge.StatusEQ(pledge.Status(status)), pledge.UIDGT(from)).
		Order(pledge.ByUID()).Limit(size + 1).Select(pledge.FieldUID).Strings(ctx)
	if err != nil {
		return nil, fmt.Errorf("list drafts: %w", err)
	}
	recommendations, err := d.db.Ent.Recommendation.Query().Where(recommendation.StatusEQ(recommendation.Status(status)), recommendation.UIDGT(from)).
		Order(recommendation.ByUID()).Limit(size + 1).Select(recommendation.FieldUID).Strings(ctx)
	if err != nil {
		return nil, fmt.Errorf("list drafts: %w", err)
	}
	ids := slices.Concat(pledges, recommendations) // each in order, and plg_ is before rec_
	page.HasNextPage = len(ids) > size
	for _, id := range ids[:min(size, len(ids))] {
		draft, err := d.Statement(ctx, id)
		if err != nil {
			return nil, err
		}
		if draft != nil && draft.Status == status { // not published meanwhile
			page.Nodes = append(page.Nodes, *draft)
		}
	}
	return page, nil
}

// requireUnseen lets editors and publishers list what readers do not see.
func requireUnseen(ctx context.Context, status Status) error {
	if err := policy.Require(ctx, viewer.Editor, viewer.Publisher); err != nil {
		return err
	}
	if status == Published {
		return fault.Invalid("status", "is DRAFT or WITHDRAWN: what is published, the record lists")
	}
	return nil
}
