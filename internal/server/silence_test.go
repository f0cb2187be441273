package server_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"gocloud.dev/blob/memblob"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/file"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/server"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
)

// TestTheDatabaseSaysNothing has a database that takes what is sent, and new connections, and answers
// nothing: what the record knows is answered, and whoever needs the database is told soon.
func TestTheDatabaseSaysNothing(t *testing.T) {
	for name, silence := range map[string]func(*cable, *database.DB) error{
		"its machine is gone": func(line *cable, _ *database.DB) error { return line.silence(false) },
		"its disk hangs":      func(line *cable, _ *database.DB) error { return line.silence(true) },
		"its tables are taken": func(_ *cable, db *database.DB) error { // until the cable is cut
			var tables string
			if err := db.SQL.QueryRow("SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public'").Scan(&tables); err != nil {
				return err
			}
			tx, err := db.SQL.Begin()
			if err != nil {
				return err
			}
			_, err = tx.Exec("LOCK TABLE " + tables + " IN ACCESS EXCLUSIVE MODE")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			line, address := lay(t)
			s := openAt(t, address)
			bucket := memblob.OpenBucket(nil)
			t.Cleanup(func() { _ = bucket.Close() })
			s.serve(t, server.Options{Files: file.New(s.db, secret.NewBox(secret.Key{}), bucket, nil, job.New(s.db))})
			key := s.key(t, "partner@example.org")
			live, pinned := s.saved(t, false), s.saved(t, true)
			asks := map[string]int{
				"/export/": 200, "/export/recommendations.csv": 200, "/export/recommendations.xlsx": 200, "/calendar/states/EGY.ics": 200,
				"/export/record.ndjson": 503, "/changes": 503, "/calendar/own/none.ics": 503, "/files": 503,
				"/slices/" + live: 503, "/slices/" + live + ".csv": 503, "/slices/" + live + "/changes": 503, "/slices/" + live + "/statistics": 503,
				"/slices/" + pinned + ".csv": 503, "/slices/" + live + "/compare/" + pinned + ".json": 503,
			}
			s.askAll(t, "before", asks, "", false)
			if err := silence(line, s.db); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			var asking sync.WaitGroup
			asking.Go(func() { s.askAll(t, "without a key", asks, "", true) })
			asking.Go(func() { s.askAll(t, "with a key", asks, key, true) })
			asking.Wait()
			if took := time.Since(began); took > 50*time.Second {
				t.Errorf("it took %v", took)
			}
			line.cut()
			line.plugIn(t)
			for s.readiness(t).Status != "ok" && time.Since(began) < 2*time.Minute {
				time.Sleep(50 * time.Millisecond)
			}
			s.askAll(t, "after", asks, "", false)
		})
	}
}

// TestWhatIsBegunIsGivenUp: a transaction whose beginning is not answered, on a connection that there
// was, ends when its context does.
func TestWhatIsBegunIsGivenUp(t *testing.T) {
	line, address := lay(t)
	s := openAt(t, address)
	s.db.SQL.SetMaxOpenConns(1)
	if err := s.db.SQL.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := line.silence(true); err != nil {
		t.Fatal(err)
	}
	ctx, giveUp := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer giveUp()
	told := make(chan error, 1)
	go func() { told <- database.Snapshot(ctx, s.db, func(*database.Tx) error { return nil }) }()
	select {
	case err := <-told:
		if err == nil {
			t.Error("it was begun")
		}
	case <-time.After(time.Minute):
		t.Error("it still waits for its beginning")
	}
}

// saved makes a public slice.
func (s *site) saved(t *testing.T, pinned bool) (id string) {
	t.Helper()
	email := map[bool]string{true: "pinned@example.org", false: "live@example.org"}[pinned]
	program := viewer.NewContext(t.Context(), viewer.Program("test"))
	u, err := s.people.CreateUser(program, email, "Somebody", "EN", "")
	if err != nil {
		t.Fatal(err)
	}
	made, err := slice.New(s.db, s.record, slice.About{}).Create(viewer.NewContext(t.Context(), &viewer.Viewer{UID: u.UID}),
		slice.Input{Name: "all", Kind: "recommendations", Public: true, Pinned: pinned})
	if err != nil {
		t.Fatal(err)
	}
	return made.ID
}

// askAll asks for all paths at once. silent: with the status that is wanted of a silent database;
// else whatever a database says that is there.
func (s *site) askAll(t *testing.T, when string, asks map[string]int, key string, silent bool) {
	t.Helper()
	var asking sync.WaitGroup
	for path, want := range asks {
		asking.Go(func() {
			status, after, body := s.fetch(t, path, key)
			switch {
			case !silent:
				if status >= 500 {
					t.Errorf("%s, %s: %d %s", when, path, status, body)
				}
			case status != want:
				t.Errorf("%s, %s: %d, want %d: %s", when, path, status, want, body)
			case status == http.StatusServiceUnavailable && (after == "" || !strings.Contains(body, "try again")):
				t.Errorf("%s, %s: Retry-After %q: %s", when, path, after, body)
			}
		})
	}
	asking.Wait()
}

func (s *site) fetch(t *testing.T, path, key string) (status int, after, text string) {
	method, body, media := http.MethodGet, []byte(nil), ""
	if path == "/files" {
		var form bytes.Buffer
		fields := multipart.NewWriter(&form)
		_ = fields.WriteField("permit", "prm_none")
		_ = fields.Close()
		method, body, media = http.MethodPost, form.Bytes(), fields.FormDataContentType()
	}
	r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, bytes.NewReader(body))
	if err != nil {
		t.Error(err)
		return 0, "", ""
	}
	r.Header.Set("Content-Type", media)
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	client := http.Client{Timeout: time.Minute}
	response, err := client.Do(r)
	if err != nil {
		t.Error(err)
		return 0, "", ""
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
	}
	return response.StatusCode, response.Header.Get("Retry-After"), string(answer[:min(len(answer), 300)])
}
