package presession

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/attendance"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/viewer"
)

// Attendance is a delegate as coordinators see them: without a name, an e-mail or a position.
type Attendance struct {
	ID         string
	Invitation string
	Category   string
	State      *string // ISO 3166 alpha-3, of a mission
	Status     string
	Wants      []string
	Floor      *string
	StateNamed bool
	CreatedAt  time.Time
}

// AttendanceCount is how many delegates of a category have a status.
type AttendanceCount struct {
	Category string
	Status   string
	Count    int
}

// AttendanceList are the delegates of a meeting, with what the public would be told of them.
type AttendanceList struct {
	Nodes  []Attendance
	Counts []AttendanceCount
	Public PublicAttendance
}

// attendants see who comes: reviewers have no part in it.
var attendants = []viewer.Role{viewer.Manager, viewer.Officer, viewer.ProtectionOfficer}

// coming are who counts as present or expected.
func coming() predicate.Attendance { return attendance.StatusIn("REGISTERED", "ATTENDED") }

// Attendances lists the delegates of a meeting. Returns NotFound for a meeting of others.
func (s *Service) Attendances(ctx context.Context, meeting string) (list *AttendanceList, err error) {
	if err := policy.Require(ctx, attendants...); err != nil {
		return nil, err
	}
	err = s.read(ctx, func(c *change) error {
		m, err := c.attendedMeeting(meeting, attendants...)
		if err != nil {
			return err
		}
		rows, err := c.Ent.Attendance.Query().Where(attendance.MeetingID(m.ID)).WithInvitation().Order(ent.Asc(attendance.FieldID)).All(c.ctx)
		if err != nil {
			return fmt.Errorf("list delegates: %w", err)
		}
		list = &AttendanceList{Nodes: []Attendance{}, Counts: countAttendances(rows), Public: disclose(rows)}
		for _, row := range rows {
			list.Nodes = append(list.Nodes, attendanceOf(row))
		}
		return nil
	})
	return list, err
}

func attendanceOf(row *ent.Attendance) Attendance {
	a := Attendance{ID: row.UID, Invitation: row.Edges.Invitation.UID, Category: string(row.Category), Status: string(row.Status), Wants: row.Wants, Floor: (*string)(row.Floor), StateNamed: row.Named, CreatedAt: row.CreatedAt.UTC()}
	if row.State != "" {
		a.State = &row.State
	}
	return a
}

func countAttendances(rows []*ent.Attendance) []AttendanceCount {
	counts := []AttendanceCount{}
	for _, category := range []string{"MISSION", "SUR", "UN", "NGO_OBSERVER", "MEDIA"} {
		for _, status := range []string{"INVITED", "REGISTERED", "ATTENDED", "NO_SHOW", "DECLINED"} {
			n := 0
			for _, row := range rows {
				if string(row.Category) == category && string(row.Status) == status {
					n++
				}
			}
			if n > 0 {
				counts = append(counts, AttendanceCount{category, status, n})
			}
		}
	}
	return counts
}

// attendedMeeting reads a meeting for which whoever asks has one of some roles.
func (c *change) attendedMeeting(id string, roles ...viewer.Role) (*ent.PreSession, error) {
	m, err := c.meetingOf(id)
	if err != nil {
		return nil, err
	}
	scopes := map[viewer.Role]string{viewer.Manager: "round:" + m.Edges.Round.UID, viewer.Officer: "state:" + m.Edges.Review.Edges.State.Iso3, viewer.ProtectionOfficer: ""}
	for _, role := range roles {
		if c.by.Has(role, scopes[role]) {
			return m, nil
		}
	}
	return nil, fault.NotFound("no Pre-session that you work with has the id %s", id)
}

// MissionsComing is what speakers are told of who will hear them: States, never delegates.
type MissionsComing struct {
	States           []string // ISO 3166 alpha-3, in their order
	StateUnderReview bool     // its delegation is registered
}

// guidance is where ISHR tells defenders how to protect themselves from reprisals.
const guidance = "https://ishr.ch/defenders-toolbox/resources/reprisals-handbook/"

// Guidance is the address of ISHR's guidance on reprisals.
func (m *MissionsComing) Guidance() string { return guidance }

// Reprisals is what whoever is to speak should know before they confirm, in English, French or Spanish.
func (m *MissionsComing) Reprisals(language record.Language) string {
	return wordingIn(string(language)).reprisals(m.StateUnderReview)
}

// stateRegistered says whether a delegation of the State under review has registered for a meeting.
func (c *change) stateRegistered(meeting int) (bool, error) {
	registered, err := c.Ent.Attendance.Query().Where(attendance.MeetingID(meeting), attendance.CategoryEQ("SUR"), coming()).Exist(c.ctx)
	if err != nil {
		return false, fmt.Errorf("look for the delegation of the State under review: %w", err)
	}
	return registered, nil
}

