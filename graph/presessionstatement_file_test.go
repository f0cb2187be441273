package graph_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// damaged is a document of which the end is missing.
const damaged = "PK\x03\x04\x14\x00\x00\x00\x08\x00half of a document"

// fileShown is what somebody is told of the file of a statement, as "CLEAN TEXT 12".
func (h *hall) fileShown(t *testing.T, by *viewer.Viewer, root, argument string, a *application, id string) string {
	t.Helper()
	var read map[string]struct {
		Statements []struct {
			ID   string
			File *struct {
				State, Kind string
				Size        int
			}
		}
	}
	h.must(t, by, `query($id: ID!) { `+root+` { statements(`+argument+`: $id) { id file { state kind size } } } }`, map[string]any{"id": a.id}, &read)
	for _, st := range read[root].Statements {
		if st.ID == id && st.File != nil {
			return fmt.Sprintf("%s %s %d", st.File.State, st.File.Kind, st.File.Size)
		}
	}
	return ""
}

// TestStatementsAreOneFile: what is handed in is the file that was uploaded last, and none comes after it; what staff
// are told of it is what they read, accept and publish.
func TestStatementsAreOneFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.takesFiles(t)
		a, officer := h.withAgenda(t)
		begun, code := h.statement(t, a.by, "beginStatement", "BeginStatementInput", map[string]any{"application": a.id, "language": "EN"})
		if code != "" {
			t.Fatal(code)
		}
		id, revision := begun.Statement.ID, begun.Statement.Revision
		permit := func() string {
			t.Helper()
			permitted, code := h.statement(t, a.by, "permitStatement", "StatementInput", map[string]any{"id": id})
			if code != "" {
				t.Fatal(code)
			}
			return permitted.Permit
		}
		submit := func(refusal string) {
			t.Helper()
			done, code := h.statement(t, a.by, "submitStatement", "ReviseStatementInput", map[string]any{"id": id, "revision": revision})
			switch {
			case refusal == "" && code == "":
				revision = done.Statement.Revision
			case refusal == "" || code != "INVALID" || done.UserErrors[0].Field != "file" || !strings.Contains(done.UserErrors[0].Message, refusal):
				t.Fatalf("it is handed in: %q %v, want %q", code, done.UserErrors, refusal)
			}
		}
		decide := func(to string, more map[string]any) {
			t.Helper()
			input := map[string]any{"id": id, "revision": revision, "to": to}
			for name, value := range more {
				input[name] = value
			}
			done, code := h.statement(t, officer, "decideStatement", "DecideStatementInput", input)
			if code != "" {
				t.Fatal(code, done.UserErrors)
			}
			revision = done.Statement.Revision
		}
		fetch := h.fetch(t)
		check := func(own, handedIn, content string) {
			t.Helper()
			if got := h.fileShown(t, a.by, "mine", "application", a, id); got != own {
				t.Errorf("the applicant is told %q, want %q", got, own)
			}
			if got := h.fileShown(t, officer, "desk", "registration", a, id); got != handedIn {
				t.Errorf("staff are told %q, want %q", got, handedIn)
			}
			answer := fetch(officer, "/statements/"+id)
			if content == "" && answer.Code != http.StatusNotFound || content != "" && answer.Body.String() != content {
				t.Errorf("staff read %d %q, want %q", answer.Code, answer.Body, content)
			}
		}

		h.upload(t, begun.Permit, "The first one.\n")
		h.uploadAs(t, permit(), "statement.docx", damaged)
		check(fmt.Sprintf("REFUSED DOCX %d", len(damaged)), "", "")
		submit("was refused")

		spare := permit()
		h.upload(t, permit(), "The second one.\n")
		submit("")
		check("QUARANTINED TEXT 16", "QUARANTINED TEXT 16", "The second one.\n")
		if code := h.send(t, spare, "statement.txt", "Sent afterwards.\n"); code != http.StatusNotFound {
			t.Errorf("a spare permit is taken after it was handed in: %d", code)
		}
		check("QUARANTINED TEXT 16", "QUARANTINED TEXT 16", "The second one.\n")

		decide("CHANGES_REQUESTED", map[string]any{"questions": "Which prison?"})
		submit("was returned")
		h.upload(t, permit(), "The third one of them.\n")
		check("QUARANTINED TEXT 23", "QUARANTINED TEXT 16", "The second one.\n")
		submit("")
		check("QUARANTINED TEXT 23", "QUARANTINED TEXT 23", "The third one of them.\n")
		decide("ACCEPTED", nil)
		check("ACCEPTED TEXT 23", "ACCEPTED TEXT 23", "The third one of them.\n")
		decide("PUBLISHED", nil)
		if got := h.brought(t); !strings.Contains(got, "TEXT 23") {
			t.Errorf("anybody reads %s", got)
		}
		public := h.record.Snapshot().MeetingStatements()[0].ID()
		if got := fetch(nil, "/statements/"+public).Body.String(); got != "The third one of them.\n" {
			t.Errorf("anybody reads %q", got)
		}
	})
}

// TestSubmissionsAreOneFile: a document that was refused is not left out for the one before it, and once nothing can be
// changed the applicant is told of what was handed in.
func TestSubmissionsAreOneFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.takesFiles(t)
		a := h.apply(t, h.states[0])
		permit := func() string {
			t.Helper()
			token, code := h.permitSubmission(t, a)
			if code != "" {
				t.Fatal(code)
			}
			return token
		}
		told := func() string {
			t.Helper()
			var read struct {
				Mine struct {
					Application struct {
						SubmissionFile *struct{ Kind string }
					}
				}
			}
			h.must(t, a.by, `query($id: ID!) { mine { application(id: $id) { submissionFile { kind } } } }`, map[string]any{"id": a.id}, &read)
			if f := read.Mine.Application.SubmissionFile; f != nil {
				return f.Kind
			}
			return ""
		}
		h.upload(t, permit(), "The first one.\n")
		h.uploadAs(t, permit(), "submission.docx", damaged)
		if got := h.saveAnswers(t, a, map[string]any{"submission": "ATTACHED"}); got != "" {
			t.Fatal(got)
		}
		if code := h.own(t, a, "submitApplication"); code != "INVALID" {
			t.Fatalf("handed in with a document that was refused: %q", code)
		}
		h.upload(t, permit(), "The second one.\n")
		if code := h.own(t, a, "submitApplication"); code != "" {
			t.Fatal(code)
		}
		h.uploadAs(t, permit(), "submission.docx", damaged)
		if got := told(); got != "DOCX" {
			t.Errorf("while the call is open, the applicant is told of %q, want what was uploaded last", got)
		}
		if got := h.saveAnswers(t, a, map[string]any{"submission": "ATTACHED"}); got != "INVALID submission" {
			t.Errorf("saved with a document that was refused: %q", got)
		}
		h.clock.set("2026-02-02T12:00:00Z")
		if got := told(); got != "TEXT" {
			t.Errorf("after the call, the applicant is told of %q, want what was handed in", got)
		}
		if got := h.fetch(t)(h.manager, "/submissions/"+a.id).Body.String(); got != "The second one.\n" {
			t.Errorf("staff read %q", got)
		}
	})
}
