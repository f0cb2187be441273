package presession

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/evaluation"
	"github.com/upr-info/upr/ent/organisation"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/viewer"
)

// plainName is the name of an organisation however it is spaced and capitalised.
func plainName(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(name), " "))
}

// relation finds the registrations of organisations to which whoever asks belongs: as staff have
// matched them, or as the applicant writes the name.
type relation struct {
	ids   map[int]bool
	names map[string]bool
}

func (r relation) has(row *ent.Registration) bool {
	return row.OrganisationID != nil && r.ids[*row.OrganisationID] || r.names[plainName(row.Organisation)]
}

func (c *change) relation() (relation, error) { return relationOf(c.ctx, c.Ent, c.by) }

// relationOf is that of somebody, read as the program.
func relationOf(ctx context.Context, in *ent.Client, v *viewer.Viewer) (r relation, err error) {
	if v.Program != "" || len(v.Organisations) == 0 {
		return r, nil
	}
	own, err := in.Organisation.Query().Where(organisation.SlugIn(v.Organisations...)).All(ctx)
	if err != nil {
		return r, fmt.Errorf("read the organisations of whoever asks: %w", err)
	}
	r = relation{map[int]bool{}, map[string]bool{}}
	for _, o := range own {
		r.ids[o.ID], r.names[plainName(o.Name)] = true, true
	}
	return r, nil
}

// refuseRelated returns NotFound for a registration of an organisation of whoever asks, or with which they
// have declared a conflict of interest, unless it is their own: as applicants they see it, and decide nothing.
func (c *change) refuseRelated(row *ent.Registration) error {
	if owns(c.by, row.UID) {
		return nil
	}
	r, err := c.relation()
	if err != nil {
		return err
	}
	conflicted, err := c.Ent.Evaluation.Query().Where(evaluation.RegistrationID(row.ID), c.conflicted()).Exist(c.ctx)
	if err != nil {
		return fmt.Errorf("look for a conflict of interest: %w", err)
	}
	if conflicted || r.has(row) {
		return noRegistration(row.UID)
	}
	return nil
}

// conflicted are the conflicts of interest that whoever asks has declared.
func (c *change) conflicted() predicate.Evaluation { return conflictOf(c.by) }

func conflictOf(v *viewer.Viewer) predicate.Evaluation {
	return evaluation.And(evaluation.Conflict(true), evaluation.HasUserWith(user.UID(v.UID)))
}

// unbiased admits the registrations for meetings of which whoever asks may have an opinion: none that they have
// applied for, which they see as applicants do or not at all any more, none of their organisations, and none with
// which they have declared a conflict of interest.
func (c *change) unbiased(meetings []int) ([]predicate.Registration, error) {
	owned, left := ownedBy(c.by)
	where := []predicate.Registration{
		registration.MeetingIDIn(meetings...), registration.UIDNotIn(append(owned, left...)...), registration.Not(registration.HasEvaluationsWith(c.conflicted())),
	}
	related, err := c.related(meetings)
	if err != nil {
		return nil, err
	}
	if len(related) > 0 {
		where = append(where, registration.IDNotIn(related...))
	}
	return where, nil
}

// related are the registrations for meetings that are of organisations of whoever asks.
func (c *change) related(meetings []int) (ids []int, err error) {
	rows, err := relatedTo(c.ctx, c.Ent, c.by, registration.MeetingIDIn(meetings...))
	for _, row := range rows {
		ids = append(ids, row.ID)
	}
	return ids, err
}

func relatedTo(ctx context.Context, in *ent.Client, v *viewer.Viewer, which ...predicate.Registration) (found []*ent.Registration, err error) {
	r, err := relationOf(ctx, in, v)
	if err != nil || len(r.ids) == 0 {
		return nil, err
	}
	q := in.Registration.Query().Where(which...)
	q.Select(registration.FieldUID, registration.FieldOrganisation, registration.FieldOrganisationID)
	rows, err := q.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list registrations: %w", err)
	}
	return slices.DeleteFunc(rows, func(row *ent.Registration) bool { return !r.has(row) }), nil
}

// ownOf are the registrations of which somebody sees no messages: those that they own, or have owned, those of
// their organisations, and those with which they have declared a conflict of interest.
func ownOf(ctx context.Context, in *ent.Client, v *viewer.Viewer) ([]string, error) {
	owned, left := ownedBy(v)
	rows, err := relatedTo(asProgram(ctx), in, v)
	if err != nil {
		return nil, err
	}
	conflicted, err := in.Registration.Query().Where(registration.HasEvaluationsWith(conflictOf(v))).Select(registration.FieldUID).Strings(asProgram(ctx))
	if err != nil {
		return nil, fmt.Errorf("look for conflicts of interest: %w", err)
	}
	for _, row := range rows {
		if !slices.Contains(owned, row.UID) {
			owned = append(owned, row.UID)
		}
	}
	return slices.Concat(owned, left, conflicted), nil
}
