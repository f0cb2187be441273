package presession

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// isReference says whether a text has the shape of all references, as newRegistration makes them; nothing of
// whether there is such a one.
var isReference = regexp.MustCompile(`^UPR-[A-Z2-7]{8}$`).MatchString

// AgreeToMerge keeps that an applicant agrees to be merged with the registration of a reference, which its
// applicant has told them; empty: with none any more. It says nothing of whether there is such a one, so
// that nobody can find out who has applied. Returns Invalid for what is none, and Conflict where nothing can be merged any more.
func (s *Service) AgreeToMerge(ctx context.Context, id, reference string) (agreed *Application, err error) {
	reference = strings.ToUpper(strings.TrimSpace(reference))
	err = s.change(ctx, "", func(c *change) error {
		if reference != "" && !isReference(reference) { // before anything is looked for, and after who asks
			return fault.Invalid("reference", "must be a reference as in UPR-QUOKKA27, whole: ask the other applicant, whose registration says it")
		}
		row, err := c.ownRegistration(id)
		switch {
		case err != nil:
			return err
		case reference == row.Reference:
			return fault.Invalid("reference", "is this registration's own: it must be the other one's")
		case reference != "" && !mergeable(row):
			return conflict("", "cannot be merged: it is not submitted, or ended")
		}
		if err := row.Update().SetAgreesTo(reference).AddRevision(1).Exec(c.ctx); err != nil {
			return fmt.Errorf("keep an agreement: %w", err)
		}
		c.log.Note(row.UID, changelog.Operation("AGREE_TO_MERGE"))
		agreed, err = c.application(id)
		return err
	})
	return agreed, err
}

// mergeable says whether a registration may still become part of another, or speak for one.
func mergeable(row *ent.Registration) bool {
	switch State(row.State) {
	case Submitted, ChangesRequested, Shortlisted, Waitlisted, Offered, Confirmed:
		return true
	}
	return false
}

// AttachAgreement keeps how the applicants of a registration and of another one agreed to be merged, as an officer or a
// manager has learned it. It says nothing of any third.
func (s *Service) AttachAgreement(ctx context.Context, id string, revision int, with, note string) error {
	note, err := paragraph("agreement", note, true)
	if err != nil {
		return err
	}
	return s.change(ctx, "", func(c *change) error {
		row, err := c.lockRegistration(id)
		if err != nil {
			return err
		}
		roles, err := c.staffRoles(row)
		if err != nil {
			return err
		}
		_, manages := roles[viewer.Manager]
		_, coordinates := roles[viewer.Officer]
		switch {
		case len(roles) == 0:
			return noRegistration(id)
		case !manages && !coordinates:
			return fault.Forbidden("agreements are for officers and managers to attach")
		}
		if err := refuseStale(row, revision); err != nil {
			return err
		}
		if !mergeable(row) {
			return conflict("", "cannot be merged: it is %s", row.State)
		}
		other, err := c.otherOf(row, with, registration.SubmittedAtNotNil())
		if ent.IsNotFound(err) || err == nil && owns(c.by, other.UID) || fault.CodeOf(err) == fault.CodeNotFound {
			return fault.Invalid("with", "must be another registration for the same Pre-session")
		}
		if err != nil {
			return err
		}
		if err := row.Update().SetAgreement(note).SetAgreementWithID(other.ID).AddRevision(1).Exec(c.ctx); err != nil {
			return fmt.Errorf("attach an agreement: %w", err)
		}
		c.log.Note(row.UID, changelog.Operation("ATTACH_AGREEMENT"))
		return nil
	})
}

// agree says whether the applicants of two registrations have each said that they are to be merged, or a note on one of
// them says of the other how they did.
func agree(row, into *ent.Registration) bool {
	return row.AgreesTo == into.Reference && into.AgreesTo == row.Reference || noted(row, into) || noted(into, row)
}

func noted(on, with *ent.Registration) bool {
	return on.Agreement != "" && on.AgreementWithID != nil && *on.AgreementWithID == with.ID
}

