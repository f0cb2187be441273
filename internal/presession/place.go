package presession

import (
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/spelling"
	"github.com/upr-info/upr/internal/viewer"
)

// This file says what keeps a registration from a place at a meeting, beside what guard.go asks of each move.

// refuseConflicts: none of what keeps a registration, and those that were merged into it, from a place.
func (s *step) refuseConflicts() error { return s.refuseConflictsBy(s.row) }

// refuseConflictsBy: the organisations of a registration and of those that speak by it have no place at the meeting
// already but by one that is to speak for them, the protection of all participants was looked at, and none of them
// speaks elsewhere at the same time, or is to, as far as whoever asks may be told.
func (s *step) refuseConflictsBy(speaks *ent.Registration) error {
	if err := s.refuseSameOrganisation(speaks); err != nil {
		return err
	}
	all, err := s.participantsOf(s.row.ID)
	if err != nil {
		return err
	}
	m := s.row.Edges.Meeting
	for _, p := range all {
		if unreviewed(p) {
			return conflict("to", "is not possible: the protection officer has not looked at the level of %s yet", p.UID)
		}
		if p.Person == "" || m.StartsAt == nil {
			continue
		}
		elsewhere, err := s.speaksElsewhere(p, m)
		if err != nil {
			return err
		}
		if elsewhere {
			return conflict("to", "is not possible: %s speaks at another Pre-session at the same time", p.UID)
		}
	}
	return nil
}

// toldApart are the participants of whom whoever asks is told whether they are one person. An address that is compared
// with one of somebody protected, in either place, tells who that is to whom nobody opened it: staff can write down any
// address in an applicant's place, or apply with it.
func (c *change) toldApart() []predicate.Participant {
	if c.by.Has(viewer.ProtectionOfficer, "") {
		return nil
	}
	return []predicate.Participant{participant.Level(0)}
}

// speaksElsewhere says whether somebody has a place at the time of a meeting at another one, or is to, by whichever
// registration theirs was merged into. Nobody does of whom that is not told.
func (c *change) speaksElsewhere(p *ent.Participant, m *ent.PreSession) (bool, error) {
	told := c.toldApart()
	if len(told) > 0 && p.Level > 0 {
		return false, nil
	}
	rows, err := c.Ent.Registration.Query().Where(registration.MeetingIDNEQ(m.ID), registration.HasMeetingWith(presession.StartsAtNotNil()),
		registration.HasParticipantsWith(append(told, participant.Person(p.Person))...)).WithMeeting().All(c.ctx)
	if err != nil {
		return false, fmt.Errorf("look where else somebody speaks: %w", err)
	}
	for _, row := range rows {
		if !overlap(m, row.Edges.Meeting) {
			continue
		}
		speaks, err := c.speaksFor(row)
		if err != nil || isTold(speaks) {
			return err == nil, err
		}
		if !hasPlace(speaks) {
			continue
		}
		// What is staged where whoever asks has an interest is not told: the release of the one or the other finds it.
		veiled, err := c.veiled(presession.ID(row.MeetingID))
		if err != nil || len(veiled) == 0 {
			return err == nil, err
		}
	}
	return false, nil
}

// refuseSameOrganisation: an organisation speaks once, as staff have matched it, or by its name where one of both
// is not matched; also where it speaks by a registration that its own was merged into, by way of whichever others.
func (s *step) refuseSameOrganisation(speaks *ent.Registration) error {
	own, err := s.speakingBy(s.row.ID)
	if err != nil {
		return err
	}
	places, err := s.Ent.Registration.Query().Where(registration.MeetingID(s.row.MeetingID), registration.IDNotIn(s.row.ID, speaks.ID), takesPlace()).IDs(s.ctx)
	if err != nil {
		return fmt.Errorf("look who has a place: %w", err)
	}
	others, err := s.speakingBy(places...)
	if err != nil {
		return err
	}
	rows, err := s.Ent.Registration.Query().Where(registration.IDIn(slices.Concat(own, others)...)).Order(ent.Asc(registration.FieldID)).All(s.ctx)
	if err != nil {
		return fmt.Errorf("look for a place of the same organisation: %w", err)
	}
	for _, row := range rows {
		if !slices.Contains(own, row.ID) {
			continue
		}
		for _, other := range rows {
			if slices.Contains(others, other.ID) && sameOrganisation(row, other) {
				return conflict("to", "is not possible: %s has a place for the same organisation; merge them, or match each to its own", other.Reference)
			}
		}
	}
	return nil
}

func sameOrganisation(a, b *ent.Registration) bool {
	if a.OrganisationID != nil && b.OrganisationID != nil {
		return *a.OrganisationID == *b.OrganisationID
	}
	return spelling.Plain(a.Organisation) == spelling.Plain(b.Organisation)
}

// hasPlace says of one registration what takesPlace asks for.
func hasPlace(row *ent.Registration) bool {
	return State(row.State) == Offered || State(row.State) == Confirmed || row.PendingState != nil && State(*row.PendingState) == Offered
}

// takesPlace are the registrations that have a place, are offered one, or are to be.
func takesPlace() predicate.Registration {
	return registration.Or(registration.StateIn("OFFERED", "CONFIRMED"), registration.PendingStateEQ("OFFERED"))
}
