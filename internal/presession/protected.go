package presession

import (
	"errors"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/sqljson"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/grant"
	"github.com/upr-info/upr/ent/participant"
	"github.com/upr-info/upr/ent/predicate"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/viewer"
)

// A level is lowered by the protection officer alone, so that somebody who has one is not removed and added again without
// it, or in the place of another. Who may be such a person asks for the level at which they are added, and nobody outside
// UPR Info knows of them until the protection officer has looked.

// awaitsReview says whether nothing of a participant is shown until the protection officer has looked: they ask for the
// level that they have.
func awaitsReview(p *ent.Participant) bool { return p.LowerTo != nil && *p.LowerTo == p.Level }

// awaitReview has a participant who is another person by now wait for the protection officer. At level 3 there is nothing to wait for.
func (c *change) awaitReview(row *ent.Registration, p *ent.Participant, set *ent.ParticipantUpdateOne, who Identity, person string) error {
	was, err := c.unseal(p)
	if err != nil && !errors.Is(err, secret.ErrUnopened) {
		return err
	}
	if was != nil && *was == who {
		return nil
	}
	set.ClearReviewedAt()
	if was != nil && was.Name == who.Name && was.Email == who.Email {
		return nil
	}
	if p.Level > 0 && p.Named && p.Person != person {
		if err := c.rememberProtected(row, p); err != nil {
			return err
		}
	}
	level := p.Level
	if chosen, given := set.Mutation().Level(); given {
		level = chosen
	}
	if level == 3 {
		return nil
	}
	protected, err := c.maybeProtected(row, p, person)
	if err == nil && protected {
		set.Mutation().ResetLowerTo()
		set.SetLowerTo(level)
	}
	return err
}

// rememberProtected keeps, with a registration that was submitted, that there was somebody with a level, and a digest that
// tells whether another one is the same person.
func (c *change) rememberProtected(row *ent.Registration, p *ent.Participant) error {
	if p.Level == 0 || row.SubmittedAt == nil || slices.Contains(row.Protected, p.Person) {
		return nil
	}
	row.Protected = append(row.Protected, p.Person)
	if err := c.Ent.Registration.UpdateOneID(row.ID).SetProtected(row.Protected).Exec(c.ctx); err != nil {
		return fmt.Errorf("keep that somebody was protected: %w", err)
	}
	return nil
}

// maybeProtected says whether somebody may be a person with a level: in a registration that was submitted and has, or had,
// another one with a level of 2 or more, or any at all who was removed; and by the address in those of whoever owns it or has.
func (c *change) maybeProtected(row *ent.Registration, p *ent.Participant, person string) (bool, error) {
	if row.SubmittedAt != nil {
		if len(row.Protected) > 0 {
			return true, nil
		}
		if has, err := c.Ent.Participant.Query().Where(participant.RegistrationID(row.ID), participant.IDNEQ(p.ID), participant.LevelGTE(2)).Exist(c.ctx); err != nil || has {
			return has, err
		}
	}
	if person == "" {
		return false, nil
	}
	kin, err := c.ownedAlike(row)
	if err != nil {
		return false, err
	}
	same := registration.Or(registration.HasParticipantsWith(participant.IDNEQ(p.ID), participant.LevelGT(0), participant.Person(person)),
		func(s *sql.Selector) { s.Where(sqljson.ValueContains(s.C(registration.FieldProtected), person)) })
	found, err := c.Ent.Registration.Query().Where(kin, registration.SubmittedAtNotNil(), same).Exist(c.ctx)
	if err != nil {
		return false, fmt.Errorf("look for who is protected: %w", err)
	}
	return found, nil
}

// ownedAlike admits a registration, and all that somebody owns, or has owned, who owns this one or has.
func (c *change) ownedAlike(row *ent.Registration) (predicate.Registration, error) {
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
	return registration.UIDIn(append(append(owned, left...), row.UID)...), nil
}
