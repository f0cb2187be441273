package graph_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

const signingIn = `mutation A { signIn(input: {email: "a@example.org", password: "x"}) { userErrors { code } } requestSignInLink(input: {email: "a@example.org"}) { done } }`

const registered = `query Count($first: Int!) { recommendations(first: $first) { totalCount } }`

func trusted(t *testing.T, only bool, documents map[string]string) (*graph.Trusted, error) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range documents {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return graph.ReadTrusted(folder, only)
}

// TestTrustedDocuments asks by digest, and tries to ask something else.
func TestTrustedDocuments(t *testing.T) {
	documents, err := trusted(t, true, map[string]string{"pages/count.graphql": registered + "\n", "README.md": "no document"})
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, dbtest.SQLite(t))
	handler := graph.NewHandler(&graph.Resolver{Record: o.record, Staff: o.staff}, graph.Options{CacheMegabytes: 1, Trusted: documents})
	ask := func(v *viewer.Viewer, query url.Values) string {
		t.Helper()
		ctx := t.Context()
		if v != nil {
			ctx = viewer.NewContext(ctx, v)
		}
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, httptest.NewRequestWithContext(ctx, http.MethodGet, "/graphql?"+query.Encode(), nil))
		return recorder.Body.String()
	}
	named := func(document string) url.Values {
		sum := sha256.Sum256([]byte(document))
		extensions, err := json.Marshal(map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hex.EncodeToString(sum[:])}})
		if err != nil {
			t.Fatal(err)
		}
		return url.Values{"extensions": {string(extensions)}, "variables": {`{"first": 1}`}}
	}
	sent := func(document string) url.Values {
		return url.Values{"query": {document}, "variables": {`{"first": 1}`}}
	}
	other := "query Other($first: Int!) { pledges(first: $first) { totalCount } }"
	for name, test := range map[string]struct {
		by    *viewer.Viewer
		query url.Values
		want  string
	}{
		"by digest":                           {nil, named(registered), `{"data":{"recommendations":`},
		"by the digest of the file":           {nil, named(registered + "\n"), `{"data":{"recommendations":`},
		"whole":                               {nil, sent(registered), `{"data":{"recommendations":`},
		"another document":                    {nil, sent(other), `FORBIDDEN`},
		"another document, of a staff member": {with(viewer.Editor), sent(other), `{"data":{"pledges":`},
		"by another digest":                   {nil, named(other), `PERSISTED_QUERY_NOT_FOUND`},
		"nearly the same":                     {nil, sent(registered + " "), `FORBIDDEN`},
		"to sign in":                          {nil, sent(signingIn), `a mutation needs POST`},
		"to sign in and more":                 {nil, sent(signingIn + " query Q { __typename }"), `FORBIDDEN`},
		"to sign out":                         {nil, sent("mutation { signOut { done } }"), `FORBIDDEN`},
	} {
		if got := ask(test.by, test.query); !strings.Contains(got, test.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := ask(nil, sent(other)); !strings.Contains(got, "FORBIDDEN") {
		t.Errorf("what was answered to somebody who may ask it: %s", got)
	}
}

func TestTrustedDocumentsFitTheSchema(t *testing.T) {
	for name, documents := range map[string]map[string]string{
		"wrong.graphql: does not fit the schema":            {"right.graphql": registered, "wrong.graphql": "{ nothing }"},
		"UPR_TRUSTED_DOCUMENTS":                             {"README.md": registered},
		"broken.graphql: does not fit the schema: Expected": {"broken.graphql": "{"},
	} {
		if _, err := trusted(t, false, documents); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want %s, got %v", name, err)
		}
	}
}

// TestFoldersOfTrustedDocumentsAreRefused has folders without documents.
func TestFoldersOfTrustedDocumentsAreRefused(t *testing.T) {
	if _, err := graph.ReadTrusted(filepath.Join(t.TempDir(), "missing"), false); err == nil || !strings.Contains(err.Error(), "UPR_TRUSTED_DOCUMENTS") {
		t.Errorf("no folder: %v", err)
	}
	for _, text := range []string{"", " \n"} {
		if _, err := trusted(t, false, map[string]string{"full.graphql": registered, "empty.graphql": text}); err == nil || !strings.Contains(err.Error(), "empty.graphql: is empty") {
			t.Errorf("an empty document %q: %v", text, err)
		}
	}
}

// TestTrustedDocumentsKeepToTheLimits has documents that nobody may ask, whatever the variables: the server does not
// begin with them.
func TestTrustedDocumentsKeepToTheLimits(t *testing.T) {
	aliases, deep := "", "id"
	for i := range 51 {
		aliases += fmt.Sprintf(" a%d: __typename", i)
	}
	for range 5 {
		deep = "issues { recommendations(first: 1) { nodes { " + deep + " } } }"
	}
	pages := func(argument, variables string) string {
		return `query Pages` + variables + ` { recommendations(first: 100) { nodes { issues { recommendations(first: ` + argument + `) { nodes { id text number } } } } } }`
	}
	for name, test := range map[string]struct{ document, limit string }{
		"aliases":              {"{" + aliases + " }", "the operation's number of aliases is 51, the limit is 50"},
		"depth":                {`{ recommendations(first: 1) { nodes { ` + deep + ` } } }`, "the operation's depth is 18, the limit is 15"},
		"cost":                 {pages("100", ""), "Pages's cost is"},
		"cost by its defaults": {pages("$n", "($n: Int = 100)"), "Pages's cost is"},
		"fields of one name":   {"{ " + strings.Repeat("__typename ", 201) + "}", "the document's number of fields of one name is 201, the limit is 200"},
		"another operation":    {registered + " query B {" + aliases + " }", "B's number of aliases is 51, the limit is 50"},
		"what may be asked":    {pages("$n", "($n: Int!)"), ""},
	} {
		_, err := trusted(t, false, map[string]string{"good.graphql": registered, name + ".graphql": test.document})
		switch {
		case test.limit == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case test.limit != "" && (err == nil || !strings.Contains(err.Error(), name+".graphql: is more than may be asked: ") || !strings.Contains(err.Error(), test.limit)):
			t.Errorf("%s: %v", name, err)
		}
	}
}
