package slice

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// TestTurns has all places of those who are not known taken: whoever is known does not wait.
func TestTurns(t *testing.T) {
	places := newTurns(1)
	leave, err := places.take(t.Context(), "busy")
	if err != nil {
		t.Fatal(err)
	}
	impatient, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := places.take(impatient, "busy"); fault.CodeOf(err) != fault.CodeUnavailable {
		t.Errorf("all places are taken: %v", err)
	}
	staff := viewer.NewContext(t.Context(), &viewer.Viewer{UID: "usr_1"})
	if _, err := places.take(staff, "busy"); err != nil {
		t.Errorf("who is known has other places: %v", err)
	}
	leave()
	if _, err := places.take(t.Context(), "busy"); err != nil {
		t.Errorf("a place is free again: %v", err)
	}
}

// TestASlowReaderHoldsNobodyUp has one who does not read: meanwhile others have the place.
func TestASlowReaderHoldsNobodyUp(t *testing.T) {
	places := newTurns(1)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	leave, err := places.take(ctx, "busy")
	if err != nil {
		t.Fatal(err)
	}
	slow := unread{httptest.NewRecorder(), make(chan struct{}), make(chan struct{})}
	out, written := resting{slow, ctx, places.of(ctx)}, make(chan error)
	go func() {
		_, err := out.Write([]byte("a"))
		written <- err
	}()
	<-slow.begun
	other, err := places.take(t.Context(), "busy")
	if err != nil {
		t.Fatalf("while the first one's reader is slow: %v", err)
	}
	close(slow.read)
	select {
	case err := <-written:
		t.Errorf("it goes on without a place: %v", err)
	case <-time.After(10 * time.Millisecond):
	}
	other()
	if err := <-written; err != nil {
		t.Error(err)
	}
	stop()
	if _, err := out.Write([]byte("b")); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits for it any more: %v", err)
	}
	leave()
	if n := len(places.of(ctx)); n != 0 {
		t.Errorf("%d places are still taken", n)
	}
}

// unread takes what is written when it is read.
type unread struct {
	http.ResponseWriter
	begun, read chan struct{}
}

func (u unread) Write(b []byte) (int, error) {
	close(u.begun)
	<-u.read
	return len(b), nil
}

// TestExportsTakeAPlace has all places of those who are not known taken: neither a whole export nor a
// part of one begins, and staff are answered.
func TestExportsTakeAPlace(t *testing.T) {
	s := &Service{making: newTurns(1), streaming: newTurns(1)}
	for _, p := range []turns{s.making, s.streaming} {
		p.strangers <- struct{}{}
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
