package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/upr-info/upr/internal/config"
	"github.com/upr-info/upr/internal/identity"
)

// KeyCmd manages API keys.
type KeyCmd struct {
	Add    KeyAddCmd    `cmd:"" help:"Make a key for a user; prints it, once."`
	List   KeyListCmd   `cmd:"" help:"List a user's keys, without secrets."`
	Revoke KeyRevokeCmd `cmd:"" help:"End a key at once."`
}

// KeyAddCmd makes a key.
type KeyAddCmd struct {
	Email  string   `arg:"" help:"E-mail address of the owner."`
	Name   string   `required:"" help:"What uses the key."`
	Scopes []string `required:"" help:"What it may, as in recommendations:read,changes:read."`
	Days   int      `default:"365" help:"Days until it expires, 0: never."`
}

// Run makes the key.
func (c KeyAddCmd) Run(ctx context.Context, cfg *config.Config, to streams) error {
	return withPeople(ctx, cfg, func(ctx context.Context, people *identity.Service) error {
		u, err := people.UserByEmail(ctx, c.Email)
		if err != nil {
			return err
		}
		var expires *time.Time
		if c.Days != 0 {
			at := time.Now().AddDate(0, 0, c.Days)
			expires = &at
		}
		key, secret, err := people.CreateKeyFor(ctx, u, c.Name, c.Scopes, expires)
		if err != nil {
			return err
		}
		fmt.Fprintf(to.out, "%s\n%s\n", key.ID, secret)
		return nil
	})
}

// KeyListCmd lists keys.
type KeyListCmd struct {
	Email string `arg:"" help:"E-mail address of the owner."`
}

// Run prints a key a line.
func (c KeyListCmd) Run(ctx context.Context, cfg *config.Config, to streams) error {
	return withPeople(ctx, cfg, func(ctx context.Context, people *identity.Service) error {
		u, err := people.UserByEmail(ctx, c.Email)
		if err != nil {
			return err
		}
		account, err := people.Account(ctx, u.UID)
		if err != nil {
			return err
		}
		keys, err := account.Keys(ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(to.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "ID\tNAME\tSCOPES\tEXPIRES\tLAST USED\tREVOKED")
		for _, k := range keys {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", k.ID, k.Name, strings.Join(k.Scopes, ","), day(k.ExpiresAt), day(k.LastUsedAt), day(k.RevokedAt))
		}
		return table.Flush()
	})
}

func day(at *time.Time) string {
	if at == nil {
		return "-"
	}
	return at.Format(time.DateOnly)
}

// KeyRevokeCmd ends a key.
type KeyRevokeCmd struct {
	ID string `arg:"" help:"Its id, as in key_…"`
}

// Run revokes the key.
func (c KeyRevokeCmd) Run(ctx context.Context, cfg *config.Config, _ streams) error {
	return withPeople(ctx, cfg, func(ctx context.Context, people *identity.Service) error {
		_, err := people.RevokeKey(ctx, c.ID)
		return err
	})
}
