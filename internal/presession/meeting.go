package presession

import (
	"context"
	"fmt"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/meeting"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// PreSession is the meeting about one State under review, as coordinators see it.
type PreSession struct {
	ID                string
	RoundID           string
	StateUnderReview  string // ISO 3166 alpha-3
	State             string
	Mode              string
	CallClosesAt      time.Time
	CallIsOpen        bool
	StartsAt          *time.Time
	Room              string
	RoomCapacity      int    // people; 0: not known
	Moderator         string // empty: nobody yet
	Duration          int    // minutes, as the following
	SurMinutes        int
	ModerationMinutes int
	QuestionMinutes   int
	SpeakerMinutes    int
	Slots             int
	Reason            string
	Revision          int
}

// MeetingChange changes what is given.
type MeetingChange struct {
	ID                                                                              string
	Revision                                                                        int
	State                                                                           *string
	Mode                                                                            *string
	CallCloses                                                                      *civil.Date // last day, in Geneva
	StartsAt                                                                        *time.Time
	Room, Moderator                                                                 *string
	RoomCapacity                                                                    *int // 0: not known
	Duration, SurMinutes, ModerationMinutes, QuestionMinutes, SpeakerMinutes, Slots *int
	Reason                                                                          string
}

// meetingSteps are the states that may follow each other where a manager says so. A meeting is
// published with its agenda.
var meetingSteps = map[string][]string{
	"PROPOSED": {"VIABLE", "SCHEDULED", "NOT_HELD"}, "VIABLE": {"SCHEDULED", "NOT_HELD", "POSTPONED"}, "SCHEDULED": {"NOT_HELD", "POSTPONED"},
	"PUBLISHED": {"HELD", "NOT_HELD", "POSTPONED"}, "POSTPONED": {"SCHEDULED", "NOT_HELD"},
}

func (c *change) preSessionOf(m *ent.PreSession) PreSession {
	return PreSession{
		ID: m.UID, RoundID: m.Edges.Round.UID, StateUnderReview: m.Edges.Review.Edges.State.Iso3, State: string(m.State), Mode: string(m.Mode), CallClosesAt: closesAt(m), CallIsOpen: isOpen(m, c.now),
		StartsAt: m.StartsAt, Room: m.Room, RoomCapacity: m.RoomCapacity, Moderator: m.Moderator, Duration: m.Duration, SurMinutes: m.SurMinutes, ModerationMinutes: m.ModerationMinutes, QuestionMinutes: m.QuestionMinutes,
		SpeakerMinutes: m.SpeakerMinutes, Slots: m.Slots, Reason: m.Reason, Revision: m.Revision,
	}
}

// maxSlots are the most of a meeting.
const maxSlots = 100

// slotsOf is how many may speak in the time that is left to speakers.
func slotsOf(duration, sur, moderation, questions, speaker int) int {
	return max(0, (duration-sur-moderation-questions)/speaker)
}

// ChangePreSession changes a meeting. Where minutes change and slots are not given, as many may
// speak as have the time; never fewer than have confirmed or hold an offer. Returns Forbidden
// for who has an interest there (interest.go).
func (s *Service) ChangePreSession(ctx context.Context, in MeetingChange) (changed *PreSession, err error) {
	err = s.change(ctx, "", func(c *change) error {
		m, err := c.managedMeeting(in.ID, in.Revision)
		if err != nil {
			return err
		}
		if err := refuseSettled(m); err != nil {
			return err
		}
		if err := c.nearSession(m.Edges.Round, in.StartsAt, in.CallCloses); err != nil {
			return err
		}
		set := m.Update().AddRevision(1)
		if err := in.place(m, set, c.now); err != nil {
			return err
		}
		if err := in.time(m, set); err != nil {
			return err
		}
		if err := in.state(m, set, c.now); err != nil {
			return err
		}
		if err := c.keepsPlaces(m, set); err != nil {
			return err
		}
		if err := set.Exec(c.ctx); err != nil {
			return fmt.Errorf("change a Pre-session: %w", err)
		}
		c.log.Note(m.UID, changelog.Correct)
		if status, settled := set.Mutation().State(); settled && meeting.StatusValidator(meeting.Status(status)) == nil {
			if status == presession.StateNOT_HELD {
				if err := c.unstageAll(m); err != nil {
					return err
				}
			}
			if err := c.settle(m, meeting.Status(status)); err != nil {
				return err
			}
			if err := c.tellSpeakers(m, tellsOff[status]); err != nil {
				return err
			}
		}
		was, at := m.State, appointmentOf(m)
		if m, err = c.meetingOf(in.ID); err != nil {
			return err
		}
		if err := c.tellMoved(m, at); err != nil {
			return err
		}
		if err := c.tellMissionsChange(m, was); err != nil {
			return err
		}
		p := c.preSessionOf(m)
		changed = &p
		return nil
	})
	return changed, err
}

// managedMeeting reads and locks a meeting of a round that whoever asks manages, and at which they have no interest.
func (c *change) managedMeeting(id string, revision int) (*ent.PreSession, error) {
	m, err := c.meetingOf(id)
	if err != nil {
		return nil, err
	}
	if _, err := c.managed(m.Edges.Round.UID); err != nil {
		return nil, fault.NotFound("no Pre-session that you manage has the id %s", id)
	}
	if err := c.lockMeeting(m.ID); err != nil {
		return nil, err
	}
	if m, err = c.meetingOf(id); err != nil {
		return nil, err
	}
	if err := c.refuseInterest(presession.ID(m.ID)); err != nil {
		return nil, err
	}
	if m.Revision != revision {
		return nil, stale(m.Revision)
	}
	return m, nil
}

func (in *MeetingChange) place(m *ent.PreSession, set *ent.PreSessionUpdateOne, now time.Time) error {
	if in.Mode != nil {
		if presession.ModeValidator(presession.Mode(*in.Mode)) != nil {
			return fault.Invalid("mode", "must be IN_PERSON, HYBRID or VIRTUAL_RECORDED")
		}
		set.SetMode(presession.Mode(*in.Mode))
	}
	if in.StartsAt != nil {
		if m.State == presession.StatePOSTPONED && (in.State == nil || *in.State != "SCHEDULED") {
			return conflict("startsAt", "cannot be set while the Pre-session is postponed: give the state SCHEDULED with it")
		}
		if !in.StartsAt.After(now) {
			return fault.Invalid("startsAt", "must be in the future")
		}
		set.SetStartsAt(in.StartsAt.UTC())
	}
	if in.Room != nil {
		room, err := line("room", *in.Room, 100)
		if err != nil {
			return err
		}
		set.SetRoom(room)
	}
	if in.RoomCapacity != nil {
		if *in.RoomCapacity < 0 || *in.RoomCapacity > 10_000 {
			return fault.Invalid("roomCapacity", "must be from 0 to 10,000 people; 0: not known")
		}
		set.SetRoomCapacity(*in.RoomCapacity)
	}
	if in.Moderator != nil {
		moderator := ""
		if *in.Moderator != "" {
			var err error
			if moderator, err = line("moderator", *in.Moderator, 100); err != nil {
				return err
			}
		}
		set.SetModerator(moderator)
	}
	if in.CallCloses != nil {
		closes, err := endOf("callCloses", *in.CallCloses)
		if err != nil {
			return err
		}
		if !closes.After(m.Edges.Round.CallOpensAt) {
			return fault.Invalid("callCloses", "must not be before the call opens")
		}
		extended := *m
		extended.CallClosesAt = &closes
		if !isOpen(m, now) {
			if err := refuseVain(&extended, now); err != nil {
				return err
			}
		}
		set.SetCallClosesAt(closes)
	}
	return nil
}

func (in *MeetingChange) time(m *ent.PreSession, set *ent.PreSessionUpdateOne) error {
	minutes := []struct {
		field string
		given *int
		is    int
		low   int
		set   func(int) *ent.PreSessionUpdateOne
	}{
		{"duration", in.Duration, m.Duration, 10, set.SetDuration}, {"surMinutes", in.SurMinutes, m.SurMinutes, 0, set.SetSurMinutes},
		{"moderationMinutes", in.ModerationMinutes, m.ModerationMinutes, 0, set.SetModerationMinutes}, {"questionMinutes", in.QuestionMinutes, m.QuestionMinutes, 0, set.SetQuestionMinutes},
		{"speakerMinutes", in.SpeakerMinutes, m.SpeakerMinutes, 1, set.SetSpeakerMinutes},
	}
	changed := false
	for i, n := range minutes {
		if n.given == nil {
			continue
		}
		if *n.given < n.low || *n.given > 600 {
			return fault.Invalid(n.field, "must be from %d to 600 minutes", n.low)
		}
		n.set(*n.given)
		minutes[i].is, changed = *n.given, true
	}
	switch {
	case in.Slots != nil && (*in.Slots < 0 || *in.Slots > maxSlots):
		return fault.Invalid("slots", "must be from 0 to %d", maxSlots)
	case in.Slots != nil:
		set.SetSlots(*in.Slots)
	case changed:
		n := slotsOf(minutes[0].is, minutes[1].is, minutes[2].is, minutes[3].is, minutes[4].is)
		if n > maxSlots {
			return fault.Invalid("slots", "would be %d by these minutes, and %d are the most: give speakers more minutes, or say how many slots there are", n, maxSlots)
		}
		set.SetSlots(n)
	}
	return nil
}

func (in *MeetingChange) state(m *ent.PreSession, set *ent.PreSessionUpdateOne, now time.Time) (err error) {
	if in.State == nil || *in.State == string(m.State) {
		return nil
	}
	possible := false
	for _, next := range meetingSteps[string(m.State)] {
		possible = possible || next == *in.State
	}
	starts := m.StartsAt
	if in.StartsAt != nil {
		starts = in.StartsAt
	}
	switch {
	case !possible:
		return conflict("state", "cannot become %s: the Pre-session is %s", *in.State, m.State)
	case *in.State == "SCHEDULED" && starts == nil:
		return fault.Invalid("startsAt", "must say when the Pre-session begins")
	case *in.State == "HELD" && (starts == nil || now.Before(*starts)): // readers see it at once, and nothing follows it
		return conflict("state", "cannot become HELD before the Pre-session has begun: wait until then, or correct when it begins")
	case *in.State == "NOT_HELD" || *in.State == "POSTPONED":
		if in.Reason, err = line("reason", in.Reason, 300); err != nil {
			return err
		}
	}
	if *in.State == "POSTPONED" {
		set.SetNillablePostponedFrom(m.StartsAt).ClearStartsAt().ClearMissionsCloseAt()
	}
	set.SetState(presession.State(*in.State)).SetReason(in.Reason)
	return nil
}

// keepsPlaces refuses fewer slots than are confirmed, offered or decided to be.
func (c *change) keepsPlaces(m *ent.PreSession, set *ent.PreSessionUpdateOne) error {
	slots, given := set.Mutation().Slots()
	if !given {
		return nil
	}
	held, err := c.Ent.Registration.Query().Where(registration.MeetingID(m.ID), takesPlace()).Count(c.ctx)
	if err != nil {
		return fmt.Errorf("count places: %w", err)
	}
	if slots < held {
		return conflict("slots", "would be %d, and %d are confirmed or offered", slots, held)
	}
	return nil
}

// OpenCall is a Pre-session for which organisations may apply now.
type OpenCall struct {
	ID               string
	Session          int
	StateUnderReview string // ISO 3166 alpha-3
	ClosesAt         time.Time
}

// OpenCalls lists where organisations may apply now, for anybody.
func (s *Service) OpenCalls(ctx context.Context) ([]OpenCall, error) {
	calls := []OpenCall{}
	q := s.db.Ent.PreSession.Query().Where(presession.StateNotIn("PUBLISHED", "HELD", "NOT_HELD")).Order(ent.Asc(presession.FieldID))
	q.WithRound(func(q *ent.RoundQuery) { q.WithSession() }).WithReview(func(q *ent.ReviewQuery) { q.WithState() })
	rows, err := q.All(asProgram(ctx))
	if err != nil {
		return nil, fmt.Errorf("list calls: %w", err)
	}
	for _, m := range rows {
		if isOpen(m, s.now()) {
			calls = append(calls, OpenCall{m.UID, m.Edges.Round.Edges.Session.Number, m.Edges.Review.Edges.State.Iso3, closesAt(m)})
		}
	}
	return calls, nil
}

// manages says whether somebody manages a round.
func manages(v *viewer.Viewer, round string) bool { return v.Has(viewer.Manager, "round:"+round) }
