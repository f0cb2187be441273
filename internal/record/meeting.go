package record

import "time"

type meetingRow struct {
	uid      string
	StartsAt time.Time
	Minutes  int
	Room     string
	Mode     MeetingMode
	Status   MeetingStatus
	Sequence int
	// MissionCount is how many States come whose missions are registered; nil: withheld.
	MissionCount *int
	review       int
	missions     []int
	speakers     []int // in the order in which they speak
	brought      []int // statements
	asks         []int
}

// MeetingMode says where a Pre-session takes place.
type MeetingMode string

// MeetingStatus says what became of a Pre-session.
type MeetingStatus string

// States of a Pre-session for readers.
const (
	Planned   MeetingStatus = "PLANNED"
	Held      MeetingStatus = "HELD"
	NotHeld   MeetingStatus = "NOT_HELD"
	Postponed MeetingStatus = "POSTPONED"
)

// Meeting is the Pre-session about one State under review, as the agenda says.
type Meeting struct {
	s *Snapshot
	*meetingRow
}

func (s *Snapshot) meeting(p int) Meeting { return Meeting{s, &s.meetings[p]} }

// Meetings returns those of a session, or all, by time.
func (s *Snapshot) Meetings(session *int) []Meeting {
	meetings := []Meeting{}
	for p := range s.meetings {
		if m := s.meeting(p); session == nil || m.Review().Session().Number == *session {
			meetings = append(meetings, m)
		}
	}
	return meetings
}

// Meeting returns the Pre-session before a review; nil where there is none in an agenda.
func (r Review) Meeting() *Meeting {
	for p := range r.s.meetings {
		if r.s.reviews[r.s.meetings[p].review].uid == r.uid {
			m := r.s.meeting(p)
			return &m
		}
	}
	return nil
}

// Meetings returns the Pre-sessions before a session, by time.
func (s Session) Meetings() []Meeting { return s.s.Meetings(&s.Number) }

func (m Meeting) IsNode() {}

// ID is stable for ever.
func (m Meeting) ID() string { return m.uid }

// Review is the one before which it is held.
func (m Meeting) Review() Review { return m.s.review(m.review) }

// Missions returns the States that consent to be named as coming, by code.
func (m Meeting) Missions() []State { return at(m.missions, m.s.state) }

// EndsAt is when it ends.
func (m Meeting) EndsAt() time.Time { return m.StartsAt.Add(time.Duration(m.Minutes) * time.Minute) }

// Speakers returns those of whom the agenda says something, in the order in which they speak.
func (m Meeting) Speakers() []Speaker { return at(m.speakers, m.s.speaker) }

type speakerRow struct {
	uid              string
	Place            int
	Name             string // or a pseudonym
	Function         string
	OrganisationName string
	meeting          int
	organisation     int
}

// Speaker is somebody who speaks at a Pre-session, as far as they consent to be named.
type Speaker struct {
	s *Snapshot
	*speakerRow
}

func (s *Snapshot) speaker(p int) Speaker { return Speaker{s, &s.speakers[p]} }

// Speakers returns all of them, by meeting.
func (s *Snapshot) Speakers() []Speaker { return all(len(s.speakers), s.speaker) }

func (s Speaker) IsNode() {}

// ID is that of one meeting: somebody who speaks at another one has another id there.
func (s Speaker) ID() string { return s.uid }

// Meeting is where they speak.
func (s Speaker) Meeting() Meeting { return s.s.meeting(s.meeting) }

// Organisation is the one of the record for which they speak; nil where that is not known, or not
// to be known.
func (s Speaker) Organisation() *Organisation {
	if s.organisation == none {
		return nil
	}
	o := s.s.organisation(s.organisation)
	return &o
}

// Statements returns what speakers brought in writing, as far as it is public.
func (m Meeting) Statements() []MeetingStatement { return at(m.brought, m.s.meetingStatement) }

type broughtRow struct {
	uid              string
	Language         Language
	Title            string
	OrganisationName string
	Kind             string // of the file, as in PDF
	Size             int    // bytes
	SHA256           string
	meeting          int
}

// MeetingStatement is what a speaker brought to a Pre-session in writing.
type MeetingStatement struct {
	s *Snapshot
	*broughtRow
}

func (s *Snapshot) meetingStatement(p int) MeetingStatement {
	return MeetingStatement{s, &s.brought[p]}
}

// MeetingStatements returns all of them, by meeting.
func (s *Snapshot) MeetingStatements() []MeetingStatement {
	return all(len(s.brought), s.meetingStatement)
}

func (s MeetingStatement) IsNode() {}

// ID is stable as long as it is public.
func (s MeetingStatement) ID() string { return s.uid }

// Meeting is where it was brought.
func (s MeetingStatement) Meeting() Meeting { return s.s.meeting(s.meeting) }

// Path is where its file is, on this server.
func (s MeetingStatement) Path() string { return "/statements/" + s.uid }
