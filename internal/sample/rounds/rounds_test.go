package rounds_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/sample/rounds"
	"github.com/upr-info/upr/internal/sample/sampletest"
	"github.com/upr-info/upr/internal/secret"
)

// TestEachPhase: there is a round in each phase, with registrations, and what is published is in the
// record.
func TestEachPhase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		db := sampletest.Listed(t, url)
		now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
		n, err := rounds.Fill(t.Context(), db, secret.NewBox(secret.Key{1}), now)
		if err != nil || n != 8 {
			t.Fatalf("%d rounds: %v", n, err)
		}
		counts := map[string]int{}
		rows, err := db.SQL.Query(`SELECT o.state, r.state, COUNT(*) FROM rounds o JOIN pre_sessions p ON p.round_id = o.id LEFT JOIN registrations r ON r.meeting_id = p.id WHERE r.id IS NOT NULL OR o.state = 'DRAFT' GROUP BY o.state, r.state`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var round string
			var state *string
			var n int
			if err := rows.Scan(&round, &state, &n); err != nil {
				t.Fatal(err)
			}
			if state != nil {
				round += " " + *state
			}
			counts[round] = n
		}
		for _, want := range []string{"DRAFT", "CALL_OPEN DRAFT", "CALL_OPEN SUBMITTED", "CALL_CLOSED SUBMITTED", "DECISIONS_RELEASED OFFERED", "DECISIONS_RELEASED WAITLISTED", "DECISIONS_RELEASED NOT_SELECTED",
			"AGENDA_PUBLISHED CONFIRMED", "RUNNING SPOKE", "CLOSED SPOKE", "ARCHIVED SPOKE"} {
			if counts[want] == 0 {
				t.Errorf("there is nothing that is %s: %v", want, counts)
			}
		}
		box := secret.NewBox(secret.Key{1})
		outbox := notify.NewOutbox(db, box, nil, job.New(db))
		changes := func() (n int) {
			t.Helper()
			if err := db.SQL.QueryRow(`SELECT COUNT(*) FROM changes`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		before := changes()
		if err := presession.New(db, func() time.Time { return now }, presession.Means{Outbox: outbox, Box: box}).Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := changes() - before; n != 0 {
			t.Errorf("a server that begins makes %d changes", n)
		}
		var mails int
		if err := db.SQL.QueryRow(`SELECT COUNT(*) FROM outbox_messages`).Scan(&mails); err != nil || mails != 0 {
			t.Errorf("%d people who are made up are written to (%v)", mails, err)
		}
		s, err := record.Load(t.Context(), db, func() time.Time { return now })
		if err != nil {
			t.Fatal(err)
		}
		speakers := map[record.MeetingStatus]int{}
		for _, m := range s.Meetings(nil) {
			speakers[m.Status] += len(m.Speakers())
			if m.MissionCount == nil || *m.MissionCount < 5 || len(m.Missions()) != 2 {
				t.Errorf("missions at %s are %v, of which %v are named", m.ID(), m.MissionCount, m.Missions())
			}
		}
		if speakers[record.Planned] == 0 || speakers[record.Held] == 0 || rows.Err() != nil {
			t.Errorf("the record has %s speakers", fmt.Sprint(speakers))
		}
	})
}
