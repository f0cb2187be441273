package presession

import (
	"context"
	"fmt"
	"slices"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/evaluation"
	"github.com/upr-info/upr/ent/organisation"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/spelling"
	"github.com/upr-info/upr/internal/viewer"
)

// relation finds the registrations of organisations to which whoever asks belongs: as staff have
// matched them, or as the applicant writes the name until they have: anybody can write any name.
type relation struct {
	ids   map[int]bool
	names map[string]bool
}

func (r relation) has(row *ent.Registration) bool {
	if row.OrganisationID != nil {
		return r.ids[*row.OrganisationID]
	}
	return r.names[spelling.Plain(row.Organisation)]
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
		r.ids[o.ID], r.names[spelling.Plain(o.Name)] = true, true
	}
	return r, nil
}

// refuseRelated returns NotFound for a registration of which whoever asks may have no opinion, unless it is their
// own: as applicants they see it, and decide nothing.
func (c *change) refuseRelated(row *ent.Registration) error {
	if owns(c.by, row.UID) {
		return nil
	}
	all, err := oneWith(c.ctx, c.Ent, row.ID)
	if err != nil {
		return err
	}
	opposed, err := opposedTo(c.ctx, c.Ent, c.by, registration.IDIn(all...))
	if err == nil && len(opposed) > 0 {
		return noRegistration(row.UID)
	}
	return err
}

// conflictOf are the conflicts of interest that somebody has declared.
func conflictOf(v *viewer.Viewer) predicate.Evaluation {
	return evaluation.And(evaluation.Conflict(true), evaluation.HasUserWith(user.UID(v.UID)))
}

// unbiased admits the registrations for meetings of which whoever asks may have an opinion.
func (c *change) unbiased(meetings []int) ([]predicate.Registration, error) {
	where := []predicate.Registration{registration.MeetingIDIn(meetings...)}
	opposed, err := opposedTo(c.ctx, c.Ent, c.by, where...)
	if err == nil && len(opposed) > 0 {
		where = append(where, registration.IDNotIn(opposed...))
	}
	return where, err
}

// opposedTo are the registrations, among some, of which somebody may have no opinion: those that they have applied
// for, which they see as applicants do or not at all any more, those of their organisations, those with which
// they have declared a conflict of interest, and whatever is one with these.
func opposedTo(ctx context.Context, in *ent.Client, v *viewer.Viewer, among ...predicate.Registration) (all []int, err error) {
	owned, left := ownedBy(v)
	opposed, err := in.Registration.Query().Where(among...).Where(registration.Or(registration.UIDIn(append(owned, left...)...), registration.HasEvaluationsWith(conflictOf(v)))).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for conflicts of interest: %w", err)
	}
	related, err := relatedTo(ctx, in, v, among...)
	if err != nil {
		return nil, err
	}
	return oneWith(ctx, in, append(opposed, related...)...)
}

// oneWith are some registrations, and all that were merged with them, by way of whichever others: one speaks for all of
// them, so that what is decided of one is decided of the others.
func oneWith(ctx context.Context, in *ent.Client, registrations ...int) (all []int, err error) {
	for next := registrations; len(next) > 0; {
		all = append(all, next...)
		into, err := in.Registration.Query().Where(registration.IDIn(next...), registration.MergedIntoIDNotNil(), registration.MergerEnded(false)).Select(registration.FieldMergedIntoID).Ints(ctx)
		if err != nil {
			return nil, fmt.Errorf("find what speaks for others: %w", err)
		}
		joined, err := in.Registration.Query().Where(registration.MergedIntoIDIn(next...), registration.MergerEnded(false)).IDs(ctx)
		if err != nil {
			return nil, fmt.Errorf("find what was merged: %w", err)
		}
		next = slices.Concat(into, joined)
		slices.Sort(next)
		next = slices.DeleteFunc(slices.Compact(next), func(id int) bool { return slices.Contains(all, id) })
	}
	return all, nil
}

// relatedTo are the registrations, among some, that are of organisations of somebody.
func relatedTo(ctx context.Context, in *ent.Client, v *viewer.Viewer, among ...predicate.Registration) (ids []int, err error) {
	r, err := relationOf(ctx, in, v)
	if err != nil || len(r.ids) == 0 {
		return nil, err
	}
	q := in.Registration.Query().Where(among...)
	q.Select(registration.FieldOrganisation, registration.FieldOrganisationID)
	rows, err := q.All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list registrations: %w", err)
	}
	for _, row := range rows {
		if r.has(row) {
			ids = append(ids, row.ID)
		}
	}
	return ids, nil
}

// ownOf are the ids of the registrations of which somebody may have no opinion.
func ownOf(ctx context.Context, in *ent.Client, v *viewer.Viewer) ([]string, error) {
	ctx = asProgram(ctx)
	opposed, err := opposedTo(ctx, in, v)
	if err != nil {
		return nil, err
	}
	uids, err := in.Registration.Query().Where(registration.IDIn(opposed...)).Select(registration.FieldUID).Strings(ctx)
	if err != nil {
		return nil, fmt.Errorf("list registrations: %w", err)
	}
	return uids, nil
}
