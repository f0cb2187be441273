package presession

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/meeting"
	"github.com/upr-info/upr/ent/meetingstatement"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/presessionstatement"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/file"
	"github.com/upr-info/upr/internal/viewer"
)

// StatementDecision is what staff want to become of a statement.
type StatementDecision struct {
	ID             string
	Revision       int
	To             string // CHANGES_REQUESTED, ACCEPTED, PUBLISHED, EMBARGOED, MISSIONS_ONLY or WITHHELD
	Questions      string
	EmbargoedUntil *time.Time
}

// decidedFrom are the states from which staff bring a statement into another one.
var decidedFrom = map[string][]presessionstatement.State{
	"CHANGES_REQUESTED": {"SUBMITTED"}, "ACCEPTED": {"SUBMITTED"},
	"PUBLISHED": {"ACCEPTED", "EMBARGOED", "MISSIONS_ONLY", "WITHHELD"}, "EMBARGOED": {"ACCEPTED", "MISSIONS_ONLY", "WITHHELD"},
	"MISSIONS_ONLY": {"ACCEPTED", "EMBARGOED", "PUBLISHED", "WITHHELD"}, "WITHHELD": {"ACCEPTED", "EMBARGOED", "PUBLISHED", "MISSIONS_ONLY"},
}

// DecideStatement is what the officer of the State, or the manager of the round, makes of a statement.
// Returns Conflict where its file is not ready, and where the participants do not consent to its being
// public, or are protected from it.
func (s *Service) DecideStatement(ctx context.Context, d StatementDecision) (decided *Statement, err error) {
	err = s.change(ctx, "", func(c *change) error {
		st, row, err := c.staffStatement(d.ID)
		switch {
		case err != nil:
			return err
		case st.Revision != d.Revision:
			return stale(st.Revision)
		case !slices.Contains(decidedFrom[d.To], st.State):
			return conflict("to", "is not possible: the statement is %s", st.State)
		}
		set := st.Update().SetState(presessionstatement.State(d.To)).ClearEmbargoedUntil().AddRevision(1)
		switch d.To {
		case "CHANGES_REQUESTED":
			if d.Questions, err = paragraph("questions", d.Questions, true); err != nil {
				return err
			}
			set.SetQuestions(d.Questions)
		case "ACCEPTED":
			err = c.acceptFile(st)
		case "PUBLISHED":
			err = c.publishStatement(st, row)
		case "EMBARGOED":
			if d.EmbargoedUntil == nil || !d.EmbargoedUntil.After(c.now) {
				return fault.Invalid("embargoedUntil", "must be in the future")
			}
			if err = c.mayBePublic(row); err == nil {
				set.SetEmbargoedUntil(d.EmbargoedUntil.UTC())
			}
		}
		if err != nil {
			return err
		}
		if d.To == "MISSIONS_ONLY" || d.To == "WITHHELD" {
			if err := c.unpublish(st); err != nil {
				return err
			}
		}
		if err := set.Exec(c.ctx); err != nil {
			return fmt.Errorf("decide on a statement: %w", err)
		}
		c.log.Note(st.UID, changelog.Operation(d.To))
		decided, err = c.statement(d.ID)
		return err
	})
	return decided, err
}

// staffStatement reads a statement for those who decide on it, with its registration locked.
func (c *change) staffStatement(id string) (*ent.PreSessionStatement, *ent.Registration, error) {
	st, err := c.Ent.PreSessionStatement.Query().Where(presessionstatement.UID(id)).WithRegistration().Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil, nil, noStatement(id)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("find a statement: %w", err)
	}
	row, err := c.lockRegistration(st.Edges.Registration.UID)
	if err != nil {
		return nil, nil, err
	}
	roles := rolesOn(c.by, row)
	if _, officer := roles[viewer.Officer]; !officer && roles[viewer.Manager] == "" {
		return nil, nil, noStatement(id)
	}
	if st, err = c.Ent.PreSessionStatement.Get(c.ctx, st.ID); err != nil {
		return nil, nil, fmt.Errorf("read a statement: %w", err)
	}
	return st, row, nil
}

