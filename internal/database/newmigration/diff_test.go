package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestMigrationsAgreeWithEntities fails when an entity changed and no migration says so.
func TestMigrationsAgreeWithEntities(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		folder := t.TempDir()
		if err := os.CopyFS(folder, os.DirFS("../migrations")); err != nil {
			t.Fatal(err)
		}
		before := files(t, folder)
		if err := diff(t.Context(), url, folder, "difference"); err != nil {
			t.Fatal(err)
		}
		after := files(t, folder)
		for path, text := range after {
			if before[path] != text {
				t.Errorf("the entities differ from the migrations: run `make migration NAME=what_changes`; %s would be\n%s", filepath.Base(path), text)
			}
		}
	})
}

func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		texts[path] = string(text)
		return err
	})
	if err != nil || len(texts) == 0 {
		t.Fatalf("%d files, %v", len(texts), err)
	}
	return texts
}
