package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/upr-info/upr/internal/config"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/ingest"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/sample"
	"github.com/upr-info/upr/internal/sample/rounds"
)

// SampleCmd fills an empty database with synthetic data.
type SampleCmd struct {
	Recommendations int    `default:"20000" help:"How many recommendations; pledges come on top."`
	Seed            uint64 `default:"1" help:"The same seed and number give the same data. 0 counts as 1."`
}

// Run fills the database and says what it wrote.
func (c SampleCmd) Run(ctx context.Context, cfg *config.Config, to streams) error {
	if c.Recommendations < 1 {
		return errors.New("--recommendations must be 1 or more")
	}
	db, err := openDatabase(ctx, cfg)
	if err != nil {
		return err
	}
	defer db.Close()
	return fillSample(ctx, db, sample.Options{Recommendations: c.Recommendations, Seed: c.Seed}, to)
}

// sampleIfEmpty fills a database on its first start and leaves any other as it is. Who stops meanwhile has an empty database,
// or a filled one: once there are recommendations, the rounds are made to their end.
func sampleIfEmpty(ctx context.Context, db *database.DB, cfg *config.Config, recommendations int, to streams) error {
	empty, err := sample.Empty(ctx, db)
	if err != nil || !empty {
		return err
	}
	secrets, err := openSecrets(ctx, cfg, db)
	if err != nil {
		return err
	}
	if err := fillSample(ctx, db, sample.Options{Recommendations: recommendations}, to); err != nil {
		return err
	}
	jobs := job.New(db)
	files, closeStore, err := openFiles(db, cfg, secrets, jobs)
	if err != nil {
		return err
	}
	defer closeStore()
	defer context.AfterFunc(ctx, func() { slog.InfoContext(ctx, "stops when the made-up rounds are written") })()
	whole := context.WithoutCancel(ctx)
	working, stop := context.WithCancel(whole)
	behind := errgroup.Group{}
	behind.Go(func() error { return jobs.Run(working) })
	n, err := rounds.Fill(whole, db, secrets, files, time.Now())
	stop()
	if err := errors.Join(err, behind.Wait()); err != nil {
		return err
	}
	fmt.Fprintf(to.out, "%s of Pre-sessions written, one in each phase\n", ingest.Plural(n, "made-up round"))
	return nil
}

func fillSample(ctx context.Context, db *database.DB, opts sample.Options, to streams) error {

	meter := newMeter(to.log)
	defer meter.Close()
	opts.Progress = func(done, total int) {
		meter.Show(ingest.Progress{Step: "making synthetic data", Rows: done, Done: int64(done), Total: int64(total)})
	}
	summary, err := sample.Fill(ctx, db, opts)
	if err != nil && ctx.Err() != nil {
		return errors.New("interrupted: nothing was written")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(to.out, "%s and %s written (seed %d)\n",
		ingest.Plural(summary.Recommendations, "synthetic recommendation"), ingest.Plural(summary.Pledges, "synthetic pledge"), summary.Seed)
	return nil
}
