package presession

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/attendance"
	"github.com/upr-info/upr/ent/meeting"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/speaker"
	"github.com/upr-info/upr/ent/stategroup"
	"github.com/upr-info/upr/ent/stategroupmembership"
)

// Outcomes, in the order in which they are given up. Whom the agenda does not show has not spoken, as far as
// anybody may know: they are among those that withdrew.
const (
	outcomeNotSelected = "NOT_SELECTED"
	outcomeOther       = "OTHER"
	outcomeSpoke       = "SPOKE"
)

// untold is what is not known, or not told.
const untold = "UNTOLD"

// figures are what a round is counted by, before anything is withheld.
type figures struct {
	round        int
	meetings     []*ent.PreSession
	published    []*ent.Meeting
	places       []location
	applications []tallied
	genders      []string // of who spoke and is named
	delegates    []*ent.Attendance
}

// location is a State under review and its regional group.
type location struct{ state, region string }

// tallied is a registration that was submitted, whatever became of it.
type tallied struct {
	location
	outcome, kind, national, womenLed string
}

func (c *change) figures(uid string) (f *figures, err error) {
	f = &figures{}
	q := c.Ent.PreSession.Query().Where(presession.HasRoundWith(roundIs(uid))).Order(ent.Asc(presession.FieldID))
	withAll(q)
	if f.meetings, err = q.All(c.ctx); err != nil {
		return nil, fmt.Errorf("read Pre-sessions: %w", err)
	}
	var ids, reviews []int
	for _, m := range f.meetings {
		f.round = m.RoundID
		ids, reviews = append(ids, m.ID), append(reviews, m.ReviewID)
	}
	if f.published, err = c.Ent.Meeting.Query().Where(meeting.ReviewIDIn(reviews...)).All(c.ctx); err != nil {
		return nil, fmt.Errorf("read what is published: %w", err)
	}
	if f.delegates, err = c.Ent.Attendance.Query().Where(attendance.MeetingIDIn(ids...), attendance.StatusEQ("ATTENDED")).All(c.ctx); err != nil {
		return nil, fmt.Errorf("list missions: %w", err)
	}
	return f, c.countApplications(f, ids)
}

// countApplications counts what was submitted, and who of it spoke as the agenda shows.
func (c *change) countApplications(f *figures, meetings []int) error {
	rows, err := c.Ent.Registration.Query().Where(registration.MeetingIDIn(meetings...), registration.SubmittedAtNotNil()).Order(ent.Asc(registration.FieldID)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list registrations: %w", err)
	}
	participants, err := c.Ent.Participant.Query().Where(participant.HasRegistrationWith(registration.MeetingIDIn(meetings...))).Order(ent.Asc(participant.FieldID)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list participants: %w", err)
	}
	ids := make([]int, len(participants))
	for i, p := range participants {
		ids[i] = p.ID
	}
	agenda, err := c.Ent.Speaker.Query().Where(speaker.StatusEQ("PUBLISHED"), speaker.ParticipantIDIn(ids...)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("read the agenda: %w", err)
	}
	regions, err := c.regions()
	if err != nil {
		return err
	}
	states := map[int]string{}
	for _, m := range f.meetings {
		states[m.ID] = m.Edges.Review.Edges.State.Iso3
		f.places = append(f.places, location{states[m.ID], cmp.Or(regions[states[m.ID]], untold)})
	}
	shown, named := f.whoSpoke(rows, participants, agenda)
	for _, row := range rows {
		one := countedAs(row, shown[row.ID], named[row.ID])
		one.location = location{states[row.MeetingID], cmp.Or(regions[states[row.MeetingID]], untold)}
		f.applications = append(f.applications, one)
	}
	return nil
}

// whoSpoke says of which registrations that spoke the agenda shows somebody, and of which it names the
// organisation. Of people it counts the gender of those whom it names without protection.
func (f *figures) whoSpoke(rows []*ent.Registration, participants []*ent.Participant, agenda []*ent.Speaker) (shown, named map[int]bool) {
	by, lines := map[int]*ent.Registration{}, map[int]*ent.Speaker{}
	for _, row := range rows {
		by[row.ID] = row
	}
	for _, line := range agenda {
		lines[*line.ParticipantID] = line
	}
	shown, named = map[int]bool{}, map[int]bool{}
	for _, p := range participants {
		line, row := lines[p.ID], by[p.RegistrationID]
		for row != nil && isMerged(row) { // who is merged speaks for another registration than their own
			row = by[*row.MergedIntoID]
		}
		if line == nil || row == nil || row.State != registration.StateSPOKE {
			continue
		}
		shown[row.ID] = true
		if line.OrganisationName != "" {
			named[p.RegistrationID] = true
		}
		if p.Level > 0 || line.Name == "" {
			f.genders = append(f.genders, string(participant.GenderUNDISCLOSED))
		} else {
			f.genders = append(f.genders, string(p.Gender))
		}
	}
	return shown, named
}

