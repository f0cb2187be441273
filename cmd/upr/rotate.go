package main

import (
	"context"
	"fmt"
	"time"

	"github.com/upr-info/upr/internal/config"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/rotation"
)

// RotateCmd replaces the key under which secrets are kept.
type RotateCmd struct{}

// Run seals anew what former keys have sealed, and says when they are not needed any more.
func (RotateCmd) Run(ctx context.Context, cfg *config.Config, to streams) error {
	db, err := database.Open(ctx, cfg.DatabaseURL)
	if err != nil {
		return err
	}
	defer db.Close()
	secrets, err := openSecrets(ctx, cfg, db)
	if err != nil {
		return err
	}
	results, err := rotation.Reseal(ctx, db, secrets)
	if err != nil {
		return err
	}
	lost := 0
	for _, r := range results {
		fmt.Fprintf(to.out, "%s: %d sealed anew", r.Table, r.Anew)
		if r.Lost > 0 {
			fmt.Fprintf(to.out, ", %d that no key opens", r.Lost)
		}
		fmt.Fprintln(to.out)
		lost += r.Lost
	}
	if lost > 0 {
		return fault.Conflict("%d secrets were sealed under a key that UPR_SECRET_KEY_FILE does not have: add it in a line of its own and run this again", lost)
	}
	digests, err := presession.New(db, time.Now, presession.Means{Box: secrets}).RenewDigests(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(to.out, "digests of people: %d made anew\nnothing needs a former key any more: once all processes have this file, take the other lines out of it and restart them\n", digests)
	return nil
}
