// Package sampletest opens databases that tests begin with: with all tables, with the
// reference lists, with synthetic recommendations. What takes long is done once in a test
// binary and copied.
package sampletest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/reference"
	"github.com/upr-info/upr/internal/sample"
)

var (
	migrated = dbtest.NewTemplate(func(ctx context.Context, address string) error { return fill(ctx, address, false, 0) })

	filledLock sync.Mutex
	filled     = map[int]*dbtest.Template{} // by the number of recommendations
)

// Migrated opens an empty database with all tables.
func Migrated(tb testing.TB, address string) *database.DB {
	tb.Helper()
	return open(tb, address, migrated)
}

// Listed opens an empty database with all tables and the reference lists.
func Listed(tb testing.TB, address string) *database.DB {
	tb.Helper()
	return Filled(tb, address, 0)
}

// Filled opens a database with the reference lists and some synthetic recommendations.
func Filled(tb testing.TB, address string, recommendations int) *database.DB {
	tb.Helper()
	filledLock.Lock()
	template, ok := filled[recommendations]
	if !ok {
		template = dbtest.NewTemplate(func(ctx context.Context, address string) error { return fill(ctx, address, true, recommendations) })
		filled[recommendations] = template
	}
	filledLock.Unlock()
	return open(tb, address, template)
}

func open(tb testing.TB, address string, template *dbtest.Template) *database.DB {
	tb.Helper()
	template.Into(tb, address)
	db, err := database.Open(tb.Context(), address)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

func fill(ctx context.Context, address string, lists bool, recommendations int) (err error) {
	db, err := database.Open(ctx, address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := database.Migrate(ctx, db); err != nil || !lists {
		return err
	}
	data, err := reference.Read()
	if err != nil {
		return err
	}
	if _, err := reference.Update(ctx, db, data); err != nil || recommendations == 0 {
		return err
	}
	_, err = sample.Fill(ctx, db, sample.Options{Recommendations: recommendations})
	return err
}
