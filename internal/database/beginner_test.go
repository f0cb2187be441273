package database_test

import (
	"testing"
	"time"

	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestRegistrationsKeepNoBeginner: a database of the version before, in which a registration has who began it, is one in which it
// has not, with all that refers to it, and keys are looked at as before.
func TestRegistrationsKeepNoBeginner(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db, r := withRound(t, url)
		program := viewer.NewContext(t.Context(), viewer.Program("test"))
		meeting := db.Ent.PreSession.Query().FirstIDX(program)
		into := db.Ent.Registration.Create().SetUID("reg_into").SetReference("UPR-2").SetMeetingID(meeting).SetOrganisation("Numbat").SetCreatedAt(time.Now()).SaveX(program)
		of := db.Ent.Registration.Create().SetUID("reg_of").SetReference("UPR-1").SetMeetingID(meeting).SetState("MERGED").SetMergedIntoID(into.ID).SetDecidedBy(r.ID).SetOwnerID(7).SetUnavailable([]civil.Period{}).SetCreatedAt(time.Now()).SaveX(program)
		speaker := db.Ent.Participant.Create().SetUID("par_1").SetRegistrationID(of.ID).SetCreatedAt(time.Now()).SaveX(program)
		if err := database.MigrateBefore(t.Context(), db, "registrations_keep_no_beginner"); err != nil {
			t.Fatal(err)
		}
		if _, err := db.SQL.Exec(`UPDATE registrations SET user_id = 7`); err != nil {
			t.Fatalf("it is not the version before: %v", err)
		}
		if _, err := database.Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		if _, err := db.SQL.Exec(`SELECT user_id FROM registrations`); err == nil {
			t.Error("who began a registration is kept")
		}
		got := db.Ent.Registration.GetX(program, of.ID)
		if *got.MergedIntoID != into.ID || *got.OwnerID != 7 || got.State != "MERGED" || got.UID != "reg_of" || db.Ent.Registration.GetX(program, into.ID).Organisation != "Numbat" {
			t.Errorf("it is another one: %v", got)
		}
		if id := db.Ent.Participant.GetX(program, speaker.ID).QueryRegistration().OnlyIDX(program); id != of.ID {
			t.Errorf("it is the speaker's of %d", id)
		}
		if err := db.Ent.Participant.Create().SetUID("par_2").SetRegistrationID(99).SetCreatedAt(time.Now()).Exec(program); err == nil {
			t.Error("keys are not looked at any more")
		}
		if err := db.Ent.Registration.DeleteOne(of).Exec(program); err == nil {
			t.Error("what has a speaker can be deleted")
		}
	})
}
