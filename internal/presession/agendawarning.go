package presession

import (
	"fmt"
	"slices"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/attendance"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/spelling"
)

// AgendaWarning is something of an agenda that may be meant, and is acknowledged before it is
// published, or a clash, which cannot be. It names no person and no registration.
type AgendaWarning struct {
	ID         string // by which it is acknowledged
	Warning    string
	PreSession string
}

func warningOf(m *ent.PreSession, warning string) AgendaWarning {
	return AgendaWarning{warning + " " + m.Edges.Review.Edges.State.Iso3, warning, m.UID}
}

// warnings are those about one meeting of an agenda, whose registrations are read; before are the
// meetings that begin sooner.
func (c *change) warnings(m *ent.PreSession, before []*ent.PreSession) ([]AgendaWarning, error) {
	open, confirmed := 0, []int{}
	for _, row := range m.Edges.Registrations {
		if row.State == registration.StateOFFERED {
			open++
		} else {
			confirmed = append(confirmed, row.ID)
		}
	}
	speaking, err := c.speakingBy(confirmed...)
	if err != nil {
		return nil, err
	}
	p, err := c.presenceAt(m, speaking)
	if err != nil {
		return nil, err
	}
	away, err := c.isAway(m, speaking)
	if err != nil {
		return nil, err
	}
	silent, err := c.owesStatements(m, confirmed)
	if err != nil {
		return nil, err
	}
	chairs := func(other *ent.PreSession) bool {
		return spelling.Plain(other.Moderator) == spelling.Plain(m.Moderator) && overlap(m, other)
	}
	all := []AgendaWarning{}
	for _, w := range []struct {
		is      bool
		warning string
	}{
		{open > 0, "OFFERS_OPEN"},
		{len(confirmed) == 0, "NO_SPEAKERS"},
		{m.Room == "" && m.Mode != presession.ModeVIRTUAL_RECORDED, "NO_ROOM"},
		{len(confirmed) > slotsOf(m.Duration, m.SurMinutes, m.ModerationMinutes, m.QuestionMinutes, m.SpeakerMinutes), "FEWER_MINUTES"},
		{away, "SPEAKER_UNAVAILABLE"},
		{m.RoomCapacity > 0 && m.Mode != presession.ModeVIRTUAL_RECORDED && p.delegates+p.speakers > m.RoomCapacity, "ROOM_TOO_SMALL"},
		{silent, "STATEMENT_MISSING"},
		{m.Moderator != "" && slices.ContainsFunc(before, chairs), "MODERATOR_TWICE"},
		{p.stateUnderReview && p.protected, "PROTECTED_BEFORE_STATE"},
		{p.unreviewed, "PROTECTION_NOT_REVIEWED"},
		{m.State == presession.StateSCHEDULED && isOpen(m, c.now), "CALL_OPEN"},
	} {
		if w.is {
			all = append(all, warningOf(m, w.warning))
		}
	}
	return all, nil
}

// leftOut warns of meetings that have a time and are not in the agenda, as nobody has said that they are scheduled.
func (c *change) leftOut(round string) ([]AgendaWarning, error) {
	q := c.Ent.PreSession.Query().Where(presession.HasRoundWith(roundIs(round)), presession.StateIn("PROPOSED", "VIABLE"), presession.StartsAtNotNil()).Order(ent.Asc(presession.FieldStartsAt), ent.Asc(presession.FieldID))
	withAll(q)
	meetings, err := q.All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("look for meetings that are left out: %w", err)
	}
	all := make([]AgendaWarning, len(meetings))
	for i, m := range meetings {
		all[i] = warningOf(m, "NOT_SCHEDULED")
	}
	return all, nil
}

// clashes warns where two meetings are in one room, or one person of whom that is told is in two meetings, at one time.
func (c *change) clashes(meetings []*ent.PreSession, a *Agenda) error {
	people := map[int][]string{}
	for _, m := range meetings {
		by, err := c.speakingIn(m.ID)
		if err != nil {
			return err
		}
		who, err := c.Ent.Participant.Query().Where(append(c.toldApart(), participant.PersonNEQ(""), participant.RegistrationIDIn(by...))...).Select(participant.FieldPerson).Strings(c.ctx)
		if err != nil {
			return fmt.Errorf("read who speaks: %w", err)
		}
		people[m.ID] = who
	}
	for i, m := range meetings {
		for _, other := range meetings[:i] {
			if !overlap(m, other) {
				continue
			}
			for _, clash := range []struct {
				is                bool
				warning, sentence string
			}{
				{inOneRoom(m, other), "ROOM_TWICE", "has the Pre-sessions of %s and %s in one room at one time"},
				{slices.ContainsFunc(people[m.ID], func(p string) bool { return slices.Contains(people[other.ID], p) }), "PERSON_TWICE", "has one person speak at the Pre-sessions of %s and %s at one time"},
			} {
				if !clash.is {
					continue
				}
				if a.clash == nil {
					a.clash = conflict("", clash.sentence, m.Edges.Review.Edges.State.Iso3, other.Edges.Review.Edges.State.Iso3)
				}
				if w := warningOf(m, clash.warning); !slices.Contains(a.Warnings, w) {
					a.Warnings = append(a.Warnings, w)
				}
			}
		}
	}
	return nil
}

