package presession

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/attendance"
	"github.com/upr-info/upr/ent/invitation"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/viewer"
)

// Arrival is a delegate who is expected, with their name: for the desk at the door.
type Arrival struct {
	ID       string
	Category string
	State    *string // ISO 3166 alpha-3, of a mission
	Status   string
	Name     string // empty, as the position, where it was purged
	Position string
}

// OpenDelegate tells the protection officer who a delegate is. The change log keeps who asked and why.
// Returns NotFound where the identity was purged.
func (s *Service) OpenDelegate(ctx context.Context, id, reason string) (who *Delegate, err error) {
	if err := policy.Require(ctx, viewer.ProtectionOfficer); err != nil {
		return nil, err
	}
	if reason, err = openingReason(reason); err != nil {
		return nil, err
	}
	err = s.change(ctx, reason, func(c *change) error {
		row, err := c.attendance(id, viewer.ProtectionOfficer)
		if err != nil {
			return err
		}
		if who, err = c.delegateOf(row); err != nil {
			return err
		}
		if who == nil {
			return fault.NotFound("there is no identity of %s any more: it was purged", id)
		}
		if err := changelog.NamesNobody(reason, who.Name, who.Email); err != nil {
			return err
		}
		c.log.Note(id, changelog.Operation("OPEN"))
		return nil
	})
	if err != nil {
		return nil, err // also where it could not be logged
	}
	return who, nil
}

// OpenArrivals tells the officer of the State under review who is expected, on the day of the meeting
// in Geneva and on no other: somebody at the door compares badges with names. Each opening is logged.
func (s *Service) OpenArrivals(ctx context.Context, meeting string) (all []Arrival, err error) {
	if err := policy.Require(ctx, viewer.Officer); err != nil {
		return nil, err
	}
	err = s.change(ctx, "check-in", func(c *change) error {
		m, err := c.attendedMeeting(meeting, viewer.Officer)
		if err != nil {
			return err
		}
		if m.StartsAt == nil || !sameDay(c.now, *m.StartsAt) {
			return conflict("", "is not possible but on the day of the Pre-session: on others the protection officer opens names one by one")
		}
		rows, err := c.Ent.Attendance.Query().Where(attendance.MeetingID(m.ID), attendance.StatusIn("REGISTERED", "ATTENDED", "NO_SHOW")).Order(ent.Asc(attendance.FieldState, attendance.FieldID)).All(c.ctx)
		if err != nil {
			return fmt.Errorf("list delegates: %w", err)
		}
		for _, row := range rows {
			who, err := c.delegateOf(row)
			if err != nil {
				return err
			}
			a := Arrival{ID: row.UID, Category: string(row.Category), Status: string(row.Status)}
			if who != nil {
				a.Name, a.Position = who.Name, who.Position
			}
			if row.State != "" {
				a.State = &row.State
			}
			all = append(all, a)
		}
		c.log.Note(m.UID, changelog.Operation("OPEN_ARRIVALS"))
		return nil
	})
	if err != nil {
		return nil, err // also where it could not be logged
	}
	return all, nil
}

// PurgeDelegates forgets who came to some meetings: see purgeDelegates. It is for what keeps to the
// days of retention, and does not look who asks.
func (s *Service) PurgeDelegates(ctx context.Context, meetings ...string) (purged int, err error) {
	err = s.change(asProgram(ctx), "retention", func(c *change) error {
		purged, err = c.purgeDelegates(meetings...)
		return err
	})
	return purged, err
}

