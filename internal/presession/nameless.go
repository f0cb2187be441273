package presession

import (
	"context"
	"errors"
	"fmt"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/grant"
	"github.com/upr-info/upr/ent/invitation"
	"github.com/upr-info/upr/ent/ownerinvitation"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/viewer"
)

// namesNobody refuses a reason of the protection officer that names one of those of a registration: who speaks where it
// does, whichever of them was merged into which, and who owns one of these, has, or is invited to. Where one of them cannot be
// opened by any key, all others are compared, and it returns secret.ErrUnopened.
func (c *change) namesNobody(row *ent.Registration, reason string) error {
	speaks, err := c.speaksFor(row)
	if err != nil {
		return err
	}
	all, err := c.participantsOf(speaks.ID)
	if err != nil {
		return err
	}
	var unopened error
	for _, p := range all {
		who, err := c.unseal(p)
		if errors.Is(err, secret.ErrUnopened) {
			unopened = err
			continue
		}
		if err != nil {
			return err
		}
		if who == nil {
			continue
		}
		if err := changelog.NamesNobody(reason, who.Name, who.Email); err != nil {
			return err
		}
	}
	if err := c.namesNoOwner(speaks, reason); err != nil {
		return err
	}
	return unopened
}

// namesNoOwner compares a reason with the owners of a registration, and of those that were merged into it.
func (c *change) namesNoOwner(row *ent.Registration, reason string) error {
	ids, err := c.speakingBy(row.ID)
	if err != nil {
		return err
	}
	uids, err := c.Ent.Registration.Query().Where(registration.IDIn(ids...)).Select(registration.FieldUID).Strings(c.ctx)
	if err != nil {
		return fmt.Errorf("read registrations: %w", err)
	}
	scopes := make([]string, 0, 2*len(uids))
	for _, uid := range uids {
		scopes = append(scopes, ownedScope(uid), leftScope(uid))
	}
	owners, err := c.Ent.Grant.Query().Where(grant.Role(string(viewer.Applicant)), grant.ScopeIn(scopes...)).QueryUser().All(c.ctx)
	if err != nil {
		return fmt.Errorf("list owners: %w", err)
	}
	for _, u := range owners {
		if err := changelog.NamesNobody(reason, u.Name, u.Email); err != nil {
			return err
		}
	}
	invited, err := c.Ent.OwnerInvitation.Query().Where(ownerinvitation.RegistrationIDIn(ids...)).All(c.ctx)
	if err != nil {
		return fmt.Errorf("list who is invited: %w", err)
	}
	for _, i := range invited {
		if err := changelog.NamesNobody(reason, "", i.Email); err != nil {
			return err
		}
	}
	return nil
}

// namesNoDelegate compares a reason with those whom a mission has registered, as namesNobody does.
func (c *change) namesNoDelegate(row *ent.Invitation, reason string) error {
	all, err := row.QueryDelegates().All(c.ctx)
	if err != nil {
		return fmt.Errorf("list delegates: %w", err)
	}
	var unopened error
	for _, a := range all {
		who, err := c.delegateOf(a)
		if errors.Is(err, secret.ErrUnopened) {
			unopened = err
			continue
		}
		if err != nil {
			return err
		}
		if who == nil {
			continue
		}
		if err := changelog.NamesNobody(reason, who.Name, who.Email); err != nil {
			return err
		}
	}
	return unopened
}

// messageNamesNobody does so for a reason about a message, by what the message is about. Nobody is compared whom the
// protection officer who asks may not open: those of a draft, or of a registration of their own.
func (s *Service) messageNamesNobody(ctx context.Context, tx *database.Tx, about, reason string) error {
	v, err := policy.RequireViewer(ctx)
	if err != nil {
		return err
	}
	c := &change{Tx: tx, ctx: asProgram(ctx), by: v, now: s.now(), means: s.means}
	row, err := c.Ent.Registration.Query().Where(registration.UID(about)).WithMeeting(withAll).Only(c.ctx)
	switch {
	case err == nil:
		if _, protects := rolesOn(v, row)[viewer.ProtectionOfficer]; !protects {
			return nil
		}
		return c.namesNobody(row, reason)
	case !ent.IsNotFound(err):
		return fmt.Errorf("find a registration: %w", err)
	}
	in, err := c.Ent.Invitation.Query().Where(invitation.UID(about)).Only(c.ctx)
	switch {
	case err == nil:
		return c.namesNoDelegate(in, reason)
	case ent.IsNotFound(err): // news, which name nobody but who gets them
		return nil
	}
	return fmt.Errorf("find an invitation: %w", err)
}
