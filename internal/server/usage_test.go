package server_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/server"
	"github.com/upr-info/upr/internal/viewer"
)

// get asks with a key, of which the bytes are counted as they come.
func (s *site) get(t *testing.T, path, key string) (*http.Response, int) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Accept-Encoding", "identity")
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, len(body)
}

type usage struct {
	Day               string
	Requests, Refused int
	Rows, Bytes       float64
}

type keyInUse struct {
	Key   struct{ Name string }
	Usage []usage
}

func (s *site) usage(t *testing.T, key string) []keyInUse {
	t.Helper()
	_, body := s.ask(t, `{ mine { keys { key { name } usage { day requests refused rows bytes } } } }`, "Authorization", "Bearer "+key)
	var got struct {
		Data struct{ Mine struct{ Keys []keyInUse } }
	}
	if err := json.Unmarshal(body, &got); err != nil || strings.Contains(string(body), `"errors"`) {
		t.Fatalf("%s: %v", body, err)
	}
	return got.Data.Mine.Keys
}

// anyKey makes a key that may read everything.
func (s *site) anyKey(t *testing.T, email string) string {
	t.Helper()
	program := viewer.NewContext(t.Context(), viewer.Program("test"))
	u, err := s.people.CreateUser(program, email, "Somebody", "EN", "")
	if err != nil {
		t.Fatal(err)
	}
	_, secret, err := s.people.CreateKeyFor(program, u, email, []string{"recommendations:read", "changes:read", "states:read", "slices:read"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// TestUsageOfKeys asks two processes with two keys: nothing is written for a request, and each key
// sees what it asked for, of both processes, and nothing of the other.
func TestUsageOfKeys(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		sameDay()
		s := openAt(t, address).serve(t, server.Options{})
		db, err := database.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		other := over(t, db).serve(t, server.Options{RequestsPerMinute: 25})
		ann, bob := s.anyKey(t, "ann@example.org"), s.anyKey(t, "bob@example.org")
		var want usage
		add := func(s *site, path string, rows int) {
			t.Helper()
			response, n := s.get(t, path, ann)
			want.Requests++
			want.Bytes += float64(n)
			if want.Rows += float64(rows); response.StatusCode == http.StatusTooManyRequests {
				want.Refused++
			}
		}
		add(s, "/export/recommendations.csv", 300)
		add(s, "/export/recommendations.xlsx", 300)
		add(s, "/changes?first=3", 0)
		add(s, "/export/pledges.csv", 0) // without its scope
		add(s, `/graphql?query={statistics{total}}`, 0)
		add(other, "/export/recommendations.ndjson?filter=%7B%22cycles%22%3A%5B1%5D%7D&columns=id", s.total(t, "/export/recommendations.ndjson?filter=%7B%22cycles%22%3A%5B1%5D%7D"))
		add(other, "/export/recommendations.csv", 300)
		add(other, "/export/recommendations.csv", 0) // beyond the limit
		if want.Refused != 1 {
			t.Fatalf("%d were refused, want 1", want.Refused)
		}
		s.get(t, "/changes?first=3", bob)
		var written int
		if err := s.db.SQL.QueryRow(`SELECT COUNT(*) FROM key_usages`).Scan(&written); err != nil || written != 0 {
			t.Errorf("%d rows were written by requests (%v)", written, err)
		}
		for _, one := range []*site{s, other, s} {
			if err := one.people.WriteUsage(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		got := s.usage(t, ann)
		want.Day = time.Now().UTC().Format(time.DateOnly)
		if len(got) != 1 || got[0].Key.Name != "ann@example.org" || len(got[0].Usage) != 1 || got[0].Usage[0] != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if got := s.usage(t, bob); len(got) != 1 || len(got[0].Usage) != 1 || got[0].Usage[0].Requests != 1 {
			t.Errorf("somebody else: %+v", got)
		}
		for day, kept := range map[int]bool{29: true, 31: false} {
			_, err := s.db.SQL.Exec(`INSERT INTO key_usages (key_id, day, requests, refused, rows, bytes) VALUES ((SELECT MIN(id) FROM api_keys), $1, 7, 0, 0, 0)`, time.Now().UTC().AddDate(0, 0, -day).Format(time.DateOnly))
			if err != nil {
				t.Fatal(err)
			}
			if n := len(s.usage(t, ann)[0].Usage); (n == 2) != kept && day == 29 || n > 2 {
				t.Errorf("%d days are shown with one %d days ago", n, day)
			}
		}
	})
}

// total is how many rows an export has.
func (s *site) total(t *testing.T, path string) (n int) {
	t.Helper()
	response, err := http.Get(s.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.Unmarshal([]byte(response.Header.Get("X-Total-Count")), &n); err != nil || n == 0 {
		t.Fatal(n, err)
	}
	return n
}

// TestUsageWaitsForTheDatabase counts on while nothing can be written.
func TestUsageWaitsForTheDatabase(t *testing.T) {
	sameDay()
	s := open(t).serve(t, server.Options{})
	key := s.anyKey(t, "ann@example.org")
	s.get(t, "/changes?first=1", key)
	if _, err := s.db.SQL.Exec(`ALTER TABLE key_usages RENAME TO away`); err != nil {
		t.Fatal(err)
	}
	if err := s.people.WriteUsage(t.Context()); err == nil {
		t.Fatal("it was written")
	}
	s.get(t, "/changes?first=1", key)
	if _, err := s.db.SQL.Exec(`ALTER TABLE away RENAME TO key_usages`); err != nil {
		t.Fatal(err)
	}
	if err := s.people.WriteUsage(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.usage(t, key); got[0].Usage[0].Requests != 2 {
		t.Errorf("got %+v, want 2 requests", got)
	}
}

// TestLimitsAreOnEveryAnswerByKey looks at GraphQL, exports, changes and slices, at answers and
// refusals: all of them count together.
func TestLimitsAreOnEveryAnswerByKey(t *testing.T) {
	s := open(t).serve(t, server.Options{RequestsPerMinute: 100})
	key := s.anyKey(t, "ann@example.org")
	for time.Now().Second() >= 30 { // all within one minute, as limits count
		time.Sleep(100 * time.Millisecond)
	}
	left := 100
	for _, asked := range []struct {
		path  string
		costs int
	}{
		{`/graphql?query={statistics{total}}`, 1}, {`/graphql?query={nothing}`, 1}, {"/export/", 1}, {"/export/states.csv", 10}, {"/export/states.xlsx", 10}, {"/export/pledges.csv", 10}, {"/export/record.ndjson", 10},
		{"/changes?first=1", 1}, {"/changes?since=nonsense", 1}, {"/slices/slc_none", 10}, {"/slices/slc_none/changes", 1}, {"/slices/slc_none/statistics", 1},
	} {
		response, _ := s.get(t, asked.path, key)
		left -= asked.costs
		if h := response.Header; h.Get("X-RateLimit-Limit") != "100" || h.Get("X-RateLimit-Remaining") != strconv.Itoa(left) || h.Get("X-RateLimit-Reset") == "" {
			t.Errorf("%s: %d, %v; want %d that remain", asked.path, response.StatusCode, h, left)
		}
	}
}
