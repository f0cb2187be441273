package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/upr-info/upr/internal/config"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/rotation"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
	"github.com/upr-info/upr/internal/webhook"
)

// openPeople wires sign-in to mail, a provider and the key for secrets.
func (c ServeCmd) openPeople(db *database.DB, cfg *config.Config, listens net.Addr, secrets secret.Box, mail identity.Mailer) (_ *identity.Service, err error) {
	settings := identity.Settings{PublicURL: publicURL(cfg, listens), AllowedOrigins: cfg.AllowedOrigins, TrustedProxies: cfg.TrustedProxies, NoSecondFactor: c.Sample, RequestsPerDay: cfg.KeyQuota}
	if settings.OIDC, err = oidcSettings(cfg); err != nil {
		return nil, err
	}
	return identity.New(db, secrets, settings, mail)
}

// publicURL is this server as people reach it.
func publicURL(cfg *config.Config, listens net.Addr) string {
	if cfg.PublicURL == "" {
		return "http://" + listens.String()
	}
	return strings.TrimSuffix(cfg.PublicURL, "/")
}

// openWebhooks wires webhooks to the record, mail and the key for secrets.
func openWebhooks(db *database.DB, r *record.Record, cfg *config.Config, listens net.Addr, secrets secret.Box, mail identity.Mailer) (*webhook.Service, error) {
	settings := webhook.Settings{PublicURL: publicURL(cfg, listens), Networks: cfg.WebhookNetworks}
	return webhook.New(db, r, slice.New(db, r, aboutOf(cfg, settings.PublicURL)), secrets, settings, mail)
}

// mailer returns no mailer where none is configured; samples print mail.
func (c ServeCmd) mailer(cfg *config.Config, to streams) (notify.Mailer, error) {
	switch {
	case cfg.SMTPURL != "" && cfg.PublicURL == "" && !isLoopback(cfg.Addr):
		return nil, fault.Invalid("UPR_PUBLIC_URL", "is needed beside UPR_SMTP_URL: mail holds links to this server")
	case cfg.SMTPURL != "":
		return notify.NewSMTP(cfg.SMTPURL)
	case c.Sample:
		return notify.Printed{To: to.out}, nil
	}
	return nil, nil //nolint:nilnil // no mail is a way to run
}

// openOutbox wires the outbox to mail, the key for secrets and the queue that sends.
func openOutbox(db *database.DB, cfg *config.Config, secrets secret.Box, mail notify.Mailer, queue *job.Queue) *notify.Outbox {
	outbox := notify.NewOutbox(db, secrets, mail, queue)
	outbox.Limit(cfg.MailPerMinute)
	return outbox
}

func oidcSettings(cfg *config.Config) (identity.OIDC, error) {
	if cfg.OIDCIssuer == "" {
		return identity.OIDC{}, nil
	}
	secret, err := os.ReadFile(cfg.OIDCClientSecret)
	if err != nil {
		return identity.OIDC{}, fault.Invalid("UPR_OIDC_CLIENT_SECRET_FILE", "cannot be read: %v", err)
	}
	text := strings.TrimSpace(string(secret))
	if text == "" {
		return identity.OIDC{}, fault.Invalid("UPR_OIDC_CLIENT_SECRET_FILE", "%s is empty: it must hold the secret that the provider gave", cfg.OIDCClientSecret)
	}
	return identity.OIDC{Issuer: cfg.OIDCIssuer, ClientID: cfg.OIDCClientID, ClientSecret: text}, nil
}

// openSecrets reads the keys for secrets. Beside a SQLite database one is made where there is none, and nothing that
// another one has sealed.
func openSecrets(ctx context.Context, cfg *config.Config, db *database.DB) (secret.Box, error) {
	file, err := keyFile(cfg)
	if err != nil {
		return secret.Box{}, err
	}
	if !strings.HasPrefix(cfg.DatabaseURL, "sqlite:") {
		return secret.Read(file)
	}
	if !secret.IsThere(file) {
		needed, err := rotation.Needed(ctx, db)
		switch {
		case err != nil:
			return secret.Box{}, fmt.Errorf("look for secrets: %w", err)
		case needed:
			return secret.Box{}, fault.Invalid("UPR_SECRET_KEY_FILE", "%s is not there, and the database has secrets that its key has sealed: put the file back, from a backup where it is lost", file)
		}
	}
	return secret.ReadOrMake(file)
}

// keyFile is where the keys are. Returns Invalid where that must be said and is not.
func keyFile(cfg *config.Config) (string, error) {
	path, sqlite := strings.CutPrefix(cfg.DatabaseURL, "sqlite:")
	switch {
	case cfg.SecretKeyFile != "":
		return cfg.SecretKeyFile, nil
	case sqlite:
		return beside(path, ".key"), nil
	}
	return "", fault.Invalid("UPR_SECRET_KEY_FILE", "is needed on PostgreSQL, the same for all processes: make the file once, "+
		"with: (umask 077; openssl rand -base64 32 > upr.key)")
}

// beside names a file beside a SQLite database: data/upr.key beside data/upr.db.
func beside(database, extension string) string {
	return strings.TrimSuffix(database, ".db") + extension
}

// printEditor makes the editor of a sample and says how to sign in as them.
func printEditor(ctx context.Context, people *identity.Service, cfg *config.Config, listens net.Addr, to streams) error {
	file := cfg.SecretKeyFile + ".editor"
	if path, sqlite := strings.CutPrefix(cfg.DatabaseURL, "sqlite:"); sqlite {
		file = beside(path, ".editor")
	}
	whole := context.WithoutCancel(ctx) // the account, what it may do and its password go together
	email, password, err := people.SampleEditor(viewer.NewContext(whole, viewer.Program("sample")), file)
	if err != nil {
		return err
	}
	fmt.Fprintf(to.out, "sign in as editor: %s, password %s (kept in %s), by the mutation signIn at http://%s/playground\n", email, password, file, listens)
	return nil
}
