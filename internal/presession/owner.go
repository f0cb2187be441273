package presession

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/grant"
	"github.com/upr-info/upr/ent/ownerinvitation"
	"github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/ent/presessionstatement"
	"github.com/upr-info/upr/ent/registration"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/file"
	"github.com/upr-info/upr/internal/viewer"
)

// Owner is somebody who owns a registration, or is invited to.
type Owner struct {
	ID           string // of the user, or of the invitation
	Email        string
	Contact      bool       // mail goes to them
	InvitedUntil *time.Time // until when a link lets them own it; nil: they own it
}

const (
	maxOwners = 5 // those who are invited among them
	// invitedFor is how long somebody has who is invited to own a registration.
	invitedFor = 14 * day
	// invitesOwner is how the log, and where staff do it the file of a registration, say that somebody was invited.
	invitesOwner = "INVITE_OWNER"
	addsOwner    = "ADD_OWNER"
)

// Owning a registration is a grant, as is having owned it: who was an applicant decides nothing of the same
// registration afterwards either.
func ownedScope(uid string) string { return "registration:" + uid }
func leftScope(uid string) string  { return "left:" + uid }

func owns(v *viewer.Viewer, uid string) bool {
	return slices.Contains(v.Grants, viewer.Grant{Role: viewer.Applicant, Scope: ownedScope(uid)})
}

func hasLeft(v *viewer.Viewer, uid string) bool {
	return slices.Contains(v.Grants, viewer.Grant{Role: viewer.Applicant, Scope: leftScope(uid)})
}

// ownedBy are the registrations that somebody owns, and has owned.
func ownedBy(v *viewer.Viewer) (owned, left []string) {
	for _, g := range v.Grants {
		kind, uid, _ := strings.Cut(g.Scope, ":")
		switch {
		case g.Role != viewer.Applicant:
		case kind+":" == ownedScope(""):
			owned = append(owned, uid)
		case kind+":" == leftScope(""):
			left = append(left, uid)
		}
	}
	return owned, left
}

func (c *change) grantOwner(row *ent.Registration, u *ent.User) error {
	err := c.Ent.Grant.Create().SetUser(u).SetRole(string(viewer.Applicant)).SetScope(ownedScope(row.UID)).SetCreatedAt(c.now).Exec(c.ctx)
	if err != nil {
		return fmt.Errorf("grant a registration: %w", err)
	}
	return nil
}

// Owners are those of a registration of whoever asks, in the order in which they came, and then who is
// invited. Nobody, where it is not theirs.
func (s *Service) Owners(ctx context.Context, id string) (all []Owner, err error) {
	err = s.read(ctx, func(c *change) error {
		if acts, err := c.acts(id); err != nil || !acts {
			return err
		}
		row, err := c.Ent.Registration.Query().Where(registration.UID(id)).Only(c.ctx)
		if err != nil {
			return fmt.Errorf("read a registration: %w", err)
		}
		all, err = c.owners(row)
		return err
	})
	return all, err
}

func (c *change) owners(row *ent.Registration) ([]Owner, error) {
	granted, err := c.grantsOf(row)
	if err != nil {
		return nil, err
	}
	invited, err := c.Ent.OwnerInvitation.Query().Where(ownerinvitation.RegistrationID(row.ID), ownerinvitation.ExpiresAtGT(c.now)).Order(ent.Asc(ownerinvitation.FieldID)).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list who is invited: %w", err)
	}
	all := make([]Owner, 0, len(granted)+len(invited))
	for _, g := range granted {
		all = append(all, Owner{ID: g.Edges.User.UID, Email: g.Edges.User.Email, Contact: row.OwnerID != nil && *row.OwnerID == g.UserID})
	}
	for _, i := range invited {
		until := i.ExpiresAt.UTC()
		all = append(all, Owner{ID: i.UID, Email: i.Email, InvitedUntil: &until})
	}
	return all, nil
}

// grantsOf are the grants by which a registration is owned, the first one first.
func (c *change) grantsOf(row *ent.Registration) ([]*ent.Grant, error) {
	all, err := c.Ent.Grant.Query().Where(grant.Role(string(viewer.Applicant)), grant.Scope(ownedScope(row.UID))).WithUser().Order(ent.Asc(grant.FieldID)).All(c.ctx)
	if err != nil {
		return nil, fmt.Errorf("list owners: %w", err)
	}
	return all, nil
}

// OwnerInput is somebody who is invited to own a registration.
type OwnerInput struct {
	Application string
	Email       string
	Name        string // for the account, where they have none
	Language    string
	Reason      string // of staff who act in the applicant's place: how they were asked to
}

// Invites mails somebody a link by which they sign in, and makes their account where they have none, as
// identity does. It returns the address as accounts have it. Nothing of its answer says which.
type Invites func(ctx context.Context, email, name, language, registration string) (address string, err error)

