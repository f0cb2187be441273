package presession

import (
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/attendance"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/internal/changelog"
)

// PublicAttendance is what the public may know of the missions at a meeting.
type PublicAttendance struct {
	States []string // ISO 3166 alpha-3, of those that consent
	Count  *int     // of States; nil: withheld
}

// fewest is the smallest number that is told.
const fewest = 5

// disclose tells what may be told of delegates. A State is named where all of its delegates consent.
// The number of States is withheld below five, and also where taking away those that are named would
// leave from one to four: that is a small number of others, worked out. Only States are counted: what
// other categories are stays unsaid, so that there is nothing to take from a sum.
func disclose(rows []*ent.Attendance) PublicAttendance {
	named := map[string]bool{}
	for _, row := range rows {
		if row.State == "" || row.Status != attendance.StatusREGISTERED && row.Status != attendance.StatusATTENDED {
			continue
		}
		consents, known := named[row.State]
		named[row.State] = row.Named && (consents || !known)
	}
	p := PublicAttendance{States: []string{}}
	for code, consents := range named {
		if consents {
			p.States = append(p.States, code)
		}
	}
	slices.Sort(p.States)
	if n, unnamed := len(named), len(named)-len(p.States); n >= fewest && (unnamed == 0 || unnamed >= fewest) {
		p.Count = &n
	}
	return p
}

// attendanceAt is what the public may know now of the missions at a meeting.
func (c *change) attendanceAt(id int) (PublicAttendance, error) {
	rows, err := c.Ent.Attendance.Query().Where(attendance.MeetingID(id)).All(c.ctx)
	if err != nil {
		return PublicAttendance{}, fmt.Errorf("list missions: %w", err)
	}
	return disclose(rows), nil
}

// showAttendance has the agenda say which missions come.
func (c *change) showAttendance(id int, published *ent.Meeting) error {
	p, err := c.attendanceAt(id)
	if err != nil || p.shownIn(published) {
		return err
	}
	if err := p.set(published.Update()).Exec(c.ctx); err != nil {
		return fmt.Errorf("show which missions come: %w", err)
	}
	c.log.Touch(changelog.Meeting, changelog.Correct, published.ID)
	return nil
}

func (p PublicAttendance) shownIn(m *ent.Meeting) bool {
	same := equal(m.MissionCount, p.Count)
	return same && slices.Equal(m.Missions, p.States)
}

func (p PublicAttendance) set(u *ent.MeetingUpdateOne) *ent.MeetingUpdateOne {
	return u.SetMissions(p.States).ClearMissionCount().SetNillableMissionCount(p.Count)
}

// renewAttendance takes out of the agenda at once, and out of all that was ever told of it, the States
// that no longer consent to be named. Who newly consents, or comes, is told of with its next version.
func (c *change) renewAttendance(meetings ...int) error {
	all, err := c.Ent.PreSession.Query().Where(presession.IDIn(meetings...)).Order(ent.Asc(presession.FieldID)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("read Pre-sessions: %w", err)
	}
	for _, m := range all {
		// Against a version that is published at this moment.
		if err := c.lockMeeting(m.ID); err != nil {
			return err
		}
		published, err := c.published(m)
		if err != nil {
			return err
		}
		if published == nil {
			continue
		}
		p, err := c.attendanceAt(m.ID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(published.Missions, func(code string) bool { return !slices.Contains(p.States, code) }) {
			continue
		}
		if err := p.set(published.Update()).Exec(c.ctx); err != nil {
			return fmt.Errorf("show which missions come: %w", err)
		}
		if err := c.log.Redact(published.UID); err != nil {
			return err
		}
	}
	return nil
}
