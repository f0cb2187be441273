//go:build linux

package server_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/server"
	"github.com/upr-info/upr/internal/viewer"
)

// TestLongPostgresDiskIsFull fills the disk that has PostgreSQL's table of users, and gives it
// more space: what did not fit left nothing behind, what is public was answered, and
// everything comes back by itself.
func TestLongPostgresDiskIsFull(t *testing.T) {
	if os.Getenv("UPR_LONG") == "" {
		t.Skip("NOT RUN: takes long; make test-long runs it")
	}
	s := openAt(t, dbtest.Postgres(t))
	disk := smallDisk(t, s.db)
	for _, statement := range []string{"CREATE TABLESPACE small LOCATION '" + disk + "'", "ALTER TABLE users SET TABLESPACE small"} {
		if _, err := s.db.SQL.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, statement := range []string{"ALTER TABLE users SET TABLESPACE pg_default", "DROP TABLESPACE small"} {
			if _, err := s.db.SQL.Exec(statement); err != nil {
				t.Errorf("%s: %v", statement, err)
			}
		}
	})
	s.serve(t, server.Options{})
	program, made := viewer.NewContext(t.Context(), viewer.Program("test")), 0
	add := func() error {
		made++
		_, err := s.people.CreateUser(program, fmt.Sprintf("%d@example.org", made), strings.Repeat("x", 190), "EN", "")
		return err
	}
	var full error
	for full == nil && made < 5000 {
		full = add()
	}
	if trouble := database.Trouble(full); trouble == nil || !strings.Contains(trouble.Error(), "no space left") {
		t.Fatalf("after %d users: %v", made, full)
	}
	var kept, logged int
	if err := s.db.SQL.QueryRow("SELECT (SELECT COUNT(*) FROM users), (SELECT COUNT(*) FROM change_entries WHERE node LIKE 'usr_%')").Scan(&kept, &logged); err != nil || kept != made-1 || logged != kept {
		t.Errorf("%d users are kept and %d in the log, %d were made: %v", kept, logged, made-1, err)
	}
	if code, _ := s.codeOf(t, publicQuestion, ""); code != "" {
		t.Errorf("a public question: %q", code)
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, "size=20m"); err != nil {
		t.Fatal(err)
	}
	if err := add(); err != nil {
		t.Errorf("with space again: %v", err)
	}
}

// smallDisk mounts a disk of 256 KB that PostgreSQL's user may write to.
func smallDisk(t *testing.T, db *database.DB) string {
	t.Helper()
	var data string
	if err := db.SQL.QueryRow("SHOW data_directory").Scan(&data); err != nil {
		t.Fatal(err)
	}
	disk, err := os.MkdirTemp(filepath.Dir(data), "disk-") //nolint:usetesting // where PostgreSQL's user may go
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=256k"); err != nil {
		_ = os.Remove(disk)
		t.Skipf("NOT TESTED: a small disk cannot be mounted here (%v); it takes root", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, 0); err != nil {
			t.Errorf("unmount the small disk: %v", err)
		}
		_ = os.Remove(disk)
	})
	owner, err := os.Stat(data)
	if err != nil {
		t.Fatal(err)
	}
	of, ok := owner.Sys().(*syscall.Stat_t)
	if !ok {
		t.Fatal("the data directory has no owner")
	}
	if err := os.Chown(disk, int(of.Uid), int(of.Gid)); err != nil {
		t.Fatal(err)
	}
	return disk
}
