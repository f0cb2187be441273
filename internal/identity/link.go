package identity

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/signinlink"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

const (
	linkLifetime = 30 * time.Minute
	mailTime     = time.Minute
)

// errLinkSpent does not tell which: whoever tries links learns nothing.
var errLinkSpent = fault.Invalid("", "this link was used already, or is too old: ask for another")

// RequestSignInLink mails a link to a user, which leads on to the page of a registration; nil: of none. The
// answer is the same, and as fast, whether there is a user or not.
func (s *Service) RequestSignInLink(ctx context.Context, email string, registration *string) error {
	to := lead{}
	if registration != nil {
		var err error
		if to, err = leadToRegistration(*registration); err != nil {
			return err
		}
	}
	return s.mailLink(ctx, email, func(ctx context.Context, email string) error { return s.sendLink(ctx, email, to) })
}

func leadToRegistration(id string) (lead, error) {
	if !leadParts["registration"].MatchString(id) {
		return lead{}, fault.Invalid("registration", "is no id of a registration, as in reg_abc")
	}
	return lead{Registration: id}, nil
}

// mailLink has a link sent behind the answer, which is the same whoever an address belongs to.
func (s *Service) mailLink(ctx context.Context, email string, send func(ctx context.Context, email string) error) error {
	if s.mail == nil {
		return fault.Unavailable("this server sends no mail: sign in with a password, or set UPR_SMTP_URL")
	}
	email, err := checkEmail(email)
	if err != nil {
		return err
	}
	if err := s.attempt(ctx, "link address", callerOf(ctx).Address, linksPerAddress); err != nil {
		return err
	}
	background := context.WithoutCancel(ctx)
	go func() {
		ctx, cancel := context.WithTimeout(background, mailTime)
		defer cancel()
		if err := send(ctx, email); err != nil {
			slog.ErrorContext(ctx, "a sign-in link was not sent", "error", err)
		}
	}()
	return nil
}

// sendLink mails a link that leads on.
func (s *Service) sendLink(ctx context.Context, email string, to lead) error {
	u, err := s.findByEmail(ctx, email)
	if ent.IsNotFound(err) {
		return s.sendInvited(ctx, email, to)
	}
	if err == nil && u.DisabledAt != nil {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.attempt(ctx, "link", email, linksPerAccount); fault.CodeOf(err) == fault.CodeLimitExceeded {
		return nil // nobody's mailbox is filled
	} else if err != nil {
		return err
	}
	token, now := newToken(), s.now().UTC()
	err = s.keep(ctx, func(ctx context.Context, tx *database.Tx) error {
		return tx.Ent.SignInLink.Create().SetUserID(u.ID).SetDigest(digest(token)).SetLead(s.sealLead(to, token)).SetCreatedAt(now).SetExpiresAt(now.Add(linkLifetime)).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("keep a link: %w", err)
	}
	wording, link := wordingOf(signInMail, u.Language), s.linkTo(token, u.Language)
	return s.mail.Send(ctx, u.Email, wording[0], fmt.Sprintf(wording[1], link, int(linkLifetime.Minutes())))
}

// linkTo is the address of a link, whose page is in the language of the mail. Where it leads on to is not
// in it: servers of mail and proxies keep addresses.
func (s *Service) linkTo(token, language string) string {
	link := s.settings.PublicURL + "/sign-in/link?token=" + token
	if language = strings.ToLower(language); slices.Contains(pageLanguages, language) {
		link += inLanguage("&", language)
	}
	return link
}

// wordingOf is the subject and the text of a mail in a language; in English where there is none in it.
func wordingOf(mail map[string][2]string, language string) [2]string {
	if wording, written := mail[language]; written {
		return wording
	}
	return mail["EN"]
}

// signInMail is the subject and the text by language. Neither has the name: whoever knows an address can have one mailed, and
// of who is protected no mail says who they are.
var signInMail = map[string][2]string{
	"EN": {"Sign in to UPR Info", `Hello,

open this page and press its button to sign in:

%s

The link works once, within %d minutes. If you did not ask for it, nothing needs to be done.
`},
	"FR": {"Votre connexion chez UPR Info", `Bonjour,

ouvrez cette page et appuyez sur le bouton pour vous connecter :

%s

Le lien fonctionne une fois, pendant %d minutes. Si vous ne l’avez pas demandé, vous n’avez rien à faire.
`},
	"ES": {"Inicio de sesión en UPR Info", `Hola:

Abra esta página y pulse el botón para iniciar sesión:

%s

El enlace funciona una vez, durante %d minutos. Si no lo ha pedido, no tiene que hacer nada.
`},
}

// useLink signs in by the token of a link, once, and makes the account where it is for a new one. Whoever is invited to own
// the registration to which it leads does from then on.
func (s *Service) useLink(ctx context.Context, token string, to lead) (*viewer.Viewer, error) {
	if err := s.attempt(ctx, "address", callerOf(ctx).Address, perAddress); err != nil {
		return nil, err
	}
	now := s.now().UTC()
	u, err := s.signUp(ctx, token)
	if err != nil {
		return nil, err
	}
	if u != nil && u.DisabledAt == nil {
		return s.beginAt(ctx, u, to)
	}
	err = s.keep(ctx, func(ctx context.Context, tx *database.Tx) error {
		n, err := tx.Ent.SignInLink.Update().
			Where(signinlink.Digest(digest(token)), signinlink.UsedAtIsNil(), signinlink.ExpiresAtGT(now)).SetUsedAt(now).Save(ctx)
		if err != nil {
			return fmt.Errorf("use a link: %w", err)
		}
		if n == 0 {
			return errLinkSpent
		}
		u, err = tx.Ent.SignInLink.Query().Where(signinlink.Digest(digest(token))).QueryUser().Only(ctx)
		if err == nil && u.DisabledAt != nil {
			return errLinkSpent
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.beginAt(ctx, u, to)
}

// beginAt signs a user in who has followed a link.
func (s *Service) beginAt(ctx context.Context, u *ent.User, to lead) (*viewer.Viewer, error) {
	if s.joins != nil && to.Registration != "" {
		if err := s.joins(ctx, u.UID, u.Email, to.Registration); err != nil { // they can sign in all the same
			slog.ErrorContext(ctx, "an invitation is not taken by whoever signs in", "error", err)
		}
	}
	return s.begin(ctx, u, false)
}

// spendLinks makes the links of a user useless.
func spendLinks(ctx context.Context, tx *database.Tx, u *ent.User) error {
	if _, err := tx.Ent.SignInLink.Delete().Where(signinlink.UserID(u.ID)).Exec(ctx); err != nil {
		return fmt.Errorf("spend links: %w", err)
	}
	return nil
}
