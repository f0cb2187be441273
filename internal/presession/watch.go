package presession

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/attendance"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/presessionstatement"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/viewer"
)

// RoundEvent is that something of a round has changed: ids alone.
type RoundEvent struct {
	Round        string
	PreSession   *string // nil: it is about the round
	Registration *string // nil: it is about the Pre-session, or the round
}

// Watch tells of what changes in a round from now on, until ctx ends: of each thing that whoever asks sees at
// that moment, once for all that changed of it since the last look. Returns NotFound for a round of others.
func (s *Service) Watch(ctx context.Context, id string) (<-chan *RoundEvent, error) {
	if err := policy.Require(ctx, coordinators...); err != nil {
		return nil, err
	}
	r, err := s.Round(ctx, id)
	if err != nil {
		return nil, err
	}
	if r == nil {
		return nil, fault.NotFound("no round that you work with has the id %s", id)
	}
	return changelog.Watch(ctx, s.db.SQL, changelog.Filter{}, func(steps []changelog.Step) (seen []*RoundEvent, err error) {
		if !viewer.Holds(ctx) {
			return nil, nil // what changed since the roles were taken away is not theirs
		}
		err = s.read(ctx, func(c *change) error {
			r, err := c.round(id)
			if err != nil || r == nil {
				return err
			}
			seen, err = c.eventsOf(r, steps)
			return err
		})
		return seen, err
	})
}

// eventsOf is what whoever asks sees of some entries of the log.
func (c *change) eventsOf(r *Round, steps []changelog.Step) (events []*RoundEvent, err error) {
	looked := map[string]bool{}
	for _, step := range steps {
		kind, _, _ := strings.Cut(step.Node, "_")
		key := step.Node + " " + string(step.Operation)
		if looked[key] || slices.Contains(unseen, step.Operation) {
			continue
		}
		looked[key] = true
		var event *RoundEvent
		switch kind {
		case "rnd":
			if step.Node == r.ID {
				event = &RoundEvent{Round: r.ID}
			}
		case "pre":
			event = r.eventOn(step.Node)
		case "att":
			event, err = c.attendanceEvent(r, step.Node)
		case "reg", "par", "stm":
			event, err = c.registrationEvent(r, kind, step)
		}
		if err != nil {
			return nil, err
		}
		if event != nil && !slices.ContainsFunc(events, func(e *RoundEvent) bool {
			return equal(e.PreSession, event.PreSession) && equal(e.Registration, event.Registration)
		}) {
			events = append(events, event)
		}
	}
	return events, nil
}

// eventOn is about a Pre-session of the round that whoever asks works with; nil: it is none.
func (r *Round) eventOn(meeting string) *RoundEvent {
	if !slices.ContainsFunc(r.Meetings, func(m PreSession) bool { return m.ID == meeting }) {
		return nil
	}
	return &RoundEvent{Round: r.ID, PreSession: &meeting}
}

// attendanceEvent is about the Pre-session to which a delegate comes: reviewers have no part in it.
func (c *change) attendanceEvent(r *Round, id string) (*RoundEvent, error) {
	q := c.Ent.Attendance.Query().Where(attendance.UID(id)).QueryMeeting()
	withAll(q)
	m, err := q.Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // it is not there any more
	}
	if err != nil {
		return nil, fmt.Errorf("find a delegate's Pre-session: %w", err)
	}
	if !manages(c.by, r.ID) && !c.by.Has(viewer.Officer, "state:"+m.Edges.Review.Edges.State.Iso3) && !c.by.Has(viewer.ProtectionOfficer, "") {
		return nil, nil //nolint:nilnil // not theirs
	}
	return r.eventOn(m.UID), nil
}

// unseen are the entries by which nothing changes that anybody sees who works with a round: that somebody was reminded,
// has another calendar, owns it as well, or was opened.
var unseen = []changelog.Operation{"REMIND", "CALENDAR", addsOwner, "OPEN", "OPEN_LIST", "OPEN_ARRIVALS"}

// seesChange says whether whoever asks sees of a registration what an entry is about. What others evaluate, statements,
// agreements and owners are not for those who only evaluate.
func (c *change) seesChange(r *Round, row *ent.Registration, kind string, by changelog.Operation) bool {
	switch {
	case kind == "stm", by == evaluates, by == "ATTACH_AGREEMENT", by == "REMOVE_OWNER": // by which the revision is another one
		return c.readsStatements(row)
	case by == invitesOwner: // of which the file says where staff did it
		return row.OwnerID == nil && c.readsStatements(row)
	case by == "MATCH", by == "AGREE_TO_MERGE":
		return c.seesNames(r, row.Edges.Meeting.Edges.Review.Edges.State.Iso3)
	}
	return true
}

// registrationEvent is about a registration that whoever asks sees now, and sees change.
func (c *change) registrationEvent(r *Round, kind string, step changelog.Step) (*RoundEvent, error) {
	where, err := c.visible(r)
	if err != nil {
		return nil, err
	}
	var which predicate.Registration
	switch kind {
	case "par":
		which = registration.HasParticipantsWith(participant.UID(step.Node))
	case "stm":
		id, err := c.Ent.PreSessionStatement.Query().Where(presessionstatement.UID(step.Node)).QueryRegistration().OnlyID(c.ctx)
		if ent.IsNotFound(err) {
			return nil, nil //nolint:nilnil // it is not there any more
		}
		if err != nil {
			return nil, fmt.Errorf("find the registration of a statement: %w", err)
		}
		which = registration.ID(id)
	default:
		which = registration.UID(step.Node)
	}
	row, err := c.Ent.Registration.Query().Where(append(where, which, registration.SubmittedAtNotNil())...).WithMeeting(withAll).Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil, nil //nolint:nilnil // not theirs, or not there any more
	}
	if err != nil {
		return nil, fmt.Errorf("find what has changed: %w", err)
	}
	if strings.HasPrefix(string(step.Operation), staging) {
		if veiled, err := c.veiled(presession.ID(row.MeetingID)); err != nil || len(veiled) > 0 {
			return nil, err
		}
	}
	if !c.seesChange(r, row, kind, step.Operation) {
		return nil, nil //nolint:nilnil // not theirs
	}
	event := r.eventOn(row.Edges.Meeting.UID)
	if event != nil {
		event.Registration = &row.UID
	}
	return event, nil
}
