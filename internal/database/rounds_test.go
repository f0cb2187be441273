package database_test

import (
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestTwoRoundsOfASession: a database in which a session has two rounds is not brought up to date, and says which they are, until one
// is taken out as docs/operating.md says.
func TestTwoRoundsOfASession(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db, r := withRound(t, url)
		if err := database.MigrateBefore(t.Context(), db, "one_round_a_session"); err != nil {
			t.Fatal(err)
		}
		program := viewer.NewContext(t.Context(), viewer.Program("test"))
		first := db.Ent.Round.Query().OnlyX(program)
		twin := db.Ent.Round.Create().SetUID("rnd_twin").SetSessionID(first.SessionID).SetCallOpensAt(time.Now()).SetCallClosesAt(time.Now()).SetCreatedAt(time.Now()).SaveX(program)
		for i, m := range db.Ent.PreSession.Query().AllX(program) {
			db.Ent.PreSession.Create().SetUID("pre_twin" + string(rune('a'+i))).SetRound(twin).SetReviewID(m.ReviewID).ExecX(program)
		}
		_, err := database.Migrate(t.Context(), db)
		if err == nil || !strings.Contains(err.Error(), r.ID+" and rnd_twin are of one session") {
			t.Errorf("migrated: %v", err)
		}
		for _, statement := range []string{`DELETE FROM pre_sessions WHERE round_id = (SELECT id FROM rounds WHERE uid = 'rnd_twin')`, `DELETE FROM rounds WHERE uid = 'rnd_twin'`} {
			if _, err := db.SQL.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := database.Migrate(t.Context(), db); err != nil {
			t.Error(err)
		}
		if err := db.Ent.Round.Create().SetUID("rnd_third").SetSessionID(first.SessionID).SetCallOpensAt(time.Now()).SetCallClosesAt(time.Now()).SetCreatedAt(time.Now()).Exec(program); err == nil {
			t.Error("a session has two rounds")
		}
	})
}
