package identity

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/grant"
	"github.com/upr-info/upr/ent/round"
	"github.com/upr-info/upr/ent/state"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// scopes says which scopes a role takes beside the empty one.
var scopes = map[viewer.Role]*regexp.Regexp{
	viewer.Applicant:  regexp.MustCompile(`^registration:[a-z]+_[a-z0-9]+$`),
	viewer.Delegate:   regexp.MustCompile(`^mission:[A-Za-z0-9_-]+$`),
	viewer.Reviewer:   regexp.MustCompile(`^round:[A-Za-z0-9_-]+$`),
	viewer.Manager:    regexp.MustCompile(`^round:[A-Za-z0-9_-]+$`),
	viewer.Officer:    regexp.MustCompile(`^state:[A-Z]{3}$`),
	viewer.Translator: regexp.MustCompile(`^language:(EN|FR|ES|AR|RU|ZH)$`),
}

func checkGrant(g viewer.Grant) error {
	form, scoped := scopes[g.Role]
	switch {
	case !g.Role.IsValid():
		return fault.Invalid("role", "%s is none: there are %v", g.Role, viewer.Roles())
	case g.Scope == "":
		return nil
	case !scoped:
		return fault.Invalid("scope", "must be empty: %s holds everywhere", g.Role)
	case !form.MatchString(g.Scope):
		return fault.Invalid("scope", "%q does not fit %s: it takes one of the form %s", g.Scope, g.Role, form)
	}
	return nil
}

// scopeExists refuses a scope that nobody would ever be in, and says what there is.
func scopeExists(ctx context.Context, in *ent.Client, g viewer.Grant) error {
	ctx = asProgram(ctx)
	switch kind, name, _ := strings.Cut(g.Scope, ":"); kind {
	case "state":
		there, err := in.State.Query().Where(state.Iso3(name)).Exist(ctx)
		if err != nil || there {
			return err
		}
		return fault.Invalid("scope", "%q is no State that is known: give its ISO 3166 alpha-3 code, as in state:EGY", g.Scope)
	case "round":
		there, err := in.Round.Query().Where(round.UID(name)).Exist(ctx)
		if err != nil || there {
			return err
		}
		rounds, err := in.Round.Query().Order(ent.Desc(round.FieldSessionID)).Limit(5).WithSession().All(ctx)
		if err != nil {
			return fmt.Errorf("list rounds: %w", err)
		}
		known := "there are none yet: begin one first, or give the role without a scope"
		for i, r := range rounds {
			if i == 0 {
				known = "the latest are"
			}
			known += fmt.Sprintf(" round:%s (session %d)", r.UID, r.Edges.Session.Number)
		}
		return fault.Invalid("scope", "%q is no round: %s", g.Scope, known)
	}
	return nil
}

// mayGrant: whose a registration is, is for its owners to say: whoever has it reads who speaks.
func mayGrant(ctx context.Context, g viewer.Grant) error {
	if v, _ := viewer.From(ctx); g.Role == viewer.Applicant && v != nil && v.Program == "" {
		return fault.Invalid("role", "APPLICANT is for the owners of a registration to give: they invite others, and hand it over")
	}
	return nil
}

// GrantRole grants a role. Nobody grants themselves anything.
func (s *Service) GrantRole(ctx context.Context, uid string, g viewer.Grant) (*ent.User, error) {
	if err := checkGrant(g); err != nil {
		return nil, err
	}
	if err := mayGrant(ctx, g); err != nil {
		return nil, err
	}
	u, err := s.byUID(ctx, uid)
	if err != nil {
		return nil, err
	}
	if err := notTheirOwn(ctx, u); err != nil {
		return nil, err
	}
	return u, s.write(ctx, func(ctx context.Context, tx *database.Tx, note func(string, changelog.Operation)) error {
		there, err := tx.Ent.Grant.Query().Where(grant.UserID(u.ID), grant.Role(string(g.Role)), grant.Scope(g.Scope)).Exist(ctx)
		if err != nil || there {
			return err
		}
		if err := scopeExists(ctx, tx.Ent, g); err != nil {
			return err
		}
		note(u.UID, opGrant)
		return tx.Ent.Grant.Create().SetUserID(u.ID).SetRole(string(g.Role)).SetScope(g.Scope).SetCreatedAt(s.now().UTC()).Exec(ctx)
	})
}

// RevokeRole takes a role away. It holds from the next request on.
func (s *Service) RevokeRole(ctx context.Context, uid string, g viewer.Grant) (*ent.User, error) {
	if err := mayGrant(ctx, g); err != nil {
		return nil, err
	}
	u, err := s.byUID(ctx, uid)
	if err != nil {
		return nil, err
	}
	return u, s.write(ctx, func(ctx context.Context, tx *database.Tx, note func(string, changelog.Operation)) error {
		n, err := tx.Ent.Grant.Delete().Where(grant.UserID(u.ID), grant.Role(string(g.Role)), grant.Scope(g.Scope)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("revoke a role: %w", err)
		}
		if n == 0 {
			return fault.Invalid("role", "was not granted within this scope")
		}
		note(u.UID, opRevoke)
		return nil
	})
}
