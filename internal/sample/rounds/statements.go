package rounds

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/issue"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/viewer"
)

// applicant is somebody who applied.
type applicant struct {
	*viewer.Viewer
	organisation, language string
	open                   bool // everybody may read their statement, and what they ask
}

// statement is one that was handed in.
type statement struct {
	*presession.Statement
	by    *applicant
	state string    // under review
	at    time.Time // when staff look at it
}

var titles = map[string]string{"EN": "Statement of %s", "FR": "Déclaration de %s", "ES": "Declaración de %s"}

// bring has those who are to speak, and are open, hand in a statement. Where no files are kept nobody does.
func (m *maker) bring(ctx context.Context, speakers []presession.Registration) error {
	if m.files == nil || !m.files.Keeps() {
		return nil
	}
	for _, a := range speakers {
		by := m.applicants[a.ID]
		if !by.open {
			continue
		}
		own, title := viewer.NewContext(ctx, by.Viewer), fmt.Sprintf(titles[by.language], by.organisation)
		st, permit, err := m.workflow.BeginStatement(own, a.ID, by.language, title)
		if err != nil {
			return err
		}
		text := page(title, "This statement is made up for a demonstration, and its organisation as well.", "Since the last review we have seen laws change, and practice less.",
			"What we ask States to recommend stands beside this statement.")
		if _, err := m.files.Upload(own, permit, "statement.pdf", bytes.NewReader(text)); err != nil {
			return err
		}
		if st, err = m.workflow.SubmitStatement(own, st.ID, st.Revision); err != nil {
			return err
		}
		m.brought = append(m.brought, statement{Statement: st, by: by, state: a.StateUnderReview})
	}
	return nil
}

// judge has staff accept and publish what was brought to meetings that are over, and take asks from it.
func (m *maker) judge(ctx context.Context) error {
	issues, err := m.db.Ent.Issue.Query().Order(ent.Asc(issue.FieldPosition)).All(viewer.NewContext(ctx, viewer.Program("sample")))
	if err != nil {
		return fmt.Errorf("list issues: %w", err)
	}
	staff, until := viewer.NewContext(ctx, manager), time.Now().Add(patience)
	for i, st := range m.held {
		m.clock.set(st.at)
		accepted, err := m.accept(staff, st, until)
		if err != nil {
			return err
		}
		if accepted == nil {
			continue
		}
		if _, err := m.workflow.DecideStatement(staff, presession.StatementDecision{ID: st.ID, Revision: accepted.Revision, To: "PUBLISHED"}); err != nil {
			return err
		}
		if err := m.takeAsks(ctx, st, issues[2*i%len(issues)], issues[(2*i+1)%len(issues)]); err != nil {
			return err
		}
	}
	return nil
}

// patience is how long the jobs that look at files are waited for.
var patience = 10 * time.Second

// accept accepts a statement once its file was looked at; nil: it was not in time, as where an antivirus is
// away, and the statement stays handed in.
func (m *maker) accept(ctx context.Context, st statement, until time.Time) (*presession.Statement, error) {
	for {
		accepted, err := m.workflow.DecideStatement(ctx, presession.StatementDecision{ID: st.ID, Revision: st.Revision, To: "ACCEPTED"})
		if fault.CodeOf(err) != fault.CodeConflict {
			return accepted, err
		}
		if time.Now().After(until) {
			return nil, nil //nolint:nilnil // none is an answer
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// takeAsks takes two asks from a statement: of all States, which the applicant confirms, and of the State
// under review, which waits for that.
func (m *maker) takeAsks(ctx context.Context, st statement, one, other *ent.Issue) error {
	staff, own := viewer.NewContext(ctx, manager), viewer.NewContext(ctx, st.by.Viewer)
	text := "Recommend a plan of action with a date for each step, on: %s (synthetic)."
	a, err := m.workflow.AddAsk(staff, st.ID, presession.Wording{Text: fmt.Sprintf(text, one.NameEn), Issue: one.Code})
	if err != nil {
		return err
	}
	if _, err := m.workflow.ConfirmAsk(own, a.ID, a.Revision); err != nil {
		return err
	}
	_, err = m.workflow.AddAsk(staff, st.ID, presession.Wording{Text: fmt.Sprintf(text, other.NameEn), Issue: other.Code, AddressedState: &st.state})
	return err
}
