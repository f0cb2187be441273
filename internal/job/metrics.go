package job

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are what this process did, and what there is to do.
type metrics struct {
	ended *prometheus.CounterVec
	took  *prometheus.HistogramVec
	there *prometheus.Desc
}

func newMetrics() metrics {
	return metrics{
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "upr_jobs_total", Help: "Attempts at jobs that this process made, by kind and outcome: done or failed."}, []string{"kind", "outcome"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "upr_job_seconds", Help: "How long attempts took.", Buckets: prometheus.ExponentialBuckets(0.01, 4, 8),
		}, []string{"kind"}),
		there: prometheus.NewDesc("upr_jobs", "Jobs in the database, the same from each process, by kind and state: waiting, running, or failed for good.", []string{"kind", "state"}, nil),
	}
}

func (m metrics) done(kind string, took time.Duration, err error) {
	outcome := "done"
	if err != nil {
		outcome = "failed"
	}
	m.ended.WithLabelValues(kind, outcome).Inc()
	m.took.WithLabelValues(kind).Observe(took.Seconds())
}

// Describe is called by Prometheus.
func (q *Queue) Describe(to chan<- *prometheus.Desc) {
	q.metrics.ended.Describe(to)
	q.metrics.took.Describe(to)
	to <- q.metrics.there
}

// Collect is called by Prometheus.
func (q *Queue) Collect(to chan<- prometheus.Metric) {
	q.metrics.ended.Collect(to)
	q.metrics.took.Collect(to)
	ctx, cancel := context.WithTimeout(context.Background(), scrapeWithin)
	defer cancel()
	if err := q.count(ctx, to); err != nil {
		slog.DebugContext(ctx, "jobs cannot be counted", "error", err) // with a database that is away they are missing
	}
}

// scrapeWithin is less than Prometheus waits.
const scrapeWithin = 2 * time.Second

// count says 0 where nothing is, so that a line of a dashboard goes down to 0 instead of ending.
func (q *Queue) count(ctx context.Context, to chan<- prometheus.Metric) error {
	rows, err := q.db.SQL.QueryContext(ctx, `SELECT kind, CASE state WHEN 'running' THEN 'running' WHEN 'discarded' THEN 'failed' ELSE 'waiting' END AS what, COUNT(*)
		FROM river_job WHERE state IN ('available', 'scheduled', 'pending', 'retryable', 'running', 'discarded') GROUP BY kind, what`)
	if err != nil {
		return err
	}
	defer rows.Close()
	counts := map[jobsOf]float64{}
	for _, kind := range q.kinds {
		for _, state := range []string{"waiting", "running", "failed"} {
			counts[jobsOf{kind, state}] = 0
		}
	}
	for rows.Next() {
		var of jobsOf
		var n float64
		if err := rows.Scan(&of.kind, &of.state, &n); err != nil {
			return err
		}
		counts[of] = n
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for of, n := range counts {
		to <- prometheus.MustNewConstMetric(q.metrics.there, prometheus.GaugeValue, n, of.kind, of.state)
	}
	return nil
}

type jobsOf struct{ kind, state string }
