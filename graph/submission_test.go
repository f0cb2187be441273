package graph_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/file"
	"github.com/upr-info/upr/internal/viewer"
)

// saveAnswers keeps other answers than a draft has. It returns the code and the field of what is wrong.
func (h *hall) saveAnswers(t *testing.T, a *application, more map[string]any) string {
	t.Helper()
	said := answers("Organisation " + a.id)
	for field, value := range more {
		said[field] = value
	}
	var saved struct{ SaveApplication applicationAnswer }
	code := h.ask(t, a.by, `mutation($input: SaveApplicationInput!) { saveApplication(input: $input) { `+applicationFields+` } }`,
		map[string]any{"input": map[string]any{"id": a.id, "revision": a.revision, "answers": said}}, &saved)
	if wrong := saved.SaveApplication.UserErrors; code == "" && len(wrong) > 0 {
		return wrong[0].Code + " " + wrong[0].Field
	}
	if code == "" {
		a.revision = saved.SaveApplication.Application.Revision
	}
	return code
}

// permitSubmission returns the permit, or the code of what is wrong.
func (h *hall) permitSubmission(t *testing.T, a *application) (permit, code string) {
	t.Helper()
	var done struct {
		PermitSubmission struct {
			Permit string
			outcomeOf
		}
	}
	code = h.ask(t, a.by, `mutation($id: ID!) { permitSubmission(input: {application: $id}) { permit userErrors { code message } } }`, map[string]any{"id": a.id}, &done)
	if code == "" && len(done.PermitSubmission.UserErrors) > 0 {
		code = done.PermitSubmission.UserErrors[0].Code
	}
	return done.PermitSubmission.Permit, code
}

// TestStoryOfSubmissions: what an organisation sent to the UPR is attached, linked or said to follow; who
// coordinates reads what was handed in, and nobody else does, ever.
func TestStoryOfSubmissions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.takesFiles(t)
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
		a := h.apply(t, h.states[0])
		for _, test := range []struct {
			more map[string]any
			want string
		}{
			{map[string]any{"submission": "LINK", "submissionLink": "javascript:alert(1)"}, "INVALID submissionLink"},
			{map[string]any{"submission": "LINK", "submissionLink": "https://user@example.org/x"}, "INVALID submissionLink"},
			{map[string]any{"submission": "LINK"}, ""},
			{map[string]any{"submission": nil}, ""},
			{map[string]any{"submission": "ATTACHED"}, ""},
		} {
			if got := h.saveAnswers(t, a, test.more); got != test.want {
				t.Errorf("%v is kept: %q, want %q", test.more, got, test.want)
			}
			if test.want != "" {
				continue
			}
			if code := h.own(t, a, "submitApplication"); code != "INVALID" {
				t.Fatalf("%v is handed in: %q", test.more, code)
			}
		}
		permit, code := h.permitSubmission(t, a)
		if code != "" {
			t.Fatal(code)
		}
		spare, _ := h.permitSubmission(t, a)
		h.upload(t, permit, "Sent to the UPR.\n")
		if code := h.own(t, a, "submitApplication"); code != "" {
			t.Fatal(code)
		}
		h.upload(t, spare, "Sent instead.\n") // which is not handed in by that
		path := "/submissions/" + a.id
		var read struct {
			Desk struct {
				Registration struct {
					SubmissionFile *struct{ State, Kind, Path string }
				}
			}
		}
		question := `query($id: ID!) { desk { registration(id: $id) { submissionFile { state kind path } } } }`
		h.must(t, officer, question, map[string]any{"id": a.id}, &read)
		if f := read.Desk.Registration.SubmissionFile; f == nil || f.Path != path || f.Kind != "TEXT" {
			t.Errorf("the officer sees %+v", f)
		}
		reviewer := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round})
		read.Desk.Registration.SubmissionFile = nil
		h.must(t, reviewer, question, map[string]any{"id": a.id}, &read)
		if read.Desk.Registration.SubmissionFile != nil {
			t.Error("a reviewer is told of the document, which can tell who wrote it")
		}
		fetch := h.fetch(t)
		for _, by := range []*viewer.Viewer{officer, h.manager} {
			answer := fetch(by, path)
			if answer.Code != http.StatusOK || answer.Body.String() != "Sent to the UPR.\n" || strings.Contains(answer.Header().Get("Content-Disposition"), "Wombat") || !strings.Contains(answer.Header().Get("Cache-Control"), "no-store") {
				t.Errorf("staff read %d %q, %v", answer.Code, answer.Body, answer.Header())
			}
		}
		others := []*viewer.Viewer{nil, a.by, h.person(t), reviewer, h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[1]})}
		for i, by := range others {
			if answer := fetch(by, path); answer.Code != http.StatusNotFound {
				t.Errorf("reader %d reads %d %s", i, answer.Code, answer.Body)
			}
		}
		// As long as the call is open, another one is handed in by saving; a link takes its place.
		if got := h.saveAnswers(t, a, map[string]any{"submission": "ATTACHED"}); got != "" {
			t.Fatal(got)
		}
		if got := fetch(officer, path).Body.String(); got != "Sent instead.\n" {
			t.Errorf("after it was handed in anew, staff read %q", got)
		}
		if got := h.saveAnswers(t, a, map[string]any{"submission": "LINK"}); got != "INVALID submissionLink" {
			t.Errorf("no link in its place: %q", got)
		}
		if got := h.saveAnswers(t, a, map[string]any{"submission": "LINK", "submissionLink": "https://example.org/submission.pdf"}); got != "" {
			t.Error(got)
		}
		if answer := fetch(officer, path); answer.Code != http.StatusNotFound {
			t.Errorf("with a link in its place, staff read %d", answer.Code)
		}
		if got := h.saveAnswers(t, a, map[string]any{"submission": "ATTACHED"}); got != "" {
			t.Fatal(got)
		}
		h.clock.set("2026-02-02T12:00:00Z")
		if _, code := h.permitSubmission(t, a); code != "CONFLICT" {
			t.Errorf("an upload after the call: %q", code)
		}
		if code := h.own(t, a, "withdrawApplication"); code != "" {
			t.Fatal(code)
		}
		if n := h.count(t, `SELECT COUNT(*) FROM stored_files WHERE state <> 'PURGED'`); n != 0 {
			t.Errorf("%d documents are left of who has withdrawn", n)
		}
	})
}

