package presession

import (
	"context"
	"fmt"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/grant"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/spelling"
	"github.com/upr-info/upr/internal/viewer"
)

// OnBehalf is a registration that staff begin for an organisation without an account.
type OnBehalf struct {
	PreSession   string
	Organisation string
	AccessCode   *string
	Reason       string // how the organisation asked for it
}

// RegisterOnBehalf begins a registration that nobody owns, or returns the one that there is for an
// organisation of this name and this Pre-session. Until somebody owns it, the officers of the State and the
// managers of the round act in the applicant's place. Returns NotFound for a Pre-session of others, and
// Conflict where the call is closed. Returns Forbidden for who has an interest there: with a name they could make one of others.
func (s *Service) RegisterOnBehalf(ctx context.Context, in OnBehalf) (begun *Application, err error) {
	if in.Organisation, err = line("organisation", in.Organisation, 300); err != nil {
		return nil, err
	}
	if in.Reason, err = paragraph("reason", in.Reason, true); err != nil {
		return nil, err
	}
	err = s.change(ctx, "", func(c *change) error {
		m, err := c.meetingOf(in.PreSession)
		if err != nil {
			return err
		}
		as, coordinates := coordinatorAt(c.by, m)
		if !coordinates {
			return fault.NotFound("no Pre-session that you work with has the id %s", in.PreSession)
		}
		if err := c.refuseInterest(presession.ID(m.ID)); err != nil {
			return err
		}
		own, err := c.relation()
		if err != nil {
			return err
		}
		if own.names[spelling.Plain(in.Organisation)] {
			return conflict("organisation", "is your own: apply for it as one of its people")
		}
		if err := c.lockMeeting(m.ID); err != nil { // a double click begins one
			return err
		}
		row, err := c.unowned(m, in.Organisation)
		if err != nil {
			return err
		}
		if row != nil {
			err = c.refuseRelated(row)
		}
		switch {
		case fault.CodeOf(err) == fault.CodeNotFound:
			return conflict("organisation", "cannot be registered by you: you are related to it, or have a conflict of interest; ask somebody else of UPR Info")
		case err != nil:
			return err
		case row == nil:
			if row, err = c.beginOnBehalf(m, in, as); err != nil {
				return err
			}
		}
		begun, err = c.application(row.UID)
		return err
	})
	return begun, err
}

// unowned finds the registration for a meeting that nobody owns, of an organisation of this name; nil:
// there is none.
func (c *change) unowned(m *ent.PreSession, organisation string) (*ent.Registration, error) {
	rows, err := c.Ent.Registration.Query().Where(registration.MeetingID(m.ID), registration.OwnerIDIsNil(), registration.StateNotIn(states(finished)...)).Order(ent.Asc(registration.FieldID)).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("find a registration: %w", err)
	}
	for _, row := range rows {
		if spelling.Plain(row.Organisation) == spelling.Plain(organisation) {
			return row, nil
		}
	}
	return nil, nil //nolint:nilnil // none is an answer
}

func (c *change) beginOnBehalf(m *ent.PreSession, in OnBehalf, as string) (*ent.Registration, error) {
	row, err := c.newRegistration(m, in.AccessCode)
	if err != nil {
		return nil, err
	}
	if row, err = row.Update().SetOrganisation(in.Organisation).Save(c.ctx); err != nil {
		return nil, fmt.Errorf("name the organisation: %w", err)
	}
	return row, c.record(row, 1, "NEW", Draft, false, as, in.Reason)
}

// Unowned lists the registrations of a round that nobody owns, and in whose applicants' place whoever asks
// acts, newest first.
func (s *Service) Unowned(ctx context.Context, roundID string) (all []Application, err error) {
	err = s.read(ctx, func(c *change) error {
		meetings, err := c.Ent.PreSession.Query().Where(presession.HasRoundWith(roundIs(roundID))).WithRound().WithReview(func(q *ent.ReviewQuery) { q.WithState() }).All(c.ctx)
		if err != nil {
			return fmt.Errorf("list Pre-sessions: %w", err)
		}
		var ids []int
		for _, m := range meetings {
			if _, coordinates := coordinatorAt(c.by, m); coordinates {
				ids = append(ids, m.ID)
			}
		}
		if len(ids) == 0 {
			return fault.NotFound("no round that you work with has the id %s", roundID)
		}
		where, err := c.unbiased(ids)
		if err != nil {
			return err
		}
		all, err = c.applications(append(where, registration.OwnerIDIsNil(), registration.Or(registration.OrganisationNEQ(""), registration.HasMeetingWith(presession.HasRoundWith(round.PurgedAtIsNil()))))...)
		return err
	})
	return all, err
}

