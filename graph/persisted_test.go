package graph_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/server"
)

// reply is what came over HTTP.
type reply struct {
	status int
	header http.Header
	body   string
}

func send(t *testing.T, r *http.Request) reply {
	t.Helper()
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, string(body)}
}

func (o *office) listening(t *testing.T) string {
	t.Helper()
	srv := httptest.NewServer(server.New(o.db, o.record, newPeople(t, o.db), server.Options{Graph: graph.Options{CacheMegabytes: 16}}))
	t.Cleanup(srv.Close)
	return srv.URL + "/graphql"
}

func get(t *testing.T, address string, query url.Values, header ...string) reply {
	t.Helper()
	r := mustRequest(t, address+"?"+query.Encode())
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return send(t, r)
}

// TestPublicAnswersAreKeptUntilTheRecordChanges asks by GET whether an answer still holds.
func TestPublicAnswersAreKeptUntilTheRecordChanges(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	address := o.listening(t)
	question := url.Values{"query": {`{ recommendations(first: 1) { totalCount } }`}}
	first := get(t, address, question)
	tag := first.header.Get("ETag")
	if first.status != 200 || tag == "" || first.header.Get("Cache-Control") != "public, no-cache" {
		t.Fatalf("%+v", first)
	}
	if again := get(t, address, question); again.body != first.body || again.header.Get("ETag") != tag { // now from the cache
		t.Errorf("again: %+v", again)
	}
	for _, given := range []string{tag, strings.TrimPrefix(tag, "W/"), `"other", ` + tag, "*"} {
		if same := get(t, address, question, "If-None-Match", given); same.status != 304 || same.body != "" || same.header.Get("ETag") != tag {
			t.Errorf("%s: %+v", given, same)
		}
	}
	newer := get(t, address, question, "Accept", "application/graphql-response+json", "If-None-Match", tag)
	if newer.status != 200 || newer.header.Get("ETag") == tag || !strings.Contains(strings.Join(newer.header.Values("Vary"), ","), "Accept") {
		t.Errorf("another media type: %+v", newer)
	}
	row := o.rowOf(t, `SELECT MIN(id) FROM recommendations`)
	o.change(t, changelog.Recommendation, row, `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = $1`, row)
	if changed := get(t, address, question, "If-None-Match", tag); changed.status != 200 || changed.body == first.body || changed.header.Get("ETag") == tag {
		t.Errorf("after a change: %+v", changed)
	}
	tag = get(t, address, question).header.Get("ETag")
	for document, want := range map[string]int{"{": 200, "{ nothing }": 200, "{ states(first: 1) { totalCount } }": 304} { // a tag that was guessed
		if got := get(t, address, url.Values{"query": {document}}, "If-None-Match", tag); got.status != want {
			t.Errorf("%s: %+v", document, got)
		}
	}
	for _, private := range []string{`{ viewer { name } }`, `{ recommendations(first: 1) { totalCount } viewer { name } }`, `{ recommendations(first: -1) { totalCount } }`, `{`} {
		if got := get(t, address, url.Values{"query": {private}}, "If-None-Match", "*"); got.status == 304 || got.header.Get("ETag") != "" || got.header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s: %+v", private, got.header)
		}
	}
}

// TestPersistedQueries speaks as Apollo Client does: first the digest, then the document once.
func TestPersistedQueries(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	address := o.listening(t)
	const query = `query Count($n: Int!) { recommendations(first: $n) { totalCount } }`
	named := func(query string) map[string]any {
		sum := sha256.Sum256([]byte(query))
		return map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hex.EncodeToString(sum[:])}}
	}
	post := func(body map[string]any, accept string) reply {
		t.Helper()
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(string(text)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", accept)
		return send(t, r)
	}
	variables := map[string]any{"n": 1}
	for _, accept := range []string{"application/json", "application/graphql-response+json"} {
		unknown := post(map[string]any{"extensions": named(query), "variables": variables}, accept)
		if unknown.status != 200 || !strings.Contains(unknown.body, `"PersistedQueryNotFound"`) || !strings.Contains(unknown.body, `"PERSISTED_QUERY_NOT_FOUND"`) {
			t.Errorf("unknown: %+v", unknown)
		}
	}
	if other := post(map[string]any{"query": query, "extensions": named(query + " "), "variables": variables}, "application/json"); !strings.Contains(other.body, "extensions.persistedQuery: must be like") {
		t.Errorf("another digest: %+v", other)
	}
	if odd := post(map[string]any{"extensions": map[string]any{"persistedQuery": 7}}, "application/json"); !strings.Contains(odd.body, `"INVALID"`) {
		t.Errorf("no digest: %+v", odd)
	}
	sent := post(map[string]any{"query": query, "extensions": named(query), "variables": variables}, "application/json")
	if !strings.HasPrefix(sent.body, `{"data":{"recommendations":{"totalCount":`) {
		t.Fatalf("sent: %+v", sent)
	}
	if known := post(map[string]any{"extensions": named(query), "variables": variables}, "application/json"); known.body != sent.body {
		t.Errorf("known: %+v", known)
	}
	extensions, _ := json.Marshal(named(query))
	short := get(t, address, url.Values{"extensions": {string(extensions)}, "variables": {`{"n":1}`}, "operationName": {"Count"}})
	if short.body != sent.body || short.header.Get("ETag") == "" {
		t.Errorf("by GET: %+v", short)
	}
	long := query + " #" + strings.Repeat("x", 20_000)
	if first := post(map[string]any{"query": long, "extensions": named(long), "variables": variables}, "application/json"); first.body != sent.body {
		t.Errorf("a long document: %+v", first)
	}
	if again := post(map[string]any{"extensions": named(long), "variables": variables}, "application/json"); !strings.Contains(again.body, "PersistedQueryNotFound") {
		t.Errorf("a long document is kept: %+v", again)
	}
}
