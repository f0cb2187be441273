package graph_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestKeysReadTheirKindsAlone asks for each kind with a key of each scope, with and without
// answers that are kept.
func TestKeysReadTheirKindsAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		questions := map[string][]string{
			"recommendations": {`{ recommendations(first: 1) { nodes { text review { id session { number } } stateUnderReview { code name } issues { code name } } } }`, `{ statistics { total } }`, `{ suggest(text: "wom") { key } }`},
			"pledges":         {`{ pledges(first: 1) { totalCount } }`},
			"states":          {`{ states(first: 1) { nodes { code } } }`, `{ stateGroups { code } }`, `{ state(code: "KEN") { name } }`, `{ node(id: "sta_KEN") { ...S } } fragment S on State { iso2 }`},
			"reviews":         {`{ sessions { number } }`, `{ a: __typename reviews(first: 1) { totalCount } }`},
			"issues":          {`{ issues { code } }`, `{ actionCodingRules }`, `{ sdgGoals { number } }`, `{ affectedGroups { code } }`},
			"organisations":   {`{ organisations(first: 1) { totalCount } }`},
			"programmes":      {`{ programmes { slug } }`},
			"changes":         {`{ changes(first: 1) { cursor } }`},
		}
		for scope := range questions {
			key := &viewer.Viewer{UID: "usr_1", KeyUID: "key_" + scope, KeyScopes: []string{scope + ":read"}}
			for kind, asked := range questions {
				want := "FORBIDDEN"
				if kind == scope {
					want = ""
				}
				for _, question := range asked {
					for _, v := range []*viewer.Viewer{nil, key, key} { // the first one may be kept
						if got := o.ask(t, v, question, nil, nil); v == nil && got != "" || v != nil && got != want {
							t.Errorf("%s with %v: %q, want %q", question, v, got, want)
						}
					}
				}
			}
			if code := o.ask(t, key, `{ __schema { queryType { name } } viewer { name } nodes(ids: ["sta_KEN"]) { id } }`, nil, nil); code != "" {
				t.Errorf("what needs no scope: %s", code)
			}
		}
		key := &viewer.Viewer{UID: "usr_1", KeyUID: "key_1", KeyScopes: []string{"recommendations:read"}}
		for question, missing := range map[string]string{
			`{ recommendations(first: 1) { nodes { stateUnderReview { iso2 } } } }`:                                                       "states:read, which State.iso2",
			`{ recommendations(first: 1) { nodes { review { ...R } } } } fragment R on Review { documents { symbol } }`:                   "reviews:read, which Review.documents",
			`{ recommendations(first: 1) { nodes { ... on Recommendation { review { state { pledges(first: 1) { totalCount } } } } } } }`: "states:read, which State.pledges",
		} {
			if message := o.refusal(t, key, question); !strings.Contains(message, "this key has no scope "+missing) || !strings.Contains(message, "createKey") {
				t.Errorf("%s: %q", question, message)
			}
		}
	})
}

// refusal is what a question by GET is refused with, also where whoever asks says to have its answer.
func (o *office) refusal(t *testing.T, v *viewer.Viewer, question string) string {
	t.Helper()
	address := "/graphql?" + url.Values{"query": {question}}.Encode()
	first := httptest.NewRecorder()
	o.handler.ServeHTTP(first, httptest.NewRequest(http.MethodGet, address, nil))
	if first.Header().Get("ETag") == "" {
		t.Fatalf("%s has no ETag: %s", question, first.Body)
	}
	request := httptest.NewRequestWithContext(viewer.NewContext(t.Context(), v), http.MethodGet, address, nil)
	request.Header.Set("If-None-Match", first.Header().Get("ETag"))
	second := httptest.NewRecorder()
	o.handler.ServeHTTP(second, request)
	return second.Body.String()
}
