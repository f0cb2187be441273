package presession

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/ask"
	"github.com/upr-info/upr/ent/meetingask"
	"github.com/upr-info/upr/ent/presessionstatement"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/viewer"
)

// Asks are those of one's own registration. Returns NotFound for the registration of others.
func (s *Service) Asks(ctx context.Context, application string) (all []Ask, err error) {
	err = s.read(ctx, func(c *change) error {
		if acts, err := c.acts(application); err != nil || !acts {
			return cmp.Or(err, noRegistration(application))
		}
		all, err = c.asks(ask.HasStatementWith(presessionstatement.HasRegistrationWith(registration.UID(application))))
		return err
	})
	return all, err
}

// MeetingAsks are those of a meeting, for its coordinators, without those of their own registration or
// organisation, and of whom they have a conflict of interest with.
// Returns NotFound for a meeting of others.
func (s *Service) MeetingAsks(ctx context.Context, meeting string) (all []Ask, err error) {
	err = s.read(ctx, func(c *change) error {
		m, err := c.attendedMeeting(meeting, viewer.Manager, viewer.Officer)
		if err != nil {
			return err
		}
		where, err := c.unbiased([]int{m.ID})
		if err != nil {
			return err
		}
		all, err = c.asks(ask.HasStatementWith(presessionstatement.HasRegistrationWith(where...)))
		return err
	})
	return all, err
}

func (c *change) ask(id string) (*Ask, error) {
	all, err := c.asks(ask.UID(id))
	if err != nil {
		return nil, err
	}
	return &all[0], nil
}

// asks reads some, in the order in which they were added.
func (c *change) asks(which ...askWhere) ([]Ask, error) {
	rows, err := c.Ent.Ask.Query().Where(which...).WithIssue().WithTarget().WithAddressed().WithLinks().
		WithStatement(func(q *ent.PreSessionStatementQuery) {
			q.WithRegistration(func(q *ent.RegistrationQuery) { q.WithMeeting(withAll) })
		}).Order(ent.Asc(ask.FieldID)).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list asks: %w", err)
	}
	ids := make([]int, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	public, err := c.Ent.MeetingAsk.Query().Where(meetingask.AskIDIn(ids...)).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list public asks: %w", err)
	}
	all := make([]Ask, len(rows))
	for i, row := range rows {
		all[i] = askShown(row)
		all[i].Public = slices.ContainsFunc(public, func(m *ent.MeetingAsk) bool { return *m.AskID == row.ID })
	}
	return all, nil
}

func askShown(row *ent.Ask) Ask {
	st := row.Edges.Statement
	m := st.Edges.Registration.Edges.Meeting
	a := Ask{
		ID: row.UID, Statement: st.UID, Registration: st.Edges.Registration.UID, State: string(row.State), Text: row.Text, Issue: row.Edges.Issue.Code, TakenUpBy: tookUp(row), Revision: row.Revision,
		StateUnderReview: m.Edges.Review.Edges.State.Iso3, Cycle: m.Edges.Review.Cycle,
	}
	if row.Comment != "" {
		a.Comment = &row.Comment
	}
	if row.Edges.Target != nil {
		a.SDGTarget = &row.Edges.Target.Code
	}
	if row.Edges.Addressed != nil {
		a.AddressedState = &row.Edges.Addressed.Iso3
	}
	if m.StartsAt != nil {
		a.MeetingAt = m.StartsAt.UTC()
	}
	for _, link := range row.Edges.Links {
		a.Judged = append(a.Judged, link.Recommendation)
	}
	return a
}
