// Command newmigration writes what the entities changed since the last migration,
// for both databases. UPR_TEST_DATABASE_URL names an empty PostgreSQL database;
// run it as `make migration NAME=what_changes`.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "newmigration:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("give the migration a name: make migration NAME=what_changes")
	}
	scratch, err := os.MkdirTemp("", "newmigration")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	ctx := context.Background()
	for _, address := range []string{"sqlite:" + filepath.Join(scratch, "upr.db"), os.Getenv("UPR_TEST_DATABASE_URL")} {
		if err := diff(ctx, address, "internal/database/migrations", os.Args[1]); err != nil {
			return err
		}
	}
	return nil
}
