package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/desk"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/sample/sampletest"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
	"github.com/upr-info/upr/internal/webhook"
)

// office is a handler over a small sample, asked as different callers.
type office struct {
	handler http.Handler
	db      *database.DB
	record  *record.Record
	staff   *desk.Desk
	clock   *clock // of Pre-sessions
	means   presession.Means
}

// clock stands still until a test moves it.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time { return time.Unix(c.at.Load(), 0) }

func (c *clock) set(text string) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	c.at.Store(at.Unix())
}

func newOffice(t testing.TB, url string) *office {
	t.Helper()
	db := sampletest.Filled(t, url, 300)
	r, err := record.Open(t.Context(), db, importedAt)
	if err != nil {
		t.Fatal(err)
	}
	o := &office{db: db, record: r, staff: desk.New(db, r, presession.Seen), clock: &clock{}, means: presession.Means{Box: secret.NewBox(secret.Key{7}), Forget: identity.Forget}}
	o.clock.set("2026-01-10T12:00:00Z")
	o.handler = graph.NewHandler(o.resolver(nil), graph.Options{CacheMegabytes: 16})
	return o
}

func (o *office) resolver(people *identity.Service) *graph.Resolver {
	return &graph.Resolver{Record: o.record, Staff: o.staff, People: people, Partners: slice.New(o.db, o.record, slice.About{}), PreSessions: presession.New(o.db, o.clock.now, o.means)}
}

// newHooks are the webhooks of an office.
func newHooks(t *testing.T, o *office) *webhook.Service {
	t.Helper()
	hooks, err := webhook.New(o.db, o.record, slice.New(o.db, o.record, slice.About{}), secret.NewBox(secret.Key{}), webhook.Settings{PublicURL: "http://localhost"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return hooks
}

// with returns somebody who has some roles.
func with(roles ...viewer.Role) *viewer.Viewer {
	v := &viewer.Viewer{UID: "usr_test", Name: "Test", SecondFactor: true}
	for _, role := range roles {
		v.Grants = append(v.Grants, viewer.Grant{Role: role})
	}
	return v
}

// ask asks as somebody, nobody where v is nil, reads the data and returns the code of the
// first error.
func (o *office) ask(t testing.TB, v *viewer.Viewer, query string, variables map[string]any, into any) (code string) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if v != nil {
		ctx = viewer.NewContext(ctx, v)
	}
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	o.handler.ServeHTTP(recorder, request)
	var a answer
	if err := json.Unmarshal(recorder.Body.Bytes(), &a); err != nil {
		t.Fatalf("not JSON: %s", recorder.Body)
	}
	if into != nil && len(a.Data) > 0 {
		if err := json.Unmarshal(a.Data, into); err != nil {
			t.Fatal(err)
		}
	}
	if len(a.Errors) > 0 {
		t.Logf("%s: %s", a.Errors[0].Extensions.Code, a.Errors[0].Message)
		return a.Errors[0].Extensions.Code
	}
	return ""
}

// must asks what must succeed.
func (o *office) must(t testing.TB, v *viewer.Viewer, query string, variables map[string]any, into any) {
	t.Helper()
	if code := o.ask(t, v, query, variables, into); code != "" {
		t.Fatalf("%s: %s", query, code)
	}
}

// outcomeOf is what payloads share.
type outcomeOf struct {
	UserErrors []struct{ Field, Message, Code string }
	Conflict   *struct{ Read, Current struct{ Revision int } }
}

// change makes a change behind the desk's back, as another process does.
func (o *office) change(t *testing.T, kind string, row int, query string, args ...any) {
	t.Helper()
	if err := o.tryChange(kind, row, query, args...); err != nil {
		t.Fatal(err)
	}
}

func (o *office) tryChange(kind string, row int, query string, args ...any) error {
	ctx := context.Background()
	because := changelog.Because{Actor: "usr_other", Origin: changelog.Desk, Reason: "elsewhere"}
	_, err := changelog.Write(ctx, o.db, because, func(tx *database.Tx, log *changelog.Log) error {
		log.Touch(kind, changelog.Correct, row)
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
	if err != nil {
		return err
	}
	return o.record.CatchUp(ctx)
}

// rowOf reads the id of a row.
func (o *office) rowOf(t testing.TB, query string, args ...any) (row int) {
	t.Helper()
	if err := o.db.SQL.QueryRow(query, args...).Scan(&row); err != nil {
		t.Fatal(err)
	}
	return row
}
