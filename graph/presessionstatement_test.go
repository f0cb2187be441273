package graph_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gocloud.dev/blob/memblob"

	"github.com/upr-info/upr/graph"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/file"
	"github.com/upr-info/upr/internal/job"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/viewer"
)

// takesFiles has a hall take files, with the jobs that look at them.
func (h *hall) takesFiles(t *testing.T) { h.takesFilesLookedAtBy(t, nil) }

func (h *hall) takesFilesLookedAtBy(t *testing.T, antivirus file.Scanner) {
	t.Helper()
	bucket := memblob.OpenBucket(nil)
	t.Cleanup(func() { _ = bucket.Close() })
	queue := job.New(h.db)
	h.means.Files = file.New(h.db, secret.NewBox(secret.Key{7}), bucket, antivirus, queue)
	h.means.Files.SetClock(h.clock.now)
	resolver := h.resolver(nil)
	resolver.Outbox = h.means.Outbox
	h.handler = graph.NewHandler(resolver, graph.Options{CacheMegabytes: 16})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- queue.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// upload sends a text, and waits until its metadata was removed.
func (h *hall) upload(t *testing.T, permit, text string) {
	t.Helper()
	h.uploadAs(t, permit, "Wombat's draft.txt", text)
}

// uploadAs is upload for a file of a name.
func (h *hall) uploadAs(t *testing.T, permit, name, content string) {
	t.Helper()
	if code := h.send(t, permit, name, content); code != http.StatusCreated {
		t.Fatalf("an upload is answered %d", code)
	}
	for deadline := time.Now().Add(time.Minute); h.count(t, `SELECT COUNT(*) FROM stored_files WHERE state = 'UPLOADED'`) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nobody looks at the file")
		}
	}
}

// send sends a file as a form does. It returns the status of the answer.
func (h *hall) send(t *testing.T, permit, name, content string) int {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("permit", permit)
	part, _ := w.CreateFormFile("file", name)
	_, _ = part.Write([]byte(content))
	_ = w.Close()
	request := httptest.NewRequest(http.MethodPost, "/files", &body)
	request.Header.Set("Content-Type", w.FormDataContentType())
	answer := httptest.NewRecorder()
	h.means.Files.ServeUpload(answer, request)
	return answer.Code
}

type statementAnswer struct {
	Statement struct {
		ID, State string
		Revision  int
	}
	Permit string
	outcomeOf
}

// statement changes one; it returns the code of what is wrong.
func (h *hall) statement(t *testing.T, by *viewer.Viewer, mutation, kind string, input map[string]any) (statementAnswer, string) {
	t.Helper()
	permit := ""
	if strings.Contains(mutation, "begin") || strings.Contains(mutation, "permit") {
		permit = " permit"
	}
	var done map[string]statementAnswer
	code := h.ask(t, by, `mutation($input: `+kind+`!) { `+mutation+`(input: $input) { statement { id state revision }`+permit+` userErrors { field message code } } }`, map[string]any{"input": input}, &done)
	if code == "" && len(done[mutation].UserErrors) > 0 {
		return done[mutation], done[mutation].UserErrors[0].Code
	}
	return done[mutation], code
}

