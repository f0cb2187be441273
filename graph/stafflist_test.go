package graph_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/secret"
	"github.com/upr-info/upr/internal/server"
	"github.com/upr-info/upr/internal/viewer"
)

// fetch asks the whole server as somebody who is signed in, nobody where by is nil.
func (h *hall) fetch(t testing.TB) func(by *viewer.Viewer, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	people, err := identity.New(h.db, secret.NewBox(secret.Key{}), identity.Settings{PublicURL: "http://localhost"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	handler := server.New(h.db, h.record, people, server.Options{Meetings: h.resolver(nil).PreSessions})
	return func(by *viewer.Viewer, path string, headers ...string) *httptest.ResponseRecorder {
		ctx := t.Context()
		if by != nil {
			ctx = viewer.NewContext(ctx, by)
		}
		request := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
		for i := 0; i < len(headers); i += 2 {
			request.Header.Set(headers[i], headers[i+1])
		}
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		return answer
	}
}

// readBook reads the first sheet of a workbook with a program that has not written it.
func readBook(t *testing.T, body []byte, sheet string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "book.xlsx")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	read, err := exec.CommandContext(t.Context(), "xlsx2csv", "-n", sheet, file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, read)
	}
	return string(read)
}

// rename has an application say another name of its organisation.
func (h *hall) rename(t *testing.T, a *application, organisation string) {
	t.Helper()
	if _, err := h.db.SQL.Exec(`UPDATE registrations SET organisation = $1 WHERE uid = $2`, organisation, a.id); err != nil {
		t.Fatal(err)
	}
}

// TestStoryStaffList: coordinators take a round's registrations out as a table, with the columns and of those
// that they ask for.
func TestStoryStaffList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		first, second, draft := h.submitted(t, h.states[0]), h.submitted(t, h.states[1]), h.apply(t, h.states[0])
		h.rename(t, first, `=HYPERLINK("https://example.org","Côte d'Ivoire")`)
		fetch := h.fetch(t)
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[1]})
		list := "/presessions/" + h.round + "/registrations."

		all := fetch(h.manager, list+"csv")
		rows, err := csv.NewReader(all.Body).ReadAll()
		if err != nil || all.Code != http.StatusOK || len(rows) != 3 {
			t.Fatalf("%d %v: %v", all.Code, err, rows)
		}
		if got := all.Header().Get("X-Draft-Count") + " " + all.Header().Get("X-Total-Count"); got != "1 2" {
			t.Errorf("drafts and rows: %s", got)
		}
		if got := all.Header().Get("Cache-Control"); got != "private, no-store" {
			t.Errorf("kept on the way: %q", got)
		}
		if text := fmt.Sprint(rows); strings.Contains(text, draft.id) || strings.Contains(text, "speaker_") || !strings.Contains(text, first.id) {
			t.Errorf("the list has %s", text)
		}
		some := fetch(h.manager, list+"excel.csv?columns=organisation,state&filter="+escaped(`{"statesOfReview":["`+h.states[0]+`"]}`)).Body.String()
		if want := "\ufefforganisation,state\n\"'=HYPERLINK(\"\"https://example.org\"\",\"\"Côte d'Ivoire\"\")\",SUBMITTED\n"; some != want {
			t.Errorf("for Excel: %q, want %q", some, want)
		}
		book := readBook(t, fetch(h.manager, list+"xlsx?columns=id,organisation").Body.Bytes(), "data")
		if !strings.Contains(book, first.id) || !strings.Contains(book, `""Côte d'Ivoire""`) {
			t.Errorf("the workbook has %s", book)
		}
		if got := fetch(officer, list+"csv?columns=id").Body.String(); got != "id\n"+second.id+"\n" {
			t.Errorf("the officer of one State reads %q", got)
		}
	})
}

func escaped(text string) string { return url.QueryEscape(text) }

