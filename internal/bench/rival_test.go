package main

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/bench/rival"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/reference"
	"github.com/upr-info/upr/internal/sample"
)

// The benchmark refuses answers that differ. Found here, it is found before somebody
// waits ten minutes for it.
func TestUprAndSQLAnswerAlike(t *testing.T) {
	address := dbtest.Postgres(t)
	fillDatabase(t, address)
	upr := httptest.NewServer(graph.NewHandler(&graph.Resolver{Record: openRecord(t, address)}, graph.Options{}))
	t.Cleanup(upr.Close)

	db, err := rival.Open(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := rival.Prepare(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	handler, err := rival.Handler(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	rivals := httptest.NewServer(handler)
	t.Cleanup(rivals.Close)

	questions, err := loadQuestions()
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range questions {
		t.Run(q.name, func(t *testing.T) {
			if err := fillIDs(t.Context(), db, q.variables); err != nil {
				t.Fatal(err)
			}
			answers, err := check(t.Context(), q, upr.URL, rivals.URL+"/sql/"+q.name)
			if err != nil {
				t.Fatal(err)
			}
			if len(answers) < 8 {
				t.Errorf("got %d sets of variables, want 8 or more, so that answers are not simply the last one again", len(answers))
			}
		})
	}
}

func fillDatabase(t *testing.T, address string) {
	t.Helper()
	db := open(t, address)
	if _, err := database.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	data, err := reference.Read()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reference.Update(t.Context(), db, data); err != nil {
		t.Fatal(err)
	}
	if _, err := sample.Fill(t.Context(), db, sample.Options{Recommendations: 5000}); err != nil {
		t.Fatal(err)
	}
}

func openRecord(t *testing.T, address string) *record.Record {
	t.Helper()
	r, err := record.Open(context.Background(), open(t, address), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func open(t *testing.T, address string) *database.DB {
	t.Helper()
	db, err := database.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}