// InviteOwner invites somebody to own a registration with whoever asks. They do from when they sign in by the link that is
// mailed, or by another one to its page; in no other way. Who is invited again is mailed again. Staff who do it in
// the applicant's place say how they were asked to, which is kept in the file. Returns Invalid where they do not, Conflict
// for who owns it, and LimitExceeded where it has as many owners as it may.
func (s *Service) InviteOwner(ctx context.Context, in OwnerInput, invite Invites) (err error) {
	if in.Reason, err = paragraph("reason", in.Reason, false); err != nil {
		return err
	}
	err = s.read(ctx, func(c *change) error {
		row, err := c.Ent.Registration.Query().Where(registration.UID(in.Application)).Only(c.ctx)
		if err != nil && !ent.IsNotFound(err) {
			return fmt.Errorf("find a registration: %w", err)
		}
		if acts, err := c.acts(in.Application); err != nil {
			return err
		} else if !acts {
			return noRegistration(in.Application)
		}
		if !owns(c.by, row.UID) {
			if err := c.refuseInterest(presession.ID(row.MeetingID)); err != nil {
				return err
			}
			if in.Reason == "" {
				return unasked()
			}
		}
		return c.mayInvite(row, strings.ToLower(strings.TrimSpace(in.Email)))
	})
	if err != nil {
		return err
	}
	address, err := invite(ctx, in.Email, in.Name, in.Language, in.Application)
	if err != nil {
		return err
	}
	return s.change(ctx, "", func(c *change) error {
		row, err := c.ownRegistration(in.Application)
		if err != nil {
			return err
		}
		if err := c.mayInvite(row, address); err != nil {
			return err
		}
		if _, err := c.Ent.OwnerInvitation.Delete().Where(ownerinvitation.RegistrationID(row.ID), ownerinvitation.Email(address)).Exec(c.ctx); err != nil {
			return fmt.Errorf("invite an owner again: %w", err)
		}
		by, err := c.Ent.User.Query().Where(user.UID(c.by.UID)).OnlyID(c.ctx)
		if err != nil {
			return fmt.Errorf("find who invites: %w", err)
		}
		err = c.Ent.OwnerInvitation.Create().SetUID(newUID("oin")).SetRegistrationID(row.ID).SetEmail(address).SetInvitedBy(by).SetExpiresAt(c.now.Add(invitedFor)).Exec(c.ctx)
		if err != nil {
			return fmt.Errorf("invite an owner: %w", err)
		}
		c.log.Note(row.UID, changelog.Operation(invitesOwner))
		if owns(c.by, row.UID) { // who need no reason, and what they write is not for the file
			return nil
		}
		as, _ := inPlace(c.by, row)
		return c.file(row, 0, State(row.State), invitesOwner, false, as, in.Reason)
	})
}

func (c *change) mayInvite(row *ent.Registration, address string) error {
	all, err := c.owners(row)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(o Owner) bool { return o.Email == address })
	switch {
	case i >= 0 && all[i].InvitedUntil == nil:
		return conflict("email", "is of somebody who owns it already")
	case i < 0 && len(all) >= maxOwners:
		return fault.LimitExceeded("a registration has %d owners at most, those who are invited among them", maxOwners)
	}
	return nil
}

// Invited says whether somebody is invited to own a registration.
func (s *Service) Invited(ctx context.Context, email, id string) (bool, error) {
	is, err := s.db.Ent.OwnerInvitation.Query().
		Where(ownerinvitation.Email(email), ownerinvitation.ExpiresAtGT(s.now()), ownerinvitation.HasRegistrationWith(registration.UID(id))).Exist(asProgram(ctx))
	if err != nil {
		return false, fmt.Errorf("look for an invitation: %w", err)
	}
	return is, nil
}

// Join has somebody who has just signed in, by a link that leads to a registration, own it where they are invited to. Nobody
// does who works with its Pre-session: they would decide nothing there any more, by the hand of whoever invites them.
func (s *Service) Join(ctx context.Context, uid, email, id string) error {
	ctx = asProgram(ctx)
	invited, err := s.db.Ent.OwnerInvitation.Query().
		Where(ownerinvitation.Email(email), ownerinvitation.ExpiresAtGT(s.now()), ownerinvitation.HasRegistrationWith(registration.UID(id))).OnlyID(ctx)
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for an invitation: %w", err)
	}
	return s.change(ctx, "", func(c *change) error {
		row, err := c.lockRegistration(id)
		if err != nil {
			return err
		}
		return c.join(row, invited, uid)
	})
}

