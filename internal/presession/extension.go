package presession

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/upr-info/upr/ent"
	logged "github.com/upr-info/upr/ent/change"
	"github.com/upr-info/upr/ent/changeentry"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/viewer"
)

// extendBy is for how long the call of one meeting is proposed to open again.
const extendBy = 7

// Extension is a proposal to extend the call of one Pre-session, for which too few have applied.
type Extension struct {
	Applications int
	CallCloses   civil.Date // last day of the call as it is proposed, in Geneva
}

// ExtensionOf is what is proposed for a Pre-session to who manages it or is an officer of its State; nil:
// nothing is, or not to whoever asks. Extending the call accepts it, and saying that the meeting is not held, or is, declines it.
func (s *Service) ExtensionOf(ctx context.Context, id string) (proposed *Extension, err error) {
	err = s.read(ctx, func(c *change) error {
		m, err := c.meetingOf(id)
		if err != nil || !manages(c.by, m.Edges.Round.UID) && !c.by.Has(viewer.Officer, "state:"+m.Edges.Review.Edges.State.Iso3) {
			return err
		}
		proposed, err = extensionOf(c.ctx, c.Ent, m, c.now)
		return err
	})
	return proposed, err
}

// extensionOf proposes an extension where the call has closed and the meeting is not viable; as long as there is time
// for one.
func extensionOf(ctx context.Context, in *ent.Client, m *ent.PreSession, now time.Time) (*Extension, error) {
	until := now.In(geneva).AddDate(0, 0, extendBy)
	called := slices.Contains(choosing, m.Edges.Round.State)
	if m.State != presession.StatePROPOSED || !called || !callOver(m, now) || m.StartsAt != nil && !until.Before(*m.StartsAt) {
		return nil, nil //nolint:nilnil // nothing is proposed
	}
	n, err := applicationsFor(ctx, in, m)
	if err != nil || n >= m.Edges.Round.MinApplications {
		return nil, err
	}
	return &Extension{n, civil.Date(until.Format(time.DateOnly))}, nil
}

// callOver says whether the call of a meeting has closed, also for who had begun in time. Closed by hand, that of its
// round has for everybody.
func callOver(m *ent.PreSession, now time.Time) bool {
	return closedWithRound(m) || now.After(closesAt(m).Add(grace))
}

// closedWithRound says whether a meeting had no longer call than its round, whose call has closed.
func closedWithRound(m *ent.PreSession) bool {
	r := m.Edges.Round.State
	return m.CallClosesAt == nil && r != round.StateDRAFT && r != round.StateCALL_OPEN
}

// callOverSince is when the call of a meeting closed: in time, or with that of its round before.
func (c *change) callOverSince(m *ent.PreSession) (time.Time, error) {
	at := closesAt(m).Add(grace)
	if !closedWithRound(m) {
		return at, nil
	}
	closed, err := c.Ent.Change.Query().Where(logged.HasEntriesWith(changeentry.Node(m.Edges.Round.UID), changeentry.Operation("TO_CALL_CLOSED"))).First(c.ctx)
	if ent.IsNotFound(err) {
		return at, nil
	}
	if err != nil {
		return at, fmt.Errorf("find when a call was closed: %w", err)
	}
	if closed.At.Before(at) {
		at = closed.At
	}
	return at, nil
}

// applicationsFor counts what a meeting needs enough of to be held.
func applicationsFor(ctx context.Context, in *ent.Client, m *ent.PreSession) (int, error) {
	n, err := in.Registration.Query().Where(registration.MeetingID(m.ID), registration.StateNotIn("DRAFT", "WITHDRAWN")).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count applications: %w", err)
	}
	return n, nil
}

// extensions says for which meetings of somebody's an extension is proposed since a time: those whose call
// has closed since.
func (c *change) extensions(u *ent.User, since, until time.Time) (lines []string, err error) {
	q := c.Ent.PreSession.Query().Where(presession.StateEQ("PROPOSED"), presession.HasRoundWith(round.StateIn(choosing...))).Order(ent.Asc(presession.FieldID))
	withAll(q)
	meetings, err := q.All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("look for calls that have closed: %w", err)
	}
	in := wordingIn(u.Language)
	for _, m := range meetings {
		if !callOver(m, until) || !coordinates(u, m) {
			continue
		}
		at, err := c.callOverSince(m)
		if err != nil {
			return nil, err
		}
		if !until.After(at) || since.After(at) {
			continue
		}
		proposed, err := extensionOf(c.ctx, c.Ent, m, c.now)
		if err != nil {
			return nil, err
		}
		if proposed != nil {
			under := m.Edges.Review.Edges.State
			lines = append(lines, in.extension(in.pick(under.NameEn, under.NameFr, under.NameEs), proposed.Applications, m.Edges.Round.MinApplications))
		}
	}
	return lines, nil
}
