//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestAFullDiskIsExplained starts a server where there is no space: on a disk that is too small for a
// new database, and on one that somebody else has filled since.
func TestAFullDiskIsExplained(t *testing.T) {
	folder := t.TempDir()
	if err := syscall.Mount("none", folder, "tmpfs", 0, "size=300k"); err != nil {
		t.Skip("a small disk takes root:", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) })
	file := filepath.Join(folder, "upr.db")
	refused := func(when string) {
		t.Helper()
		upr := exec.CommandContext(t.Context(), os.Args[0], "serve", "--addr=127.0.0.1:0", "--database-url=sqlite:"+file)
		upr.Env = append(os.Environ(), asProgram+"=1")
		said, err := upr.CombinedOutput()
		if err == nil || !strings.Contains(string(said), "upr: the database has no space left where its file is, "+file+": make space there") {
			t.Errorf("%s: %v\n%s", when, err, said)
		}
	}
	refused("a new database")
	if err := syscall.Mount("none", folder, "tmpfs", syscall.MS_REMOUNT, "size=20m"); err != nil {
		t.Fatal(err)
	}
	command(t, "migrate", "--database-url=sqlite:"+file)
	if err := exec.CommandContext(t.Context(), "sh", "-c", "dd if=/dev/zero of='"+folder+"/other' bs=4k 2>/dev/null; test -s '"+folder+"/other'").Run(); err != nil {
		t.Fatal(err)
	}
	refused("a database that was there")
}
