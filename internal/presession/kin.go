package presession

import (
	"fmt"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/grant"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/viewer"
)

// kin are the registrations of a round that belong with one, and that one: those of whoever owns it or has, those that staff have
// matched to the same organisation, those that nobody owns where nobody owns it, and what was merged with any of them. None is by
// what applicants write, with which they could find out who is protected elsewhere.
func (c *change) kin(row *ent.Registration) ([]int, error) {
	alike, err := c.ownedAlike(row)
	if err != nil {
		return nil, err
	}
	if row.OrganisationID != nil {
		alike = append(alike, registration.OrganisationID(*row.OrganisationID))
	}
	if row.OwnerID == nil {
		alike = append(alike, registration.OwnerIDIsNil())
	}
	ids, err := c.Ent.Registration.Query().Where(registration.Or(alike...), registration.IDNEQ(row.ID), registration.SubmittedAtNotNil(), registration.HasMeetingWith(inRound(row.Edges.Meeting.RoundID))).IDs(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list what belongs together: %w", err)
	}
	return oneWith(c.ctx, c.Ent, append(ids, row.ID)...)
}

// ownedAlike admits all that somebody owns, or has owned, who owns a registration or has.
func (c *change) ownedAlike(row *ent.Registration) ([]predicate.Registration, error) {
	owners := grant.HasUserWith(user.HasGrantsWith(grant.Role(string(viewer.Applicant)), grant.ScopeIn(ownedScope(row.UID), leftScope(row.UID))))
	all, err := c.Ent.Grant.Query().Where(grant.Role(string(viewer.Applicant)), owners).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list what else is owned: %w", err)
	}
	v := viewer.Viewer{}
	for _, g := range all {
		v.Grants = append(v.Grants, viewer.Grant{Role: viewer.Role(g.Role), Scope: g.Scope})
	}
	owned, left := ownedBy(&v)
	return []predicate.Registration{registration.UIDIn(append(owned, left...)...)}, nil
}
