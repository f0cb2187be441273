package presession

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/internal/changelog"
)

const day = 24 * time.Hour

// reminder is of what applicants have to do before a time is over.
type reminder struct {
	of       State
	template string
	reason   string          // for the change log
	before   []time.Duration // the end of the time; the longest first

	until func(*ent.Registration) *time.Time                 // nil: there is no such time
	among func(from, until time.Time) predicate.Registration // those whose time may end between
}

var reminders = []reminder{
	{Draft, "draft-reminder", "a call closes soon", []time.Duration{7 * day, 2 * day}, submitUntil, submittedUntil},
	{ChangesRequested, "changes-reminder", "a question is to be answered soon", []time.Duration{2 * day}, func(row *ent.Registration) *time.Time { return row.RespondBy },
		func(from, until time.Time) predicate.Registration {
			return registration.And(registration.RespondByGTE(from), registration.RespondByLTE(until))
		}},
	{Offered, "offer-reminder", "an offer expires soon", []time.Duration{3 * day, day}, offerEnds,
		func(from, until time.Time) predicate.Registration {
			return registration.Or(registration.And(registration.OfferExpiresAtGTE(from), registration.OfferExpiresAtLTE(until)),
				registration.HasMeetingWith(presession.StartsAtGTE(from), presession.StartsAtLTE(until)))
		}},
}

// submitUntil is when the call closes; an access code lets in later.
func submitUntil(row *ent.Registration) *time.Time {
	at := closesAt(row.Edges.Meeting)
	if row.ByCode || !isOpen(row.Edges.Meeting, at) {
		return nil
	}
	return &at
}

func submittedUntil(from, until time.Time) predicate.Registration {
	return registration.HasMeetingWith(presession.Or(
		presession.And(presession.CallClosesAtGTE(from), presession.CallClosesAtLTE(until)),
		presession.HasRoundWith(round.CallClosesAtGTE(from), round.CallClosesAtLTE(until)),
	))
}

// remind reminds applicants of what they have to do.
func (s *Service) remind(ctx context.Context) error {
	var errs []error
	for _, r := range reminders {
		now := s.now()
		rows, err := s.db.Ent.Registration.Query().Where(registration.StateEQ(registration.State(r.of)), r.among(now, now.Add(r.before[0]))).WithMeeting(withAll).All(ctx)
		if err != nil {
			return fmt.Errorf("look for what is to be done soon: %w", err)
		}
		for _, row := range rows {
			if r.isDue(row, now) {
				errs = append(errs, s.change(ctx, r.reason, func(c *change) error {
					return c.remind(row.UID, r.template, func(row *ent.Registration) (bool, error) { return State(row.State) == r.of && r.isDue(row, c.now), nil })
				}))
			}
		}
	}
	return errors.Join(errs...)
}

// remind reminds an applicant of what is due once the registration is locked: another process, or the
// applicant, may have been faster.
func (c *change) remind(id, template string, due func(*ent.Registration) (bool, error)) error {
	row, err := c.lockRegistration(id)
	if err != nil {
		return err
	}
	if still, err := due(row); err != nil || !still {
		return err
	}
	set := row.Update().SetRemindedAt(c.now)
	if template == "offer-reminder" {
		nowToldAnew(row, set)
	}
	if err := set.Exec(c.ctx); err != nil {
		return fmt.Errorf("keep a reminder: %w", err)
	}
	c.log.Note(row.UID, changelog.Operation("REMIND"))
	return c.addMail(row, template, false)
}

// isDue says whether the time of a reminder has come.
func (r *reminder) isDue(row *ent.Registration, now time.Time) bool {
	until := r.until(row)
	return until != nil && !now.After(*until) && slices.ContainsFunc(r.before, func(before time.Duration) bool {
		return hasCome(until.Add(-before), row, now)
	})
}

// hasCome says whether a moment has come since the applicant had something to do, or was reminded last.
func hasCome(at time.Time, row *ent.Registration, now time.Time) bool {
	return !at.After(now) && (row.RemindedAt == nil || row.RemindedAt.Before(at))
}
