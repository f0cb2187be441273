package turns

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
	places := New(1, 1, time.Minute)
	leave, err := places.Take(t.Context(), "busy")
	if err != nil {
		t.Fatal(err)
	}
	impatient, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := places.Take(impatient, "busy"); fault.CodeOf(err) != fault.CodeUnavailable {
		t.Errorf("all places are taken: %v", err)
	}
	staff := viewer.NewContext(t.Context(), &viewer.Viewer{UID: "usr_1"})
	if _, err := places.Take(staff, "busy"); err != nil {
		t.Errorf("who is known has other places: %v", err)
	}
	leave()
	if _, err := places.Take(t.Context(), "busy"); err != nil {
		t.Errorf("a place is free again: %v", err)
	}
	short := New(0, 1, time.Millisecond)
	for range 2 {
		if _, err := short.Take(staff, "busy"); err != nil {
			t.Errorf("as many as come: %v", err)
		}
	}
	if _, err := short.Take(t.Context(), "busy"); err != nil {
		t.Error(err)
	}
	if _, err := short.Take(t.Context(), "busy"); fault.CodeOf(err) != fault.CodeUnavailable {
		t.Errorf("who waited long enough: %v", err)
	}
}

// TestASlowReaderHoldsNobodyUp has one who does not read: meanwhile others have the place.
func TestASlowReaderHoldsNobodyUp(t *testing.T) {
	places := New(1, 1, time.Minute)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	leave, err := places.Take(ctx, "busy")
	if err != nil {
		t.Fatal(err)
	}
	slow := unread{httptest.NewRecorder(), make(chan struct{}), make(chan struct{})}
	out, written := places.Resting(ctx, slow), make(chan error)
	go func() {
		_, err := out.Write([]byte("a"))
		written <- err
	}()
	<-slow.begun
	other, err := places.Take(t.Context(), "busy")
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
