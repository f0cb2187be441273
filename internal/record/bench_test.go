package record_test

import (
	"context"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/reference"
	"github.com/upr-info/upr/internal/sample"
)

// recommendations is the size that the goals are set for.
const recommendations = 110_000

func BenchmarkLoad(b *testing.B) {
	for name, url := range map[string]string{"sqlite": dbtest.SQLite(b), "postgres": dbtest.Postgres(b)} {
		b.Run(name, func(b *testing.B) {
			db := filled(b, url)
			for b.Loop() {
				if _, err := record.Load(b.Context(), db, time.Now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func filled(b *testing.B, url string) *database.DB {
	b.Helper()
	ctx := context.Background()
	db, err := database.Open(ctx, url)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	if _, err := database.Migrate(ctx, db); err != nil {
		b.Fatal(err)
	}
	data, err := reference.Read()
	if err != nil {
		b.Fatal(err)
	}
	if _, err := reference.Update(ctx, db, data); err != nil {
		b.Fatal(err)
	}
	if _, err := sample.Fill(ctx, db, sample.Options{Recommendations: recommendations}); err != nil {
		b.Fatal(err)
	}
	return db
}
