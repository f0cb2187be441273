package graph_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestModelOfPurgedStatements: when the identities of a round are purged, statements and asks stay that are
// published and let into the archive; the files of all others are gone.
func TestModelOfPurgedStatements(t *testing.T) {
	for name, c := range map[string]struct {
		consents         []string
		published        bool
		statements, asks int
	}{
		"published, for the archive":                     {[]string{"ARCHIVE STATEMENT", "ARCHIVE ASKS"}, true, 1, 1},
		"published, the statement alone for the archive": {[]string{"ARCHIVE STATEMENT"}, true, 1, 0},
		"published, not for the archive":                 {nil, true, 0, 0},
		"for missions":                                   {[]string{"ARCHIVE STATEMENT", "ARCHIVE ASKS"}, false, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, url string) {
				h := openHall(t, url)
				a, officer, statement := h.spoken(t, append([]string{"PUBLIC ASKS"}, c.consents...)...)
				h.confirmedAsk(t, a, officer, statement)
				if _, code := h.asking(t, officer, "addAsk", map[string]any{"statement": statement, "wording": map[string]any{"text": "Never confirmed.", "issue": h.anIssue(t)}}); code != "" {
					t.Fatal(code)
				}
				if !c.published {
					if code := h.decide(t, officer, a, statement, "MISSIONS_ONLY", nil); code != "" {
						t.Fatal(code)
					}
				}
				h.clock.set("2026-05-31T08:00:00Z")
				h.sweep(t)
				if n := h.count(t, `SELECT COUNT(*) FROM stored_files WHERE state <> 'PURGED'`); n != 1 {
					t.Errorf("%d files are left while identities are kept", n)
				}
				h.clock.set("2026-06-01T08:00:00Z")
				h.sweep(t)
				if err := h.record.CatchUp(t.Context()); err != nil {
					t.Fatal(err)
				}
				if n, asks, files := len(h.record.Snapshot().MeetingStatements()), len(h.record.Snapshot().MeetingAsks()), h.count(t, `SELECT COUNT(*) FROM stored_files WHERE state <> 'PURGED'`); n != c.statements || asks != c.asks || files != c.statements {
					t.Errorf("%d statements with %d files and %d asks are left, want %d and %d", n, files, asks, c.statements, c.asks)
				}
				if n := h.count(t, `SELECT COUNT(*) FROM asks`); n != c.asks {
					t.Errorf("%d asks are kept, want %d", n, c.asks)
				}
			})
		})
	}
}

// TestModelOfStatementsWithoutFiles: a server without a store for files says so, and shows nothing.
func TestModelOfStatementsWithoutFiles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		mission := h.invite(t, missionOf(h.states[1]))[0]
		a, officer, statement := h.spoken(t)
		site := h.site(t)
		h.confirmedAsk(t, a, officer, statement)
		public := h.record.Snapshot().MeetingStatements()[0].Path()
		if got := site(public); !strings.HasPrefix(got, "200 ") {
			t.Fatal(got)
		}
		later := h.handedIn(t, a)
		h.means.Files = nil
		h.handler = graph.NewHandler(h.resolver(nil), graph.Options{CacheMegabytes: 16})
		site = h.site(t)
		for _, path := range []string{public, "/statements/" + statement} {
			if got := site(path); !strings.HasPrefix(got, "404 ") {
				t.Errorf("%s is answered %s", path, got)
			}
		}
		if code := h.decide(t, officer, a, later, "ACCEPTED", nil); code != "UNAVAILABLE" {
			t.Errorf("a statement is accepted: %q", code)
		}
		request := httptest.NewRequest(http.MethodPost, "/statements/"+statement, strings.NewReader("token="+h.tokenOf(t, mission)))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer := httptest.NewRecorder()
		h.server(t).ServeHTTP(answer, request)
		if answer.Code != http.StatusNotFound {
			t.Errorf("a mission is answered %d %s", answer.Code, answer.Body)
		}
		// What keeps something from readers works without a store.
		if code := h.decide(t, officer, a, statement, "WITHHELD", nil); code != "" {
			t.Errorf("a statement is withheld: %q", code)
		}
	})
}

// handedIn has who speaks hand in a statement. It returns its id.
func (h *hall) handedIn(t *testing.T, a *application) string {
	t.Helper()
	begun, code := h.statement(t, a.by, "beginStatement", "BeginStatementInput", map[string]any{"application": a.id, "language": "FR"})
	if code != "" {
		t.Fatal(code)
	}
	h.upload(t, begun.Permit, "Dit par le wombat.\n")
	if _, code = h.statement(t, a.by, "submitStatement", "ReviseStatementInput", map[string]any{"id": begun.Statement.ID, "revision": begun.Statement.Revision}); code != "" {
		t.Fatal(code)
	}
	return begun.Statement.ID
}

// TestModelOfFrozenStatements: from three days before the meeting on nothing is permitted but what staff
// have returned, until it begins; a permit of before ends then.
func TestModelOfFrozenStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.takesFiles(t)
		a, officer := h.withAgenda(t)
		returned := h.handedIn(t, a)
		begin := func() (statementAnswer, string) {
			return h.statement(t, a.by, "beginStatement", "BeginStatementInput", map[string]any{"application": a.id, "language": "ES"})
		}
		permit := func(id string) string {
			_, code := h.statement(t, a.by, "permitStatement", "StatementInput", map[string]any{"id": id})
			return code
		}
		h.clock.set("2026-02-27T08:50:00Z") // ten minutes before
		begun, code := begin()
		if code != "" {
			t.Fatal(code)
		}
		if got := h.column(t, `SELECT CAST(expires_at AS text) FROM upload_permits ORDER BY id DESC LIMIT 1`); !strings.HasPrefix(got, "2026-02-27 09:00:00") && !strings.HasPrefix(got, "2026-02-27T09:00:00") {
			t.Errorf("a permit ends %s", got)
		}
		h.clock.set("2026-02-27T09:00:00Z")
		if _, code := begin(); code != "CONFLICT" {
			t.Errorf("another one is begun: %q", code)
		}
		if code := permit(begun.Statement.ID); code != "CONFLICT" {
			t.Errorf("a draft is permitted: %q", code)
		}
		if code := h.decide(t, officer, a, returned, "CHANGES_REQUESTED", map[string]any{"questions": "Which prison?"}); code != "" {
			t.Fatal(code)
		}
		if code := permit(returned); code != "" {
			t.Errorf("what was returned is not permitted: %q", code)
		}
		h.clock.set("2026-03-02T09:00:00Z")
		if code := permit(begun.Statement.ID); code != "" {
			t.Errorf("a draft, once the meeting has begun: %q", code)
		}
	})
}
