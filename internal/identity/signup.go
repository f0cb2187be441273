package identity

import (
	"context"
	"fmt"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/signuplink"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
)

// RequestAccount mails a link that makes an account and signs in, or one that signs in where there is
// an account with this address. The answer is the same, and as fast, in both cases. Until the link is
// used there is no account: an address that was typed wrongly makes none. Where there is a Pre-session,
// signing in begins a registration for it.
func (s *Service) RequestAccount(ctx context.Context, email, name, language string, preSession, accessCode *string) error {
	to, err := leadToBegin(preSession, accessCode)
	if err != nil {
		return err
	}
	return s.requestAccount(ctx, email, name, language, to)
}

// InviteTo mails somebody else the same link, which leads on to the page of a registration, and returns the
// address as accounts have it. The mail says nothing of the registration, or of who asked for it.
func (s *Service) InviteTo(ctx context.Context, email, name, language, registration string) (address string, err error) {
	if address, err = checkEmail(email); err != nil {
		return "", err
	}
	to, err := leadToRegistration(registration)
	if err != nil {
		return "", err
	}
	return address, s.requestAccount(ctx, address, name, language, to)
}

func (s *Service) requestAccount(ctx context.Context, email, name, language string, to lead) error {
	if err := checkProfile(&name, &language); err != nil {
		return err
	}
	return s.mailLink(ctx, email, func(ctx context.Context, email string) error {
		has, err := s.db.Ent.User.Query().Where(user.Email(email)).Exist(asProgram(ctx))
		switch {
		case err != nil:
			return fmt.Errorf("find a user: %w", err)
		case has:
			return s.sendLink(ctx, email, to)
		}
		return s.sendSignUp(ctx, email, name, language, to)
	})
}

func (s *Service) sendSignUp(ctx context.Context, email, name, language string, to lead) error {
	if err := s.attempt(ctx, "link", email, linksPerAccount); fault.CodeOf(err) == fault.CodeLimitExceeded {
		return nil // nobody's mailbox is filled
	} else if err != nil {
		return err
	}
	token, now := newToken(), s.now().UTC()
	err := s.keep(ctx, func(ctx context.Context, tx *database.Tx) error {
		return tx.Ent.SignUpLink.Create().SetDigest(digest(token)).SetEmail(email).SetName(name).SetLanguage(language).SetLead(s.sealLead(to, token)).SetExpiresAt(now.Add(linkLifetime)).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("keep a link: %w", err)
	}
	wording, link := wordingOf(signUpMail, language), s.linkTo(token, language)
	return s.mail.Send(ctx, email, wording[0], fmt.Sprintf(wording[1], link, int(linkLifetime.Minutes())))
}

// sendInvited mails who is invited to a registration, and has no account, a link that makes one: the first is too old by now. Until
// they say their name it is what stands before the @.
func (s *Service) sendInvited(ctx context.Context, email string, to lead) error {
	if s.invited == nil || to.Registration == "" {
		return nil
	}
	invited, err := s.invited(ctx, email, to.Registration)
	if err != nil || !invited {
		return err
	}
	name, _, _ := strings.Cut(email, "@")
	return s.sendSignUp(ctx, email, name, "EN", to)
}

// signUpMail is the subject and the text by language. Neither has the name: whoever typed an address
// could write anything to its owner.
var signUpMail = map[string][2]string{
	"EN": {"Your account at UPR Info", `Hello,

open this page and press its button to make your account and sign in:

%s

The link works once, within %d minutes. If you did not ask for it, nothing needs to be done.
`},
	"FR": {"Votre compte chez UPR Info", `Bonjour,

ouvrez cette page et appuyez sur le bouton pour créer votre compte et vous connecter :

%s

Le lien fonctionne une fois, pendant %d minutes. Si vous ne l’avez pas demandé, vous n’avez rien à faire.
`},
	"ES": {"Su cuenta en UPR Info", `Hola:

Abra esta página y pulse el botón para crear su cuenta e iniciar sesión:

%s

El enlace funciona una vez, durante %d minutos. Si no lo ha pedido, no tiene que hacer nada.
`},
}

// signUp makes the account of a link, or finds the one that was made since it was mailed. Returns nil
// where the token is of no such link.
func (s *Service) signUp(ctx context.Context, token string) (u *ent.User, err error) {
	now := s.now().UTC()
	if there, err := s.db.Ent.SignUpLink.Query().Where(signuplink.Digest(digest(token))).Exist(asProgram(ctx)); err != nil || !there {
		return nil, err
	}
	err = s.write(ctx, func(ctx context.Context, tx *database.Tx, note func(string, changelog.Operation)) error {
		link, err := tx.Ent.SignUpLink.Query().Where(signuplink.Digest(digest(token)), signuplink.ExpiresAtGT(now)).Only(ctx)
		if ent.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("find a link: %w", err)
		}
		// All that were mailed to the address are used up: by its deletion each works once, whoever is faster.
		if n, err := tx.Ent.SignUpLink.Delete().Where(signuplink.Email(link.Email)).Exec(ctx); err != nil || n == 0 {
			return err
		}
		u, err = tx.Ent.User.Query().Where(user.Email(link.Email)).Only(ctx)
		if !ent.IsNotFound(err) {
			return err
		}
		u, err = tx.Ent.User.Create().SetUID(newUID("usr")).SetEmail(link.Email).SetName(link.Name).SetLanguage(link.Language).SetPasswordHash("").SetCreatedAt(now).Save(ctx)
		if err != nil {
			return fmt.Errorf("make an account: %w", err)
		}
		note(u.UID, opCreate)
		return nil
	})
	return u, err
}
