package presession

import (
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/ask"
	"github.com/upr-info/upr/ent/asklink"
	"github.com/upr-info/upr/ent/consent"
	"github.com/upr-info/upr/ent/meetingask"
	"github.com/upr-info/upr/ent/meetingstatement"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
)

type askWhere = predicate.Ask

// renewAsks has readers see the asks of a statement that are confirmed, as long as the statement is
// public and all participants consent to the public's knowing what they ask. What is taken out of the archive is gone.
func (c *change) renewAsks(st *ent.PreSessionStatement, row *ent.Registration) error {
	var by readers
	in, err := c.Ent.MeetingStatement.Query().Where(meetingstatement.StatementID(st.ID)).Only(c.ctx)
	if err == nil {
		by, err = c.mayBePublic(st, row, consent.ItemASKS)
	}
	switch conflicts := fault.CodeOf(err) == fault.CodeConflict; {
	case conflicts && by.archived():
		return c.dropAsks(ask.StatementID(st.ID))
	case conflicts, ent.IsNotFound(err):
		return c.hideAsks(ask.StatementID(st.ID))
	}
	if err != nil {
		return fmt.Errorf("find what is published: %w", err)
	}
	if err := c.hideAsks(ask.StatementID(st.ID), ask.StateNEQ(ask.StateCONFIRMED)); err != nil {
		return err
	}
	confirmed, err := c.Ent.Ask.Query().Where(ask.StatementID(st.ID), ask.StateEQ(ask.StateCONFIRMED)).WithLinks().Order(ent.Asc(ask.FieldID)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list asks: %w", err)
	}
	for _, a := range confirmed {
		if err := c.showAsk(in, a); err != nil {
			return err
		}
	}
	return nil
}

// showAsk writes what readers see of an ask. Where whose it is may not be known any more, what was told
// before is taken out of the log.
func (c *change) showAsk(in *ent.MeetingStatement, a *ent.Ask) error {
	by := tookUp(a)
	shown, err := c.Ent.MeetingAsk.Query().Where(meetingask.AskID(a.ID)).Only(c.ctx)
	if ent.IsNotFound(err) {
		made, err := c.Ent.MeetingAsk.Create().SetUID(newUID("mak")).SetStatementID(in.ID).SetAskID(a.ID).SetText(a.Text).SetOrganisationName(in.OrganisationName).
			SetIssueID(a.IssueID).SetNillableTargetID(a.TargetID).SetNillableAddressedID(a.AddressedID).SetTakenUpBy(by).Save(c.ctx)
		if err != nil {
			return fmt.Errorf("publish an ask: %w", err)
		}
		c.log.Touch(changelog.MeetingAsk, changelog.Publish, made.ID)
		return nil
	}
	if err != nil {
		return fmt.Errorf("find what is published: %w", err)
	}
	set := shown.Update().SetOrganisationName(in.OrganisationName).SetIssueID(a.IssueID).SetNillableTargetID(a.TargetID).SetTakenUpBy(by)
	if a.TargetID == nil {
		set.ClearTarget()
	}
	if err := set.Exec(c.ctx); err != nil {
		return fmt.Errorf("change what is published: %w", err)
	}
	if shown.OrganisationName != in.OrganisationName {
		return c.log.Redact(shown.UID)
	}
	c.log.Touch(changelog.MeetingAsk, changelog.Correct, shown.ID)
	return nil
}

// tookUp are the recommendations that took an ask up, whose links are read.
func tookUp(a *ent.Ask) []string {
	by := []string{}
	for _, link := range a.Edges.Links {
		if link.TookUp {
			by = append(by, link.Recommendation)
		}
	}
	slices.Sort(by)
	return by
}

// hideAsks takes asks from readers, and out of all that was told of them.
func (c *change) hideAsks(which ...askWhere) error {
	ids, err := c.Ent.Ask.Query().Where(which...).IDs(c.ctx)
	if err != nil {
		return fmt.Errorf("list asks: %w", err)
	}
	public, err := c.Ent.MeetingAsk.Query().Where(meetingask.AskIDIn(ids...)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list public asks: %w", err)
	}
	for _, shown := range public {
		err := shown.Update().SetStatus(meetingask.StatusWITHDRAWN).ClearAskID().SetText("").SetOrganisationName("").ClearIssue().ClearTarget().ClearAddressed().SetTakenUpBy([]string{}).Exec(c.ctx)
		if err != nil {
			return fmt.Errorf("take an ask back: %w", err)
		}
		if err := c.log.Redact(shown.UID); err != nil {
			return err
		}
	}
	return nil
}

// dropAsks deletes asks.
func (c *change) dropAsks(which ...askWhere) error {
	if err := c.hideAsks(which...); err != nil {
		return err
	}
	if _, err := c.Ent.AskLink.Delete().Where(asklink.HasAskWith(which...)).Exec(c.ctx); err != nil {
		return fmt.Errorf("forget what took asks up: %w", err)
	}
	if _, err := c.Ent.Ask.Delete().Where(which...).Exec(c.ctx); err != nil {
		return fmt.Errorf("delete asks: %w", err)
	}
	return nil
}

// inheritAsks has a later statement take over the asks of the one whose place it takes. They are
// confirmed anew.
func (c *change) inheritAsks(from, to *ent.PreSessionStatement, row *ent.Registration) error {
	if err := c.Ent.Ask.Update().Where(ask.StatementID(from.ID)).SetStatementID(to.ID).AddRevision(1).Exec(c.ctx); err != nil {
		return fmt.Errorf("take asks over: %w", err)
	}
	return c.proposeAnew(row, to.ID)
}
