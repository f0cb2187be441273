package identity

import (
	"cmp"
	"context"
	"strings"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/ent/user"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/policy"
	"github.com/upr-info/upr/internal/spelling"
	"github.com/upr-info/upr/internal/viewer"
)

// me is the user who asks; Unauthenticated where nobody does. A key is no user.
func (s *Service) me(ctx context.Context) (*ent.User, error) {
	v, err := policy.RequireViewer(ctx)
	if err != nil {
		return nil, err
	}
	if v.IsKey() {
		return nil, fault.Forbidden("an API key cannot do this: sign in as a person")
	}
	return s.byUID(ctx, v.UID)
}

// byUID finds a user; NotFound where there is none, or whoever asks may not see them.
func (s *Service) byUID(ctx context.Context, uid string) (*ent.User, error) {
	u, err := s.db.Ent.User.Query().Where(user.UID(uid)).Only(ctx)
	if err != nil {
		return nil, notFound(err, "no user has the id %s", uid)
	}
	return u, nil
}

// CreateUser adds a user, who may then sign in by mail. The password may be empty.
func (s *Service) CreateUser(ctx context.Context, email, name, language, password string) (made *ent.User, err error) {
	if email, err = checkEmail(email); err != nil {
		return nil, err
	}
	if err := checkProfile(&name, &language); err != nil {
		return nil, err
	}
	hash := ""
	if password != "" {
		if err := checkPassword("password", password, email); err != nil {
			return nil, err
		}
		hash = hashPassword(password)
	}
	err = s.write(ctx, func(ctx context.Context, tx *database.Tx, note func(string, changelog.Operation)) error {
		made, err = tx.Ent.User.Create().SetUID(newUID("usr")).SetEmail(email).SetName(name).SetLanguage(language).
			SetPasswordHash(hash).SetCreatedAt(s.now().UTC()).Save(ctx)
		if ent.IsConstraintError(err) {
			return emailTaken()
		}
		if err == nil {
			note(made.UID, opCreate)
		}
		return err
	})
	return made, err
}

// UpdateUser changes what is given. The address of an account never changes: whoever reads its mail is who signs in.
func (s *Service) UpdateUser(ctx context.Context, uid string, name, language *string) (u *ent.User, err error) {
	if u, err = s.byUID(ctx, uid); err != nil {
		return nil, err
	}
	change := ent.User{Name: u.Name, Language: u.Language}
	for from, to := range map[*string]*string{name: &change.Name, language: &change.Language} {
		if from != nil {
			*to = *from
		}
	}
	if err := checkProfile(&change.Name, &change.Language); err != nil {
		return nil, err
	}
	err = s.write(ctx, func(ctx context.Context, tx *database.Tx, note func(string, changelog.Operation)) error {
		note(u.UID, opCorrect)
		u, err = tx.Ent.User.UpdateOneID(u.ID).SetName(change.Name).SetLanguage(change.Language).Save(ctx)
		return err
	})
	return u, err
}

// notTheirOwn refuses what administrators let others do to them.
func notTheirOwn(ctx context.Context, u *ent.User) error {
	if v, _ := viewer.From(ctx); v != nil && v.UID == u.UID {
		return fault.Invalid("id", "is your own: ask another administrator")
	}
	return nil
}

// DisableUser ends whatever a user may, or lets them in again. Nobody disables themselves.
func (s *Service) DisableUser(ctx context.Context, uid string, disabled bool) (*ent.User, error) {
	u, err := s.byUID(ctx, uid)
	if err != nil {
		return nil, err
	}
	if err := notTheirOwn(ctx, u); err != nil {
		return nil, err
	}
	err = s.write(ctx, func(ctx context.Context, tx *database.Tx, note func(string, changelog.Operation)) error {
		change := tx.Ent.User.UpdateOneID(u.ID)
		if disabled {
			note(u.UID, opDisable)
			change.SetDisabledAt(s.now().UTC())
		} else {
			note(u.UID, opEnable)
			change.ClearDisabledAt()
		}
		if u, err = change.Save(ctx); err != nil {
			return err
		}
		return endSessions(ctx, tx, u, "")
	})
	return u, err
}

