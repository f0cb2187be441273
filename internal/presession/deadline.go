package presession

import (
	"fmt"
	"time"
	_ "time/tzdata" // machines without it are not in Geneva

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/fault"
)

const (
	// grace is for what was begun in time.
	grace = time.Hour
	// near is when offers have to be answered sooner.
	near = 14 * 24 * time.Hour
	// answerWithin is until how many days after the call applicants may be asked for changes.
	answerWithin = 10
)

// geneva is where deadlines end.
var geneva = must(time.LoadLocation("Europe/Zurich"))

func must(zone *time.Location, err error) *time.Location {
	if err != nil {
		panic(err) // it is part of the program
	}
	return zone
}

// endOf is the last second of a day in Geneva, whatever its clocks do on that day.
func endOf(field string, day civil.Date) (time.Time, error) {
	at, err := time.ParseInLocation(time.DateOnly, string(day), geneva)
	if err != nil {
		return time.Time{}, fault.Invalid(field, "must be a day like 2026-03-29")
	}
	return at.AddDate(0, 0, 1).Add(-time.Second).UTC(), nil
}

// daysFrom is some days after a moment, or before it, at the same hour in Geneva: a day on which the clocks there change
// has 23 hours, or 25.
func daysFrom(at time.Time, days int) time.Time { return at.In(geneva).AddDate(0, 0, days).UTC() }

// sameDay says whether two moments are on one day in Geneva.
func sameDay(a, b time.Time) bool {
	return a.In(geneva).Format(time.DateOnly) == b.In(geneva).Format(time.DateOnly)
}

// closesAt is when the call of a meeting closes.
func closesAt(m *ent.PreSession) time.Time {
	if m.CallClosesAt != nil {
		return m.CallClosesAt.UTC()
	}
	return m.Edges.Round.CallClosesAt.UTC()
}

// isOpen says whether the call of a meeting is open.
func isOpen(m *ent.PreSession, now time.Time) bool {
	return isCalled(m) && !now.Before(m.Edges.Round.CallOpensAt) && !now.After(closesAt(m))
}

// isCalled says whether a meeting takes applications until its call closes: with its round, or, where its call was
// extended, until the meeting is in the published agenda, however far the others are.
func isCalled(m *ent.PreSession) bool {
	extended := m.CallClosesAt != nil
	switch m.State {
	case presession.StatePROPOSED, presession.StateVIABLE:
	case presession.StateSCHEDULED, presession.StatePOSTPONED:
		if !extended {
			return false
		}
	default:
		return false
	}
	switch m.Edges.Round.State {
	case round.StateCALL_OPEN:
		return true
	case round.StateCALL_CLOSED, round.StateDECISIONS_RELEASED:
		return extended
	case round.StateAGENDA_PUBLISHED, round.StateRUNNING:
		return extended && m.State != presession.StatePOSTPONED && m.PostponedFrom == nil
	}
	return false
}

// refuseVain returns Conflict for a call that would open nothing, or Invalid for its day. To end one that is open does something.
func refuseVain(m *ent.PreSession, now time.Time) error {
	switch r := m.Edges.Round.State; {
	case settled(m):
		return conflict("callCloses", "would open nothing: the Pre-session was held, or is not held")
	case r == round.StateDRAFT || r == round.StateCALL_OPEN:
		return nil
	case r == round.StateCLOSED || r == round.StateARCHIVED:
		return conflict("callCloses", "would open nothing: the round is %s", r)
	case !isCalled(m):
		return conflict("callCloses", "would open nothing: the agenda is published, with the Pre-session in it; offer its places to those who have applied")
	case now.After(closesAt(m)):
		return fault.Invalid("callCloses", "would open nothing: the day is over; give one that is to come")
	}
	return nil
}

// offerUntil is when an offer that is made now expires: sooner where the meeting is near, and
// before it begins.
func offerUntil(m *ent.PreSession, now time.Time) time.Time {
	until := now.Add(time.Duration(m.Edges.Round.OfferHours) * time.Hour)
	if m.StartsAt == nil {
		return until.UTC()
	}
	if m.StartsAt.Sub(now) < near {
		until = now.Add(time.Duration(m.Edges.Round.ShortOfferHours) * time.Hour)
	}
	if until.After(*m.StartsAt) {
		until = *m.StartsAt
	}
	return until.UTC()
}

// offerEnds is until when an offer stands: not beyond the beginning of a meeting that was moved to a sooner time since;
// nil: none was made.
func offerEnds(row *ent.Registration) *time.Time {
	if begins := row.Edges.Meeting.StartsAt; row.OfferExpiresAt != nil && begins != nil && begins.Before(*row.OfferExpiresAt) {
		return begins
	}
	return row.OfferExpiresAt
}

// InGeneva is a moment as the clocks there show it.
func InGeneva(at time.Time) time.Time { return at.In(geneva) }

// plausible is how many years a moment of a round may be from its session, and from today.
const plausible = 2

// near refuses a moment that cannot be meant: years before or after the session of a round.
func (c *change) near(field string, r *ent.Round, at time.Time) error {
	of, err := r.QuerySession().Only(c.ctx)
	if err != nil {
		return fmt.Errorf("read a session: %w", err)
	}
	return nearOf(field, of, at, c.now)
}

func nearOf(field string, of *ent.Session, at, now time.Time) error {
	first, last := now, now // the record may know no dates, or be of a session that was long ago
	for _, day := range []civil.Date{of.StartDate, of.EndDate} {
		on, err := time.Parse(time.DateOnly, string(day))
		switch {
		case err != nil:
		case on.Before(first):
			first = on
		case on.After(last):
			last = on
		}
	}
	first, last = first.AddDate(-plausible, 0, 0), last.AddDate(plausible, 0, 0)
	if at.Before(first) || at.After(last) {
		return fault.Invalid(field, "is far from session %d: it must be from %s to %s", of.Number, first.Format("January 2006"), last.Format("January 2006"))
	}
	return nil
}

// nearSession refuses a beginning, or a last day of a call, that cannot be meant.
func (c *change) nearSession(r *ent.Round, startsAt *time.Time, callCloses *civil.Date) error {
	if startsAt != nil {
		if err := c.near("startsAt", r, *startsAt); err != nil {
			return err
		}
	}
	if callCloses == nil {
		return nil
	}
	at, err := endOf("callCloses", *callCloses)
	if err != nil {
		return err
	}
	return c.near("callCloses", r, at)
}
