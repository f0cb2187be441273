package desk

import (
	"context"

	"github.com/upr-info/upr/internal/record"
)

// IssuePayload has the issue as readers see it.
type IssuePayload struct {
	Outcome
	Issue *record.Issue
}

// CreateIssue adds an issue at the end of the list.
func (d *Desk) CreateIssue(ctx context.Context, input CreateTermInput) (*IssuePayload, error) {
	return issuePayload(d.createTerm(ctx, issues, input))
}

// RenameIssue gives an issue another name.
func (d *Desk) RenameIssue(ctx context.Context, input RenameTermInput) (*IssuePayload, error) {
	return issuePayload(d.renameTerm(ctx, issues, input))
}

// RetireIssue merges an issue into one other, or splits it into several.
func (d *Desk) RetireIssue(ctx context.Context, input RetireTermInput) (*IssuePayload, error) {
	return issuePayload(d.retireTerm(ctx, issues, input))
}

func issuePayload(out Outcome, node record.Node, err error) (*IssuePayload, error) {
	payload := &IssuePayload{Outcome: out}
	if issue, changed := node.(record.Issue); changed {
		payload.Issue = &issue
	}
	return payload, err
}
