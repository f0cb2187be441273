package presession

import (
	"fmt"
	"slices"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/invitation"
	"github.com/upr-info/upr/internal/notify"
)

// What all who are invited to a round are told of one of its meetings.
const (
	missionPostponed   = "mission-postponed"
	missionRescheduled = "mission-rescheduled"
)

// tellMissions writes to all who are invited to the round of a meeting that it is postponed, or when it takes place anew, as
// drafts: staff read them before they are sent. Drafts that say of it what is not so any more are taken back. Who was not
// written to yet is told when they are invited.
func (c *change) tellMissions(m *ent.PreSession, template string) error {
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
		if err := c.tellMission(row, m, template); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) tellMission(row *ent.Invitation, m *ent.PreSession, template string) error {
	all, err := c.means.Outbox.About(c.ctx, c.Tx, row.UID)
	if err != nil {
		return err
	}
	under := m.Edges.Review.Edges.State
	var off []string
	for _, told := range all {
		if told.State == under.Iso3 && told.Status == notify.DraftStatus {
			off = append(off, told.ID)
		}
	}
	if err := c.means.Outbox.Cancel(c.ctx, c.Tx, off...); err != nil || !wasWritten(all) {
		return err
	}
	d, err := c.invitationMail(row, template)
	if err != nil {
		return err
	}
	in := wordingIn(row.Language)
	d.State, d.Hold, d.Data["state"] = under.Iso3, true, in.pick(under.NameEn, under.NameFr, under.NameEs)
	if m.StartsAt != nil {
		d.Data["meeting"] = in.meeting(m.StartsAt.In(geneva), time.Duration(m.Duration)*time.Minute, m.Room)
		d.Data["deadline"] = in.deadline(missionsCloseAt(m).In(geneva))
	}
	_, err = c.means.Outbox.Add(c.ctx, c.Tx, d)
	return err
}

// wasWritten says whether an invitation has gone out.
func wasWritten(all []notify.Message) bool {
	return slices.ContainsFunc(all, func(m notify.Message) bool { return m.Status == notify.Queued || m.Status == notify.Sent })
}