// TestStoryOfAStatement: a statement is brought, returned, brought again, accepted, published where
// everybody consents, and gone at once when somebody does not any more.
func TestStoryOfAStatement(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.takesFiles(t)
		h.db.SQL.SetMaxOpenConns(1) // no change waits for another connection while it holds one
		state := h.states[0]
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + state})
		a, other := h.submitted(t, state), h.submitted(t, state)
		h.giveConsents(t, a, "PUBLIC ORGANISATION")
		begin := map[string]any{"application": a.id, "language": "EN", "title": "On detention"}
		if _, code := h.statement(t, a.by, "beginStatement", "BeginStatementInput", begin); code != "CONFLICT" {
			t.Errorf("a statement without a place: %q", code)
		}
		h.confirmed(t, a)
		h.clock.set("2026-02-02T12:00:00Z")
		h.advance(t, "CALL_CLOSED")
		h.advance(t, "DECISIONS_RELEASED")
		h.plan(t, state, "2026-03-02T09:00:00Z", "Room XXI")
		if _, code := h.publish(t); code != "" {
			t.Fatal(code)
		}
		begun, code := h.statement(t, a.by, "beginStatement", "BeginStatementInput", begin)
		if code != "" {
			t.Fatal(code)
		}
		id, revision := begun.Statement.ID, begun.Statement.Revision
		submit := func() string {
			done, code := h.statement(t, a.by, "submitStatement", "ReviseStatementInput", map[string]any{"id": id, "revision": revision})
			if code == "" {
				revision = done.Statement.Revision
			}
			return code
		}
		decide := func(by *viewer.Viewer, to string, more map[string]any) string {
			input := map[string]any{"id": id, "revision": revision, "to": to}
			for name, value := range more {
				input[name] = value
			}
			done, code := h.statement(t, by, "decideStatement", "DecideStatementInput", input)
			if code == "" {
				revision = done.Statement.Revision
			}
			return code
		}
		if code := submit(); code != "INVALID" {
			t.Errorf("a statement without a file: %q", code)
		}
		h.upload(t, begun.Permit, "We speak of detention.\n")
		if code := submit(); code != "" {
			t.Fatal(code)
		}
		for who, by := range map[string]*viewer.Viewer{"another applicant": other.by, "an officer of another State": h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[1]}), "a reviewer": h.staffMember(t, viewer.Grant{Role: viewer.Reviewer})} {
			if code := decide(by, "ACCEPTED", nil); code != "FORBIDDEN" && code != "NOT_FOUND" {
				t.Errorf("%s decides: %q", who, code)
			}
		}
		h.checkReads(t, id, "We speak of detention.\n", officer, h.manager)
		h.checkReads(t, id, "", nil, a.by, other.by, h.staffMember(t, viewer.Grant{Role: viewer.Reviewer}), h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[1]}), with(viewer.Editor))
		if code := decide(officer, "CHANGES_REQUESTED", map[string]any{"questions": "Which prison?"}); code != "" {
			t.Fatal(code)
		}
		if all := h.told(t, a); all[len(all)-1].template != "statement-returned" || strings.Contains(all[len(all)-1].text, "prison") {
			t.Errorf("whose statement is returned is told %v", all[len(all)-1])
		}
		again, code := h.statement(t, a.by, "permitStatement", "StatementInput", map[string]any{"id": id})
		if code != "" {
			t.Fatal(code)
		}
		h.upload(t, again.Permit, "We speak of detention in Room 101.\n")
		if code := submit(); code != "" {
			t.Fatal(code)
		}
		if code := decide(officer, "PUBLISHED", nil); code != "CONFLICT" {
			t.Errorf("published before it is accepted: %q", code)
		}
		if code := decide(officer, "ACCEPTED", nil); code != "" {
			t.Fatal(code)
		}
		if code := decide(officer, "PUBLISHED", nil); code != "CONFLICT" {
			t.Errorf("published without consent: %q", code)
		}
		h.giveConsents(t, a, "PUBLIC ORGANISATION", "PUBLIC STATEMENT")
		if code := decide(officer, "EMBARGOED", map[string]any{"embargoedUntil": "2026-02-10T00:00:00Z"}); code != "" {
			t.Fatal(code)
		}
		if got := h.brought(t); got != "[]" {
			t.Errorf("before the embargo is over anybody reads %s", got)
		}
		h.clock.set("2026-02-10T00:00:00Z")
		h.sweep(t)
		revision++
		got := h.brought(t)
		if !strings.Contains(got, "On detention Organisation "+a.id+" TEXT 35") {
			t.Fatalf("anybody reads %s", got)
		}
		public := h.record.Snapshot().MeetingStatements()[0].ID()
		opened, err := h.resolver(nil).PreSessions.OpenStatement(t.Context(), public)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(opened)
		if name := opened.Name; err != nil || string(text) != "We speak of detention in Room 101.\n" || name != "statement-"+state+"-EN.txt" {
			t.Errorf("the file %s: %q %v", name, text, err)
		}

		h.giveConsents(t, a, "PUBLIC ORGANISATION")
		if got := h.brought(t); got != "[]" {
			t.Errorf("after the consent was revoked anybody reads %s", got)
		}
		if _, err := h.resolver(nil).PreSessions.OpenStatement(t.Context(), public); fault.CodeOf(err) != fault.CodeNotFound {
			t.Errorf("after the consent was revoked the file is still there: %v", err)
		}
		if n := h.count(t, `SELECT COUNT(*) FROM change_entries WHERE node = '`+public+`' AND projection IS NOT NULL`); n != 0 {
			t.Errorf("%d entries of the log still say what it was", n)
		}
		if code := h.own(t, a, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		if n := h.count(t, `SELECT COUNT(*) FROM stored_files WHERE state <> 'PURGED'`); n != 0 {
			t.Errorf("%d files of who has withdrawn are left", n)
		}
	})
}

// checkReads looks what each of some readers gets of the file of a statement; "": that there is none.
func (h *hall) checkReads(t *testing.T, id, want string, readers ...*viewer.Viewer) {
	t.Helper()
	for i, by := range readers {
		ctx := t.Context()
		if by != nil {
			ctx = viewer.NewContext(ctx, by)
		}
		opened, err := h.resolver(nil).PreSessions.OpenStatement(ctx, id)
		if want == "" {
			if code := fault.CodeOf(err); code != fault.CodeNotFound && code != fault.CodeUnauthenticated {
				t.Errorf("reader %d: %v", i, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("reader %d: %v", i, err)
			continue
		}
		if text, err := io.ReadAll(opened); err != nil || string(text) != want || opened.Public {
			t.Errorf("reader %d gets %q, public %v: %v", i, text, opened.Public, err)
		}
	}
}

// brought is what anybody reads of statements.
func (h *hall) brought(t *testing.T) string {
	t.Helper()
	if err := h.record.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Meetings []struct {
			Statements []struct {
				Title, OrganisationName, Kind string
				Size                          int
			}
		}
	}
	h.must(t, nil, `{ meetings { statements { title organisationName kind size } } }`, nil, &read)
	return fmt.Sprint(read.Meetings[0].Statements)
}
