package slice_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/server"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
)

// key makes an API key with scopes.
func (h *house) key(t *testing.T, scopes ...string) string {
	t.Helper()
	ctx := viewer.NewContext(t.Context(), viewer.Program("test"))
	email := strings.ReplaceAll(strings.Join(scopes, "-"), ":", "-") + "@example.org"
	if _, err := h.people.CreateUser(ctx, email, "Ann", "EN", ""); err != nil {
		t.Fatal(err)
	}
	u, err := h.people.UserByEmail(ctx, email)
	if err != nil {
		t.Fatal(err)
	}
	_, secret, err := h.people.CreateKeyFor(ctx, u, "test", scopes, nil)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// TestKeysReadWhatTheirScopesName asks for every kind with a key of every scope.
func TestKeysReadWhatTheirScopesName(t *testing.T) {
	h := open(t, dbtest.SQLite(t), 30)
	for _, scope := range []string{"recommendations", "pledges", "states", "reviews", "issues", "organisations", "programmes", "changes"} {
		bearer := []string{"Authorization", "Bearer " + h.key(t, scope+":read")}
		for _, k := range slice.Kinds() {
			want := http.StatusForbidden
			if k.Scope == scope {
				want = http.StatusOK
			}
			if a := h.get(t, "/export/"+k.Name+".ndjson", nil, bearer...); a.status != want || want == http.StatusForbidden && !strings.Contains(string(a.body), "no scope "+k.Scope+":read") {
				t.Errorf("%s with %s: %d %.100s", k.Name, scope, a.status, a.body)
			}
		}
		for _, path := range []string{"/changes?first=1", "/export/record.ndjson"} {
			if a := h.get(t, path, nil, bearer...); (a.status == http.StatusOK) != (scope == "changes") {
				t.Errorf("%s with %s: %d", path, scope, a.status)
			}
		}
	}
	write := h.key(t, "recommendations:write")
	if a := h.get(t, "/export/recommendations.csv", nil, "Authorization", "Bearer "+write); a.status != http.StatusForbidden {
		t.Errorf("a key that writes reads: %d", a.status)
	}
	if a := h.get(t, "/export/recommendations.csv", nil, "Authorization", "Bearer upr_nonsense"); a.status != http.StatusUnauthorized {
		t.Errorf("a key that is none: %d", a.status)
	}
	// A package needs the scope of what is asked for: what it names is public anyway.
	if a := h.get(t, "/export/pledges.zip", nil, "Authorization", "Bearer "+write); a.status != http.StatusForbidden {
		t.Errorf("a package: %d", a.status)
	}
}

func TestLimitsAreSaid(t *testing.T) {
	h := open(t, dbtest.SQLite(t), 30)
	srv := httptest.NewServer(server.New(h.db, h.record, h.people, server.Options{RequestsPerMinute: 30}))
	t.Cleanup(srv.Close)
	h.url = srv.URL
	bearer := []string{"Authorization", "Bearer " + h.key(t, "states:read")}
	for i := range 5 {
		a := h.get(t, "/export/states.csv", nil, bearer...)
		switch {
		case a.header.Get("X-RateLimit-Limit") != "30" || a.header.Get("X-RateLimit-Reset") == "":
			t.Errorf("%d: %v", i, a.header)
		case i < 3 && (a.status != http.StatusOK || a.header.Get("X-RateLimit-Remaining") != []string{"20", "10", "0"}[i]):
			t.Errorf("%d: %d, %v", i, a.status, a.header)
		case i >= 3 && (a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "" || !strings.Contains(string(a.body), "LIMIT_EXCEEDED")):
			t.Errorf("%d: %d %s", i, a.status, a.body)
		}
	}
	if a := h.get(t, "/export/states.csv", nil); a.status != http.StatusOK {
		t.Errorf("the limit of a key is that of its address: %d", a.status)
	}
}

// TestPublicSlicesArePublic reads a public slice, and one of its owner alone, without a key and with
// keys that have another scope.
func TestPublicSlicesArePublic(t *testing.T) {
	h := openSQLite(t)
	ann := h.partner(t, "ann@example.org", "slices:write")
	public := h.save(t, ann, map[string]any{"name": "Open", "kind": "recommendations", "public": true})
	private := h.save(t, ann, map[string]any{"name": "Closed", "kind": "recommendations"})
	for who, key := range map[string]string{"anybody": "", "somebody": h.key(t, "states:read"), "its owner": h.partner(t, "ann@example.org", "states:read")} {
		var bearer []string
		if key != "" {
			bearer = []string{"Authorization", "Bearer " + key}
		}
		for _, end := range []string{"", ".csv", ".zip", "/changes", "/statistics"} {
			if a := h.get(t, "/slices/"+public.ID+end, nil, bearer...); a.status != http.StatusOK {
				t.Errorf("%s reads a public slice%s: %d %.200s", who, end, a.status, a.body)
			}
			if a := h.get(t, "/slices/"+private.ID+end, nil, bearer...); a.status != http.StatusNotFound {
				t.Errorf("%s reads a private slice%s: %d", who, end, a.status)
			}
		}
	}
}