func (c *change) join(row *ent.Registration, invitation int, uid string) error {
	u, err := c.Ent.User.Query().Where(user.UID(uid)).WithGrants().Only(c.ctx)
	if err != nil {
		return fmt.Errorf("find who signs in: %w", err)
	}
	if len(rolesAt(holderOf(u), row.Edges.Meeting)) > 0 { // whether or not they use these roles now
		return nil
	}
	if n, err := c.Ent.OwnerInvitation.Delete().Where(ownerinvitation.ID(invitation)).Exec(c.ctx); err != nil || n == 0 { // it was taken back
		return err
	}
	_, err = c.Ent.Grant.Delete().Where(grant.UserID(u.ID), grant.Role(string(viewer.Applicant)), grant.ScopeIn(ownedScope(row.UID), leftScope(row.UID))).Exec(c.ctx)
	if err != nil {
		return fmt.Errorf("grant a registration anew: %w", err)
	}
	if err := c.grantOwner(row, u); err != nil {
		return err
	}
	if row.OwnerID != nil {
		c.log.Note(row.UID, changelog.Operation(addsOwner))
		return nil
	}
	c.log.Note(row.UID, changelog.Operation("HAND_OVER"))
	// Whoever acted in the applicant's place until now does so no more, also by what they hold.
	if _, err := c.Ent.OwnerInvitation.Delete().Where(ownerinvitation.RegistrationID(row.ID)).Exec(c.ctx); err != nil {
		return fmt.Errorf("end invitations: %w", err)
	}
	if err := c.endWhatIsHeld(row); err != nil {
		return err
	}
	return c.writeTo(row, u.ID)
}

// holderOf is a user with all that was granted to them.
func holderOf(u *ent.User) *viewer.Viewer {
	v := &viewer.Viewer{UID: u.UID}
	for _, g := range u.Edges.Grants {
		v.Grants = append(v.Grants, viewer.Grant{Role: viewer.Role(g.Role), Scope: g.Scope})
	}
	return v
}

// writeTo has mail about a registration go to one of its owners, also what was not sent yet.
func (c *change) writeTo(row *ent.Registration, owner int) error {
	if err := row.Update().SetOwnerID(owner).AddRevision(1).Exec(c.ctx); err != nil {
		return fmt.Errorf("write to another owner: %w", err)
	}
	return c.readdress(row)
}

// RemoveOwner has somebody own a registration no more, or takes an invitation back. They see nothing of it
// from then on, and what they hold of it ends: its calendar, permits to upload, and invitations of theirs. Returns NotFound for
// whom there is not, and Conflict for the last owner.
func (s *Service) RemoveOwner(ctx context.Context, application, id string) error {
	return s.change(ctx, "", func(c *change) error {
		row, err := c.ownRegistration(application)
		if err != nil {
			return err
		}
		n, err := c.Ent.OwnerInvitation.Delete().Where(ownerinvitation.UID(id), ownerinvitation.RegistrationID(row.ID)).Exec(c.ctx)
		if err != nil {
			return fmt.Errorf("take an invitation back: %w", err)
		}
		if n == 0 {
			if err := c.removeOwner(row, id); err != nil {
				return err
			}
		}
		c.log.Note(row.UID, changelog.Operation("REMOVE_OWNER"))
		return nil
	})
}

func (c *change) removeOwner(row *ent.Registration, id string) error {
	all, err := c.grantsOf(row)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(g *ent.Grant) bool { return g.Edges.User.UID == id })
	switch {
	case i < 0:
		return fault.NotFound("no owner of this registration has the id %s", id)
	case len(all) == 1:
		return conflict("id", "is the last owner: somebody else must own it first, or withdraw it")
	}
	g := all[i]
	if err := c.Ent.Grant.DeleteOne(g).Exec(c.ctx); err != nil {
		return fmt.Errorf("remove an owner: %w", err)
	}
	err = c.Ent.Grant.Create().SetUserID(g.UserID).SetRole(g.Role).SetScope(leftScope(row.UID)).SetCreatedAt(c.now).Exec(c.ctx)
	if err != nil {
		return fmt.Errorf("keep who owned a registration: %w", err)
	}
	// Of which it was not kept yet who made them, they may be theirs.
	_, err = c.Ent.OwnerInvitation.Delete().Where(ownerinvitation.RegistrationID(row.ID), ownerinvitation.Or(ownerinvitation.InvitedBy(g.UserID), ownerinvitation.InvitedByIsNil())).Exec(c.ctx)
	if err != nil {
		return fmt.Errorf("end invitations: %w", err)
	}
	if err := c.endWhatIsHeld(row); err != nil {
		return err
	}
	if row.OwnerID == nil || *row.OwnerID != g.UserID {
		return nil
	}
	return c.writeTo(row, slices.Delete(all, i, i+1)[0].UserID)
}

// endWhatIsHeld ends what lets whoever holds it know of registrations, or change them, without signing in.
func (c *change) endWhatIsHeld(rows ...*ent.Registration) error {
	ids, about := make([]int, len(rows)), make([]string, len(rows))
	for i, row := range rows {
		ids[i], about[i] = row.ID, row.UID
	}
	if err := c.Ent.Registration.Update().Where(registration.IDIn(ids...)).SetCalendarDigest("").Exec(c.ctx); err != nil {
		return fmt.Errorf("end calendars: %w", err)
	}
	statements, err := c.Ent.PreSessionStatement.Query().Where(presessionstatement.RegistrationIDIn(ids...)).Select(presessionstatement.FieldUID).Strings(c.ctx)
	if err != nil {
		return fmt.Errorf("list statements: %w", err)
	}
	return file.EndPermits(c.ctx, c.Tx, append(about, statements...)...)
}
