package identity

import (
	"context"
	"fmt"
	"net/mail"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/grant"
	"github.com/upr-info/upr/ent/organisationmembership"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// SignIn begins a session for whoever knows the password, and the second factor where
// there is one. Unknown, wrong and disabled take the same time and get the same answer.
func (s *Service) SignIn(ctx context.Context, email, password, code string) (*viewer.Viewer, error) {
	if err := mayBegin(ctx); err != nil {
		return nil, err
	}
	email = normalEmail(email)
	if err := s.attempt(ctx, "address", callerOf(ctx).Address, perAddress); err != nil {
		return nil, err
	}
	if err := s.attempt(ctx, "account", email, perAccount); err != nil {
		return nil, err
	}
	u, err := s.findByEmail(ctx, email)
	if err != nil && !ent.IsNotFound(err) {
		return nil, err
	}
	hash := s.unknown
	if u != nil && u.PasswordHash != "" {
		hash = u.PasswordHash
	}
	if !fits(password, hash) || u == nil || u.DisabledAt != nil {
		return nil, fault.Invalid("password", "e-mail and password do not belong together; without a password, ask for a sign-in link")
	}
	second := len(u.TotpSecret) > 0
	if second {
		if code == "" {
			return nil, fault.Invalid("code", "is needed: the six digits of your authenticator, or a recovery code")
		}
		if err := s.takeCode(ctx, u, code); err != nil {
			return nil, err
		}
	}
	if err := s.forget(ctx, "account", email); err != nil {
		return nil, err
	}
	return s.begin(ctx, u, second)
}

// SignOut ends the session of whoever asks.
func (s *Service) SignOut(ctx context.Context) error {
	if !callerOf(ctx).session {
		return fault.Unauthenticated("there is no session")
	}
	return s.sessions.Destroy(ctx)
}

func (s *Service) findByEmail(ctx context.Context, email string) (*ent.User, error) {
	u, err := s.db.Ent.User.Query().Where(user.Email(email)).Only(asProgram(ctx))
	if err != nil && !ent.IsNotFound(err) {
		return nil, fmt.Errorf("find a user: %w", err)
	}
	return u, err
}

// viewerOf is a user as whoever asks. Staff grants are missing without a second factor.
func (s *Service) viewerOf(ctx context.Context, id int, second bool) (*viewer.Viewer, error) {
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	u, err := s.db.Ent.User.Query().Where(user.ID(id), user.DisabledAtIsNil()).WithGrants(func(q *ent.GrantQuery) { q.Order(ent.Asc(grant.FieldID)) }).
		WithMemberships(func(q *ent.OrganisationMembershipQuery) {
			q.WithOrganisation().Order(ent.Asc(organisationmembership.FieldID))
		}).Only(asProgram(ctx))
	if err != nil {
		return nil, err
	}
	v := &viewer.Viewer{UID: u.UID, Name: u.Name, SecondFactor: second, Grants: grantsOf(u)}
	if !second && !s.settings.NoSecondFactor {
		v.Grants = withoutStaff(v.Grants)
	}
	for _, m := range u.Edges.Memberships {
		v.Organisations = append(v.Organisations, m.Edges.Organisation.Slug)
	}
	return v, nil
}

func grantsOf(u *ent.User) []viewer.Grant {
	grants := make([]viewer.Grant, 0, len(u.Edges.Grants))
	for _, g := range u.Edges.Grants {
		grants = append(grants, viewer.Grant{Role: viewer.Role(g.Role), Scope: g.Scope})
	}
	return grants
}

func withoutStaff(grants []viewer.Grant) []viewer.Grant {
	kept := []viewer.Grant{}
	for _, g := range grants {
		if !g.Role.IsStaff() {
			kept = append(kept, g)
		}
	}
	return kept
}

func normalEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// checkEmail refuses what is no address.
func checkEmail(email string) (string, error) {
	email = normalEmail(email)
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email || len(email) > 254 {
		return "", fault.Invalid("email", "is no e-mail address")
	}
	return email, nil
}
