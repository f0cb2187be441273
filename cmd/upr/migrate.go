package main

import (
	"context"
	"fmt"

	"github.com/upr-info/upr/internal/config"
	"github.com/upr-info/upr/internal/database"
)

// MigrateCmd brings the database up to date.
type MigrateCmd struct{}

// Run migrates and says what it did.
func (MigrateCmd) Run(ctx context.Context, cfg *config.Config, to streams) error {
	db, err := database.Open(ctx, cfg.DatabaseURL)
	if err != nil {
		return err
	}
	defer db.Close()
	done, err := migrate(ctx, db)
	if err == nil {
		fmt.Fprintln(to.out, done)
	}
	return err
}
