package webhook

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Outcomes of attempts.
const (
	delivered = "delivered"
	failed    = "failed" // to be tried again
	dead      = "dead"   // given up
)

type metrics struct {
	attempts *prometheus.CounterVec
	disabled prometheus.Counter
	took     prometheus.Histogram
}

func newMetrics() metrics {
	return metrics{
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "upr_webhook_attempts_total", Help: "Attempts of this process to deliver, by outcome: delivered, failed, or dead after the last one."}, []string{"outcome"}),
		disabled: prometheus.NewCounter(prometheus.CounterOpts{Name: "upr_webhooks_disabled_total", Help: "Webhooks that this process disabled, because their receivers did not answer for days or were gone."}),
		took:     prometheus.NewHistogram(prometheus.HistogramOpts{Name: "upr_webhook_seconds", Help: "How long receivers took to answer, or not to.", Buckets: prometheus.ExponentialBuckets(0.02, 3, 7)}),
	}
}

func (m metrics) attempt(outcome string, took time.Duration) {
	m.attempts.WithLabelValues(outcome).Inc()
	m.took.Observe(took.Seconds())
}

// Describe is called by Prometheus.
func (s *Service) Describe(to chan<- *prometheus.Desc) {
	s.metrics.attempts.Describe(to)
	s.metrics.disabled.Describe(to)
	s.metrics.took.Describe(to)
}

// Collect is called by Prometheus.
func (s *Service) Collect(to chan<- prometheus.Metric) {
	s.metrics.attempts.Collect(to)
	s.metrics.disabled.Collect(to)
	s.metrics.took.Collect(to)
}
