package main

import (
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/ingest"
)

func TestLineMeter(t *testing.T) {
	var out strings.Builder
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	m := &lineMeter{w: &out, now: func() time.Time { return now }}
	for second := range 6 {
		m.Show(ingest.Progress{Step: "reading a.csv", Rows: 1000 * second, Done: int64(second), Total: 10})
		now = now.Add(time.Second)
	}
	m.Show(ingest.Progress{Step: "writing", Rows: 0, Done: 0, Total: 7})
	want := "reading a.csv: 2,000 rows, 1000 rows/s, 20 % done, 8s left\n" +
		"reading a.csv: 4,000 rows, 1000 rows/s, 40 % done, 6s left\n" +
		"writing: 0 rows, 0 rows/s\n"
	if got := out.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
