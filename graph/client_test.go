package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/ingest"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/reference"
	"github.com/upr-info/upr/internal/sample/sampletest"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/server"
)

// client asks the real handler over HTTP.
type client struct{ url string }

// answer is what comes back for one question.
type answer struct {
	Status int             `json:"-"`
	Data   json.RawMessage `json:"data"`
	Errors []struct {
		Message    string
		Path       []any
		Extensions struct{ Code string }
	}
}

func (c *client) send(t *testing.T, query string, variables map[string]any) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.Post(c.url+"/graphql", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{Status: response.StatusCode}
	if err := json.Unmarshal(text, &a); err != nil {
		t.Fatalf("not JSON: %s", text)
	}
	return a
}

// ask sends a question that must succeed, and reads its data.
func (c *client) ask(t *testing.T, query string, variables map[string]any, into any) {
	t.Helper()
	a := c.send(t, query, variables)
	if len(a.Errors) > 0 {
		t.Fatalf("%s\nanswers: %+v", query, a.Errors)
	}
	if err := json.Unmarshal(a.Data, into); err != nil {
		t.Fatal(err)
	}
}

// importedAt is when the tests' imports happened.
func importedAt() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// serve opens a migrated database with some files imported and serves it.
func serve(t *testing.T, url string, files ...string) *client {
	t.Helper()
	return serveFilled(t, url, func(db *database.DB) error {
		_, err := ingest.Import(context.Background(), db, files, mustReadReference(t), ingest.Options{Now: importedAt})
		return err
	})
}

func serveFilled(t *testing.T, url string, fill func(*database.DB) error) *client {
	t.Helper()
	ctx := context.Background()
	db := sampletest.Listed(t, url)
	if err := fill(db); err != nil {
		t.Fatal(err)
	}
	r, err := record.Open(ctx, db, importedAt)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(server.New(db, r, newPeople(t, db), server.Options{Graph: graph.Options{CacheMegabytes: 16}}))
	t.Cleanup(srv.Close)
	return &client{srv.URL}
}

func newPeople(t *testing.T, db *database.DB) *identity.Service {
	t.Helper()
	people, err := identity.New(db, secret.NewBox(secret.Key{}), identity.Settings{PublicURL: "http://localhost"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return people
}

func mustReadReference(t *testing.T) *reference.Data {
	t.Helper()
	data, err := reference.Read()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// eachRealRecord runs a test over UPR Info's real export, on both databases.
func eachRealRecord(t *testing.T, run func(*testing.T, *client)) {
	t.Helper()
	files := realExport(t)
	dbtest.Each(t, func(t *testing.T, url string) { run(t, serve(t, url, files...)) })
}

// realExport returns the files of UPR Info's export of sessions 1 to 13, which are not part of
// the project.
func realExport(t *testing.T) []string {
	t.Helper()
	folder := os.Getenv("UPR_REAL_DATA")
	if folder == "" {
		if os.Getenv("CI") != "" {
			t.Fatalf("UPR_REAL_DATA is not set: %s cannot check anything without UPR Info's export", t.Name())
		}
		t.Skipf("NOT CHECKED: %s. Set UPR_REAL_DATA to the folder that holds upr-info-export/", t.Name())
	}
	files := []string{}
	for _, name := range []string{"1-5.csv", "6-9.csv", "10-13.csv", "voluntary.csv"} {
		files = append(files, filepath.Join(folder, "upr-info-export", name))
	}
	return files
}
