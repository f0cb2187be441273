package database

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"

	"entgo.io/ent/dialect"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

// jobsVersions are the schemas of River, which keeps the jobs, as migrations of ours: the number
// of ours, and how far River's own migrator goes in it. A new River that brings more gets another
// line; TestJobsAreMigrated says so.
var jobsVersions = map[int64]int{20261128100000: 8}

// JobDriver is River's way to a database.
func (db *DB) JobDriver() riverdriver.Driver[*sql.Tx] {
	if db.Dialect == dialect.Postgres {
		return riverdatabasesql.New(db.SQL)
	}
	return riversqlite.New(db.SQL)
}

// JobMigrator is River's own migrator.
func (db *DB) JobMigrator() (*rivermigrate.Migrator[*sql.Tx], error) {
	migrator, err := rivermigrate.New(db.JobDriver(), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("prepare the tables of jobs: %w", err)
	}
	return migrator, nil
}

// jobMigrations are what goose runs beside the files.
func (db *DB) jobMigrations() []*goose.Migration {
	var all []*goose.Migration
	for version, target := range jobsVersions {
		to := &rivermigrate.MigrateOpts{TargetVersion: target}
		up := &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			migrator, err := db.JobMigrator()
			if err != nil {
				return err
			}
			_, err = migrator.MigrateTx(ctx, tx, rivermigrate.DirectionUp, to) //nolint:staticcheck // SQLite takes all of it in one, and has no other lock
			return err
		}}
		if db.Dialect == dialect.Postgres { // which does not use a value of a type in the transaction that adds it
			up = &goose.GoFunc{RunDB: func(ctx context.Context, _ *sql.DB) error {
				migrator, err := db.JobMigrator()
				if err != nil {
					return err
				}
				_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, to)
				return err
			}}
		}
		all = append(all, goose.NewGoMigration(version, up, nil))
	}
	return all
}
