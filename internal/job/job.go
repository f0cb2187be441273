// Package job does what is to be done later, or outside of a request: mail, deliveries, purges.
//
// A job is written in the transaction of what it follows from (Insert), so that both are kept or
// neither is. Every process that serves does jobs (Queue.Run); one job is done by one of them. A
// job of a process that was killed is done again by another one after a while: what a job does
// must bear that.
package job

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"github.com/upr-info/upr/internal/database"
)

// Args are what a job needs to know, kept as JSON: ids, never secrets or addresses of people.
// Kind names what is to be done; it is kept beside them, so that it stays for ever.
type Args = river.JobArgs

const (
	// pollEvery is how often a process looks for jobs.
	pollEvery = time.Second
	// timeout is how long one job may take.
	timeout = time.Minute
	// rescueAfter is when a running job is taken for one of a process that was killed.
	rescueAfter = 3 * time.Minute
	// grace is how long running jobs may go on when the process ends.
	grace = 20 * time.Second
	// attempts are made with pauses that grow with the fourth power of their number: three weeks in all.
	attempts = 25
	// beginAgain is the pause after the database was away when the queue was to begin.
	beginAgain = 5 * time.Second
)

// lanes are queues within the queue: what is slow in one does not delay another.
var lanes = map[string]river.QueueConfig{
	river.QueueDefault: {MaxWorkers: 4},
	Deliveries:         {MaxWorkers: 16},
	Mail:               {MaxWorkers: 4}, // what mail servers take from one sender
}

// Deliveries is the lane of jobs that wait for servers of others.
const Deliveries = "deliveries"

// Mail is the lane of mail.
const Mail = "mail"

// Queue does jobs.
type Queue struct {
	db       *database.DB
	workers  *river.Workers
	kinds    []string
	periodic []*river.PeriodicJob
	metrics  metrics
	rescue   time.Duration
}

// New returns a queue that does nothing yet.
func New(db *database.DB) *Queue {
	return &Queue{db: db, workers: river.NewWorkers(), metrics: newMetrics(), rescue: rescueAfter}
}

// Handle says how jobs of a kind are done. An error has the job done again later, up to 25 times;
// ctx ends after a minute, or when the process ends. It is called before Run.
func Handle[A Args](q *Queue, do func(ctx context.Context, args A) error) {
	var args A
	q.kinds = append(q.kinds, args.Kind())
	river.AddWorker(q.workers, river.WorkFunc(func(ctx context.Context, j *river.Job[A]) error {
		began := time.Now()
		err := do(ctx, j.Args)
		q.metrics.done(j.Kind, time.Since(began), err)
		if err != nil {
			slog.WarnContext(ctx, "a job failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "of", j.MaxAttempts, "error", err)
		}
		return err
	}))
}

// Every has a job done when a process begins and then once in an interval, however many processes
// there are. It is called before Run.
func (q *Queue) Every(interval time.Duration, args Args) {
	q.periodic = append(q.periodic, river.NewPeriodicJob(river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) {
			return args, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: interval}}
		}, &river.PeriodicJobOpts{RunOnStart: true}))
}

// Run does jobs until ctx ends, and then lets the running ones finish. A database that is away
// only delays it.
func (q *Queue) Run(ctx context.Context) error {
	for {
		client, err := q.client()
		if err != nil {
			return err
		}
		if err = client.Start(ctx); err == nil {
			<-client.Stopped()
			return nil
		}
		if ctx.Err() == nil {
			slog.WarnContext(ctx, "jobs cannot be done yet", "error", err)
		}
		select {
		case <-time.After(beginAgain):
		case <-ctx.Done():
			return nil
		}
	}
}

func (q *Queue) client() (*river.Client[*sql.Tx], error) {
	client, err := river.NewClient(q.db.JobDriver(), &river.Config{
		Queues:                      lanes,
		Workers:                     q.workers,
		PeriodicJobs:                q.periodic,
		Logger:                      slog.New(newQuiet(slog.Default().Handler())),
		PollOnly:                    true, // neither driver listens
		FetchPollInterval:           pollEvery,
		FetchOnlyKnownKinds:         true, // during an upgrade older processes leave what they do not know
		JobTimeout:                  min(timeout, q.rescue/2),
		RescueStuckJobsAfter:        q.rescue,
		SoftStopTimeout:             grace,
		MaxAttempts:                 attempts,
		CompletedJobRetentionPeriod: 24 * time.Hour,
		CancelledJobRetentionPeriod: 24 * time.Hour,
		DiscardedJobRetentionPeriod: 30 * 24 * time.Hour, // somebody may want to look
		ReindexerIndexNames:         []string{},          // the tables are small, and the indexes of the record are left alone as well
	})
	if err != nil {
		return nil, fmt.Errorf("prepare the queue of jobs: %w", err)
	}
	return client, nil
}
