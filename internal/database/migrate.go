package database

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"entgo.io/ent/dialect"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/upr-info/upr/internal/fault"
)

//go:embed migrations
var migrations embed.FS

// Migrate brings the schema up to this program's version and returns how many
// migrations it applied. A database that is newer than the program is refused,
// unchanged. On PostgreSQL, processes that start together wait for each other.
func Migrate(ctx context.Context, db *DB) (int, error) {
	provider, err := db.migrator()
	if err != nil {
		return 0, err
	}
	if err := refuseNewer(ctx, provider); err != nil {
		return 0, err
	}
	applied, err := provider.Up(ctx)
	// SQLite has no lock that goose could take: another process that starts at the same
	// moment may have applied a migration between our look and our turn. Each failure of
	// this kind leaves one migration fewer.
	for range provider.ListSources() {
		if err == nil || db.Dialect != dialect.SQLite || ctx.Err() != nil {
			break
		}
		applied, err = provider.Up(ctx)
	}
	if err != nil {
		return 0, cmp.Or(twoRounds(ctx, db), fmt.Errorf("migrate: %w", err))
	}
	return len(applied), nil
}

// twoRounds says which rounds keep a database from being migrated, that earlier versions let a double click make; nil:
// it is something else.
func twoRounds(ctx context.Context, db *DB) error {
	rows, err := db.SQL.QueryContext(ctx, `SELECT r.uid FROM rounds r WHERE r.session_id IN (SELECT session_id FROM rounds GROUP BY session_id HAVING count(*) > 1)
		OR r.id IN (SELECT round_id FROM pre_sessions WHERE review_id IN (SELECT review_id FROM pre_sessions GROUP BY review_id HAVING count(*) > 1)) ORDER BY r.id`)
	if err != nil { // there are none in it yet
		return nil
	}
	defer rows.Close()
	var rounds []string
	for rows.Next() {
		var uid string
		if err := rows.Scan(&uid); err != nil {
			return nil
		}
		rounds = append(rounds, uid)
	}
	if rows.Err() != nil || len(rounds) == 0 {
		return nil
	}
	return fault.Conflict("the rounds %s are of one session, or have the Pre-session of one State twice, and a session has one round: "+
		"take out those that nobody uses, as docs/operating.md says under Databases; until then the database stays as it was before this", strings.Join(rounds, " and "))
}

func refuseNewer(ctx context.Context, provider *goose.Provider) error {
	have, err := provider.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	sources := provider.ListSources()
	if newest := sources[len(sources)-1].Version; have > newest {
		return fault.Conflict("the database was made by a newer upr (schema %d, this program knows %d): "+
			"install the newer program, or restore a backup made before the upgrade", have, newest)
	}
	return nil
}

func (db *DB) migrator() (*goose.Provider, error) {
	name, gooseDialect := "sqlite", goose.DialectSQLite3
	options := []goose.ProviderOption{goose.WithGoMigrations(db.jobMigrations()...)}
	if db.Dialect == dialect.Postgres {
		name, gooseDialect = "postgres", goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, fmt.Errorf("prepare the migration lock: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	files, err := fs.Sub(migrations, "migrations/"+name)
	if err != nil {
		return nil, err
	}
	provider, err := goose.NewProvider(gooseDialect, db.SQL, files, options...)
	if errors.Is(err, goose.ErrNoMigrations) {
		return nil, fmt.Errorf("this program was built without its migrations")
	}
	return provider, err
}
