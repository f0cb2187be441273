package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/config"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/ingest"
	"github.com/upr-info/upr/internal/notify"
)

// BackupCmd copies a SQLite database while it is served.
type BackupCmd struct {
	File string `arg:"" type:"path" help:"New file; an existing one is refused."`
}

// Run writes the backup and says what is in it.
func (c BackupCmd) Run(ctx context.Context, cfg *config.Config, to streams) error {
	contents, err := database.Backup(ctx, cfg.DatabaseURL, c.File)
	if err != nil {
		return fmt.Errorf("no backup was made: %w", interrupted(ctx, err))
	}
	fmt.Fprintf(to.out, "%s was written and checked: %s\n", c.File, describe(contents))
	remindOfKey(cfg, to.out)
	return nil
}

// RestoreCmd puts a backup into the place of a SQLite database.
type RestoreCmd struct {
	File    string `arg:"" type:"path" help:"What upr backup wrote."`
	Replace bool   `help:"Also where there is a database already; it is kept beside, under a name with the time."`
}

// Run restores and says what is there now.
func (c RestoreCmd) Run(ctx context.Context, cfg *config.Config, to streams) error {
	var epoch string
	restored, err := database.Restore(ctx, cfg.DatabaseURL, c.File, c.Replace, func(db *database.DB) (err error) {
		epoch, err = beginEpoch(ctx, db, true)
		return err
	})
	if err != nil {
		return fmt.Errorf("nothing was restored: %w", interrupted(ctx, err))
	}
	target, _ := strings.CutPrefix(cfg.DatabaseURL, "sqlite:")
	fmt.Fprintf(to.out, "%s was restored from %s: %s\n%s\n", target, c.File, describe(restored.Contents), sayEpoch(epoch, true))
	if !restored.Digest {
		fmt.Fprintf(to.out, "WARNING: there is no %s.sha256 beside the backup: it could not be verified that nothing was changed in it\n", c.File)
	}
	if restored.Kept != "" {
		fmt.Fprintf(to.out, "the former database is kept as %s\n", restored.Kept)
	}
	remindOfKey(cfg, to.out)
	return nil
}

// EpochCmd is about the epochs of the change log.
type EpochCmd struct {
	New EpochNewCmd `cmd:"" help:"Begin a new epoch of the change log, as after pg_restore; upr restore does by itself."`
}

// EpochNewCmd begins an epoch.
type EpochNewCmd struct {
	EndSessions bool `help:"End all sessions and links to sign in as well: those that were ended since the backup would hold again."`
}

// Run begins the epoch and says its name.
func (c EpochNewCmd) Run(ctx context.Context, cfg *config.Config, to streams) error {
	db, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer db.Close()
	epoch, err := beginEpoch(ctx, db, c.EndSessions)
	if err == nil {
		fmt.Fprintln(to.out, sayEpoch(epoch, c.EndSessions))
	}
	return err
}

// beginEpoch returns the name of the new epoch, none where the log is yet to begin.
func beginEpoch(ctx context.Context, db *database.DB, endSessions bool) (string, error) {
	err := database.WithTx(ctx, db, func(tx *database.Tx) error {
		if err := changelog.NewEpoch(ctx, tx); err != nil {
			return err
		}
		if err := notify.DoubtQueued(ctx, tx); err != nil || !endSessions {
			return err
		}
		return identity.EndAllSessions(ctx, tx)
	})
	if err != nil {
		return "", err
	}
	head, err := changelog.ReadHead(ctx, db.SQL)
	return head.Epoch, err
}

func sayEpoch(epoch string, ended bool) string {
	said := "the change log has no entries yet"
	if epoch != "" {
		said = fmt.Sprintf("the change log begins a new epoch, %s: whoever follows it begins anew", epoch)
	}
	if ended {
		said += "; all sessions were ended"
	}
	return said
}

func describe(c database.Contents) string {
	return fmt.Sprintf("%s, schema %d, %.1f MB", ingest.Plural(c.Recommendations, "recommendation"), c.Schema, float64(c.Bytes)/(1<<20))
}

// remindOfKey names what a backup does not have.
func remindOfKey(cfg *config.Config, out io.Writer) {
	key := cfg.SecretKeyFile
	if path, sqlite := strings.CutPrefix(cfg.DatabaseURL, "sqlite:"); key == "" && sqlite {
		key = beside(path, ".key")
	}
	fmt.Fprintf(out, "second factors need the key %s as well, which is not in the backup: keep a copy of it elsewhere\n", key)
	store := cfg.FilesURL
	if path, sqlite := strings.CutPrefix(cfg.DatabaseURL, "sqlite:"); store == "" && sqlite {
		store = beside(path, ".files")
	}
	fmt.Fprintf(out, "what people uploaded is in %s, and not in the backup either: copy that folder after each backup\n", store)
}

func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	return err
}