// inOneRoom: what is recorded is in none.
func inOneRoom(m, other *ent.PreSession) bool {
	recorded := m.Mode == presession.ModeVIRTUAL_RECORDED || other.Mode == presession.ModeVIRTUAL_RECORDED
	return !recorded && m.Room != "" && spelling.Plain(m.Room) == spelling.Plain(other.Room)
}

// presence is who is expected at a meeting.
type presence struct {
	delegates, speakers                     int
	stateUnderReview, protected, unreviewed bool
}

func (c *change) presenceAt(m *ent.PreSession, speaking []int) (p presence, err error) {
	delegates, err := c.Ent.Attendance.Query().Where(attendance.MeetingID(m.ID), coming()).All(c.ctx)
	if err != nil {
		return p, fmt.Errorf("list delegates: %w", err)
	}
	speakers, err := c.Ent.Participant.Query().Where(participant.RegistrationIDIn(speaking...)).All(c.ctx)
	if err != nil {
		return p, fmt.Errorf("list participants: %w", err)
	}
	p.delegates, p.speakers = len(delegates), len(speakers)
	p.stateUnderReview = slices.ContainsFunc(delegates, func(a *ent.Attendance) bool { return a.Category == attendance.CategorySUR })
	p.protected = slices.ContainsFunc(speakers, func(p *ent.Participant) bool { return p.Level > 0 })
	p.unreviewed = slices.ContainsFunc(speakers, unreviewed)
	return p, nil
}

// isAway says whether somebody who speaks at a meeting cannot at its time.
func (c *change) isAway(m *ent.PreSession, speaking []int) (bool, error) {
	rows, err := c.Ent.Registration.Query().Where(registration.IDIn(speaking...)).All(c.ctx)
	if err != nil {
		return false, fmt.Errorf("read when speakers can: %w", err)
	}
	return slices.ContainsFunc(rows, func(row *ent.Registration) bool { return slices.ContainsFunc(row.Unavailable, timeOf(m).Meets) }), nil
}

// timeOf is when a meeting is held, which has a time.
func timeOf(m *ent.PreSession) civil.Period {
	return civil.Period{From: *m.StartsAt, To: m.StartsAt.Add(time.Duration(m.Duration) * time.Minute)}
}

func overlap(a, b *ent.PreSession) bool { return timeOf(a).Meets(timeOf(b)) }

// owesStatements says whether somebody has handed in no statement after it was due.
func (c *change) owesStatements(m *ent.PreSession, confirmed []int) (bool, error) {
	if c.now.Before(daysFrom(*m.StartsAt, -statementsDue)) {
		return false, nil
	}
	for _, id := range confirmed {
		if brought, err := broughtStatement(c.ctx, c.Ent, id); err != nil || !brought {
			return true, err
		}
	}
	return false, nil
}

// released warns where somebody who is in the agenda that is published does not speak any more, or where
// the meeting is not in it, and delegates have registered to hear them.
func (c *change) released(changes []AgendaChange) ([]AgendaWarning, error) {
	var cancelled []string
	for _, change := range changes {
		if change.Change == "CANCELLED" {
			cancelled = append(cancelled, change.Registration)
		}
	}
	q := c.Ent.PreSession.Query().Where(presession.StateNEQ("HELD"), presession.HasRegistrationsWith(registration.UIDIn(cancelled...), registration.StateNotIn("SPOKE", "NO_SHOW"))).Order(ent.Asc(presession.FieldID))
	withAll(q)
	meetings, err := q.All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("find who does not speak any more: %w", err)
	}
	all := []AgendaWarning{}
	for _, m := range meetings {
		expected, err := c.Ent.Attendance.Query().Where(attendance.MeetingID(m.ID), coming()).Exist(c.ctx)
		if err != nil {
			return nil, fmt.Errorf("look for delegates: %w", err)
		}
		if expected {
			all = append(all, warningOf(m, "SLOT_RELEASED"))
		}
	}
	return all, nil
}
