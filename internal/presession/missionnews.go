package presession

import (
	"fmt"
	"slices"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/invitation"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/internal/notify"
)

// What all who are invited to a round are told of one of its meetings.
const (
	missionPostponed   = "mission-postponed"
	missionRescheduled = "mission-rescheduled"
	missionNotHeld     = "mission-not-held"
)

// tellMissions writes to all who are invited to the round of a meeting that it is postponed, or is not held, as drafts:
// staff read them before they are sent. Drafts that say of it what is not so any more are taken back. Who was not written
// to yet is told when they are invited.
func (c *change) tellMissions(m *ent.PreSession, template string) error {
	return c.eachInvited(m, func(row *ent.Invitation, all []notify.Message) error { return c.tellMission(row, m, template, all) })
}

// tellMissionsChange writes to them what a change says: that the meeting is postponed, or is not held. Another time they are
// told once it is published.
func (c *change) tellMissionsChange(m *ent.PreSession, was presession.State) error {
	if m.State == was {
		return nil
	}
	switch m.State { //nolint:exhaustive // others say nothing new
	case presession.StatePOSTPONED:
		return c.tellMissions(m, missionPostponed)
	case presession.StateNOT_HELD:
		return c.tellMissionsOff(m)
	}
	return nil
}

// tellMissionsOff says that a meeting is not held, where they know of it: it was published, or they were told that it is
// postponed. Of one that had too few applications nobody has heard.
func (c *change) tellMissionsOff(m *ent.PreSession) error {
	published, err := c.published(m)
	if err != nil {
		return err
	}
	if news, err := c.hasMissionNews(m); err != nil || !news && published == nil {
		return err
	}
	return c.tellMissions(m, missionNotHeld)
}

// tellNewTime writes to them when a meeting that was postponed takes place, as that is published: also where it had no
// time before, to who was told so, and anew to who was told another time or room than it has now. Drafts that say so already
// are brought up to it.
func (c *change) tellNewTime(m *ent.PreSession, before, now *ent.Meeting) error {
	news, err := c.hasMissionNews(m)
	if err != nil || !news && m.PostponedFrom == nil {
		return err
	}
	moves := before != nil && !sameAppointment(appointmentIn(before), appointmentIn(now))
	m = asPublished(m, now)
	return c.eachInvited(m, func(row *ent.Invitation, all []notify.Message) error {
		last := lastNews(m, all)
		if m.PostponedFrom != nil || last != nil && (last.Template == missionPostponed || moves && last.Template == missionRescheduled && last.Status != notify.DraftStatus) {
			return c.tellMission(row, m, missionRescheduled, all)
		}
		return c.renewMission(row, m, last)
	})
}

// renewMissions brings drafts that say when a meeting takes place anew up to the day until which delegates register.
func (c *change) renewMissions(m *ent.PreSession) error {
	published, err := c.published(m)
	if err != nil || published == nil {
		return err
	}
	m = asPublished(m, published)
	return c.eachInvited(m, func(row *ent.Invitation, all []notify.Message) error { return c.renewMission(row, m, lastNews(m, all)) })
}

// asPublished is a meeting as readers know it: nobody is mailed what is planned alone.
func asPublished(m *ent.PreSession, published *ent.Meeting) *ent.PreSession {
	known := *m
	known.StartsAt, known.Duration, known.Room = &published.StartsAt, published.Minutes, published.Room
	return &known
}

// eachInvited does something for all who are invited to the round of a meeting, with all messages to them.
func (c *change) eachInvited(m *ent.PreSession, do func(row *ent.Invitation, all []notify.Message) error) error {
	if c.means.Outbox == nil {
		return nil
	}
	rows, err := c.Ent.Invitation.Query().Where(invitation.RoundID(m.RoundID), invitation.WithdrawnAtIsNil(), invitation.AddressNotNil()).WithState().Order(ent.Asc(invitation.FieldID)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list who is invited: %w", err)
	}
	r, err := m.QueryRound().WithSession().Only(c.ctx)
	if err != nil {
		return fmt.Errorf("read a round: %w", err)
	}
	for _, row := range rows {
		row.Edges.Round = r
		all, err := c.means.Outbox.About(c.ctx, c.Tx, row.UID)
		if err != nil {
			return err
		}
		if err := do(row, all); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) tellMission(row *ent.Invitation, m *ent.PreSession, template string, all []notify.Message) error {
	var off []string
	for _, told := range all {
		if told.State == m.Edges.Review.Edges.State.Iso3 && told.Status == notify.DraftStatus {
			off = append(off, told.ID)
		}
	}
	if err := c.means.Outbox.Cancel(c.ctx, c.Tx, off...); err != nil || !wasWritten(all) {
		return err
	}
	d, err := c.missionNews(row, m, template)
	if err != nil {
		return err
	}
	_, err = c.means.Outbox.Add(c.ctx, c.Tx, d)
	return err
}

func (c *change) renewMission(row *ent.Invitation, m *ent.PreSession, last *notify.Message) error {
	if last == nil || last.Template != missionRescheduled || last.Status != notify.DraftStatus {
		return nil
	}
	d, err := c.missionNews(row, m, missionRescheduled)
	if err != nil {
		return err
	}
	return c.means.Outbox.Renew(c.ctx, c.Tx, last.ID, d)
}

// missionNews is the mail that tells who is invited of a meeting.
func (c *change) missionNews(row *ent.Invitation, m *ent.PreSession, template string) (notify.Draft, error) {
	d, err := c.invitationMail(row, template)
	if err != nil {
		return d, err
	}
	in, under := wordingIn(row.Language), m.Edges.Review.Edges.State
	d.State, d.Hold, d.Data["state"] = under.Iso3, true, in.pick(under.NameEn, under.NameFr, under.NameEs)
	if template == missionRescheduled {
		d.Data["meeting"] = in.meeting(m.StartsAt.In(geneva), time.Duration(m.Duration)*time.Minute, m.Room)
		d.Data["deadline"] = in.deadline(missionsCloseAt(m).In(geneva))
		if missionsCloseAt(m).After(c.now) {
			d.Data["until"] = in.until(d.Data["deadline"])
		}
	}
	return d, nil
}

// hasMissionNews says whether anybody who is invited was told of a meeting, or is to be.
func (c *change) hasMissionNews(m *ent.PreSession) (bool, error) {
	if c.means.Outbox == nil {
		return false, nil
	}
	return c.means.Outbox.Has(c.ctx, c.Tx, m.Edges.Round.UID, m.Edges.Review.Edges.State.Iso3, missionPostponed, missionRescheduled)
}

// lastNews is what somebody was told last of a meeting, or is to be; nil: nothing.
func lastNews(m *ent.PreSession, all []notify.Message) *notify.Message {
	for i := range slices.Backward(all) {
		if all[i].State == m.Edges.Review.Edges.State.Iso3 && all[i].Status != notify.Cancelled {
			return &all[i]
		}
	}
	return nil
}

// wasWritten says whether an invitation has gone out.
func wasWritten(all []notify.Message) bool {
	return slices.ContainsFunc(all, func(m notify.Message) bool { return m.Status == notify.Queued || m.Status == notify.Sent })
}
