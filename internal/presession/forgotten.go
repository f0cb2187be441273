package presession

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/evaluation"
	"github.com/upr-info/upr/ent/grant"
	"github.com/upr-info/upr/ent/meetingstatement"
	"github.com/upr-info/upr/ent/ownerinvitation"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/presessionstatement"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/ent/speaker"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/viewer"
)

// Forgets deletes those of some accounts of which nothing else is left, as identity does.
type Forgets func(ctx context.Context, tx *database.Tx, note func(uid string, op changelog.Operation), users ...int) error

// purgeApplicants forgets who applied for rounds that were purged, but for those of whom readers still see a speaker or a
// statement: they can take that back for as long. What kind of organisation it was, and what it works on, stays to be counted.
func (s *Service) purgeApplicants(ctx context.Context) error {
	purged := registration.HasMeetingWith(presession.HasRoundWith(round.PurgedAtNotNil()))
	known := registration.Or(registration.OrganisationNEQ(""), registration.OrganisationIDNotNil(), registration.OwnerIDNotNil())
	rows, err := s.db.Ent.Registration.Query().Where(purged, known, notPublic).Order(ent.Asc(registration.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("list who applied: %w", err)
	}
	nameless, err := s.db.Ent.Registration.Query().Where(purged, notNamed).Order(ent.Asc(registration.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("list whose organisation is not public: %w", err)
	}
	nameless = slices.DeleteFunc(nameless, func(row *ent.Registration) bool {
		return slices.ContainsFunc(rows, func(forgotten *ent.Registration) bool { return forgotten.ID == row.ID })
	})
	if len(nameless) > 0 {
		err = s.change(ctx, "their organisation is not public", func(c *change) error { return c.forgetOrganisations(nameless) })
	}
	if len(rows) == 0 {
		return err
	}
	return errors.Join(err, s.change(ctx, "nothing of them is public any more", func(c *change) error {
		for part := range slices.Chunk(rows, 500) {
			if err := c.forgetApplicants(part); err != nil {
				return err
			}
		}
		return nil
	}))
}

// notNamed admits the registrations of which an organisation is kept that readers do not see: by it, they would know who has
// a pseudonym.
func notNamed(s *sql.Selector) {
	written, text, who, shown := sql.Table(presessionstatement.Table), sql.Table(meetingstatement.Table), sql.Table(participant.Table), sql.Table(speaker.Table)
	signed := sql.Select(written.C(presessionstatement.FieldRegistrationID)).From(written).Join(text).On(text.C(meetingstatement.FieldStatementID), written.C(presessionstatement.FieldID)).
		Where(sql.NEQ(text.C(meetingstatement.FieldOrganisationName), ""))
	speak := sql.Select(who.C(participant.FieldRegistrationID)).From(who).Join(shown).On(shown.C(speaker.FieldParticipantID), who.C(participant.FieldID)).
		Where(sql.NEQ(shown.C(speaker.FieldOrganisationName), ""))
	s.Where(sql.And(sql.NotIn(s.C(registration.FieldID), signed), sql.NotIn(s.C(registration.FieldID), speak), sql.Or(
		sql.NotNull(s.C(registration.FieldOrganisationID)), sql.NotNull(s.C(registration.FieldFounded)),
		sql.And(sql.NEQ(s.C(registration.FieldOrganisation), ""), sql.ColumnsNEQ(s.C(registration.FieldOrganisation), s.C(registration.FieldReference))))))
}

// forgetOrganisations leaves of whose registrations they are what readers see. Where nobody owns one, staff take back in the
// applicant's place what is public, and know it by its reference.
func (c *change) forgetOrganisations(rows []*ent.Registration) error {
	for _, row := range rows {
		left := ""
		if row.OwnerID == nil {
			left = row.Reference
		}
		if err := c.Ent.Registration.UpdateOneID(row.ID).SetOrganisation(left).ClearOrganisationID().ClearFounded().Exec(c.ctx); err != nil {
			return fmt.Errorf("purge an organisation: %w", err)
		}
	}
	return nil
}

// forgetApplicants leaves nothing of who applied: whose registrations they are is known to nobody, their owners among them.
func (c *change) forgetApplicants(rows []*ent.Registration) error {
	ids, uids, scopes := make([]int, len(rows)), make([]string, len(rows)), []string{}
	for i, row := range rows {
		ids[i], uids[i] = row.ID, row.UID
		scopes = append(scopes, ownedScope(row.UID), leftScope(row.UID))
	}
	if err := c.endWhatIsHeld(rows...); err != nil {
		return err
	}
	if _, err := c.Ent.OwnerInvitation.Delete().Where(ownerinvitation.RegistrationIDIn(ids...)).Exec(c.ctx); err != nil {
		return fmt.Errorf("end invitations: %w", err)
	}
	err := c.Ent.Registration.Update().Where(registration.IDIn(ids...)).SetOrganisation("").ClearOrganisationID().ClearFounded().ClearOwnerID().Exec(c.ctx)
	if err != nil {
		return fmt.Errorf("purge who applied: %w", err)
	}
	if c.means.Outbox != nil { // what was written to them of what was still public
		if err := c.means.Outbox.Forget(c.ctx, c.Tx, uids...); err != nil {
			return err
		}
	}
	granted := grant.And(grant.Role(string(viewer.Applicant)), grant.ScopeIn(scopes...))
	users, err := c.Ent.Grant.Query().Where(granted).Unique(true).Select(grant.FieldUserID).Ints(c.ctx)
	if err != nil {
		return fmt.Errorf("list who owned registrations: %w", err)
	}
	if _, err := c.Ent.Grant.Delete().Where(granted).Exec(c.ctx); err != nil {
		return fmt.Errorf("purge whose registrations they were: %w", err)
	}
	return c.forgetAccounts(users)
}

func (c *change) forgetAccounts(users []int) error {
	if c.means.Forget == nil {
		return nil
	}
	evaluate, err := c.Ent.Evaluation.Query().Where(evaluation.UserIDIn(users...)).Unique(true).Select(evaluation.FieldUserID).Ints(c.ctx)
	if err != nil {
		return fmt.Errorf("list who evaluated: %w", err)
	}
	users = slices.DeleteFunc(users, func(id int) bool { return slices.Contains(evaluate, id) })
	return c.means.Forget(c.ctx, c.Tx, c.log.Note, users...)
}

// isForgotten says whether it is known of nobody that they applied: nobody acts in their place either.
func isForgotten(row *ent.Registration) bool {
	return row.OwnerID == nil && row.Organisation == "" && row.Edges.Meeting.Edges.Round.PurgedAt != nil
}
