package job

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"

	"entgo.io/ent/dialect"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"github.com/upr-info/upr/internal/database"
)

// When says when and where a job is done. The zero value: soon, in the lane of short ones.
type When struct {
	At   time.Time
	Lane string
}

// Job is what is to be done, and when.
type Job struct {
	Args Args
	When When
}

// Insert has a job done after the transaction, where that is kept. Any process may, whether it
// does jobs itself or not.
func Insert(ctx context.Context, tx *database.Tx, args Args, when When) error {
	return InsertMany(ctx, tx, Job{args, when})
}

// InsertMany does the same with many at once.
func InsertMany(ctx context.Context, tx *database.Tx, jobs ...Job) error {
	if len(jobs) == 0 {
		return nil
	}
	inserter := onSQLite
	if tx.Dialect == dialect.Postgres {
		inserter = onPostgres
	}
	client, err := inserter()
	if err != nil {
		return err
	}
	params := make([]river.InsertManyParams, len(jobs))
	for i, j := range jobs {
		params[i] = river.InsertManyParams{Args: j.Args, InsertOpts: &river.InsertOpts{ScheduledAt: j.When.At, Queue: j.When.Lane, MaxAttempts: attempts}}
	}
	if _, err := client.InsertManyFastTx(ctx, tx.Tx, params); err != nil {
		return fmt.Errorf("insert %d jobs %s …: %w", len(jobs), jobs[0].Args.Kind(), err)
	}
	return nil
}

// What only inserts needs no pool, so that one for each database is enough.
var (
	onSQLite   = sync.OnceValues(func() (*river.Client[*sql.Tx], error) { return insertOnly(riversqlite.New(nil)) })
	onPostgres = sync.OnceValues(func() (*river.Client[*sql.Tx], error) { return insertOnly(riverdatabasesql.New(nil)) })
)

func insertOnly(driver riverdriver.Driver[*sql.Tx]) (*river.Client[*sql.Tx], error) {
	client, err := river.NewClient(driver, &river.Config{})
	if err != nil {
		return nil, fmt.Errorf("prepare to insert jobs: %w", err)
	}
	return client, nil
}
