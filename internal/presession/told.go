package presession

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/notify"
)

// This file says what applicants were told of their meeting, for the page of their registration: who is written to
// neutrally finds it there alone. What coordinators plan is not told by it until it is told.

// Reserve is a place on the waiting list as applicants are told of it.
type Reserve struct {
	Rank      string     // FIRST, SECOND, THIRD or LATER
	DecidedBy *time.Time // nil: the day of the meeting, which is not known yet
}

var reserveRanks = []string{"FIRST", "SECOND", "THIRD", "LATER"}

// appointmentOf is when and where a meeting is by now; nil: that is to follow.
func appointmentOf(m *ent.PreSession) *civil.Appointment {
	if m.StartsAt == nil {
		return nil
	}
	return &civil.Appointment{StartsAt: m.StartsAt.UTC(), Minutes: m.Duration, Room: m.Room}
}

// appointmentIn is when and where a meeting is as it is published.
func appointmentIn(published *ent.Meeting) *civil.Appointment {
	return &civil.Appointment{StartsAt: published.StartsAt.UTC(), Minutes: published.Minutes, Room: published.Room}
}

func sameAppointment(a, b *civil.Appointment) bool {
	return a == b || a != nil && b != nil && a.StartsAt.Equal(b.StartsAt) && a.Minutes == b.Minutes && a.Room == b.Room
}

// nowTold has a registration keep that its applicant is told when and where the meeting is.
func nowTold(m *ent.PreSession, set *ent.RegistrationUpdateOne) {
	if at := appointmentOf(m); at != nil {
		set.SetTold(at)
	} else {
		set.ClearTold()
	}
}

// nowToldAnew is nowTold where an offer is not confirmed on what stood there before: whoever has read that reads it again.
func nowToldAnew(row *ent.Registration, set *ent.RegistrationUpdateOne) {
	if row.State == registration.StateOFFERED && !sameAppointment(row.Told, appointmentOf(row.Edges.Meeting)) {
		set.AddOwnRevision(1)
	}
	nowTold(row.Edges.Meeting, set)
}

// isMoving says of an offer whether its meeting is planned otherwise than its applicant was told when and where it is.
func isMoving(row *ent.Registration) bool {
	return row.State == registration.StateOFFERED && row.Told != nil && !sameAppointment(row.Told, appointmentOf(row.Edges.Meeting))
}

// tellsPlace has the applicant be told with a step.
func tellsPlace(s *step) error {
	nowTold(s.row.Edges.Meeting, s.set)
	return nil
}

// awaiting are the states in which somebody was told of a meeting to come.
var awaiting = []registration.State{registration.StateWAITLISTED, registration.StateOFFERED, registration.StateCONFIRMED}

// allTold: what everybody reads in the agenda, applicants know as well; nil: that the meeting is postponed.
func (c *change) allTold(m *ent.PreSession, at *civil.Appointment) error {
	offers, err := c.offersOf(m)
	if err != nil {
		return err
	}
	if err := c.readAnew(offers, func(row *ent.Registration) bool { return !sameAppointment(row.Told, at) }); err != nil {
		return err
	}
	set := c.Ent.Registration.Update().Where(registration.MeetingID(m.ID), registration.StateIn(awaiting...))
	if at != nil {
		set.SetTold(at)
	} else {
		set.ClearTold()
	}
	if err := set.Exec(c.ctx); err != nil {
		return fmt.Errorf("keep what the agenda tells: %w", err)
	}
	return nil
}

// offersOf are the offers of a meeting, as they are made.
func (c *change) offersOf(m *ent.PreSession) ([]*ent.Registration, error) {
	rows, err := c.Ent.Registration.Query().Where(registration.MeetingID(m.ID), registration.StateEQ(registration.StateOFFERED)).WithMeeting(withAll).Order(ent.Asc(registration.FieldID)).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list who has an offer: %w", err)
	}
	return rows, nil
}