// purgeDelegates forgets names, e-mail and positions of the delegates at some meetings, and returns how
// many there were. Categories, States and what became of them stay. Where these are all meetings of a
// round, the addresses of its invitations and their mail are forgotten as well. Doing it again changes
// nothing.
func (c *change) purgeDelegates(meetings ...string) (int, error) {
	rows, err := c.Ent.Attendance.Query().Where(attendance.HasMeetingWith(presession.UIDIn(meetings...)), attendance.Or(attendance.IdentityNotNil(), attendance.MailboxNotNil())).All(c.ctx)
	if err != nil {
		return 0, fmt.Errorf("find delegates: %w", err)
	}
	for _, row := range rows {
		if err := row.Update().ClearIdentity().ClearMailbox().Exec(c.ctx); err != nil {
			return 0, fmt.Errorf("purge a delegate: %w", err)
		}
		c.log.Note(row.UID, changelog.Operation("PURGE"))
	}
	all, err := c.Ent.Invitation.Query().Where(invitation.AddressNotNil(), invitation.HasRoundWith(round.HasMeetingsWith(presession.UIDIn(meetings...)),
		round.Not(round.HasMeetingsWith(presession.UIDNotIn(meetings...))))).All(c.ctx)
	if err != nil {
		return 0, fmt.Errorf("find invitations: %w", err)
	}
	uids := make([]string, len(all))
	for i, in := range all {
		if err := in.Update().ClearAddress().ClearToken().Exec(c.ctx); err != nil {
			return 0, fmt.Errorf("purge an invitation: %w", err)
		}
		uids[i] = in.UID
		c.log.Note(in.UID, changelog.Operation("PURGE"))
	}
	if c.means.Outbox == nil || len(uids) == 0 {
		return len(rows), nil
	}
	return len(rows), c.means.Outbox.Forget(c.ctx, c.Tx, uids...)
}

// missionReminders are how many days before the first meeting of a round those who are invited, and
// have registered nobody, are reminded.
var missionReminders = []int{30, 10, 3}

// remindMissions reminds who is invited and has registered nobody. Who was not written to, because
// staff keep the draft, is not reminded of it.
func (s *Service) remindMissions(ctx context.Context) error {
	now := s.now()
	rounds, err := s.db.Ent.Round.Query().Where(round.StateNotIn("CLOSED", "ARCHIVED"), round.HasInvitationsWith(invitation.WithdrawnAtIsNil())).WithSession().WithMeetings(withAll).All(ctx)
	if err != nil {
		return fmt.Errorf("look for missions to remind: %w", err)
	}
	var errs []error
	for _, r := range rounds {
		first := firstOf(r.Edges.Meetings)
		if first == nil || now.After(*missionsCloseAt(first)) {
			continue
		}
		due := lastReminder(*first.StartsAt, now)
		if due == nil {
			continue
		}
		ids, err := s.db.Ent.Invitation.Query().Where(invitation.RoundID(r.ID), remindable(*due)).IDs(ctx)
		if err != nil {
			return fmt.Errorf("look for missions to remind: %w", err)
		}
		for _, id := range ids {
			errs = append(errs, s.change(ctx, "registration closes soon", func(c *change) error { return c.remindMission(r, id, *due) }))
		}
	}
	return errors.Join(errs...)
}

// lastReminder is when the last reminder of all that are past was due; nil: none was yet.
func lastReminder(starts, now time.Time) (due *time.Time) {
	for _, days := range missionReminders {
		if at := daysFrom(starts, -days); !at.After(now) {
			due = &at
		}
	}
	return due
}

// remindable are those that were not reminded since a reminder was due, and have registered nobody.
func remindable(due time.Time) predicate.Invitation {
	return invitation.And(invitation.WithdrawnAtIsNil(), invitation.AddressNotNil(), invitation.RemindedAtLT(due), invitation.Not(invitation.HasDelegates()))
}

func (c *change) remindMission(r *ent.Round, id int, due time.Time) error {
	// By its update it is locked: another process, or a delegate, may have been faster.
	n, err := c.Ent.Invitation.Update().Where(invitation.ID(id), remindable(due)).SetRemindedAt(c.now).Save(c.ctx)
	if err != nil || n == 0 {
		return err
	}
	row, err := c.Ent.Invitation.Query().Where(invitation.ID(id)).WithState().Only(c.ctx)
	if err != nil {
		return fmt.Errorf("read an invitation: %w", err)
	}
	row.Edges.Round = r
	if c.means.Outbox == nil {
		return nil
	}
	sent, err := c.means.Outbox.About(c.ctx, c.Tx, row.UID)
	if err != nil {
		return err
	}
	if !wasWritten(sent) {
		return nil
	}
	c.log.Note(row.UID, changelog.Operation("REMIND"))
	return c.mailInvitation(row, "mission-reminder", false)
}
