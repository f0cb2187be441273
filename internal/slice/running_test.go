package slice_test

import (
	"context"
	"math/rand/v2"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/ingest"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/reference"
	"github.com/upr-info/upr/internal/server"
	"github.com/upr-info/upr/internal/slice"
)

// TestWhileItIsChanged exports and follows through another process, while one imports and people
// change things.
func TestWhileItIsChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := open(t, url, 0)
		other := h.otherProcess(t)
		ctx, stop := context.WithCancel(t.Context())
		var busy sync.WaitGroup
		busy.Go(func() {
			defer stop()
			names, err := reference.Read()
			if err != nil {
				t.Error(err)
				return
			}
			report, err := ingest.Import(t.Context(), h.db, []string{filepath.Join("..", "..", "graph", "testdata", "seed.csv")}, names, ingest.Options{Encoding: encoding(t), Source: "test"})
			if err != nil || !report.Written {
				t.Error(err)
			}
			random := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // the same every time
			for n := range 40 {
				h.do(t, random, n, 12, 200)
			}
		})
		follower, folder, rounds := &consumer{things: map[string]string{}}, t.TempDir(), 0
		for ; ctx.Err() == nil || rounds < 3; rounds++ {
			a := other.must(t, "/export/recommendations.ndjson", nil)
			rows, ids := rowsOf(t, a.body), map[any]bool{}
			for _, row := range rows {
				ids[row["id"]] = true
			}
			if n := strconv.Itoa(len(ids)); n != a.header.Get("X-Total-Count") || len(rows) != len(ids) || a.trailer.Get("X-Rows-Sent") != n {
				t.Errorf("%d rows, %d ids, %v, %v", len(rows), len(ids), a.header, a.trailer)
			}
			checkPackage(t, other.must(t, "/export/recommendations.zip", nil).body)
			follower.follow(t, other, 50)
			if _, err := (slice.Copy{Folder: folder, Server: other.url}).Pull(t.Context()); err != nil {
				t.Error(err)
			}
		}
		busy.Wait()
		follower.follow(t, other, 50)
		if _, err := (slice.Copy{Folder: folder, Server: other.url}).Pull(t.Context()); err != nil {
			t.Error(err)
		}
		want := h.readers(t)
		for name, got := range map[string]map[string]string{"whoever followed": follower.things, "upr pull": folderOf(t, folder)} {
			if wrong := differences(got, want); len(wrong) > 0 {
				t.Errorf("%s, after %d rounds: %v", name, rounds, wrong)
			}
		}
	})
}

// otherProcess serves the same database with a record of its own.
func (h *house) otherProcess(t *testing.T) *house {
	t.Helper()
	db, err := database.Open(t.Context(), h.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	other := &house{db: db, people: h.people}
	if other.record, err = record.Open(t.Context(), db, time.Now); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	followed := make(chan struct{})
	go func() {
		defer close(followed)
		other.record.Follow(ctx, 20*time.Millisecond)
	}()
	srv := httptest.NewServer(server.New(db, other.record, h.people, server.Options{}))
	t.Cleanup(func() {
		srv.Close()
		stop()
		<-followed
	})
	other.url = srv.URL
	return other
}

func encoding(t *testing.T) ingest.Encoding {
	t.Helper()
	e, err := ingest.ParseEncoding("auto")
	if err != nil {
		t.Error(err)
	}
	return e
}
