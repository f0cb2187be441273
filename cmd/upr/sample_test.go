package main

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestSampleAndRecordStayApart tries to import real rows into a sample, and a sample
// into what was imported.
func TestSampleAndRecordStayApart(t *testing.T) {
	seed := filepath.Join("..", "..", "graph", "testdata", "seed.csv")
	dbtest.Each(t, func(t *testing.T, url string) {
		database := "--database-url=" + url
		if err := run(t.Context(), []string{"sample", "--recommendations=500", database}, io.Discard, io.Discard); err != nil {
			t.Fatal(err)
		}
		err := run(t.Context(), []string{"import", database, seed}, io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), "holds the synthetic sample") {
			t.Errorf("import into a sample: %v", err)
		}
	})
	database := "--database-url=" + dbtest.SQLite(t)
	if err := run(t.Context(), []string{"import", database, seed}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	err := run(t.Context(), []string{"sample", database}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "empty") {
		t.Errorf("sample into a record: %v", err)
	}
}