// forgetAgreements leaves nothing of how a registration and any other agreed: whoever merges it again is told anew. What
// the applicant of the one that it was merged into has said of it ends as well; nothing of theirs with whom it never was.
func (s *step) forgetAgreements() error {
	s.set.SetAgreement("").ClearAgreementWithID().SetAgreesTo("")
	all := s.Ent.Registration.Update().Where(registration.AgreementWithID(s.row.ID), registration.IDNEQ(s.row.ID))
	if err := all.SetAgreement("").ClearAgreementWithID().AddRevision(1).Exec(s.ctx); err != nil {
		return fmt.Errorf("forget how applicants agreed: %w", err)
	}
	if s.row.MergedIntoID == nil {
		return nil
	}
	into := s.Ent.Registration.Update().Where(registration.ID(*s.row.MergedIntoID), registration.AgreesTo(s.row.Reference))
	if err := into.SetAgreesTo("").AddRevision(1).Exec(s.ctx); err != nil {
		return fmt.Errorf("forget that an applicant agreed: %w", err)
	}
	return nil
}

func wrongInto() error {
	return fault.Invalid("into", "must be another registration for the same Pre-session that goes on")
}

// agreed: both applicants have agreed, or a note says how; and the other one is still there to speak for both,
// and one of which whoever merges may have an opinion.
func agreed(s *step) (err error) {
	if s.Agreement, err = paragraph("agreement", s.Agreement, false); err != nil {
		return err
	}
	if s.Into == nil {
		return fault.Invalid("into", "must be the registration that speaks for both")
	}
	if err := s.refuseOver(); err != nil {
		return err
	}
	into, err := s.otherOf(s.row, *s.Into, registration.StateIn("SUBMITTED", "SHORTLISTED", "WAITLISTED", "OFFERED", "CONFIRMED"),
		registration.Or(registration.PendingStateIsNil(), registration.PendingStateNEQ("MERGED")))
	switch {
	case ent.IsNotFound(err), fault.CodeOf(err) == fault.CodeNotFound, err == nil && owns(s.by, into.UID):
		return wrongInto()
	case err != nil:
		return err
	}
	if isToEnd(into) {
		return conflict("into", "is not possible: %s is to be not selected; take that back first, or merge into another", into.Reference)
	}
	if s.Agreement == "" && !agree(s.row, into) {
		return fault.Invalid("agreement", "must say how both applicants agreed: they have not each said so themselves")
	}
	others, err := s.others(registration.PendingMergeID(s.row.ID))
	if err != nil {
		return err
	}
	if others > 0 {
		return conflict("into", "is not possible: another registration is to be merged into this one")
	}
	if hasPlace(into) {
		if err := s.refuseConflictsBy(into); err != nil {
			return err
		}
	}
	if s.staged {
		s.set.SetPendingMergeID(into.ID).SetPendingAgreement(s.Agreement)
		return nil
	}
	s.mergeInto(into, s.Agreement)
	return nil
}

// isToEnd says whether a registration, as it was decided and not released yet, is to speak for nobody.
func isToEnd(row *ent.Registration) bool {
	return row.PendingState != nil && State(*row.PendingState) == NotSelected
}

// refuseAwaited: none is to be merged into what would end with the same release. It names the first one that whoever
// asks may have an opinion of.
func (s *step) refuseAwaited() error {
	rows, err := s.Ent.Registration.Query().Where(registration.MeetingID(s.row.MeetingID), registration.PendingMergeID(s.row.ID)).Order(ent.Asc(registration.FieldID)).All(s.ctx)
	if err != nil {
		return fmt.Errorf("look for what is to be merged: %w", err)
	}
	if len(rows) == 0 {
		return nil
	}
	awaited := "another registration"
	for _, row := range rows {
		err := s.refuseRelated(row)
		if err == nil && !owns(s.by, row.UID) {
			awaited = row.Reference
			break
		}
		if err != nil && fault.CodeOf(err) != fault.CodeNotFound {
			return err
		}
	}
	return conflict("to", "is not possible: %s is to be merged into %s; take that back first, or merge it into another", awaited, s.row.Reference)
}

// mergeInto merges with what was said of how both agreed; empty: what is kept of that stays.
func (s *step) mergeInto(into *ent.Registration, agreement string) {
	s.set.SetMergedIntoID(into.ID)
	if agreement != "" {
		s.set.SetAgreement(agreement).SetAgreementWithID(into.ID)
	}
}

// otherOf finds another registration of the same meeting, unless it is of an organisation to which whoever asks belongs.
func (c *change) otherOf(row *ent.Registration, uid string, where ...predicate.Registration) (*ent.Registration, error) {
	other, err := c.Ent.Registration.Query().Where(registration.UID(uid), registration.MeetingID(row.MeetingID), registration.IDNEQ(row.ID)).Where(where...).Only(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("find another registration: %w", err)
	}
	return other, c.refuseRelated(other)
}