// readAnew has those confirm nothing on a page that says of their meeting what it does not say any more.
func (c *change) readAnew(offers []*ent.Registration, changed func(*ent.Registration) bool) error {
	var ids []int
	for _, row := range offers {
		if changed(row) {
			ids = append(ids, row.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if err := c.Ent.Registration.Update().Where(registration.IDIn(ids...)).AddOwnRevision(1).Exec(c.ctx); err != nil {
		return fmt.Errorf("revise offers: %w", err)
	}
	return nil
}

// beforeRelease is what releasing drafts by hand takes, and makes known. Who has an offer is told with theirs when and where the meeting is by now;
// who has a place, that it is not any more when they were told, before an agenda says when.
func (s *Service) beforeRelease(ctx context.Context, tx *database.Tx, about ...string) error {
	if err := refuseStagedMail(ctx, tx, about...); err != nil {
		return err
	}
	ctx = asProgram(ctx)
	rows, err := tx.Ent.Registration.Query().Where(registration.UIDIn(about...), registration.StateIn("OFFERED", "CONFIRMED")).WithMeeting().All(ctx)
	if err != nil {
		return fmt.Errorf("look who is told of a meeting: %w", err)
	}
	for _, row := range rows {
		set, m := row.Update(), row.Edges.Meeting
		switch {
		case row.State == registration.StateOFFERED:
			nowToldAnew(row, set)
		case m.State == presession.StatePUBLISHED || sameAppointment(row.Told, appointmentOf(m)):
			continue
		default:
			set.ClearTold()
		}
		if err := set.Exec(ctx); err != nil {
			return fmt.Errorf("keep what an applicant is told: %w", err)
		}
	}
	return nil
}

// placeNews are the templates that say whether, when and where a meeting is to somebody who has a place in it, or an offer.
var placeNews = []string{"agenda-changed", "postponed", "not-held"}

// dropPlaceNews takes drafts back that say of a meeting what is not so any more, as something new is told of it.
func (c *change) dropPlaceNews(row *ent.Registration) error {
	return c.dropMail(row, func(m notify.Message) bool {
		return m.Status == notify.DraftStatus && slices.Contains(placeNews, m.Template)
	})
}

// takeOver takes drafts back in the place of which another one is written, which says also what was new in those: only that
// the order has changed would hide that it is elsewhere.
func (c *change) takeOver(row *ent.Registration, d *notify.Draft, reordered bool) error {
	all, err := c.means.Outbox.About(c.ctx, c.Tx, row.UID)
	if err != nil {
		return err
	}
	in := wordingIn(d.Language)
	for _, m := range all {
		if m.Status != notify.DraftStatus || m.Template != d.Template {
			continue
		}
		said, err := m.Filled("change")
		if err != nil {
			return err
		}
		for _, news := range []string{in.planned, in.moved} {
			first := strings.TrimSuffix(news, ".")
			switch {
			case !strings.HasPrefix(said, first) || strings.HasPrefix(d.Data["change"], first):
			case reordered:
				if moved := strings.TrimSuffix(in.moved, "."); first != moved && strings.Contains(said, moved) {
					first += "; " + moved
				}
				d.Data["change"] = first + "; " + d.Data["change"]
			default:
				d.Data["change"] = news
			}
		}
	}
	return c.dropPlaceNews(row)
}

// tellMoved writes to who has an offer of a meeting that it is at another time or place than they were told, as drafts: they
// would confirm another one. Until then their page says that it moves. Who has a place is told with the agenda. was is where
// it was before the change.
func (c *change) tellMoved(m *ent.PreSession, was *civil.Appointment) error {
	if c.means.Outbox == nil || sameAppointment(was, appointmentOf(m)) || isOver(m, c.now) {
		return nil
	}
	rows, err := c.offersOf(m)
	if err != nil {
		return err
	}
	err = c.readAnew(rows, func(row *ent.Registration) bool {
		return sameAppointment(row.Told, was) != sameAppointment(row.Told, appointmentOf(m))
	})
	if err != nil || m.State == presession.StatePOSTPONED { // which tellSpeakers tells
		return err
	}
	for _, row := range rows {
		if err := c.dropPlaceNews(row); err != nil {
			return err
		}
		if sameAppointment(row.Told, appointmentOf(m)) {
			continue
		}
		d, err := c.draft(row, "agenda-changed")
		if err != nil {
			return err
		}
		d.Data["change"], d.Hold = wordingIn(d.Language).moved, true
		if _, err := c.means.Outbox.Add(c.ctx, c.Tx, d); err != nil {
			return err
		}
	}
	return nil
}

// tellsOff are the templates by which somebody is told that a meeting is off.
var tellsOff = map[presession.State]string{"NOT_HELD": "not-held", "POSTPONED": "postponed"}

// showTold shows an applicant what mail in the state of their registration says, as far as they were told.
func (c *change) showTold(row *ent.Registration, a *Application) (err error) {
	switch State(row.State) {
	case Waitlisted:
		if row.Rank != nil {
			a.Reserve = &Reserve{Rank: reserveRanks[min(*row.Rank, len(reserveRanks))-1]}
			if row.Told != nil {
				a.Reserve.DecidedBy = &row.Told.StartsAt
			}
		}
	case Offered, Confirmed:
		if a.Off, err = c.toldOff(row); a.Off == nil {
			a.Meeting, a.MeetingMoves = row.Told, isMoving(row)
		}
	case Merged:
		a.Off, err = c.toldOff(row)
	}
	return err
}

// toldOff is that a meeting is postponed or not held, once it was published, or the applicant was told; nil: it is neither,
// or nobody knows. A meeting that was postponed is so until its new time is told, whatever is planned.
func (c *change) toldOff(row *ent.Registration) (*string, error) {
	m, off := row.Edges.Meeting, row.Edges.Meeting.State
	if off == presession.StateSCHEDULED {
		off = presession.StatePOSTPONED
	}
	template := tellsOff[off]
	if template == "" || off == presession.StatePOSTPONED && row.State != registration.StateMERGED && row.Told != nil {
		return nil, nil //nolint:nilnil // as the comment says
	}
	state := string(off)
	if published, err := c.published(m); err != nil || published != nil {
		return &state, err
	}
	if c.means.Outbox == nil {
		return nil, nil //nolint:nilnil // as the comment says
	}
	all, err := c.means.Outbox.About(c.ctx, c.Tx, row.UID)
	if err != nil || !slices.ContainsFunc(all, func(m notify.Message) bool {
		return m.Template == template && m.Status != notify.DraftStatus && m.Status != notify.Cancelled
	}) {
		return nil, err
	}
	return &state, nil
}