// countedAs is what a registration counts as. One that spoke and is not named counts as no more than that:
// where the others are named, what it is could be found by taking them away.
func countedAs(row *ent.Registration, shown, named bool) tallied {
	one := tallied{outcome: outcomeOther, kind: untold, national: untold, womenLed: untold}
	switch {
	case row.State == registration.StateSPOKE && shown:
		one.outcome = outcomeSpoke
	case row.State == registration.StateNOT_SELECTED:
		one.outcome = outcomeNotSelected
	}
	if one.outcome == outcomeSpoke && !named {
		return one
	}
	if row.OrganisationKind != nil {
		one.kind = string(*row.OrganisationKind)
	}
	if row.National != nil && *row.National {
		one.national = "NATIONAL"
	} else if row.National != nil {
		one.national = "INTERNATIONAL"
	}
	if row.WomenLed {
		one.womenLed = "WOMEN_LED"
	}
	return one
}

// regions are the regional groups of today, by State.
func (c *change) regions() (map[string]string, error) {
	all, err := c.Ent.StateGroupMembership.Query().Where(stategroupmembership.HasGroupWith(stategroup.KindEQ(stategroup.KindREGIONAL))).WithState().WithGroup().All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("read regional groups: %w", err)
	}
	regions := map[string]string{}
	for _, m := range all {
		if m.ToDate == "" {
			regions[m.Edges.State.Iso3] = strings.ToUpper(m.Edges.Group.Code)
		}
	}
	return regions, nil
}

// tables are what is told of all that.
func (f *figures) tables() (tables []TallyTable) {
	var outcomes, regions, kinds, national, womenLed []string
	states := map[string][]string{} // of applications, by region
	for _, one := range f.applications {
		outcomes, regions = append(outcomes, one.outcome), append(regions, one.region)
		states[one.region] = append(states[one.region], one.state)
		if one.outcome == outcomeSpoke {
			kinds, national, womenLed = append(kinds, one.kind), append(national, one.national), append(womenLed, one.womenLed)
		}
	}
	byOutcome := divide("APPLICATIONS_BY_OUTCOME", "", outcomes, outcomeNotSelected, outcomeOther, outcomeSpoke)
	byOutcome.parts[2].divided = []division{
		divide("SPEAKERS_BY_KIND", outcomeSpoke, kinds, untold, "OTHER", "ACADEMIC", "COALITION", "CSO", "NHRI"),
		divide("SPEAKERS_BY_NATIONAL", outcomeSpoke, national, untold, "INTERNATIONAL", "NATIONAL"),
		divide("SPEAKERS_BY_WOMEN_LED", outcomeSpoke, womenLed, untold, "WOMEN_LED"),
		divide("PEOPLE_BY_GENDER", outcomeSpoke, f.genders, "UNDISCLOSED", "OTHER", "MAN", "WOMAN"),
	}
	of := map[string][]string{}
	for _, p := range f.places {
		of[p.region] = append(of[p.region], p.state)
	}
	byRegion := divide("APPLICATIONS_BY_REGION", "", regions, slices.Sorted(maps.Keys(of))...)
	for i := range byRegion.parts {
		region := &byRegion.parts[i]
		slices.Sort(of[region.name])
		region.divided = []division{divide("APPLICATIONS_BY_STATE", region.name, states[region.name], of[region.name]...)}
	}
	byFloor := divide("PRE_SESSIONS_BY_FLOOR", "", f.floors(), "NOT_TAKEN", "TAKEN")
	return slices.Concat(byOutcome.told(true), byRegion.told(true), byFloor.told(true))
}

// divide counts values by parts.
func divide(table, of string, values []string, parts ...string) division {
	d := division{table: table, of: of, total: len(values)}
	counts := map[string]int{}
	for _, value := range values {
		counts[value]++
	}
	for _, part := range parts {
		d.parts = append(d.parts, share{name: part, count: counts[part]})
	}
	return d
}

// floors say of each meeting that was held whether the State under review took the floor.
func (f *figures) floors() (floors []string) {
	took := map[int]bool{}
	for _, d := range f.delegates {
		if d.Floor != nil && *d.Floor == attendance.FloorGRANTED {
			took[d.MeetingID] = true
		}
	}
	for _, m := range f.meetings {
		switch {
		case m.State != presession.StateHELD:
		case took[m.ID]:
			floors = append(floors, "TAKEN")
		default:
			floors = append(floors, "NOT_TAKEN")
		}
	}
	return floors
}

// missions are the States of which somebody came to a meeting. The number is withheld as that of one
// meeting is (disclose), and where taking away what the agenda says of a meeting leaves a few.
func (f *figures) missions() *int {
	came, named := map[string]bool{}, map[string]bool{}
	for _, d := range f.delegates {
		if d.State != "" {
			came[d.State] = true
		}
	}
	for _, m := range f.published {
		for _, state := range m.Missions {
			if came[state] {
				named[state] = true
			}
		}
	}
	few := func(n int) bool { return n > 0 && n < fewest }
	n := len(came)
	if n < fewest || few(n-len(named)) || slices.ContainsFunc(f.published, func(m *ent.Meeting) bool { return m.MissionCount != nil && few(n-*m.MissionCount) }) {
		return nil
	}
	return &n
}
