package slice_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"runtime"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestAnInterruptedExportIsRecognised stops the server in the middle of an answer.
func TestAnInterruptedExportIsRecognised(t *testing.T) {
	h := open(t, dbtest.SQLite(t), 20_000)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	request, _ := http.NewRequestWithContext(ctx, http.MethodGet, h.url+"/export/recommendations.json", nil)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.CopyN(io.Discard, response.Body, 1000); err != nil {
		t.Fatal(err)
	}
	cancel() // as a line that breaks
	if _, err := io.Copy(io.Discard, response.Body); err == nil || response.Trailer.Get("Repr-Digest") != "" {
		t.Errorf("the end came: %v, %v", err, response.Trailer)
	}
	if response.Header.Get("X-Total-Count") != "20000" {
		t.Errorf("%v", response.Header)
	}
}

// BenchmarkExport measures the time to the first byte and to the last, and how much the heap
// grows meanwhile.
func BenchmarkExport(b *testing.B) {
	const rows = 110_000
	h := open(b, dbtest.SQLite(b), rows)
	for _, format := range []string{"csv", "ndjson", "json", "zip", "xlsx", "parquet"} {
		b.Run(format, func(b *testing.B) {
			var first time.Duration
			var bytes int64
			var grown uint64
			for b.Loop() {
				runtime.GC()
				before := heap()
				start := time.Now()
				request, _ := http.NewRequestWithContext(b.Context(), http.MethodGet, h.url+"/export/recommendations."+format, nil)
				response, err := http.DefaultClient.Do(request)
				if err != nil {
					b.Fatal(err)
				}
				in := bufio.NewReader(response.Body)
				if _, err := in.Peek(1); err != nil {
					b.Fatal(err)
				}
				first += time.Since(start)
				n, err := io.Copy(io.Discard, in)
				if err != nil || response.Header.Get("X-Total-Count") != "110000" {
					b.Fatal(err, response.Header)
				}
				_ = response.Body.Close()
				bytes += n
				grown = max(grown, heap()-min(before, heap()))
			}
			b.ReportMetric(float64(first.Milliseconds())/float64(b.N), "ms-first/op")
			b.ReportMetric(float64(bytes)/float64(b.N)/1e6, "MB/op")
			b.ReportMetric(float64(grown)/1e6, "MB-heap")
		})
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}
