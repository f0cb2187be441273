package database_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest/cluster"
	"github.com/upr-info/upr/internal/fault"
)

// TestAnUnconfirmedChangeIsInDoubt takes the standby away: a change waits for it, and who stops
// waiting is not told that it is made.
func TestAnUnconfirmedChangeIsInDoubt(t *testing.T) {
	primary, err := cluster.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = primary.Stop() })
	standby, err := primary.Standby()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = standby.Stop() })
	db, err := database.Open(t.Context(), primary.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	change := func(statement string, within time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		return database.WithTx(ctx, db, func(tx *database.Tx) error {
			_, err := tx.ExecContext(ctx, statement)
			return err
		})
	}
	if err := change("CREATE TABLE kept (id int)", 30*time.Second); err != nil {
		t.Fatal(err)
	}
	if err := standby.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := change("INSERT INTO kept VALUES (1)", 10*time.Second); fault.CodeOf(err) != fault.CodeUnavailable || !strings.Contains(err.Error(), "not certain") {
		t.Errorf("a change that the standby has not confirmed: %v", err)
	}
	for _, statement := range []string{"ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()"} {
		if _, err := db.SQL.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	var wrong error
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		if wrong = change("INSERT INTO kept VALUES (2)", 30*time.Second); wrong == nil {
			return
		}
	}
	t.Errorf("without a standby: %v", wrong)
}