// MissionsOf tells an applicant who comes to the meeting, from the offer on, so that they know before
// they confirm; also where they speak by a registration that theirs was merged into. Nil before, and for others.
func (s *Service) MissionsOf(ctx context.Context, id string) (told *MissionsComing, err error) {
	err = s.read(ctx, func(c *change) error {
		if acts, err := c.acts(id); err != nil || !acts {
			return err
		}
		row, err := c.Ent.Registration.Query().Where(registration.UID(id)).Only(c.ctx)
		if err != nil {
			return fmt.Errorf("read a registration: %w", err)
		}
		speaks, err := c.speaksFor(row)
		if err != nil {
			return err
		}
		if !slices.Contains([]State{Offered, Confirmed, Spoke, NoShow}, State(speaks.State)) {
			return nil
		}
		rows, err := c.Ent.Attendance.Query().Where(attendance.MeetingID(row.MeetingID), attendance.StateNEQ(""), coming()).All(c.ctx)
		if err != nil {
			return fmt.Errorf("list missions: %w", err)
		}
		told = &MissionsComing{States: []string{}}
		for _, a := range rows {
			told.States = append(told.States, a.State)
			told.StateUnderReview = told.StateUnderReview || a.Category == attendance.CategorySUR
		}
		slices.Sort(told.States)
		told.States = slices.Compact(told.States)
		return nil
	})
	return told, err
}

// AdmitMedia approves media that want to come, or declines. Sent twice, it is done once.
func (s *Service) AdmitMedia(ctx context.Context, id string, admit bool) (*Attendance, error) {
	return s.attend(ctx, id, "ADMIT", func(_ *change, row *ent.Attendance, set *ent.AttendanceUpdateOne) error {
		to := attendance.StatusDECLINED
		if admit {
			to = attendance.StatusREGISTERED
		}
		if row.Category != attendance.CategoryMEDIA || row.Status != attendance.StatusINVITED && row.Status != to {
			return conflict("", "is not possible: nobody waits for this approval")
		}
		set.SetStatus(to)
		return nil
	})
}

// CheckInDelegate says on the day that a delegate has come, or has not. It can be put right.
func (s *Service) CheckInDelegate(ctx context.Context, id string, attended bool) (*Attendance, error) {
	return s.attend(ctx, id, "CHECK_IN", func(c *change, row *ent.Attendance, set *ent.AttendanceUpdateOne) error {
		if at := row.Edges.Meeting.StartsAt; at == nil || c.now.Before(*at) && !sameDay(c.now, *at) {
			return conflict("", "is not possible before the day of the Pre-session")
		}
		if row.Status == attendance.StatusINVITED || row.Status == attendance.StatusDECLINED {
			return conflict("", "is not possible: the delegate is %s", row.Status)
		}
		set.SetStatus(attendance.StatusNO_SHOW)
		if attended {
			set.SetStatus(attendance.StatusATTENDED)
		}
		return nil
	})
}

// DecideFloor grants the floor that the State under review has asked for, or declines. It can be
// decided again.
func (s *Service) DecideFloor(ctx context.Context, id string, grant bool) (*Attendance, error) {
	return s.attend(ctx, id, "FLOOR", func(_ *change, row *ent.Attendance, set *ent.AttendanceUpdateOne) error {
		if row.Floor == nil {
			return conflict("", "is not possible: the State under review has not asked for the floor")
		}
		set.SetFloor(attendance.FloorDECLINED)
		if grant {
			set.SetFloor(attendance.FloorGRANTED)
		}
		return nil
	})
}

// attend changes one delegate's attendance for the manager of the round or the officer of the State.
func (s *Service) attend(ctx context.Context, id, operation string, fn func(c *change, row *ent.Attendance, set *ent.AttendanceUpdateOne) error) (changed *Attendance, err error) {
	err = s.change(ctx, "", func(c *change) error {
		row, err := c.attendance(id, viewer.Manager, viewer.Officer)
		if err != nil {
			return err
		}
		set := row.Update().AddRevision(1)
		if err := fn(c, row, set); err != nil {
			return err
		}
		if err := set.Exec(c.ctx); err != nil {
			return fmt.Errorf("change an attendance: %w", err)
		}
		c.log.Note(id, changelog.Operation(operation))
		if row, err = c.Ent.Attendance.Query().Where(attendance.ID(row.ID)).WithInvitation().Only(c.ctx); err != nil {
			return fmt.Errorf("read an attendance: %w", err)
		}
		a := attendanceOf(row)
		changed = &a
		return nil
	})
	return changed, err
}

// attendance reads and locks the attendance of a delegate at a meeting for which whoever asks has one
// of some roles.
func (c *change) attendance(id string, roles ...viewer.Role) (*ent.Attendance, error) {
	none := fault.NotFound("no delegate at a Pre-session that you work with has the id %s", id)
	row, err := c.Ent.Attendance.Query().Where(attendance.UID(id)).WithMeeting().WithInvitation().Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil, none
	}
	if err != nil {
		return nil, fmt.Errorf("find a delegate: %w", err)
	}
	m, err := c.attendedMeeting(row.Edges.Meeting.UID, roles...)
	if err != nil {
		return nil, none
	}
	// Delegates' own changes lock the invitation: so does this.
	if err := row.Edges.Invitation.Update().AddUses(0).Exec(c.ctx); err != nil {
		return nil, fmt.Errorf("lock an invitation: %w", err)
	}
	if row, err = c.Ent.Attendance.Get(c.ctx, row.ID); err != nil {
		return nil, fmt.Errorf("read a delegate: %w", err)
	}
	row.Edges.Meeting = m
	return row, nil
}
