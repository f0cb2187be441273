package presession

import (
	"time"
	_ "time/tzdata" // machines without it are not in Geneva

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/fault"
)

const (
	// grace is for what was begun in time.
	grace = time.Hour
	// near is when offers have to be answered sooner.
	near = 14 * 24 * time.Hour
	// answerWithin is how long after the call applicants may be asked for changes.
	answerWithin = 10 * 24 * time.Hour
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
	r := m.Edges.Round
	takes := m.State == "PROPOSED" || m.State == "VIABLE"
	// An extension opens one meeting's call after the round's has closed.
	begun := r.State == "CALL_OPEN" || r.State == "CALL_CLOSED" && m.CallClosesAt != nil
	return takes && begun && !now.Before(r.CallOpensAt) && !now.After(closesAt(m))
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