// slowScanner looks at a file once it is told what to find.
type slowScanner chan string

func (s slowScanner) Scan(context.Context, io.Reader) (virus string, err error) { return <-s, nil }

// TestSubmissionsThatAreRefused: whose document is refused after it was handed in is told so, as far as the level of
// protection lets; staff who open it read that it is gone, and of no statement.
func TestSubmissionsThatAreRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		scanner := make(slowScanner)
		h.takesFilesLookedAtBy(t, scanner)
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
		attach := func(a *application, finds string, submits, again bool) {
			t.Helper()
			permit, code := h.permitSubmission(t, a)
			if code != "" {
				t.Fatal(code)
			}
			h.upload(t, permit, "Sent to the UPR.\n")
			if got := h.saveAnswers(t, a, map[string]any{"submission": "ATTACHED"}); got != "" {
				t.Fatal(got)
			}
			if submits {
				if code := h.own(t, a, "submitApplication"); code != "" {
					t.Fatal(code)
				}
			}
			if again {
				if got := h.saveAnswers(t, a, map[string]any{"submission": "WILL_FOLLOW"}); got != "" {
					t.Fatal(got)
				}
			}
			scanner <- finds
			for deadline := time.Now().Add(time.Minute); h.count(t, `SELECT COUNT(*) FROM stored_files WHERE state = 'QUARANTINED'`) > 0; time.Sleep(20 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatal("nobody looks at the document")
				}
			}
		}
		refused, protected, clean, draft, replaced := h.apply(t, h.states[0]), h.apply(t, h.states[0]), h.apply(t, h.states[0]), h.apply(t, h.states[0]), h.apply(t, h.states[0])
		h.must(t, protected.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 2}) { userErrors { code } } }`, map[string]any{"id": protected.speaker}, nil)
		attach(refused, "Win.Test", true, false)
		attach(protected, "Win.Test", true, false)
		attach(clean, "", true, false)
		attach(draft, "Win.Test", false, false)
		attach(replaced, "Win.Test", true, true)
		if last := h.checkTold(t, refused, "receipt QUEUED", "submission-refused QUEUED"); !strings.Contains(last.text, "Organisation "+refused.id) || !strings.Contains(last.text, "/registrations/"+refused.id) || strings.Contains(last.text, "Win.Test") {
			t.Errorf("the applicant is told %s", last.text)
		}
		if last := h.checkTold(t, protected, "receipt TASK", "submission-refused TASK"); strings.Contains(last.text, "Organisation") {
			t.Errorf("who is protected is told %s", last.text)
		}
		for _, a := range []*application{clean, replaced} {
			h.checkTold(t, a, "receipt QUEUED")
		}
		if all := h.told(t, draft); len(all) != 0 {
			t.Errorf("whose document was not handed in is told %+v", all)
		}
		var own struct {
			Mine struct {
				Application struct {
					SubmissionFile struct{ Reason, Refusal string }
				}
			}
		}
		h.must(t, refused.by, `query($id: ID!) { mine { application(id: $id) { submissionFile { reason refusal } } } }`, map[string]any{"id": refused.id}, &own)
		if f := own.Mine.Application.SubmissionFile; f.Refusal != string(file.Virus) || !strings.Contains(f.Reason, "Win.Test") {
			t.Errorf("the page of the applicant is told %+v", f)
		}
		fetch := h.fetch(t)
		for path, want := range map[string]int{"/submissions/" + refused.id: http.StatusConflict, "/submissions/" + draft.id: http.StatusNotFound, "/submissions/" + clean.id: http.StatusOK} {
			answer := fetch(officer, path)
			if answer.Code != want || strings.Contains(strings.ToLower(answer.Body.String()), "statement") {
				t.Errorf("%s is answered %d %s", path, answer.Code, answer.Body)
			}
		}
	})
}

// TestWhyFilesAreRefused: the API knows each reason that there is; the pages' own tests have them know what the API does.
func TestWhyFilesAreRefused(t *testing.T) {
	text, err := os.ReadFile("presessionstatement.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	schema, gqlErr := parser.ParseSchema(&ast.Source{Input: string(text)})
	if gqlErr != nil {
		t.Fatal(gqlErr)
	}
	var known []file.Why
	for _, value := range schema.Definitions.ForName("StatementFileRefusal").EnumValues {
		known = append(known, file.Why(value.Name))
	}
	if !slices.Equal(slices.Sorted(slices.Values(known)), slices.Sorted(slices.Values(file.Whys))) {
		t.Errorf("the API knows %v, and files are refused for %v", known, file.Whys)
	}
}

// TestModelOfPurgedSubmissions: documents, links and when somebody can are not kept beyond the round.
func TestModelOfPurgedSubmissions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.takesFiles(t)
		attached, linked := h.apply(t, h.states[0]), h.apply(t, h.states[0])
		permit, code := h.permitSubmission(t, attached)
		if code != "" {
			t.Fatal(code)
		}
		h.upload(t, permit, "Sent to the UPR.\n")
		if got := h.saveAnswers(t, linked, map[string]any{"submission": "LINK", "submissionLink": "https://example.org/x"}); got != "" {
			t.Fatal(got)
		}
		h.must(t, linked.by, `mutation($id: ID!, $revision: Int!) { saveAvailability(input: {id: $id, revision: $revision, availability: "Not on Mondays."}) { userErrors { code } } }`, map[string]any{"id": linked.id, "revision": linked.revision}, nil)
		kept := `SELECT (SELECT COUNT(*) FROM stored_files WHERE state <> 'PURGED') + (SELECT COUNT(*) FROM registrations WHERE submission_link <> '' OR availability <> '') + (SELECT COUNT(*) FROM upload_permits)`
		if n := h.count(t, kept); n != 3 {
			t.Fatalf("%d are kept, want 3", n)
		}
		h.clock.set("2026-06-01T12:00:00Z")
		h.sweep(t)
		if n := h.count(t, kept); n != 0 {
			t.Errorf("%d are kept beyond the round", n)
		}
	})
}
