package graph

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// goingSchema has something of each sort that is going to go: the public schema has nothing.
const goingSchema = `
type Query {
	old: Int @deprecated(reason: "Since 2027-01-01, gone on 2028-01-01: use Query.new.")
	new(size: Int @deprecated(reason: "Since 2027-02-01, gone on 2027-12-01: use first."), first: Int, filter: [Filter!], mood: Mood): Thing
}
type Thing { name: String  title: String @deprecated(reason: "Since 2027-01-01, gone on 2028-01-01: use Thing.name.") }
input Filter { text: String  words: String @deprecated(reason: "Since 2027-01-01, gone on 2028-01-01: use Filter.text.")  inner: Filter  moods: [Mood!] }
enum Mood { GLAD  GAY @deprecated(reason: "Since 2027-01-01, gone on 2028-01-01: use GLAD.") }`

// TestWhatIsGoingToGoIsSaid asks a schema of which parts are deprecated, with and without
// answers that are kept.
func TestWhatIsGoingToGoIsSaid(t *testing.T) {
	_, r := sampleRecord(t, 10)
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: goingSchema})
	handler := newHandler(&graphql.ExecutableSchemaMock{
		SchemaFunc: func() *ast.Schema { return schema },
		ExecFunc: func(ctx context.Context) graphql.ResponseHandler {
			markPublic(ctx)
			return graphql.OneShot(&graphql.Response{Data: []byte(`{"x":1}`)})
		},
		ComplexityFunc: func(context.Context, string, string, int, map[string]any) (int, bool) { return 0, false },
	}, r, Options{CacheMegabytes: 1})
	for question, test := range map[string]struct{ variables, uses string }{
		`{ new { name } }`: {},
		`{ old }`:          {uses: "Query.old"},
		`{ a: old ...F } fragment F on Query { new { ... on Thing { title } } }`: {uses: "Query.old Thing.title"},
		`{ new(size: 3) { name } }`:                                             {uses: "Query.new(size:)"},
		`query($n: Int) { new(size: $n) { name } }`:                             {},
		`query($m: Int) { new(size: $m) { name } }`:                             {`{"m": 1}`, "Query.new(size:)"},
		`{ new(filter: {inner: {words: "x"}, moods: [GLAD, GAY]}) { name } }`:   {uses: "Filter.words Mood.GAY"},
		`query($f: [Filter!], $m: Mood) { new(filter: $f, mood: $m) { name } }`: {`{"f": [{"text": "GAY"}, {"moods": "GAY", "inner": {"words": "x"}}], "m": "GLAD"}`, "Filter.words Mood.GAY"},
		`query($m: Mood = GAY) { new(mood: $m) { name } }`:                      {uses: "Mood.GAY"},
	} {
		for _, told := range []string{"", `{"deprecations": true}`} {
			for range 2 { // the second answer is a kept one
				address := "/graphql?" + url.Values{"query": {question}, "variables": {test.variables}, "extensions": {told}}.Encode()
				answer := httptest.NewRecorder()
				handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, address, nil))
				checkGoing(t, question, test.uses, told != "", answer)
				again := httptest.NewRequest(http.MethodGet, address, nil)
				again.Header.Set("If-None-Match", answer.Header().Get("ETag"))
				unchanged := httptest.NewRecorder()
				if handler.ServeHTTP(unchanged, again); unchanged.Code != http.StatusNotModified || told == "" && unchanged.Header().Get("Deprecation") != answer.Header().Get("Deprecation") {
					t.Errorf("%s: %d, %v", question, unchanged.Code, unchanged.Header())
				}
			}
		}
	}
}

func checkGoing(t *testing.T, question, uses string, told bool, answer *httptest.ResponseRecorder) {
	t.Helper()
	wantSince, wantSunset, wantLink := "", "", ""
	if uses != "" {
		wantSince, wantSunset, wantLink = "@1798761600", "Sat, 01 Jan 2028 00:00:00 GMT", `</deprecations>; rel="deprecation"; type="application/json"`
	}
	if uses == "Query.new(size:)" {
		wantSince, wantSunset = "@1801440000", "Wed, 01 Dec 2027 00:00:00 GMT"
	}
	h := answer.Header()
	if h.Get("Deprecation") != wantSince || h.Get("Sunset") != wantSunset || h.Get("Link") != wantLink {
		t.Errorf("%s: %v", question, h)
	}
	var body struct {
		Errors     []any
		Extensions struct{ Deprecations []struct{ What, Use string } }
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil || len(body.Errors) > 0 {
		t.Fatalf("%s: %s", question, answer.Body)
	}
	var names []string
	for _, n := range body.Extensions.Deprecations {
		names = append(names, n.What)
	}
	if !told {
		uses = ""
	}
	if got := strings.Join(names, " "); got != uses || told != strings.Contains(answer.Body.String(), "extensions") {
		t.Errorf("%s: told %q, want %q", question, got, uses)
	}
}

// TestNoticesOfTheSchemaCanBeRead is what a wrong @deprecated fails in.
func TestNoticesOfTheSchemaCanBeRead(t *testing.T) {
	for _, n := range Deprecations() {
		t.Logf("%+v", n)
	}
	defer func() {
		if recover() == nil {
			t.Error("a reason without dates is taken")
		}
	}()
	newDeprecations(gqlparser.MustLoadSchema(&ast.Source{Input: `type Query { old: Int @deprecated }`}))
}
