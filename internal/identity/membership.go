package identity

import (
	"context"
	"fmt"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/organisation"
	"github.com/upr-info/upr/ent/organisationmembership"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
)

// OnJoin is asked before a user speaks for an organisation, by its slug: an error keeps them from it.
func (s *Service) OnJoin(mayJoin func(ctx context.Context, tx *database.Tx, slug string) error) {
	s.mayJoin = mayJoin
}

// JoinOrganisation says that a user speaks for an organisation. Returns Forbidden where that would keep them from what whoever
// asks may not decide themselves.
func (s *Service) JoinOrganisation(ctx context.Context, uid, slug string) (*ent.User, error) {
	return s.changeMembership(ctx, uid, slug, func(program context.Context, tx *database.Tx, user, of int) (changelog.Operation, error) {
		if s.mayJoin != nil {
			if err := s.mayJoin(ctx, tx, slug); err != nil {
				return "", err
			}
		}
		there, err := tx.Ent.OrganisationMembership.Query().Where(organisationmembership.UserID(user), organisationmembership.OrganisationID(of)).Exist(program)
		if err != nil || there {
			return "", err
		}
		return opJoin, tx.Ent.OrganisationMembership.Create().SetUserID(user).SetOrganisationID(of).SetCreatedAt(s.now().UTC()).Exec(program)
	})
}

// LeaveOrganisation says that a user speaks for an organisation no more, from the next
// request on.
func (s *Service) LeaveOrganisation(ctx context.Context, uid, slug string) (*ent.User, error) {
	return s.changeMembership(ctx, uid, slug, func(ctx context.Context, tx *database.Tx, user, of int) (changelog.Operation, error) {
		n, err := tx.Ent.OrganisationMembership.Delete().Where(organisationmembership.UserID(user), organisationmembership.OrganisationID(of)).Exec(ctx)
		if err == nil && n == 0 {
			err = fault.Invalid("organisation", "is none for which this user speaks")
		}
		return opLeave, err
	})
}

// changeMembership finds both, and notes what fn did; nothing where it says nothing. Nobody joins or leaves for themselves:
// whoever belongs to an organisation has no opinion of its registrations.
func (s *Service) changeMembership(ctx context.Context, uid, slug string,
	fn func(ctx context.Context, tx *database.Tx, user, of int) (changelog.Operation, error)) (*ent.User, error) {
	u, err := s.byUID(ctx, uid)
	if err != nil {
		return nil, err
	}
	if err := notTheirOwn(ctx, u); err != nil {
		return nil, err
	}
	return u, s.write(ctx, func(ctx context.Context, tx *database.Tx, note func(string, changelog.Operation)) error {
		of, err := tx.Ent.Organisation.Query().Where(organisation.Slug(slug)).OnlyID(ctx)
		if ent.IsNotFound(err) {
			return fault.Invalid("organisation", "no organisation has the slug %q", slug)
		}
		if err != nil {
			return fmt.Errorf("find an organisation: %w", err)
		}
		operation, err := fn(ctx, tx, u.ID, of)
		if err == nil && operation != "" {
			note(u.UID, operation)
		}
		return err
	})
}
