package presession

import (
	"context"
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/ask"
	"github.com/upr-info/upr/ent/consent"
	"github.com/upr-info/upr/ent/meetingstatement"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/presessionstatement"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/file"
)

// publishStatement has readers see a statement, beside its meeting.
func (c *change) publishStatement(st *ent.PreSessionStatement, row *ent.Registration) error {
	if c.means.Files == nil {
		return noFiles()
	}
	by, err := c.mayBePublic(st, row, consent.ItemSTATEMENT)
	if err != nil {
		return err
	}
	in, err := c.published(row.Edges.Meeting)
	if err != nil {
		return err
	}
	if in == nil {
		return conflict("to", "is not possible before the agenda is published")
	}
	info, err := c.means.Files.Find(c.ctx, c.Ent, st.File)
	switch {
	case err != nil:
		return err
	case info.State != file.Accepted:
		return conflict("to", "is not possible: its file is %s", info.State)
	case !info.Stripped:
		return conflict("to", "is not possible: metadata of a recording cannot be removed; missions may see it")
	}
	organisation, err := c.organisationShown(row, by...)
	if err != nil {
		return err
	}
	made, err := c.Ent.MeetingStatement.Create().SetUID(newUID("pst")).SetMeetingID(in.ID).SetStatementID(st.ID).SetLanguage(st.Language).SetTitle(st.Title).SetOrganisationName(organisation).
		SetKind(string(info.Kind)).SetSize(info.Size).SetSha256(info.SHA256).SetFile(st.File).Save(c.ctx)
	if err != nil {
		return fmt.Errorf("publish a statement: %w", err)
	}
	c.log.Touch(changelog.MeetingStatement, changelog.Publish, made.ID)
	return c.renewAsks(st, row)
}

// organisationShown is the organisation of a registration where all its participants let each of some audiences know
// it.
func (c *change) organisationShown(row *ent.Registration, audiences ...consent.Audience) (string, error) {
	all, err := withAppearance(c.Ent.Participant.Query().Where(participant.RegistrationID(row.ID))).All(c.ctx)
	if err != nil {
		return "", fmt.Errorf("list participants: %w", err)
	}
	for _, p := range all {
		if a := appearanceOf(p, row, nil, audiences...); a == nil || a.Organisation == "" {
			return "", nil
		}
	}
	return row.Organisation, nil
}

// unpublish takes a statement from readers, with what it asks, and out of all that was told of it.
func (c *change) unpublish(st *ent.PreSessionStatement) error {
	shown, err := c.Ent.MeetingStatement.Query().Where(meetingstatement.StatementID(st.ID)).Only(c.ctx)
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find what is published: %w", err)
	}
	if err := c.hideAsks(ask.StatementID(st.ID)); err != nil {
		return err
	}
	err = shown.Update().SetStatus("WITHDRAWN").ClearStatementID().SetTitle("").SetOrganisationName("").SetFile("").SetSha256("").Exec(c.ctx)
	if err != nil {
		return fmt.Errorf("take a statement back: %w", err)
	}
	return c.log.Redact(shown.UID)
}

// renewStatements takes from readers what they are not to see any more once consents or protection of a
// participant are others, and the organisation where that is not to be known; also of what the
// registration was merged into, whether it still is or not.
func (c *change) renewStatements(row *ent.Registration) error {
	all, err := c.Ent.PreSessionStatement.Query().Where(presessionstatement.HasRegistrationWith(registration.MeetingID(row.MeetingID)),
		presessionstatement.StateIn(read...)).WithRegistration().Order(ent.Asc(presessionstatement.FieldID)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list statements: %w", err)
	}
	for _, st := range all {
		if st.RegistrationID != row.ID && !slices.Contains(st.Left, row.ID) {
			continue
		}
		if err := c.renewStatement(st); err != nil {
			return err
		}
	}
	return c.above(row, c.renewStatements)
}

// renewStatement takes from readers what they are not to see any more of a statement; what is taken out of the archive is gone.
func (c *change) renewStatement(st *ent.PreSessionStatement) error {
	of := st.Edges.Registration
	by, err := c.readersOf(of)
	if err != nil {
		return err
	}
	err = c.mayBeRead(st, of, consent.ItemSTATEMENT, by.ofState(st.State)...)
	switch conflicts := fault.CodeOf(err) == fault.CodeConflict; {
	case conflicts && by.archived():
		return c.dropStatement(st)
	case conflicts:
		return c.withhold(st)
	case err != nil:
		return err
	}
	if err := c.renewOrganisation(st, by); err != nil {
		return err
	}
	return c.renewAsks(st, of)
}

// dropStatement leaves nothing of a statement.
func (c *change) dropStatement(st *ent.PreSessionStatement) error {
	if err := c.endStatement(st, presessionstatement.StateWITHDRAWN); err != nil {
		return err
	}
	if err := c.Ent.PreSessionStatement.UpdateOneID(st.ID).SetTitle("").SetQuestions("").Exec(c.ctx); err != nil {
		return fmt.Errorf("forget a statement: %w", err)
	}
	return nil
}

// withdrawWords takes back the statements of a registration, and of what it is merged into: they may have the words of
// somebody protected, who is not there any more to be asked. Others can be handed in.
func (c *change) withdrawWords(row *ent.Registration) error {
	if err := c.endStatements(row, false); err != nil {
		return err
	}
	return c.above(row, c.withdrawWords)
}

// purgeStatements leaves of the statements of a round what is published, as far as its participants consent
// to that in the archive; the files of all others are not kept for longer.
func (c *change) purgeStatements(id int) error {
	all, err := c.Ent.PreSessionStatement.Query().Where(presessionstatement.HasRegistrationWith(registration.HasMeetingWith(inRound(id))), presessionstatement.StateNotIn(ended...)).WithRegistration().All(c.ctx)
	if err != nil {
		return fmt.Errorf("list statements: %w", err)
	}
	for _, st := range all {
		if st.State != presessionstatement.StatePUBLISHED {
			err = c.dropStatement(st)
		} else if err = c.renewStatement(st); err == nil {
			err = c.dropAsks(ask.StatementID(st.ID), ask.StateNEQ(ask.StateCONFIRMED))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *change) withhold(st *ent.PreSessionStatement) error {
	if err := c.unpublish(st); err != nil {
		return err
	}
	if err := st.Update().SetState(presessionstatement.StateWITHHELD).ClearEmbargoedUntil().AddRevision(1).Exec(c.ctx); err != nil {
		return fmt.Errorf("withhold a statement: %w", err)
	}
	c.log.Note(st.UID, changelog.Operation("WITHHELD"))
	return nil
}

// renewOrganisation says whose a published statement is as far as that may be known by now.
func (c *change) renewOrganisation(st *ent.PreSessionStatement, by readers) error {
	organisation, err := c.organisationShown(st.Edges.Registration, by...)
	if err != nil {
		return err
	}
	shown, err := c.Ent.MeetingStatement.Query().Where(meetingstatement.StatementID(st.ID), meetingstatement.OrganisationNameNEQ(organisation)).Only(c.ctx)
	if ent.IsNotFound(err) || err == nil && by.archived() && organisation != "" { // what was not shown is not told any more
		return nil
	}
	if err != nil {
		return fmt.Errorf("find what is published: %w", err)
	}
	if err := shown.Update().SetOrganisationName(organisation).Exec(c.ctx); err != nil {
		return fmt.Errorf("change what is published: %w", err)
	}
	return c.log.Redact(shown.UID)
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
