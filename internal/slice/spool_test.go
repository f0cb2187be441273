package slice

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/turns"
	"github.com/upr-info/upr/internal/viewer"
)

// TestExportsTakeAPlace has all places of those who are not known taken: neither a whole export nor a
// part of one begins, and staff are answered.
func TestExportsTakeAPlace(t *testing.T) {
	s := &Service{making: turns.New(1, 1, maxWait), streaming: turns.New(1, 1, maxWait)}
	for _, places := range []turns.Turns{s.making, s.streaming} {
		if _, err := places.Take(t.Context(), "busy"); err != nil {
			t.Fatal(err)
		}
	}
	q, err := Parse("states", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, extension := range []string{"csv", "ndjson", "json", "zip", "xlsx", "parquet"} {
		f, err := FindFormat(extension)
		if err != nil {
			t.Fatal(err)
		}
		ask := func(ctx context.Context, part string) error {
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/export/states."+extension, nil)
			r.Header.Set("Range", part)
			table := &Table{Question: q, Rows: func(func([]Cell) bool) {}, parts: []*Table{}}
			return s.send(httptest.NewRecorder(), r, f, table, `"1"`, "no-cache")
		}
		for _, part := range []string{"", "bytes=0-"} {
			impatient, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			if err := ask(impatient, part); fault.CodeOf(err) != fault.CodeUnavailable {
				t.Errorf("%s %q: %v", extension, part, err)
			}
			cancel()
		}
		if err := ask(viewer.NewContext(t.Context(), &viewer.Viewer{UID: "usr_1"}), ""); err != nil {
			t.Errorf("%s for staff: %v", extension, err)
		}
	}
}
