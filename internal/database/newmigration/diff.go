package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/sqltool"
	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"

	entmigrate "github.com/upr-info/upr/ent/migrate"
	"github.com/upr-info/upr/internal/database"
)

// diff compares the entities with the migrations below folder by replaying those on
// the empty database at address, and writes the difference as one more migration.
// Without a difference it writes nothing.
func diff(ctx context.Context, address, folder, name string) error {
	db, err := database.Open(ctx, address)
	if err != nil {
		return err
	}
	defer db.Close()
	kind := "sqlite"
	if db.Dialect == dialect.Postgres {
		kind = "postgres"
	}
	dir, err := sqltool.NewGooseDir(filepath.Join(folder, kind))
	if err != nil {
		return fmt.Errorf("open the migrations: %w", err)
	}
	differ, err := schema.NewMigrate(entsql.OpenDB(db.Dialect, db.SQL), schema.WithDir(dir), schema.WithMigrationMode(schema.ModeReplay),
		schema.WithFormatter(sqltool.GooseFormatter), schema.WithDialect(db.Dialect), schema.WithDropColumn(true), schema.WithDropIndex(true))
	if err != nil {
		return fmt.Errorf("prepare the comparison: %w", err)
	}
	if err := differ.NamedDiff(ctx, name, entmigrate.Tables...); err != nil && !errors.Is(err, migrate.ErrNoPlan) {
		return fmt.Errorf("compare the entities with the migrations: %w", err)
	}
	return nil
}
