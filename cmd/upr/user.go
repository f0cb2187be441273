package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/upr-info/upr/internal/config"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/viewer"
)

// UserCmd manages users from the command line, where the first administrator is made.
type UserCmd struct {
	Add     UserAddCmd     `cmd:"" help:"Add a user; prints a password."`
	Role    UserRoleCmd    `cmd:"" help:"Grant a role, or take it away."`
	Disable UserDisableCmd `cmd:"" help:"End all that a user may, or let them in again."`
	Reset   UserResetCmd   `cmd:"" help:"Give a user a new password, which is printed, and end their second factor and sessions."`
}

// UserAddCmd adds a user.
type UserAddCmd struct {
	Email    string   `arg:"" help:"E-mail address."`
	Name     string   `required:"" help:"Name."`
	Language string   `default:"EN" help:"Language of mail: EN, FR, ES, AR, RU or ZH."`
	Role     []string `help:"Roles, each with a scope where it has one, as in ADMIN, OFFICER=state:EGY or MANAGER=round:rnd_k3vq7m2xw5tz4hcd with the id of a round."`
}

// Run adds the user with a password of their own.
func (c UserAddCmd) Run(ctx context.Context, cfg *config.Config, to streams) error {
	grants := make([]viewer.Grant, len(c.Role))
	for i, text := range c.Role {
		grants[i] = readGrant(text)
	}
	return withPeople(ctx, cfg, func(ctx context.Context, people *identity.Service) error {
		u, password, err := people.AddUser(ctx, c.Email, c.Name, c.Language, grants)
		if err != nil {
			return err
		}
		fmt.Fprintf(to.out, "%s %s\npassword: %s\n", u.UID, u.Email, password)
		return nil
	})
}

// readGrant reads ROLE or ROLE=SCOPE.
func readGrant(text string) viewer.Grant {
	role, scope, _ := strings.Cut(text, "=")
	return viewer.Grant{Role: viewer.Role(strings.ToUpper(role)), Scope: scope}
}

// UserRoleCmd grants or revokes a role.
type UserRoleCmd struct {
	Email  string `arg:"" help:"E-mail address."`
	Role   string `arg:"" help:"A role, with a scope where it has one, as in EDITOR, OFFICER=state:EGY or MANAGER=round:rnd_k3vq7m2xw5tz4hcd with the id of a round."`
	Revoke bool   `help:"Take it away."`
}

// Run grants or revokes.
func (c UserRoleCmd) Run(ctx context.Context, cfg *config.Config, _ streams) error {
	return withPeople(ctx, cfg, func(ctx context.Context, people *identity.Service) error {
		u, err := people.UserByEmail(ctx, c.Email)
		if err != nil {
			return err
		}
		change := people.GrantRole
		if c.Revoke {
			change = people.RevokeRole
		}
		_, err = change(ctx, u.UID, readGrant(c.Role))
		return err
	})
}

// UserDisableCmd disables or enables a user.
type UserDisableCmd struct {
	Email string `arg:"" help:"E-mail address."`
	Undo  bool   `help:"Let them in again."`
}

// Run disables or enables.
func (c UserDisableCmd) Run(ctx context.Context, cfg *config.Config, _ streams) error {
	return withPeople(ctx, cfg, func(ctx context.Context, people *identity.Service) error {
		u, err := people.UserByEmail(ctx, c.Email)
		if err != nil {
			return err
		}
		_, err = people.DisableUser(ctx, u.UID, !c.Undo)
		return err
	})
}

// UserResetCmd gives a new password.
type UserResetCmd struct {
	Email string `arg:"" help:"E-mail address."`
}

// Run resets, and prints the password.
func (c UserResetCmd) Run(ctx context.Context, cfg *config.Config, to streams) error {
	return withPeople(ctx, cfg, func(ctx context.Context, people *identity.Service) error {
		u, err := people.UserByEmail(ctx, c.Email)
		if err != nil {
			return err
		}
		password, err := people.ResetUser(ctx, u)
		if err != nil {
			return err
		}
		fmt.Fprintf(to.out, "password: %s\n", password)
		return nil
	})
}

// withPeople works on users and keys as the program.
func withPeople(ctx context.Context, cfg *config.Config, work func(context.Context, *identity.Service) error) error {
	if _, err := keyFile(cfg); err != nil { // before a database is looked for
		return err
	}
	db, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer db.Close()
	secrets, err := openSecrets(ctx, cfg, db)
	if err != nil {
		return err
	}
	people, err := identity.New(db, secrets, identity.Settings{PublicURL: "http://localhost"}, nil)
	if err != nil {
		return err
	}
	return work(viewer.NewContext(ctx, viewer.Program("cli")), people)
}
