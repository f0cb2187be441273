package presession

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/job"
)

// sweep is the job that does what time does.
type sweep struct{}

// Kind names the job.
func (sweep) Kind() string { return "presession_sweep" }

// sweepEvery is how late what time does may be.
const sweepEvery = 30 * time.Second

// Work has the queue do what time does.
func (s *Service) Work(q *job.Queue) {
	job.Handle(q, func(ctx context.Context, _ sweep) error { return s.Sweep(ctx) })
	q.Every(sweepEvery, sweep{})
}

// Sweep does what time has done: offers lapse; questions go back unanswered; who has begun, was asked
// or was offered something is reminded of it, as are missions that have registered nobody and speakers
// who have sent no statement; who waited for a meeting that was held, or has applied for one
// that is not and has no place, is told; calls open and close; officers are mailed the news; rounds that
// are over are counted; identities are purged. Each is a
// change of its own, and doing all of it again changes nothing.
func (s *Service) Sweep(ctx context.Context) error {
	ctx = asProgram(ctx)
	return errors.Join(s.lapse(ctx), s.remind(ctx), s.remindMissions(ctx), s.remindStatements(ctx), s.openCalls(ctx), s.closeCalls(ctx), s.liftEmbargoes(ctx), s.sendNews(ctx), s.tally(ctx), s.purge(ctx))
}

// toldNotHeld are the states that end where a meeting is not held. Who has a place in it is told as staff release that.
var toldNotHeld = append(slices.Clone(undecided), registration.StateOFFERED)

// lapse moves registrations whose time is over.
func (s *Service) lapse(ctx context.Context) error {
	now := s.now()
	rows, err := s.db.Ent.Registration.Query().Where(registration.Or(
		registration.And(registration.StateEQ("OFFERED"), registration.Or(registration.OfferExpiresAtLT(now),
			registration.HasMeetingWith(presession.StartsAtLTE(now)))),
		registration.And(registration.StateEQ("CHANGES_REQUESTED"), registration.Or(registration.RespondByLT(now), registration.HasMeetingWith(presession.StateEQ("HELD")))),
		registration.And(registration.StateEQ("WAITLISTED"), registration.HasMeetingWith(presession.StateEQ("HELD"))),
		registration.And(registration.StateIn(toldNotHeld...), registration.HasMeetingWith(presession.StateEQ("NOT_HELD"))),
	)).WithMeeting().Order(ent.Asc(registration.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("look for what has lapsed: %w", err)
	}
	var errs []error
	for _, row := range rows {
		to := Expired
		switch {
		case State(row.State) == Waitlisted, notHeld(row.Edges.Meeting):
			to = NotSelected
		case State(row.State) == ChangesRequested:
			to = Submitted
		}
		err := s.Move(ctx, Move{ID: row.UID, To: to})
		if fault.CodeOf(err) == fault.CodeConflict { // another process, or the applicant, was faster
			slog.DebugContext(ctx, "nothing lapses any more", "registration", row.UID)
			continue
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// openCalls opens the calls of rounds whose first day has come. One that is over already stays a draft.
func (s *Service) openCalls(ctx context.Context) error {
	due := func(now time.Time) predicate.Round {
		return round.And(round.StateEQ(round.StateDRAFT), round.CallOpensAtLTE(now), round.CallClosesAtGTE(now))
	}
	rounds, err := s.db.Ent.Round.Query().Where(due(s.now())).All(ctx)
	if err != nil {
		return fmt.Errorf("look for calls that open: %w", err)
	}
	var errs []error
	for _, r := range rounds {
		errs = append(errs, s.change(ctx, "the call has opened", func(c *change) error {
			n, err := c.Ent.Round.Update().Where(round.ID(r.ID), due(c.now)).SetState(round.StateCALL_OPEN).AddRevision(1).Save(c.ctx)
			if err != nil {
				return fmt.Errorf("open a call: %w", err)
			}
			if n > 0 { // nobody was faster
				c.log.Note(r.UID, changelog.Operation("TO_CALL_OPEN"))
			}
			return nil
		}))
	}
	return errors.Join(errs...)
}

// closeCalls closes the calls of rounds, and says which meetings have enough applications.
func (s *Service) closeCalls(ctx context.Context) error {
	now := s.now()
	rounds, err := s.db.Ent.Round.Query().Where(round.StateNotIn("DRAFT", "CLOSED", "ARCHIVED")).WithMeetings(withAll).All(ctx)
	if err != nil {
		return fmt.Errorf("look for calls that close: %w", err)
	}
	var errs []error
	for _, r := range rounds {
		viable, closes, err := dueOf(ctx, s.db.Ent, r, now)
		if err == nil && len(viable) == 0 && !closes { // nobody who writes is held up for nothing
			continue
		}
		errs = append(errs, err)
		if err == nil {
			errs = append(errs, s.change(ctx, "the call has closed", func(c *change) error { return c.closeCall(r.ID) }))
		}
	}
	return errors.Join(errs...)
}

// dueOf says what the end of a round's calls brings: meetings that have enough applications, and
// whether the call of the round itself closes. Whether others are extended is the manager's to say.
func dueOf(ctx context.Context, in *ent.Client, r *ent.Round, now time.Time) (viable []*ent.PreSession, closes bool, err error) {
	for _, m := range r.Edges.Meetings {
		if m.State != presession.StatePROPOSED || !callOver(m, now) {
			continue
		}
		n, err := applicationsFor(ctx, in, m)
		if err != nil {
			return nil, false, err
		}
		if n >= r.MinApplications {
			viable = append(viable, m)
		}
	}
	return viable, r.State == round.StateCALL_OPEN && now.After(r.CallClosesAt.Add(grace)), nil
}

func (c *change) closeCall(id int) error {
	r, err := c.Ent.Round.Query().Where(round.ID(id)).WithMeetings(withAll).Only(c.ctx)
	if err != nil {
		return fmt.Errorf("read a round: %w", err)
	}
	if err := c.lockMeetings(r.UID); err != nil {
		return err
	}
	viable, closes, err := dueOf(c.ctx, c.Ent, r, c.now)
	if err != nil {
		return err
	}
	for _, m := range viable {
		if err := m.Update().SetState("VIABLE").AddRevision(1).Exec(c.ctx); err != nil {
			return fmt.Errorf("call a Pre-session viable: %w", err)
		}
		c.log.Note(m.UID, changelog.Operation("TO_VIABLE"))
	}
	if !closes {
		return nil
	}
	c.log.Note(r.UID, changelog.Operation("TO_CALL_CLOSED"))
	return r.Update().SetState("CALL_CLOSED").AddRevision(1).Exec(c.ctx)
}
