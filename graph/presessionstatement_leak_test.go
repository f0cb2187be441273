package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/server"
	"github.com/upr-info/upr/internal/viewer"
)

const secretTitle = "On what happened in Zzyzx"

// accepted has somebody who speaks bring a statement that is accepted, with the agenda published. It
// returns the statement's id.
func (h *hall) accepted(t *testing.T, a *application, officer *viewer.Viewer) string {
	t.Helper()
	begun, code := h.statement(t, a.by, "beginStatement", "BeginStatementInput", map[string]any{"application": a.id, "language": "EN", "title": secretTitle})
	if code != "" {
		t.Fatal(code)
	}
	h.upload(t, begun.Permit, "Told by Wombat.\n")
	if _, code = h.statement(t, a.by, "submitStatement", "ReviseStatementInput", map[string]any{"id": begun.Statement.ID, "revision": begun.Statement.Revision}); code != "" {
		t.Fatal(code)
	}
	if code := h.decide(t, officer, a, begun.Statement.ID, "ACCEPTED", nil); code != "" {
		t.Fatal(code)
	}
	return begun.Statement.ID
}

// decide is what staff make of a statement as it is now. It returns the code of what is wrong.
func (h *hall) decide(t *testing.T, by *viewer.Viewer, a *application, id, to string, more map[string]any) string {
	t.Helper()
	var read struct {
		Desk struct {
			Statements []struct {
				ID       string
				Revision int
			}
		}
	}
	h.must(t, h.manager, `query($id: ID!) { desk { statements(registration: $id) { id revision } } }`, map[string]any{"id": a.id}, &read)
	input := map[string]any{"id": id, "to": to}
	for _, st := range read.Desk.Statements {
		if st.ID == id {
			input["revision"] = st.Revision
		}
	}
	for name, value := range more {
		input[name] = value
	}
	_, code := h.statement(t, by, "decideStatement", "DecideStatementInput", input)
	return code
}

// withAgenda brings a hall to a published agenda with one speaker, and an officer of their State.
func (h *hall) withAgenda(t *testing.T) (a *application, officer *viewer.Viewer) {
	t.Helper()
	state := h.states[0]
	a = h.submitted(t, state)
	h.giveConsents(t, a, "PUBLIC NAME", "PUBLIC ORGANISATION", "PUBLIC STATEMENT", "MISSIONS STATEMENT")
	h.confirmed(t, a)
	h.clock.set("2026-02-02T12:00:00Z")
	h.advance(t, "CALL_CLOSED")
	h.advance(t, "DECISIONS_RELEASED")
	h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
	if _, code := h.publish(t); code != "" {
		t.Fatal(code)
	}
	return a, h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state})
}