// ChangePassword sets the password of whoever asks, and ends their other sessions. The old
// one is asked for where there is one.
func (s *Service) ChangePassword(ctx context.Context, old, password string) error {
	u, err := s.me(ctx)
	if err != nil {
		return err
	}
	if err := s.attempt(ctx, "account", u.Email, perAccount); err != nil {
		return err
	}
	if len(u.TotpSecret) > 0 && !s.confirmed(ctx) {
		return fault.Forbidden("confirm this session by the second factor first")
	}
	if u.PasswordHash != "" && !fits(old, u.PasswordHash) {
		return fault.Invalid("oldPassword", "is not right")
	}
	if err := checkPassword("newPassword", password, u.Email); err != nil {
		return err
	}
	hash, but := hashPassword(password), ""
	if callerOf(ctx).session {
		but = s.sessions.GetString(ctx, keyID)
	}
	return s.write(ctx, func(ctx context.Context, tx *database.Tx, note func(string, changelog.Operation)) error {
		note(u.UID, opPassword)
		if err := tx.Ent.User.UpdateOneID(u.ID).SetPasswordHash(hash).Exec(ctx); err != nil {
			return err
		}
		return endSessions(ctx, tx, u, but)
	})
}

// ResetUser gives a user a new password, which it returns, and takes away the second
// factor and all sessions: for who has lost them.
func (s *Service) ResetUser(ctx context.Context, u *ent.User) (string, error) {
	password := newPassword()
	hash := hashPassword(password)
	return password, s.write(ctx, func(ctx context.Context, tx *database.Tx, note func(string, changelog.Operation)) error {
		note(u.UID, opReset)
		err := tx.Ent.User.UpdateOneID(u.ID).SetPasswordHash(hash).ClearTotpSecret().ClearTotpPending().Exec(ctx)
		if err != nil {
			return err
		}
		if err := forgetRecoveryCodes(ctx, tx, u); err != nil {
			return err
		}
		return endSessions(ctx, tx, u, "")
	})
}

func checkProfile(name, language *string) error {
	if *name = spelling.Seen(*name); *name == "" || len(*name) > 200 {
		return fault.Invalid("name", "must have 1 to 200 characters")
	}
	if spelling.Breaks(*name) {
		return fault.Invalid("name", "must be one line, without control characters")
	}
	if *language == "" {
		*language = "EN"
	}
	if !strings.Contains(" EN FR ES AR RU ZH ", " "+*language+" ") {
		return fault.Invalid("language", "must be EN, FR, ES, AR, RU or ZH")
	}
	return nil
}

func emailTaken() error {
	return &fault.Error{Code: fault.CodeConflict, Field: "email", Message: "belongs to another user"}
}

// UserByEmail finds a user for whoever may see them.
func (s *Service) UserByEmail(ctx context.Context, email string) (*ent.User, error) {
	u, err := s.db.Ent.User.Query().Where(user.Email(normalEmail(email))).Only(ctx)
	if err != nil {
		return nil, notFound(err, "no user has the e-mail address %s", email)
	}
	return u, nil
}

// AddUser adds a user with grants and a new password, which it returns.
func (s *Service) AddUser(ctx context.Context, email, name, language string, grants []viewer.Grant) (*ent.User, string, error) {
	for _, g := range grants {
		if err := cmp.Or(checkGrant(g), scopeExists(ctx, s.db.Ent, g)); err != nil {
			return nil, "", err
		}
	}
	password := newPassword()
	u, err := s.CreateUser(ctx, email, name, language, password)
	for _, g := range grants {
		if err == nil {
			_, err = s.GrantRole(ctx, u.UID, g)
		}
	}
	return u, password, err
}
