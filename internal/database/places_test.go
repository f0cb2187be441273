package database_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/viewer"
)

// TestChangesHavePlaces has all places of those who are known taken: another one of them is refused in
// time, and strangers, the program and readers go on.
func TestChangesHavePlaces(t *testing.T) {
	db := open(t, dbtest.Postgres(t))
	request := viewer.WithRequest(t.Context(), "request")
	known := viewer.NewContext(request, &viewer.Viewer{UID: "usr_1"})
	begun, done := make(chan struct{}), make(chan struct{})
	var changing sync.WaitGroup
	defer changing.Wait()
	defer close(done)
	for range 8 {
		changing.Go(func() {
			if err := database.WithTx(known, db, func(*database.Tx) error { begun <- struct{}{}; <-done; return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	for range 8 {
		<-begun
	}
	change := func(ctx context.Context) error {
		return database.WithTx(ctx, db, func(*database.Tx) error { return nil })
	}
	for who, ctx := range map[string]context.Context{"a stranger": request, "the program": t.Context()} {
		if err := change(ctx); err != nil {
			t.Errorf("%s: %v", who, err)
		}
	}
	began := time.Now()
	if err := change(known); fault.CodeOf(err) != fault.CodeUnavailable || !strings.Contains(err.Error(), "too many changes") || time.Since(began) > 10*time.Second {
		t.Errorf("without a place, after %v: %v", time.Since(began), err)
	}
	if err := db.SQL.PingContext(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestASlowCommitIsNotTheStandby: a database that is slow to commit is not taken for one whose standby
// is away.
func TestASlowCommitIsNotTheStandby(t *testing.T) {
	db := open(t, dbtest.Postgres(t))
	for _, statement := range []string{
		"CREATE TABLE slow (id int)",
		"CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(6); RETURN NULL; END'",
		"CREATE CONSTRAINT TRIGGER waits AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait()",
	} {
		if _, err := db.SQL.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	slow := make(chan error)
	go func() {
		slow <- database.WithTx(t.Context(), db, func(tx *database.Tx) error {
			_, err := tx.ExecContext(t.Context(), "INSERT INTO slow VALUES (1)")
			return err
		})
	}()
	for committed := false; !committed; {
		select {
		case err := <-slow:
			if committed = true; err != nil {
				t.Error(err)
			}
		case <-time.After(200 * time.Millisecond):
			if err := database.WithTx(t.Context(), db, func(*database.Tx) error { return nil }); err != nil {
				t.Errorf("meanwhile: %v", err)
			}
			if why := db.Degraded(t.Context()); why != "" {
				t.Errorf("meanwhile it is %s", why)
			}
		}
	}
}