// acceptFile takes the file of a statement, in the place of an earlier statement of the same language.
func (c *change) acceptFile(st *ent.PreSessionStatement) error {
	if c.means.Files == nil {
		return fault.Unavailable("this server keeps no files: UPR_FILES_URL is not set")
	}
	if err := c.means.Files.Accept(c.ctx, c.Tx, st.File); err != nil {
		return err
	}
	earlier, err := c.Ent.PreSessionStatement.Query().Where(presessionstatement.RegistrationID(st.RegistrationID), presessionstatement.Language(st.Language), presessionstatement.IDNEQ(st.ID),
		presessionstatement.StateIn("ACCEPTED", "PUBLISHED", "EMBARGOED", "MISSIONS_ONLY", "WITHHELD")).All(c.ctx)
	if err != nil {
		return fmt.Errorf("find earlier statements: %w", err)
	}
	for _, e := range earlier {
		if err := c.endStatement(e, "SUPERSEDED"); err != nil {
			return err
		}
	}
	return nil
}

// mayBePublic: all participants consent to the statement's being public, and the existence of none of
// them is confidential.
func (c *change) mayBePublic(row *ent.Registration) error {
	all, err := c.Ent.Participant.Query().Where(participant.RegistrationID(row.ID)).WithConsents().All(c.ctx)
	if err != nil {
		return fmt.Errorf("list participants: %w", err)
	}
	for _, p := range all {
		consents := slices.ContainsFunc(p.Edges.Consents, func(c *ent.Consent) bool { return c.Audience == "PUBLIC" && c.Item == "STATEMENT" })
		if !consents || p.Level == 3 {
			return conflict("to", "is not possible: %s does not consent to it, or is protected", p.UID)
		}
	}
	if len(all) == 0 {
		return conflict("to", "is not possible: nobody has consented to it")
	}
	return nil
}

// publishStatement has readers see a statement, beside its meeting.
func (c *change) publishStatement(st *ent.PreSessionStatement, row *ent.Registration) error {
	if err := c.mayBePublic(row); err != nil {
		return err
	}
	in, err := c.Ent.Meeting.Query().Where(meeting.ReviewID(row.Edges.Meeting.ReviewID)).Only(c.ctx)
	if ent.IsNotFound(err) {
		return conflict("to", "is not possible before the agenda is published")
	}
	if err != nil {
		return fmt.Errorf("find what is published: %w", err)
	}
	info, err := c.means.Files.Find(c.ctx, st.File)
	switch {
	case err != nil:
		return err
	case info.State != file.Accepted:
		return conflict("to", "is not possible: its file is %s", info.State)
	case !info.Stripped:
		return conflict("to", "is not possible: metadata of a recording cannot be removed; missions may see it")
	}
	organisation, err := c.organisationShown(row)
	if err != nil {
		return err
	}
	made, err := c.Ent.MeetingStatement.Create().SetUID(newUID("pst")).SetMeetingID(in.ID).SetStatementID(st.ID).SetLanguage(st.Language).SetTitle(st.Title).SetOrganisationName(organisation).
		SetKind(string(info.Kind)).SetSize(info.Size).SetSha256(info.SHA256).SetFile(st.File).Save(c.ctx)
	if err != nil {
		return fmt.Errorf("publish a statement: %w", err)
	}
	c.log.Touch(changelog.MeetingStatement, changelog.Publish, made.ID)
	return nil
}

// organisationShown is the organisation of a registration where all its participants let the public
// know it.
func (c *change) organisationShown(row *ent.Registration) (string, error) {
	all, err := withAppearance(c.Ent.Participant.Query().Where(participant.RegistrationID(row.ID))).All(c.ctx)
	if err != nil {
		return "", fmt.Errorf("list participants: %w", err)
	}
	for _, p := range all {
		if a := appearanceOf(p, row, nil, "PUBLIC"); a == nil || a.Organisation == "" {
			return "", nil
		}
	}
	return row.Organisation, nil
}

// unpublish takes a statement from readers, and out of all that was told of it.
func (c *change) unpublish(st *ent.PreSessionStatement) error {
	shown, err := c.Ent.MeetingStatement.Query().Where(meetingstatement.StatementID(st.ID)).Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find what is published: %w", err)
	}
	err = shown.Update().SetStatus("WITHDRAWN").ClearStatementID().SetTitle("").SetOrganisationName("").SetFile("").SetSha256("").Exec(c.ctx)
	if err != nil {
		return fmt.Errorf("take a statement back: %w", err)
	}
	return c.log.Redact(shown.UID)
}

