package server

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"sync/atomic"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	oteltrace "go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// Trace sends traces where OpenTelemetry's variables say (OTEL_EXPORTER_OTLP_ENDPOINT and so
// on), and nowhere without them. What it returns sends the last ones.
func Trace(ctx context.Context) (stop func(context.Context) error, err error) {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" {
		return func(context.Context) error { return nil }, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("send traces: %w", err)
	}
	described, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "upr")), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("describe this server to traces: %w", err)
	}
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(described))
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	tracing.Store(true)
	return provider.Shutdown, nil
}

// tracer begins spans.
var tracer = otel.Tracer("github.com/upr-info/upr")

// tracing says whether traces are sent: a span of nothing costs as much as a limit.
var tracing atomic.Bool

// begin begins the span of a request, within the one that whoever asks names.
func begin(r *http.Request) (*http.Request, oteltrace.Span) {
	if !tracing.Load() {
		return r, noop.Span{}
	}
	ctx := otel.GetTextMapPropagator().Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	ctx, span := tracer.Start(ctx, r.Method, oteltrace.WithSpanKind(oteltrace.SpanKindServer))
	return r.WithContext(ctx), span
}