// coordinatorAt says by which grant whoever asks coordinates a meeting.
func coordinatorAt(v *viewer.Viewer, m *ent.PreSession) (as string, coordinates bool) {
	roles := rolesAt(v, m)
	if as, coordinates = roles[viewer.Officer]; !coordinates {
		as, coordinates = roles[viewer.Manager]
	}
	return as, coordinates
}

// inPlace says by which grant somebody acts as the applicant of a registration: because they own it, or
// because nobody does and they coordinate its meeting.
func inPlace(v *viewer.Viewer, row *ent.Registration) (as string, acts bool) {
	switch {
	case v.Program != "":
		return "", false
	case owns(v, row.UID):
		return string(viewer.Applicant) + " " + ownedScope(row.UID), true
	case row.OwnerID != nil || hasLeft(v, row.UID) || isForgotten(row):
		return "", false
	}
	return coordinatorAt(v, row.Edges.Meeting)
}

// actsNow says the same of whoever changes a registration that is locked. Owners are looked for again: one may
// have been removed while they waited for the lock.
func (c *change) actsNow(row *ent.Registration) (as string, acts bool, err error) {
	if as, acts = inPlace(c.by, row); !acts {
		return as, false, nil
	}
	if !owns(c.by, row.UID) {
		return as, true, c.refuseInterest(presession.ID(row.MeetingID))
	}
	acts, err = c.Ent.Grant.Query().Where(grant.Role(string(viewer.Applicant)), grant.Scope(ownedScope(row.UID)), grant.HasUserWith(user.UID(c.by.UID))).Exist(c.ctx)
	if err != nil {
		return "", false, fmt.Errorf("look for an owner: %w", err)
	}
	return as, acts, nil
}

// acts says whether whoever asks acts as the applicant of a registration.
func (c *change) acts(id string) (bool, error) {
	row, err := c.Ent.Registration.Query().Where(registration.UID(id)).WithMeeting(withAll).Only(c.ctx)
	if ent.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("find a registration: %w", err)
	}
	if _, acts := inPlace(c.by, row); !acts {
		return false, nil
	}
	err = c.refuseRelated(row)
	if fault.CodeOf(err) == fault.CodeNotFound {
		return false, nil
	}
	return err == nil, err
}

// onBehalf has staff who end something in the applicant's place, or confirm it, say how they know. Owners
// need no reasons, and what they write is not for the file.
func (s *step) onBehalf() error {
	if owns(s.by, s.row.UID) {
		s.Reason = ""
		return nil
	}
	if s.Reason == "" && (s.To == Withdrawn || s.To == Confirmed) {
		return unasked()
	}
	return nil
}

func unasked() error {
	return fault.Invalid("reason", "must say how the organisation asked for it: nobody of it owns the registration")
}

// addressee is who mail about a registration goes to: its owner, or nobody, whom staff tell.
type addressee struct{ Name, Email, Language string }

func (c *change) addressee(row *ent.Registration) (to addressee, err error) {
	if row.OwnerID != nil {
		u, err := c.Ent.User.Get(c.ctx, *row.OwnerID)
		if err != nil {
			return to, fmt.Errorf("read who is written to: %w", err)
		}
		return addressee{u.Name, u.Email, u.Language}, nil
	}
	speaker, err := c.Ent.Participant.Query().Where(participant.RegistrationID(row.ID)).Order(ent.Asc(participant.FieldID)).First(c.ctx)
	if ent.IsNotFound(err) {
		return addressee{Language: "EN"}, nil
	}
	if err != nil {
		return to, fmt.Errorf("read who is told: %w", err)
	}
	return addressee{Language: speaker.Language}, nil
}