// TestLeakOfStaffList: nobody takes more out of a round than the list in GraphQL shows them, and identities
// only the protection officer, with a reason that is logged and names nobody.
func TestLeakOfStaffList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a, other := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		fetch := h.fetch(t)
		list := "/presessions/" + h.round + "/registrations.csv"
		protection := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		reviewer := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round})
		elsewhere := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:other"})
		var done map[string]any
		if code := h.codeOf(t, reviewer, "evaluateRegistration", "EvaluateRegistrationInput", `userErrors { field message code }`, map[string]any{"id": other.id, "conflict": true}, &done); code != "" {
			t.Fatal(code)
		}
		if got := fetch(reviewer, list+"?columns=id").Body.String(); got != "id\n"+a.id+"\n" {
			t.Errorf("with a conflict of interest: %q", got)
		}
		both := h.staffMember(t, viewer.Grant{Role: viewer.Manager})
		both.UID = a.by.UID
		h.refresh(t, both)
		if got := fetch(both, list+"?columns=id").Body.String(); got != "id\n"+other.id+"\n" {
			t.Errorf("who applies themselves: %q", got)
		}
		const names = "?columns=id,speaker_names,speaker_emails"
		for what, asked := range map[string]struct {
			by      *viewer.Viewer
			path    string
			headers []string
			code    int
			says    string
		}{
			"nobody":                      {nil, list, nil, 401, "UNAUTHENTICATED"},
			"an applicant":                {a.by, list, nil, 403, "FORBIDDEN"},
			"a key":                       {&viewer.Viewer{UID: "usr_1", KeyUID: "key_1", KeyScopes: []string{"recommendations:read"}}, list, nil, 403, "FORBIDDEN"},
			"a reviewer of another round": {elsewhere, list, nil, 404, "NOT_FOUND"},
			"a round that there is not":   {h.manager, "/presessions/rnd_none/registrations.csv", nil, 404, "NOT_FOUND"},
			"a round of no text":          {h.manager, "/presessions/%00%ff/registrations.csv", nil, 404, "NOT_FOUND"},
			"a format that there is not":  {h.manager, "/presessions/" + h.round + "/registrations.docx", nil, 404, "excel.csv and xlsx"},
			"an unknown column":           {h.manager, list + "?columns=id,email", nil, 400, "there are reference, id"},
			"an unknown filter":           {h.manager, list + "?filter=" + escaped(`{"email":"x"}`), nil, 400, "preSession"},
			"an unknown state":            {h.manager, list + "?filter=" + escaped(`{"states":["GONE"]}`), nil, 400, "GONE"},
			"what no text can have":       {h.manager, list + "?filter=" + escaped(`{"search":"\u0000"}`), nil, 400, "U+0000"},
			"a reason in the address":     {protection, list + names + "&reason=because", nil, 400, "is not taken"},
			"a manager who wants names":   {h.manager, list + names, []string{"X-Reason", "a letter"}, 403, "FORBIDDEN"},
			"no reason":                   {protection, list + names, nil, 400, "must say something"},
			"a reason that is no text":    {protection, list + names, []string{"X-Reason", "a%00b"}, 400, "U+0000"},
			"one that names, escaped":     {protection, list + names, []string{"X-Reason", "a letter for w%6fmbat"}, 400, "names a person"},
			"one that is escaped twice":   {protection, list + names, []string{"X-Reason", "a letter for w%256Fmbat"}, 400, "names a person"},
			"one that names, in Latin-1":  {protection, list + names, []string{"X-Reason", "a letter for w\xf6mbat"}, 400, "names a person"},
			"a reason that names":         {protection, list + names, []string{"X-Reason", "a letter for wombat " + a.by.UID}, 400, "names a person"},
		} {
			got := fetch(asked.by, asked.path, asked.headers...)
			if got.Code != asked.code || !strings.Contains(got.Body.String(), asked.says) || strings.Contains(got.Body.String(), "Wombat") {
				t.Errorf("%s: %d %s", what, got.Code, got.Body)
			}
		}
		if log := h.column(t, `SELECT node FROM change_entries WHERE operation = 'OPEN'`); strings.Contains(log, "par_") {
			t.Errorf("something was opened: %s", log)
		}
		opened := fetch(protection, list+names, "X-Reason", "the visa office asks").Body.String()
		if !strings.Contains(opened, "Wombat "+a.by.UID) || !strings.Contains(opened, other.by.UID+"@speakers.example.org") {
			t.Errorf("the protection officer reads %s", opened)
		}
		for header, kept := range map[string]string{"d\xe9j\xe0 demand\xe9, 50% \xe0 moiti\xe9": "déjà demandé, 50% à moitié", "le visa, d%C3%A9j%c3%a0": "le visa, déjà", "une école demande": "une école demande"} {
			if got := fetch(protection, list+names, "X-Reason", header); got.Code != 200 {
				t.Errorf("%q: %d %s", header, got.Code, got.Body)
			}
			if h.rowOf(t, `SELECT COUNT(*) FROM changes WHERE reason = $1`, kept) != 1 {
				t.Errorf("%q is not kept as %q: %s", header, kept, h.column(t, `SELECT reason FROM changes`))
			}
		}
		log := h.column(t, `SELECT e.node || ' ' || e.operation || ' ' || c.reason || ' ' || c.actor FROM change_entries e JOIN changes c ON c.id = e.change_id WHERE e.operation IN ('OPEN', 'OPEN_LIST')`)
		for _, entry := range []string{a.speaker + " OPEN the visa office asks " + protection.UID, other.speaker + " OPEN the visa office asks", h.round + " OPEN_LIST"} {
			if !strings.Contains(log, entry) {
				t.Errorf("the log has no %q: %s", entry, log)
			}
		}
	})
}
