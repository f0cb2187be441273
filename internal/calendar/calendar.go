// Package calendar writes meetings as programs for calendars read them (RFC 5545).
package calendar

import (
	"time"

	ical "github.com/arran4/golang-ical"
)

// Event is one meeting.
type Event struct {
	ID        string // the same as long as it is the same meeting
	Title     string
	Place     string // empty: not said
	Starts    time.Time
	Lasts     time.Duration
	Sequence  int // higher whenever something has changed, so that calendars take the change
	Tentative bool
	Cancelled bool
	Changed   time.Time // when what is said was said first
}

// Write writes a calendar of events under a name. The same events give the same bytes.
func Write(name string, events ...Event) string {
	c := ical.NewCalendarFor("UPR Info")
	c.SetMethod(ical.MethodPublish)
	if name != "" {
		c.SetXWRCalName(name)
	}
	c.SetXWRTimezone("Europe/Zurich")
	for _, e := range events {
		event := c.AddEvent(e.ID + "@upr-info")
		event.SetDtStampTime(e.Changed)
		event.SetStartAt(e.Starts)
		event.SetEndAt(e.Starts.Add(e.Lasts))
		event.SetSequence(e.Sequence)
		event.SetSummary(e.Title)
		if e.Place != "" {
			event.SetLocation(e.Place)
		}
		switch {
		case e.Cancelled:
			event.SetStatus(ical.ObjectStatusCancelled)
		case e.Tentative:
			event.SetStatus(ical.ObjectStatusTentative)
		default:
			event.SetStatus(ical.ObjectStatusConfirmed)
		}
	}
	return c.Serialize(ical.WithNewLineWindows)
}
