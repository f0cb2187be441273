package server

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
)

// Metrics count what is asked and how it is answered. No label is anything that a client
// wrote.
type Metrics struct {
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec
	questions *prometheus.HistogramVec
	kept      prometheus.Counter
	lasting   prometheus.Gauge
	errors    *prometheus.CounterVec
}

// NewMetrics counts from zero, beside what others count.
func NewMetrics(db *database.DB, r *record.Record, others ...prometheus.Collector) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "upr_http_requests_total", Help: "Requests, by route and status."}, []string{"route", "status"}),
		questions: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "upr_question_seconds", Help: "How long questions took that were not answered from the cache, by operation and field of the schema.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 4, 9),
		}, []string{"field"}),
		kept:    prometheus.NewCounter(prometheus.CounterOpts{Name: "upr_cached_answers_total", Help: "Questions answered from the cache."}),
		lasting: prometheus.NewGauge(prometheus.GaugeOpts{Name: "upr_subscriptions", Help: "Subscriptions that go on."}),
		errors:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "upr_errors_total", Help: "Errors in answers, and refusals of requests and of operations over sockets, by code."}, []string{"code"}),
	}
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	m.registry.MustRegister(
		m.requests, m.questions, m.kept, m.lasting, m.errors,
		gauge("upr_record_version", "Number of the last change that the record in memory has.", func() float64 { return float64(r.Snapshot().Version().Number) }),
		gauge("upr_record_recommendations", "Recommendations that readers see.", func() float64 { return float64(r.Snapshot().Size()) }),
		gauge("upr_record_lag_seconds", "Seconds since the record was last known to have all that was changed.", func() float64 { return time.Since(r.InStep()).Seconds() }),
		collectors.NewDBStatsCollector(db.SQL, "upr"),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	m.registry.MustRegister(others...)
	return m
}

// slow is from when on a question is worth a line in the log.
const slow = 2 * time.Second

// Observe hears of a question. It is logged by the name that the client gave it, never with
// its text, its variables or who asked.
func (m *Metrics) Observe(ctx context.Context, o graph.Observed) {
	level := slog.LevelDebug
	if o.Took > slow && o.Lasting == 0 {
		level = slog.LevelWarn
	}
	slog.Log(ctx, level, "question", "operation", o.Operation, "field", o.Field, "codes", o.Codes, "kept", o.Kept, "duration", o.Took)
	if span := trace.SpanFromContext(ctx); span.IsRecording() {
		span.SetName(o.Field)
		span.SetAttributes(attribute.String("graphql.operation.name", o.Operation), attribute.StringSlice("upr.codes", o.Codes), attribute.Bool("upr.kept", o.Kept))
	}
	for _, code := range o.Codes {
		m.errors.WithLabelValues(code).Inc()
	}
	m.lasting.Add(float64(o.Lasting))
	if o.Kept {
		m.kept.Inc()
	}
	if o.Kept || o.Event || o.Unread || o.Lasting < 0 {
		return
	}
	m.questions.WithLabelValues(o.Field).Observe(o.Took.Seconds())
}

func (m *Metrics) refused(code fault.Code) {
	if m != nil {
		m.errors.WithLabelValues(string(code)).Inc()
	}
}

func (m *Metrics) request(route string, status int) {
	if m != nil {
		m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	}
}

// Private serves what only those who run the server may see: metrics and profiles.
func (m *Metrics) Private() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return identified(mux)
}
