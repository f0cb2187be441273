package database

import (
	"context"
	"fmt"
	"strings"
)

// MigrateBefore brings a database back to the version before a migration.
func MigrateBefore(ctx context.Context, db *DB, name string) error {
	provider, err := db.migrator()
	if err != nil {
		return err
	}
	before := int64(0)
	for _, source := range provider.ListSources() {
		if strings.HasSuffix(source.Path, "_"+name+".sql") {
			_, err := provider.DownTo(ctx, before)
			return err
		}
		before = source.Version
	}
	return fmt.Errorf("there is no migration %s", name)
}
