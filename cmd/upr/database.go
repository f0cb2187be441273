package main

import (
	"context"
	"fmt"

	"github.com/upr-info/upr/internal/config"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/ingest"
	"github.com/upr-info/upr/internal/reference"
)

// openDatabase opens the database and brings schema and reference data up to date,
// as every command that works on it does first.
func openDatabase(ctx context.Context, cfg *config.Config) (*database.DB, error) {
	db, err := database.Open(ctx, cfg.DatabaseURL)
	if err != nil {
		return nil, err
	}
	if _, err := migrate(ctx, db); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

// migrate returns how many migrations and which changes of the reference data it applied.
func migrate(ctx context.Context, db *database.DB) (string, error) {
	applied, err := database.Migrate(ctx, db)
	if err != nil {
		return "", err
	}
	data, err := reference.Read()
	if err != nil {
		return "", err
	}
	changes, err := reference.Update(ctx, db, data)
	if err != nil {
		return "", fmt.Errorf("load the reference data: %w", err)
	}
	return fmt.Sprintf("%s applied; reference data: %s added, %d changed",
		ingest.Plural(applied, "migration"), ingest.Plural(changes.Added, "row"), changes.Changed), nil
}
