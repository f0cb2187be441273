package graph_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/desk"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/sample/sampletest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestPrivateAnswersAreNotKept asks the same questions as different callers of one handler
// with a cache: nobody gets the answer to somebody else.
func TestPrivateAnswersAreNotKept(t *testing.T) {
	handler := cachingHandler(t)
	editor := &viewer.Viewer{UID: "usr_1", Name: "Editor", Grants: []viewer.Grant{{Role: viewer.Editor}}}
	partner := &viewer.Viewer{UID: "usr_2", Name: "Partner", Grants: []viewer.Grant{{Role: viewer.Partner}}}
	const (
		own  = `{ statistics { total } viewer { name } }`
		desk = `{ statistics { total } desk { viewer { name } } }`
	)
	for _, test := range []struct {
		name, question, want string
		asks                 *viewer.Viewer
	}{
		{"editor", own, `"name":"Editor"`, editor},
		{"editor again", own, `"name":"Editor"`, editor},
		{"partner", own, `"name":"Partner"`, partner},
		{"nobody", own, `"viewer":null`, nil},
		{"editor's desk", desk, `"name":"Editor"`, editor},
		{"partner's desk", desk, "FORBIDDEN", partner},
		{"nobody's desk", desk, "UNAUTHENTICATED", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := askAs(t, handler, test.asks, test.question); !strings.Contains(got, test.want) || !strings.Contains(got, `"total":0`) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func cachingHandler(t *testing.T) http.Handler {
	t.Helper()
	db := sampletest.Listed(t, dbtest.SQLite(t))
	r, err := record.Open(t.Context(), db, importedAt)
	if err != nil {
		t.Fatal(err)
	}
	return graph.NewHandler(&graph.Resolver{Record: r, Staff: desk.New(db, r, presession.Seen)}, graph.Options{CacheMegabytes: 16})
}

// askAs sends a question as somebody, or as nobody where v is nil.
func askAs(t *testing.T, handler http.Handler, v *viewer.Viewer, question string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": question})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if v != nil {
		ctx = viewer.NewContext(ctx, v)
	}
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(string(body)))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Body.String()
}

// TestWhoAsksIsInDoubt asks while it cannot be found out who asks: that is not nobody.
func TestWhoAsksIsInDoubt(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	for _, question := range []string{"{ viewer { name } }", "{ mine { account { email } } }"} {
		body := strings.NewReader(`{"query":"` + question + `"}`)
		request := httptest.NewRequestWithContext(viewer.InDoubt(t.Context()), http.MethodPost, "/graphql", body)
		request.Header.Set("Content-Type", "application/json")
		recorder := httptest.NewRecorder()
		o.handler.ServeHTTP(recorder, request)
		if got := recorder.Body.String(); !strings.Contains(got, "UNAVAILABLE") {
			t.Errorf("%s: %s", question, got)
		}
	}
}

// TestScopesOfRounds: where a scope is explained, that of a round is as it is given.
func TestScopesOfRounds(t *testing.T) {
	h := openHall(t, dbtest.SQLite(t))
	example := regexp.MustCompile(`round:\w+`)
	for _, file := range []string{"viewer.graphqls", "user.graphqls", "../cmd/upr/user.go", "../docs/operating.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := example.FindAllString(string(text), -1)
		if len(found) == 0 {
			t.Errorf("%s shows no scope of a round", file)
		}
		for _, scope := range found {
			if !regexp.MustCompile(`^round:rnd_[a-z2-7]{16}$`).MatchString(scope) || len(scope) != len("round:"+h.round) {
				t.Errorf("%s shows %s, and there is round:%s", file, scope, h.round)
			}
		}
	}
}