// TestLeakOfStatements: whatever keeps a statement from the public keeps it from every place that anybody
// reads, and takes it out of those in which it has been. Webhooks send what /changes says.
func TestLeakOfStatements(t *testing.T) {
	for name, keep := range map[string]func(t *testing.T, h *hall, a *application, decide func(to string, more map[string]any) string){
		"only accepted": func(*testing.T, *hall, *application, func(string, map[string]any) string) {},
		"under embargo": func(t *testing.T, _ *hall, _ *application, decide func(string, map[string]any) string) {
			if code := decide("EMBARGOED", map[string]any{"embargoedUntil": "2026-02-20T00:00:00Z"}); code != "" {
				t.Fatal(code)
			}
		},
		"for missions": func(t *testing.T, _ *hall, _ *application, decide func(string, map[string]any) string) {
			for _, to := range []string{"PUBLISHED", "MISSIONS_ONLY"} {
				if code := decide(to, nil); code != "" {
					t.Fatal(code)
				}
			}
		},
		"consent revoked": func(t *testing.T, h *hall, a *application, decide func(string, map[string]any) string) {
			if code := decide("PUBLISHED", nil); code != "" {
				t.Fatal(code)
			}
			h.giveConsents(t, a, "PUBLIC NAME", "PUBLIC ORGANISATION", "MISSIONS STATEMENT")
			if code := decide("PUBLISHED", nil); code != "CONFLICT" {
				t.Errorf("published without consent: %q", code)
			}
		},
		"protected afterwards": func(t *testing.T, h *hall, a *application, decide func(string, map[string]any) string) {
			if code := decide("PUBLISHED", nil); code != "" {
				t.Fatal(code)
			}
			h.must(t, a.by, `mutation($input: RequestProtectionInput!) { requestProtection(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": a.speaker, "level": 1}}, nil)
			for _, to := range []string{"PUBLISHED", "MISSIONS_ONLY"} {
				if code := decide(to, nil); code != "CONFLICT" {
					t.Errorf("%s with somebody protected: %q", to, code)
				}
			}
		},
		"protected under embargo": func(t *testing.T, h *hall, a *application, decide func(string, map[string]any) string) {
			if code := decide("EMBARGOED", map[string]any{"embargoedUntil": "2026-02-10T00:00:00Z"}); code != "" {
				t.Fatal(code)
			}
			h.must(t, a.by, `mutation($input: RequestProtectionInput!) { requestProtection(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": a.speaker, "level": 2}}, nil)
			h.clock.set("2026-02-10T00:00:00Z")
			h.sweep(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, url string) {
				h := openHall(t, url)
				h.takesFiles(t)
				a, officer := h.withAgenda(t)
				id := h.accepted(t, a, officer)
				site := h.site(t)
				public := "pst_none"
				keep(t, h, a, func(to string, more map[string]any) string {
					code := h.decide(t, officer, a, id, to, more)
					if code == "" && to == "PUBLISHED" {
						if err := h.record.CatchUp(t.Context()); err != nil {
							t.Fatal(err)
						}
						public = h.record.Snapshot().MeetingStatements()[0].ID()
						if got := site("/statements/" + public); !strings.Contains(got, "Told by Wombat") {
							t.Fatalf("anybody reads %s", got)
						}
						for _, form := range []string{"html", "json"} {
							if got := site("/agenda/13." + form); !strings.Contains(got, secretTitle) || !strings.Contains(got, "/statements/"+public) {
								t.Fatalf("the agenda in %s has %s", form, got)
							}
						}
						if got := changesOf(t, site, "meeting_statements"); !strings.Contains(got, secretTitle) {
							t.Fatalf("who follows changes reads %.500s", got)
						}
					}
					return code
				})
				if err := h.record.CatchUp(t.Context()); err != nil {
					t.Fatal(err)
				}
				question := `{ meetings { statements { id title organisationName sha256 path } } }`
				var read map[string]any
				h.must(t, nil, question, nil, &read)
				var node struct{ Node map[string]any }
				h.must(t, nil, `query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": public}, &node)
				places := map[string]string{
					"GraphQL": fmt.Sprint(read), "node": fmt.Sprint(node.Node), "file": site("/statements/" + public), "file by the id of the desk": site("/statements/" + id),
					"changes": changesOf(t, site, "meeting_statements"), "agenda": site("/agenda/13.html") + site("/agenda/13.json"), "export": site("/export/meeting_statements.ndjson"), "log": h.column(t, `SELECT COALESCE(projection, '') FROM change_entries`), "reasons": h.column(t, `SELECT reason FROM changes`),
					"rows": h.column(t, `SELECT title || organisation_name || sha256 || file FROM meeting_statements`),
				}
				sum := h.column(t, `SELECT clean_sha256 FROM stored_files`)
				for place, told := range places {
					for _, word := range []string{secretTitle, "Wombat's", "Told by", strings.TrimSpace(sum)} {
						if strings.Contains(told, word) {
							t.Errorf("%s: %q is in what anybody reads: %.300s", place, word, told)
						}
					}
				}
			})
		})
	}
}

// server serves what a hall has.
func (h *hall) server(t *testing.T) http.Handler {
	t.Helper()
	people, err := identity.New(h.db, secret.NewBox(secret.Key{}), identity.Settings{PublicURL: "http://localhost"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return server.New(h.db, h.record, people, server.Options{Meetings: h.resolver(nil).PreSessions})
}

// site is what nobody in particular gets from the server.
func (h *hall) site(t *testing.T) func(path string) string {
	t.Helper()
	handler := h.server(t)
	return func(path string) string {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		return fmt.Sprint(answer.Code, " ", answer.Body)
	}
}

// changesOf is all that who follows a kind is told.
func changesOf(t *testing.T, site func(path string) string, kind string) (all string) {
	t.Helper()
	for since, more := "", true; more; {
		told := site("/changes?kinds=" + kind + "&since=" + since)
		var page struct {
			Cursor string
			More   bool
		}
		if err := json.Unmarshal([]byte(strings.TrimPrefix(told, "200 ")), &page); err != nil {
			t.Fatalf("%v: %s", err, told)
		}
		all, since, more = all+told, page.Cursor, page.More
	}
	return all
}

// column is all that a query finds.
func (h *hall) column(t *testing.T, query string) string {
	t.Helper()
	rows, err := h.db.SQL.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all strings.Builder
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all.WriteString(text + "\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all.String()
}
