package presession

import (
	"context"
	"fmt"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/consent"
	"github.com/upr-info/upr/ent/invitation"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/presessionstatement"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/storedfile"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/file"
)

// MissionStatement is a statement as a mission reads it.
type MissionStatement struct {
	ID               string
	Language         string // EN, FR or ES
	Title            string
	OrganisationName string // empty: not told
	Kind             string // of the file, as in PDF
	Size             int    // bytes
	Path             string // where the token of the invitation opens its file, on this server
}

// missionsRead are the states of statements that missions read: not those of which staff have not said
// yet who may read them, nor those under embargo or withheld.
func missionsRead() predicate.PreSessionStatement {
	return presessionstatement.And(presessionstatement.StateIn("PUBLISHED", "MISSIONS_ONLY"),
		presessionstatement.HasRegistrationWith(registration.StateIn("CONFIRMED", "SPOKE")))
}

// MissionStatements are the statements for a Pre-session that a mission may read, which holds the token of
// an invitation. Returns NotFound for a token that is not valid, Forbidden for who is no mission.
func (s *Service) MissionStatements(ctx context.Context, token, meeting string) (all []MissionStatement, err error) {
	err = s.hold(ctx, token, false, func(c *change, in *ent.Invitation) error {
		all = []MissionStatement{}
		m, err := c.meetingOf(meeting)
		if err != nil || m.RoundID != in.RoundID {
			return fault.NotFound("no Pre-session that you are invited to has the id %s", meeting)
		}
		if in.Category != invitation.CategoryMISSION {
			return fault.Forbidden("statements are for missions to read here: those that are public stand beside their Pre-session")
		}
		rows, err := c.Ent.PreSessionStatement.Query().Where(missionsRead(), presessionstatement.HasRegistrationWith(registration.MeetingID(m.ID))).WithRegistration().Order(ent.Asc(presessionstatement.FieldID)).All(c.ctx)
		if err != nil {
			return fmt.Errorf("list statements: %w", err)
		}
		by := audienceOf(in, m)
		for _, st := range rows {
			switch err := c.mayBeRead(st, st.Edges.Registration, consent.ItemSTATEMENT, by); {
			case fault.CodeOf(err) == fault.CodeConflict:
				continue
			case err != nil:
				return err
			}
			shown, err := c.missionStatement(st, by)
			if err != nil {
				return err
			}
			all = append(all, *shown)
		}
		return nil
	})
	return all, err
}

// audienceOf is as what a mission reads of a meeting: that of the State under review is an audience of its
// own.
func audienceOf(in *ent.Invitation, m *ent.PreSession) consent.Audience {
	if *in.StateID == m.Edges.Review.StateID {
		return consent.AudienceSTATE_UNDER_REVIEW
	}
	return consent.AudienceMISSIONS
}

func (c *change) missionStatement(st *ent.PreSessionStatement, by consent.Audience) (*MissionStatement, error) {
	shown, err := c.Ent.StoredFile.Query().Where(storedfile.UID(st.File)).Only(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("find a file: %w", err)
	}
	organisation, err := c.organisationShown(st.Edges.Registration, by)
	if err != nil {
		return nil, err
	}
	return &MissionStatement{st.UID, st.Language, st.Title, organisation, shown.Kind, int(file.InfoOf(shown).Size), "/statements/" + st.UID}, nil
}

// OpenStatementForMission gives the file of one of MissionStatements. Returns NotFound for all others, and
// for a token that is not valid.
func (s *Service) OpenStatementForMission(ctx context.Context, token, id string) (*StatementContent, error) {
	if s.means.Files == nil {
		return nil, noStatement(id)
	}
	var st *ent.PreSessionStatement
	var iso3 string
	err := s.hold(ctx, token, false, func(c *change, in *ent.Invitation) (err error) {
		st, err = c.Ent.PreSessionStatement.Query().Where(presessionstatement.UID(id), missionsRead(), presessionstatement.HasRegistrationWith(registration.HasMeetingWith(presession.RoundID(in.RoundID)))).
			WithRegistration(func(q *ent.RegistrationQuery) { q.WithMeeting(withAll) }).Only(c.ctx)
		if ent.IsNotFound(err) || in.Category != invitation.CategoryMISSION {
			return noStatement(id)
		}
		if err != nil {
			return fmt.Errorf("find a statement: %w", err)
		}
		m := st.Edges.Registration.Edges.Meeting
		iso3 = m.Edges.Review.Edges.State.Iso3
		if err := c.mayBeRead(st, st.Edges.Registration, consent.ItemSTATEMENT, audienceOf(in, m)); fault.CodeOf(err) != fault.CodeConflict {
			return err
		}
		return noStatement(id)
	})
	if err != nil {
		return nil, err
	}
	return s.openFile(asProgram(ctx), st.File, iso3, st.Language)
}
