package rounds_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gocloud.dev/blob/memblob"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/file"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/notify"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/sample/rounds"
	"github.com/upr-info/upr/internal/sample/sampletest"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/server"
)

// TestEachPhase: there is a round in each phase, with registrations, and what is published is in the
// record.
func TestEachPhase(t *testing.T) {
	rounds.SetPatience(time.Minute)
	dbtest.Each(t, func(t *testing.T, url string) {
		db := sampletest.Listed(t, url)
		now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
		box, files := secret.NewBox(secret.Key{1}), keepFiles(t, db)
		n, err := rounds.Fill(t.Context(), db, box, files, now)
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
		for what, query := range map[string]string{
			"evaluations":               `SELECT COUNT(*) FROM evaluations`,
			"decisions that are staged": `SELECT COUNT(*) FROM registrations WHERE pending_state IS NOT NULL`,
			"issues that are spoken of": `SELECT COUNT(*) FROM registrations WHERE CAST(issues AS TEXT) LIKE '%"%'`,
		} {
			var n int
			if err := db.SQL.QueryRow(query).Scan(&n); err != nil || n == 0 {
				t.Errorf("there are no %s: %v", what, err)
			}
		}
		outbox := notify.NewOutbox(db, box, nil, job.New(db))
		changes := func() (n int) {
			t.Helper()
			if err := db.SQL.QueryRow(`SELECT COUNT(*) FROM changes`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		before := changes()
		if err := presession.New(db, func() time.Time { return now }, presession.Means{Outbox: outbox, Box: box, Files: files}).Sweep(t.Context()); err != nil {
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
		checkPublic(t, db, files, now)
	})
}

// keepFiles keeps files in memory, with the jobs that look at them.
func keepFiles(t *testing.T, db *database.DB) *file.Service {
	t.Helper()
	bucket := memblob.OpenBucket(nil)
	queue := job.New(db)
	files := file.New(db, secret.NewBox(secret.Key{1}), bucket, nil, queue)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- queue.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		_ = bucket.Close()
	})
	return files
}

// meeting is what anybody reads of a Pre-session.
type meeting struct {
	Status   string
	Review   struct{ Session struct{ Number int } }
	Speakers []struct{ Name, OrganisationName string }
	// Of what is published.
	Statements []struct{ Title, OrganisationName, Kind, Path string }
	Asks       []struct {
		Text, OrganisationName string
		Issue                  struct{ Code string }
	}
}

// checkPublic reads as anybody: rounds that are over have speakers who consent, statements whose files are
// there, and asks that were confirmed; those that are to come have speakers.
func checkPublic(t *testing.T, db *database.DB, files *file.Service, now time.Time) {
	t.Helper()
	r, err := record.Open(t.Context(), db, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	box := secret.NewBox(secret.Key{1})
	people, err := identity.New(db, box, identity.Settings{PublicURL: "http://localhost"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	handler := server.New(db, r, people, server.Options{Files: files, Meetings: presession.New(db, func() time.Time { return now }, presession.Means{Box: box, Files: files})})
	send := func(method, path, body string) string {
		t.Helper()
		request := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		if answer.Code != http.StatusOK {
			t.Fatalf("%s is answered %d: %s", path, answer.Code, answer.Body)
		}
		return answer.Body.String()
	}
	var read struct{ Data struct{ Meetings []meeting } }
	answer := send(http.MethodPost, "/graphql", `{"query": "{ meetings { status review { session { number } } speakers { name organisationName } statements { title organisationName kind path } asks { text organisationName issue { code } } } }"}`)
	if err := json.Unmarshal([]byte(answer), &read); err != nil {
		t.Fatal(err)
	}
	type count struct{ speakers, statements, asks int }
	held, planned := map[int]count{}, map[int]count{}
	for _, m := range read.Data.Meetings {
		of := planned
		if m.Status == "HELD" {
			of = held
		}
		c := of[m.Review.Session.Number]
		of[m.Review.Session.Number] = count{c.speakers + len(m.Speakers), c.statements + len(m.Statements), c.asks + len(m.Asks)}
		for _, st := range m.Statements {
			if !strings.Contains(st.Title, st.OrganisationName) || !strings.HasSuffix(st.OrganisationName, "(synthetic)") || st.Kind != "PDF" {
				t.Errorf("a statement is %+v", st)
			}
			if got := send(http.MethodGet, st.Path, ""); !strings.HasPrefix(got, "%PDF-") {
				t.Errorf("%s is %.40q", st.Path, got)
			}
		}
		for _, ask := range m.Asks {
			if !strings.Contains(ask.Text, "(synthetic)") || ask.Issue.Code == "" || ask.OrganisationName == "" {
				t.Errorf("an ask is %+v", ask)
			}
		}
	}
	if len(held) != 3 || len(planned) != 1 {
		t.Errorf("held are %v, planned %v", held, planned)
	}
	for session, c := range held {
		if c.speakers == 0 || c.statements == 0 || c.asks != c.statements {
			t.Errorf("session %d has %+v", session, c)
		}
		if agenda := send(http.MethodGet, fmt.Sprintf("/agenda/%d.json", session), ""); !strings.Contains(agenda, "Sample Person") {
			t.Errorf("the agenda of session %d has no speakers: %s", session, agenda)
		}
	}
	for session, c := range planned { // staff have not decided yet
		if c.speakers == 0 || c.statements+c.asks > 0 {
			t.Errorf("session %d has %+v", session, c)
		}
	}
	var waiting, closed int
	err = db.SQL.QueryRow(`SELECT SUM(CASE WHEN state = 'SUBMITTED' THEN 1 ELSE 0 END), SUM(CASE WHEN state = 'PUBLISHED' THEN 1 ELSE 0 END) FROM pre_session_statements`).Scan(&waiting, &closed)
	if err != nil || waiting == 0 || closed == 0 {
		t.Errorf("%d statements wait for staff, %d are published: %v", waiting, closed, err)
	}
}
