package presession

import (
	"context"
	"fmt"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/ask"
	"github.com/upr-info/upr/ent/asklink"
	"github.com/upr-info/upr/ent/recommendation"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/fault"
)

// LinkAsk says that a recommendation took an ask up. Returns Invalid for one that was not made in the
// review of the State, after the meeting, and Conflict for an ask that is not confirmed.
func (s *Service) LinkAsk(ctx context.Context, id string, revision int, to string) (*Ask, error) {
	return s.staffAsk(ctx, id, revision, func(c *change, a *ent.Ask, row *ent.Registration) error {
		if a.State != ask.StateCONFIRMED {
			return conflict("", "is not confirmed: its wording may still change")
		}
		if err := c.madeAfter(to, row.Edges.Meeting); err != nil {
			return err
		}
		return c.judge(a, to, true)
	})
}

// UnlinkAsk says that a recommendation did not take an ask up, proposed or linked: it is not proposed
// again.
func (s *Service) UnlinkAsk(ctx context.Context, id string, revision int, from string) (*Ask, error) {
	return s.staffAsk(ctx, id, revision, func(c *change, a *ent.Ask, row *ent.Registration) error {
		if err := c.madeAfter(from, row.Edges.Meeting); err != nil {
			return err
		}
		return c.judge(a, from, false)
	})
}

// madeAfter looks whether a recommendation was made in the review before which a meeting was held.
func (c *change) madeAfter(id string, m *ent.PreSession) error {
	there, err := c.Ent.Recommendation.Query().Where(recommendation.UID(id), recommendation.StatusEQ("PUBLISHED"), recommendation.ReviewID(m.ReviewID)).Exist(c.ctx)
	if err != nil {
		return fmt.Errorf("find a recommendation: %w", err)
	}
	day := m.Edges.Review.Date
	if !day.Known() {
		s, err := m.Edges.Review.QuerySession().Only(c.ctx)
		if err != nil {
			return fmt.Errorf("read a session: %w", err)
		}
		day = s.StartDate
	}
	if !there || m.StartsAt == nil || day <= civil.Of(*m.StartsAt) {
		return fault.Invalid("recommendation", "%s is none that was made to %s in its review after this Pre-session", id, m.Edges.Review.Edges.State.Iso3)
	}
	return nil
}

// judge keeps what an officer says of an ask and a recommendation.
func (c *change) judge(a *ent.Ask, recommendation string, tookUp bool) error {
	if err := c.unlink(a.ID, recommendation); err != nil {
		return err
	}
	if err := c.Ent.AskLink.Create().SetAskID(a.ID).SetRecommendation(recommendation).SetTookUp(tookUp).Exec(c.ctx); err != nil {
		return fmt.Errorf("link an ask: %w", err)
	}
	c.log.Note(a.UID, changelog.Operation("LINK"))
	return a.Update().AddRevision(1).Exec(c.ctx)
}

// unlink forgets what was said of an ask and some recommendations, or all.
func (c *change) unlink(id int, only ...string) error {
	q := c.Ent.AskLink.Delete().Where(asklink.AskID(id))
	if len(only) > 0 {
		q.Where(asklink.RecommendationIn(only...))
	}
	if _, err := q.Exec(c.ctx); err != nil {
		return fmt.Errorf("forget what took an ask up: %w", err)
	}
	return nil
}