// renewStatements takes from readers what they are not to see any more once consents or protection of a
// participant are others, and the organisation where that is not to be known.
func (c *change) renewStatements(row *ent.Registration) error {
	public, err := c.Ent.PreSessionStatement.Query().Where(presessionstatement.RegistrationID(row.ID), presessionstatement.StateIn("PUBLISHED", "EMBARGOED")).All(c.ctx)
	if err != nil || len(public) == 0 {
		return err
	}
	consented := c.mayBePublic(row)
	organisation, err := c.organisationShown(row)
	if err != nil {
		return err
	}
	for _, st := range public {
		if consented != nil {
			if fault.CodeOf(consented) != fault.CodeConflict {
				return consented
			}
			if err := c.unpublish(st); err != nil {
				return err
			}
			if err := st.Update().SetState("WITHHELD").ClearEmbargoedUntil().AddRevision(1).Exec(c.ctx); err != nil {
				return fmt.Errorf("withhold a statement: %w", err)
			}
			c.log.Note(st.UID, changelog.Operation("WITHHELD"))
			continue
		}
		shown, err := c.Ent.MeetingStatement.Query().Where(meetingstatement.StatementID(st.ID)).Only(c.ctx)
		if ent.IsNotFound(err) || err == nil && shown.OrganisationName == organisation {
			continue
		}
		if err != nil {
			return fmt.Errorf("find what is published: %w", err)
		}
		if err := shown.Update().SetOrganisationName(organisation).Exec(c.ctx); err != nil {
			return fmt.Errorf("change what is published: %w", err)
		}
		if err := c.log.Redact(shown.UID); err != nil {
			return err
		}
	}
	return nil
}

// liftEmbargoes publishes statements whose embargo is over.
func (s *Service) liftEmbargoes(ctx context.Context) error {
	due, err := s.db.Ent.PreSessionStatement.Query().Where(presessionstatement.StateEQ("EMBARGOED"), presessionstatement.EmbargoedUntilLTE(s.now())).WithRegistration().All(ctx)
	if err != nil {
		return fmt.Errorf("look for embargoes that are over: %w", err)
	}
	for _, st := range due {
		err := s.change(ctx, "an embargo is over", func(c *change) error {
			row, err := c.lockRegistration(st.Edges.Registration.UID)
			if err != nil {
				return err
			}
			now, err := c.Ent.PreSessionStatement.Get(c.ctx, st.ID)
			if err != nil || now.State != presessionstatement.StateEMBARGOED { // somebody was faster
				return err
			}
			if err := c.publishStatement(now, row); err != nil {
				return err
			}
			c.log.Note(now.UID, changelog.Operation("PUBLISHED"))
			return now.Update().SetState("PUBLISHED").ClearEmbargoedUntil().AddRevision(1).Exec(c.ctx)
		})
		if err != nil && fault.CodeOf(err) != fault.CodeConflict {
			return err
		}
	}
	return nil
}

// OpenStatement gives the file of a published statement, for anybody, and what it is called. Returns
// NotFound where readers see none.
func (s *Service) OpenStatement(ctx context.Context, id string) (*file.Content, *file.Info, string, error) {
	shown, err := s.db.Ent.MeetingStatement.Query().Where(meetingstatement.UID(id), meetingstatement.StatusEQ("PUBLISHED")).
		WithMeeting(func(q *ent.MeetingQuery) { q.WithReview(func(q *ent.ReviewQuery) { q.WithState() }) }).Only(asProgram(ctx))
	if ent.IsNotFound(err) || s.means.Files == nil {
		return nil, nil, "", noStatement(id)
	}
	if err != nil {
		return nil, nil, "", fmt.Errorf("find a statement: %w", err)
	}
	content, info, err := s.means.Files.Open(asProgram(ctx), shown.File)
	if err != nil {
		return nil, nil, "", err
	}
	return content, info, info.Name("statement", shown.Edges.Meeting.Edges.Review.Edges.State.Iso3, shown.Language), nil
}
