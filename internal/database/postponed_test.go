package database_test

import (
	"testing"
	"time"

	entpresession "github.com/upr-info/upr/ent/presession"
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/sample/sampletest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestPostponedMeetingsLoseTheirTime: a database of the version before, in which a meeting that is postponed has the time that it had,
// is one in which it has none, and is known to have had it. Others keep theirs, and so does the way back.
func TestPostponedMeetingsLoseTheirTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db, r := withRound(t, url)
		if err := database.MigrateBefore(t.Context(), db, "postponed"); err != nil {
			t.Fatal(err)
		}
		if _, err := db.SQL.Exec(`SELECT postponed_from FROM pre_sessions`); err == nil {
			t.Fatal("it is not the version before")
		}
		at := time.Date(2026, 12, 2, 9, 0, 0, 0, time.UTC)
		before := []struct {
			state        string
			starts, from *time.Time // as they are to be
			was          *time.Time
		}{{"POSTPONED", nil, &at, &at}, {"POSTPONED", nil, nil, nil}, {"SCHEDULED", &at, nil, &at}, {"PROPOSED", nil, nil, nil}}
		for i, m := range before {
			if _, err := db.SQL.Exec(`UPDATE pre_sessions SET state = $1, starts_at = $2 WHERE uid = $3`, m.state, m.was, r.Meetings[i].ID); err != nil {
				t.Fatal(err)
			}
		}
		same := func(a, b *time.Time) bool { return a == nil && b == nil || a != nil && b != nil && a.Equal(*b) }
		if _, err := database.Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		for i, m := range before {
			row, err := db.Ent.PreSession.Query().Where(entpresession.UID(r.Meetings[i].ID)).Only(viewer.NewContext(t.Context(), viewer.Program("test")))
			if err != nil {
				t.Fatal(err)
			}
			if string(row.State) != m.state || !same(row.StartsAt, m.starts) || !same(row.PostponedFrom, m.from) {
				t.Errorf("%s, which was to begin at %v, begins at %v, and was to at %v", row.State, m.was, row.StartsAt, row.PostponedFrom)
			}
		}
		if err := database.MigrateBefore(t.Context(), db, "postponed"); err != nil {
			t.Fatal(err)
		}
		for i, m := range before {
			var starts *time.Time
			if err := db.SQL.QueryRow(`SELECT starts_at FROM pre_sessions WHERE uid = $1`, r.Meetings[i].ID).Scan(&starts); err != nil {
				t.Fatal(err)
			}
			if !same(starts, m.was) {
				t.Errorf("back in the version before %s begins at %v, want %v", m.state, starts, m.was)
			}
		}
	})
}

// withRound is a database with a round of a session.
func withRound(t *testing.T, url string) (*database.DB, *presession.Round) {
	t.Helper()
	db := sampletest.Listed(t, url)
	manager := viewer.NewContext(t.Context(), &viewer.Viewer{UID: "usr_m", Name: "Manager", SecondFactor: true, Grants: []viewer.Grant{{Role: viewer.Manager}}})
	today := civil.Of(time.Now())
	r, err := presession.New(db, time.Now, presession.Means{}).CreateRound(manager, presession.NewRound{Session: 13, CallOpens: today, CallCloses: today})
	if err != nil {
		t.Fatal(err)
	}
	return db, r
}
