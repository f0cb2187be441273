package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/sample"
)

// TestHTTP sends requests that are odd as HTTP, whatever they ask.
func TestHTTP(t *testing.T) {
	c := serve(t, dbtest.SQLite(t), "testdata/seed.csv")
	const question = `{"query":"{ session(number: 1) { number } }"}`
	const answer = `{"data":{"session":{"number":1}}}`
	for name, test := range map[string]struct {
		method, query, body, contentType, accept string
		status                                   int
		contains, media                          string
	}{
		"post":                   {body: question, status: 200, contains: answer, media: "application/json"},
		"newer media type":       {body: question, accept: "application/graphql-response+json, application/json;q=0.9", status: 200, contains: answer, media: "application/graphql-response+json"},
		"any media type":         {body: question, accept: "*/*", status: 200, contains: answer, media: "application/json"},
		"charset":                {body: question, contentType: "application/json; charset=utf-8", status: 200, contains: answer},
		"charset, odd case":      {body: question, contentType: "Application/JSON; charset=Utf-8", status: 200, contains: answer},
		"weights":                {body: question, accept: "application/json;q=0.5, application/graphql-response+json;q=0.9", status: 200, contains: answer, media: "application/graphql-response+json"},
		"weights, the older one": {body: question, accept: "application/graphql-response+json;q=0.5, application/json", status: 200, contains: answer, media: "application/json"},
		"not the newer one":      {body: question, accept: "application/graphql-response+json;q=0, */*;q=0.1", status: 200, contains: answer, media: "application/json"},
		"nothing that is there":  {body: question, accept: "application/graphql-response+json;q=0", status: 200, contains: answer, media: "application/json"},
		"not the older one":      {body: question, accept: "*/*, application/json;q=0", status: 200, contains: answer, media: "application/graphql-response+json"},
		"anything rather":        {body: question, accept: "application/graphql-response+json;q=0.2, */*", status: 200, contains: answer, media: "application/json"},
		"same weights":           {body: question, accept: "*/*, application/graphql-response+json", status: 200, contains: answer, media: "application/graphql-response+json"},
		"events rather":          {body: question, accept: "application/json;q=0.1, text/event-stream", status: 200, contains: "event: next", media: "text/event-stream"},
		"events, refused":        {body: `{"query":"{ nothing }"}`, accept: "text/event-stream", status: 200, contains: `"extensions":{"code":"INVALID"}}]}` + "\n", media: "text/event-stream"},
		"events of two":          {body: `{"query":"subscription { a: recordChanged { id } b: recordChanged { id } }"}`, accept: "text/event-stream", status: 200, contains: "asks for one field of Subscription", media: "text/event-stream"},
		"events of nothing":      {body: `{"query":"subscription($not: Boolean!) { recordChanged @skip(if: $not) { id } }","variables":{"not":true}}`, accept: "text/event-stream", status: 200, contains: "asks for one field of Subscription", media: "text/event-stream"},
		"no events":              {body: question, accept: "text/event-stream;q=0, application/json", status: 200, contains: answer, media: "application/json"},
		"other charset":          {body: question, contentType: "application/json; charset=utf-16", status: 415, contains: "INVALID"},
		"form":                   {body: "query=x", contentType: "application/x-www-form-urlencoded", status: 415, contains: "INVALID"},
		"get":                    {method: "GET", query: "query=" + url.QueryEscape("{ session(number: 1) { number } }"), status: 200, contains: answer},
		"get with variables":     {method: "GET", query: "query=" + url.QueryEscape("query($n: Int!) { session(number: $n) { number } }") + "&variables=" + url.QueryEscape(`{"n":1}`), status: 200, contains: answer},
		"get with odd variables": {method: "GET", query: "query=x&variables=1", status: 400, contains: "variables: must be a JSON object"},
		"get without query":      {method: "GET", status: 400, contains: "query: is missing"},
		"put":                    {method: "PUT", body: question, status: 405},
		"empty body":             {body: "", status: 400, contains: "the body must be one JSON object"},
		"not JSON":               {body: "{secret", status: 400, contains: "the body must be one JSON object"},
		"JSON of another shape":  {body: `[1]`, status: 400, contains: "the body must be one JSON object"},
		"more than one value":    {body: question + question, status: 400, contains: "the body must be one JSON object"},
		"no query":               {body: `{}`, status: 400, contains: "query: is missing"},
		"wrong document":         {body: `{"query":"{"}`, status: 200, contains: "INVALID"},
		"wrong document, newer":  {body: `{"query":"{"}`, accept: "application/graphql-response+json", status: 400, contains: "INVALID"},
		"operation not there":    {body: `{"query":"query A { session(number: 1) { number } }","operationName":"B"}`, status: 200, contains: "INVALID"},
		"too large":              {body: `{"query":"` + strings.Repeat("#", 1<<20) + `"}`, status: 413, contains: "LIMIT_EXCEEDED"},
		"too large, and says so": {body: `{"query":"` + strings.Repeat("#", 1<<20) + `"}`, status: 413, contains: "the request has 1048588 bytes, the limit is 1048576"},
		"repeated":               {body: `{"query":"query A { session(number: 1) { number } }","operationName":"` + strings.Repeat("B", 5000) + `"}`, status: 200, contains: `"operation ` + strings.Repeat("B", 990) + `"`},
		"too many tokens":        {body: `{"query":"{ ` + strings.Repeat("a ", 6000) + `}"}`, status: 200, contains: "the document's number of words and signs is 6002, the limit is 2000"},
		"fields too deep":        {body: `{"query":"` + strings.Repeat("{ a ", 1100) + `"}`, status: 200, contains: "LIMIT_EXCEEDED"},
		"too many, not closed":   {body: `{"query":"{ ` + strings.Repeat("a ", 2100) + "\u00a7" + `"}`, status: 200, contains: "the document's number of words and signs is 2101, the limit is 2000"},
		"too deep, named":        {body: `{"query":"{ session(number: ` + strings.Repeat("[", 1500) + `"}`, status: 200, contains: "the document's nesting is 1501, the limit is 1000"},
		"too deep, newer":        {body: `{"query":"{ session(number: ` + strings.Repeat("[", 1500) + `"}`, accept: "application/graphql-response+json", status: 400, contains: "LIMIT_EXCEEDED"},
		"variables too deep":     {body: `{"query":"{ __typename }","variables":{"a":` + strings.Repeat("[", 900) + strings.Repeat("]", 900) + `}}`, status: 200, contains: "the variables' nesting is 901, the limit is 10"},
		"JSON too deep":          {body: `{"query":"{ __typename }","variables":{"a":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}}`, status: 400, contains: "nested more than 10000 levels deep"},
		"too many operations":    {body: `{"query":"` + operations(11) + `","operationName":"Q3"}`, status: 200, contains: "the document's number of operations is 11, the limit is 10"},
		"too many, none meant":   {body: `{"query":"` + operations(11) + `"}`, status: 200, contains: "LIMIT_EXCEEDED"},
		"one name often":         {body: `{"query":"{ ... { ` + strings.Repeat("a ", 120) + `} ...F } fragment F on Query { ` + strings.Repeat("b: a a ", 81) + `}"}`, status: 200, contains: "the document's number of fields of one name is 201, the limit is 200"},
		"a long name":            {body: `{"query":"{ ...F } fragment F on ` + strings.Repeat("x", 900_000) + ` { a }"}`, status: 200, contains: "the document's number of characters in names is 900013, the limit is 20000"},
		"many long names":        {body: `{"query":"mutation { ` + strings.Repeat(strings.Repeat("x", 2000)+" ", 400) + `}"}`, status: 200, contains: "characters in names"},
		"long text":              {body: `{"query":"{ state(code: \"` + strings.Repeat("x", 900_000) + `\") { name } }"}`, status: 200, contains: `{"data":{"state":null}}`},
		"mutation by get":        {method: "GET", query: "query=" + url.QueryEscape("mutation { signOut { done } }"), status: 405, contains: "a mutation needs POST"},
		"mutation by get, newer": {method: "GET", query: "query=" + url.QueryEscape("mutation { signOut { done } }"), accept: "application/graphql-response+json", status: 405, contains: "a mutation needs POST"},
		"cost, asked for":        {body: costly, status: 200, contains: `"cost":{"aliases":{"asked":0,"limit":50},"cost":{"asked":41,"limit":50000}`},
		"cost, of one kept":      {body: costly, status: 200, contains: `"extensions":{"cost":{"aliases"`},
		"which operation":        {body: `{"query":"query A { __typename } query B { __typename }"}`, status: 200, contains: "operationName: must say which"},
	} {
		t.Run(name, func(t *testing.T) {
			method := test.method
			if method == "" {
				method = http.MethodPost
			}
			request, err := http.NewRequest(method, c.url+"/graphql?"+test.query, strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", "application/json")
			if test.contentType != "" {
				request.Header.Set("Content-Type", test.contentType)
			}
			if test.accept != "" {
				request.Header.Set("Accept", test.accept)
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			text, _ := io.ReadAll(response.Body)
			if response.StatusCode != test.status || !strings.Contains(string(text), test.contains) {
				t.Errorf("got %d %s", response.StatusCode, text)
			}
			if strings.Contains(string(text), "secret") {
				t.Errorf("what was sent is echoed: %s", text)
			}
			if media := response.Header.Get("Content-Type"); !strings.HasPrefix(media, test.media) {
				t.Errorf("Content-Type %s, want %s", media, test.media)
			}
			if test.status == http.StatusMethodNotAllowed && response.Header.Get("Allow") == "" {
				t.Error("it is not said which methods are allowed")
			}
			if response.Header.Get("X-Request-Id") == "" {
				t.Error("no request id")
			}
		})
	}
}

// operations writes a document of n operations.
func operations(n int) string {
	var document strings.Builder
	for i := range n {
		fmt.Fprintf(&document, "query Q%d { __typename } ", i)
	}
	return document.String()
}

const costly = `{"query":"{ states(first: 20) { nodes { code } } }","extensions":{"cost":true}}`

// TestAnswersAreGuarded looks at what browsers are told of every kind of answer.
func TestAnswersAreGuarded(t *testing.T) {
	c := serve(t, dbtest.SQLite(t), "testdata/seed.csv")
	for _, path := range []string{"/graphql?query=%7B__typename%7D", "/graphql", "/playground", "/sign-in/link", "/healthz", "/readyz", "/", "/nothing"} {
		response, err := http.DefaultTransport.RoundTrip(mustRequest(t, c.url+path))
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		h := response.Header
		if policy := h.Get("Content-Security-Policy"); h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") == "" || h.Get("X-Request-Id") == "" ||
			!strings.HasPrefix(policy, "default-src '") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe-eval") {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func mustRequest(t *testing.T, address string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestPagesAreMeasured checks that every connection takes the arguments by which its cost
// is measured.
func TestPagesAreMeasured(t *testing.T) {
	for _, object := range graph.Schema().Types {
		if object.Kind != ast.Object {
			continue
		}
		for _, field := range object.Fields {
			if strings.HasSuffix(field.Type.Name(), "Connection") && (field.Arguments.ForName("first") == nil || field.Arguments.ForName("last") == nil) {
				t.Errorf("%s.%s is a connection without first and last", object.Name, field.Name)
			}
		}
	}
}

// TestAnyOriginMayAsk checks that anybody's application can use the public graph, and
// that no credentials are offered to it.
func TestAnyOriginMayAsk(t *testing.T) {
	c := serve(t, dbtest.SQLite(t), "testdata/seed.csv")
	for _, method := range []string{http.MethodOptions, http.MethodPost} {
		request, err := http.NewRequest(method, c.url+"/graphql", bytes.NewBufferString(`{"query":"{ __typename }"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Origin", "https://example.org")
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Access-Control-Request-Method", "POST")
		request.Header.Set("Access-Control-Request-Headers", "content-type")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if got := response.Header.Get("Access-Control-Allow-Origin"); got != "*" || response.StatusCode >= 300 {
			t.Errorf("%s: status %d, allowed origin %q", method, response.StatusCode, got)
		}
		if response.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: credentials are allowed", method)
		}
	}
}

// TestSample asks the sample that make run serves what the playground and the README ask.
func TestSample(t *testing.T) {
	c := serveFilled(t, dbtest.SQLite(t), func(db *database.DB) error {
		_, err := sample.Fill(t.Context(), db, sample.Options{})
		return err
	})
	t.Run("examples", func(t *testing.T) { checkExamples(t, c) })
	t.Run("readme", func(t *testing.T) { checkReadme(t, c) })
}

func checkExamples(t *testing.T, c *client) {
	files, err := filepath.Glob("../web/src/playground/examples/*.graphql")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			query, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var variables map[string]any
			if text, err := os.ReadFile(strings.TrimSuffix(file, "graphql") + "json"); err == nil {
				if err := json.Unmarshal(text, &variables); err != nil {
					t.Fatal(err)
				}
			}
			var data map[string]any
			c.ask(t, string(query), variables, &data)
			for field, value := range data {
				if isEmpty(value) {
					t.Errorf("%s is empty: %v", field, value)
				}
			}
		})
	}
}

// isEmpty says whether an answer has nothing to show: null, an empty list, or a
// connection without nodes.
func isEmpty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case map[string]any:
		if nodes, ok := v["nodes"].([]any); ok {
			return len(nodes) == 0
		}
		if edges, ok := v["edges"].([]any); ok {
			return len(edges) == 0
		}
		return v["totalCount"] == 0.0 || v["total"] == 0.0
	}
	return false
}

// TestSchemaIsDescribed checks that each type of the contract says what it means; of
// connections and edges the connection of Relay does, of inputs and payloads their mutation.
func TestSchemaIsDescribed(t *testing.T) {
	for name, definition := range graph.Schema().Types {
		relay := strings.HasSuffix(name, "Connection") || strings.HasSuffix(name, "Edge")
		mutation := name == "Mutation" || strings.HasSuffix(name, "Input") || strings.HasSuffix(name, "Payload")
		if !definition.BuiltIn && !relay && !mutation && definition.Description == "" && definition.Kind != ast.Enum {
			t.Errorf("%s has no description", name)
		}
	}
}

func checkReadme(t *testing.T, c *client) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := func(language string) string {
		_, after, found := strings.Cut(string(text), "```"+language+"\n")
		inside, _, closed := strings.Cut(after, "```")
		if !found || !closed {
			t.Fatalf("the README has no %s", language)
		}
		return inside
	}
	var want struct{ Data any }
	if err := json.Unmarshal([]byte(block("json")), &want); err != nil {
		t.Fatal(err)
	}
	var got any
	c.ask(t, block("graphql"), nil, &got)
	if diff := cmp.Diff(want.Data, got); diff != "" {
		t.Errorf("the README is out of date (-README +answer):\n%s", diff)
	}
}
