// Package sample fills a database with synthetic recommendations and pledges, for the
// demo and the benchmarks. They have the sizes and distributions of real ones and are
// labelled as synthetic in every text and in their provenance.
//
// Fill is the way in. A maker makes up the rows of one review after another from the
// model in data/, and a writer puts them into the database.
package sample

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect"

	"github.com/upr-info/upr/ent"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
)

// Options of Fill. The zero value is valid.
type Options struct {
	Recommendations int                   // 0: 20,000
	Seed            uint64                // 0: 1
	Now             func() time.Time      // nil: time.Now
	Progress        func(done, total int) // counts recommendations and pledges; nil: silent
}

// Summary says what Fill wrote.
type Summary struct {
	Recommendations, Pledges int
	Seed                     uint64
}

// Fill writes synthetic recommendations and pledges into a database that has the
// reference data but none of either, in one transaction. The same seed and number give
// the same data, public ids included. Returns Conflict if the database has some already,
// and Invalid for a negative number; both leave it unchanged.
func Fill(ctx context.Context, db *database.DB, opts Options) (Summary, error) {
	opts = opts.withDefaults()
	if opts.Recommendations < 0 {
		return Summary{}, fault.Invalid("recommendations", "must not be negative")
	}
	m, err := loadModel()
	if err != nil {
		return Summary{}, fmt.Errorf("read the sample's own files: %w", err)
	}
	var summary Summary
	because := changelog.Because{Actor: "program:sample", Origin: changelog.Sample, Reason: "made up for a demonstration", At: opts.Now()}
	_, err = changelog.Write(ctx, db, because, func(tx *database.Tx, log *changelog.Log) error {
		summary, err = fill(ctx, tx, m, opts, log)
		return err
	})
	if err != nil {
		return Summary{}, err
	}
	return summary, nil
}

func (o Options) withDefaults() Options {
	if o.Recommendations == 0 {
		o.Recommendations = 20_000
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	return o
}

func fill(ctx context.Context, tx *database.Tx, m *model, opts Options, log *changelog.Log) (Summary, error) {
	if err := requireEmpty(ctx, tx); err != nil {
		return Summary{}, err
	}
	w, err := readWorld(ctx, tx)
	if err != nil {
		return Summary{}, err
	}
	if err := w.check(m); err != nil {
		return Summary{}, err
	}
	maker := newMaker(opts.Seed, m)
	sizes, pledges := maker.reviewSizes(w.reviews, opts.Recommendations), maker.pledgeCounts(w.reviews, opts.Recommendations)
	summary := Summary{Recommendations: sum(sizes), Pledges: sum(pledges), Seed: opts.Seed}
	out, err := newWriter(ctx, tx, w, summary, opts)
	if err != nil {
		return Summary{}, err
	}
	for i, rv := range w.reviews {
		if err := out.recommendations(ctx, rv, maker.review(rv, sizes[i])); err != nil {
			return Summary{}, err
		}
	}
	for i, rv := range w.reviews {
		for range pledges[i] {
			if err := out.pledge(ctx, rv, maker.statement(m.grammar.pledgeText)); err != nil {
				return Summary{}, err
			}
		}
	}
	log.Touch(changelog.Recommendation, changelog.Create, out.recIDs...)
	log.Touch(changelog.Pledge, changelog.Create, out.plgIDs...)
	return summary, out.flush(ctx)
}

// requireEmpty refuses a database that has recommendations or pledges, and keeps
// others from adding some meanwhile. On SQLite the transaction does that by itself.
func requireEmpty(ctx context.Context, tx *database.Tx) error {
	if tx.Dialect == dialect.Postgres {
		_, err := tx.ExecContext(ctx, "LOCK TABLE recommendations, pledges IN SHARE ROW EXCLUSIVE MODE")
		if err != nil {
			return fmt.Errorf("lock the record: %w", err)
		}
	}
	recommendations, pledges, err := count(ctx, tx.Ent)
	if err != nil {
		return err
	}
	if recommendations+pledges > 0 {
		return fault.Conflict("the database already has %d recommendations and %d pledges, and synthetic data "+
			"does not mix with them: name an empty database with UPR_DATABASE_URL", recommendations, pledges)
	}
	return nil
}

// Empty says whether a database has neither recommendations nor pledges.
func Empty(ctx context.Context, db *database.DB) (bool, error) {
	recommendations, pledges, err := count(ctx, db.Ent)
	return recommendations+pledges == 0, err
}

func count(ctx context.Context, client *ent.Client) (recommendations, pledges int, err error) {
	if recommendations, err = client.Recommendation.Query().Count(ctx); err != nil {
		return 0, 0, fmt.Errorf("count the recommendations: %w", err)
	}
	if pledges, err = client.Pledge.Query().Count(ctx); err != nil {
		return 0, 0, fmt.Errorf("count the pledges: %w", err)
	}
	return recommendations, pledges, nil
}
