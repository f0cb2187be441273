package presession

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/meeting"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/calendar"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
)

// NewCalendarLink returns the address of the applicant's own calendar, and ends the one there was.
// It is shown once. Returns Conflict where a participant's existence is not to be known: an address
// in a calendar is seen by others.
func (s *Service) NewCalendarLink(ctx context.Context, id string) (link string, err error) {
	err = s.change(ctx, "", func(c *change) error {
		row, err := c.ownRegistration(id)
		if err != nil {
			return err
		}
		level, _, _, err := c.caution(row)
		if err != nil {
			return err
		}
		if level >= 2 {
			return conflict("", "has a participant whom calendars must not know: write the time down where it is safe")
		}
		token := strings.ToLower(rand.Text())
		if err := row.Update().SetCalendarDigest(codeDigest(token)).Exec(c.ctx); err != nil {
			return fmt.Errorf("keep a calendar: %w", err)
		}
		c.log.Note(row.UID, changelog.Operation("CALENDAR"))
		link = c.means.PublicURL + "/calendar/own/" + token + ".ics"
		return nil
	})
	return link, err
}

// OwnCalendar is the calendar whose address somebody holds: the meeting at which they speak, once
// it is published, and that it is off where they do not speak any more. Returns NotFound for an
// address that is none.
func (s *Service) OwnCalendar(ctx context.Context, token string) (text string, err error) {
	ctx, cancel := database.Patient(ctx)
	defer cancel()
	err = s.read(asProgram(ctx), func(c *change) error {
		row, err := c.Ent.Registration.Query().Where(registration.CalendarDigest(codeDigest(token))).WithMeeting(withAll).Only(c.ctx)
		if ent.IsNotFound(err) {
			return fault.NotFound("no calendar has this address: make a new one")
		}
		if err != nil {
			return fmt.Errorf("find a calendar: %w", err)
		}
		text, err = c.invitation(row)
		if err == nil && text == "" {
			text = calendar.Write("")
		}
		return err
	})
	return text, err
}

// invitation is the meeting of a registration as its calendar has it; empty: nothing is published.
// From protection level 1 on it says neither what the meeting is about nor where it is.
func (c *change) invitation(row *ent.Registration) (string, error) {
	published, err := c.published(row.Edges.Meeting)
	if err != nil || published == nil {
		return "", err
	}
	level, neutral, _, err := c.caution(row)
	if err != nil || level >= 2 {
		return "", err
	}
	e, in, err := c.eventOf(row)
	if err != nil {
		return "", err
	}
	e.Place, e.Starts, e.Lasts = published.Room, published.StartsAt, time.Duration(published.Minutes)*time.Minute
	if level > 0 || neutral {
		e.Title, e.Place = in.pick("Meeting", "Réunion", "Reunión"), ""
	}
	speaks, err := c.speaksFor(row)
	if err != nil {
		return "", err
	}
	if speaks.State != registration.StateCONFIRMED && speaks.State != registration.StateSPOKE || published.Status == meeting.StatusNOT_HELD || published.Status == meeting.StatusPOSTPONED {
		e.Cancelled = true
	}
	return calendar.Write("", e), nil
}

// revalue has calendars take the entry of a registration, and of what it is merged into, in anew: who takes part by it, or how
// they are protected, is otherwise than before, which says what may stand there.
func (c *change) revalue(row *ent.Registration) error {
	if err := c.Ent.Registration.UpdateOneID(row.ID).AddCalendarRevision(1).Exec(c.ctx); err != nil {
		return fmt.Errorf("revise a calendar: %w", err)
	}
	return c.above(row, c.revalue)
}

// eventOf is the meeting of a registration without time and place, in the language of whoever is told of it. Its sequence
// is higher whenever the meeting was changed or published anew, the registration was changed in a way that its applicant
// sees, or what may be said of it.
func (c *change) eventOf(row *ent.Registration) (calendar.Event, *wording, error) {
	u, err := c.addressee(row)
	if err != nil {
		return calendar.Event{}, nil, err
	}
	m, in := row.Edges.Meeting, wordingIn(u.Language)
	under := m.Edges.Review.Edges.State
	sequence := m.Revision + row.OwnRevision + row.CalendarRevision
	if published, err := c.published(m); err != nil {
		return calendar.Event{}, nil, err
	} else if published != nil {
		sequence += published.Sequence
	}
	title := in.pick("Pre-session: ", "Pré-session : ", "Pre-sesión: ") + in.pick(under.NameEn, under.NameFr, under.NameEs)
	return calendar.Event{ID: row.UID, Title: title, Sequence: sequence, Changed: c.now}, in, nil
}

// entryOf is what a mail about an offer has a calendar take in, of a meeting that may be in no agenda yet:
// tentatively, for good when it is confirmed, and out again when the offer ends, the merger, or the meeting is not held then;
// empty: nothing. The outbox leaves it out for who is protected.
func (c *change) entryOf(row *ent.Registration, template string) (string, error) {
	m, at := row.Edges.Meeting, row.Edges.Meeting.StartsAt
	tells := slices.Contains([]string{"postponed", "not-held", "merger-ended"}, template)
	if tells && (row.OfferExpiresAt != nil || isMerged(row)) {
		if entry, err := c.invitation(row); err != nil || entry != "" { // as the agenda told them
			return entry, err
		}
	}
	ends := row.OfferExpiresAt != nil && (tells || slices.Contains([]string{"expired", "withdrawn-thanks", "cancelled"}, template))
	if ends && at == nil { // the one that their calendars have
		at = m.PostponedFrom
	}
	tentative := template == "offer" || template == "agenda-changed" && State(row.State) == Offered
	if at == nil || !ends && !tentative && (template != "confirmed" || row.OfferExpiresAt == nil) {
		return "", nil
	}
	e, _, err := c.eventOf(row)
	if err != nil {
		return "", err
	}
	e.Place, e.Starts, e.Lasts = m.Room, *at, time.Duration(m.Duration)*time.Minute
	e.Tentative, e.Cancelled = tentative, ends
	return calendar.Write("", e), nil
}
