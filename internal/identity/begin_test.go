package identity_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/identity"
	"github.com/upr-info/upr/internal/presession"
	"github.com/upr-info/upr/internal/sample/sampletest"
	"github.com/upr-info/upr/internal/viewer"
)

const requestAccountFor = `mutation($e: String!, $p: ID, $c: String, $l: String!) { requestAccount(input: {email: $e, name: "Ann", language: $l, preSession: $p, accessCode: $c}) {
	done userErrors { field message code } } }`

// call opens the call of a round with an access code for one of its Pre-sessions, after it has closed, and
// returns the first two and the code.
func (h *house) call(t *testing.T) (open, closed presession.PreSession, code string) {
	t.Helper()
	workflow := presession.New(h.db, time.Now, presession.Means{})
	manager := viewer.NewContext(t.Context(), &viewer.Viewer{UID: "usr_m", Name: "Manager", SecondFactor: true, Grants: []viewer.Grant{{Role: viewer.Manager}}})
	day := func(days int) civil.Date { return civil.Of(time.Now().AddDate(0, 0, days)) }
	r, err := workflow.CreateRound(manager, presession.NewRound{Session: 13, CallOpens: day(-9), CallCloses: day(-3)})
	if err != nil {
		t.Fatal(err)
	}
	for i, to := range []presession.RoundState{"CALL_OPEN", "CALL_CLOSED"} {
		if _, err := workflow.AdvanceRound(manager, r.ID, i+1, to); err != nil {
			t.Fatal(err)
		}
	}
	open, closed = r.Meetings[0], r.Meetings[1]
	later := day(9)
	if _, err := workflow.ChangePreSession(manager, presession.MeetingChange{ID: open.ID, Revision: open.Revision, CallCloses: &later}); err != nil {
		t.Fatal(err)
	}
	_, code, err = workflow.CreateAccessCode(manager, presession.NewAccessCode{Round: r.ID, PreSession: &closed.ID, Label: "One", MaximumUses: 1, ValidUntil: time.Now().AddDate(0, 0, 9)})
	if err != nil {
		t.Fatal(err)
	}
	return open, closed, code
}

// TestLinkBeginsARegistration: the button of a link begins the registration for which it was asked for, once,
// for who has an account and who has none; who only opens it begins nothing.
func TestLinkBeginsARegistration(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, address string) {
		h := buildOn(t, sampletest.Listed(t, address), identity.Settings{})
		open, closed, given := h.call(t)
		begun := func() (n int) {
			if err := h.db.SQL.QueryRow(`SELECT COUNT(*) FROM registrations`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		link := func(email string, preSession, code any) (*url.URL, string) {
			if _, wrong := h.browser(t).do(t, "requestAccount", requestAccountFor, map[string]any{"e": email, "p": preSession, "c": code, "l": "FR"}); wrong != "" {
				return nil, wrong
			}
			mail := (<-h.mail).text
			link, err := url.Parse(linkForm.FindString(mail))
			if err != nil || strings.Contains(mail, open.ID) || strings.Contains(mail, closed.ID) || strings.Contains(mail, given) {
				t.Fatalf("the mail says where it leads: %s, %v", mail, err)
			}
			return link, ""
		}
		ann, _ := link("ann@example.org", open.ID, nil)
		b := h.browser(t)
		for range 2 {
			if status := b.open(t, http.MethodGet, ann.String()); status != http.StatusOK || begun() != 0 {
				t.Errorf("GET: %d, %d begun", status, begun())
			}
		}
		status, to, page := b.press(t, ann.Query())
		if status != http.StatusSeeOther || !strings.HasPrefix(to, "/registrations/reg_") || begun() != 1 {
			t.Errorf("%d to %q, %d begun: %s", status, to, begun(), page)
		}
		again, _ := link("ann@example.org", open.ID, nil)
		if status, same, page := h.browser(t).press(t, again.Query()); status != http.StatusSeeOther || same != to || begun() != 1 {
			t.Errorf("once more: %d to %q, not %q, %d begun: %s", status, same, to, begun(), page)
		}
		if status, to, page := h.browser(t).press(t, again.Query()); status != http.StatusBadRequest || to != "" || !strings.Contains(page, `href="/registrations"`) || strings.Contains(page, "reg_") || begun() != 1 {
			t.Errorf("a link that is used up: %d to %q, %d begun: %s", status, to, begun(), page)
		}

		late, _ := link("bob@example.org", closed.ID, nil)
		b = h.browser(t)
		if status, to, page := b.press(t, late.Query()); status != http.StatusSeeOther || to != "/registrations?call="+closed.ID || !strings.Contains(b.who(t), "bob@example.org") || begun() != 1 {
			t.Errorf("a call that is closed: %d to %q, %d begun: %s", status, to, begun(), page)
		}
		byCode, _ := link("bob@example.org", closed.ID, " "+strings.ToLower(given)+"\n")
		if status, to, page := h.browser(t).press(t, byCode.Query()); status != http.StatusSeeOther || !strings.HasPrefix(to, "/registrations/reg_") || begun() != 2 {
			t.Errorf("by a code: %d to %q, %d begun: %s", status, to, begun(), page)
		}
		spent, _ := link("eve@example.org", closed.ID, given)
		if status, to, page := h.browser(t).press(t, spent.Query()); status != http.StatusSeeOther || to != "/registrations?call="+closed.ID+"#"+given || begun() != 2 {
			t.Errorf("by a code that is used up: %d to %q, %d begun: %s", status, to, begun(), page)
		}
		// Whoever finds a link in a log that has made an account does not learn what for.
		if status, _, page := h.browser(t).press(t, spent.Query()); status != http.StatusBadRequest || !strings.Contains(page, `href="/registrations"`) || strings.Contains(page, "pre_") || strings.Contains(page, given) {
			t.Errorf("a link with a code that is used up: %d: %s", status, page)
		}

		for _, wrong := range []struct{ preSession, code any }{{"//evil.example", nil}, {"reg_abc", nil}, {"pre_a\nb", nil}, {open.ID, "AAAA"}, {open.ID, "&lang=fr#AAAAAAAAA"}} {
			if _, code := link("ann@example.org", wrong.preSession, wrong.code); !strings.HasSuffix(code, " INVALID") {
				t.Errorf("%v: %q", wrong, code)
			}
		}
		elsewhere, _ := link("ann@example.org", nil, nil)
		form := elsewhere.Query()
		form.Set("preSession", open.ID)
		if status, to, page := h.browser(t).press(t, form); status != http.StatusOK || to != "" || begun() != 2 {
			t.Errorf("a lead that somebody has written: %d to %q, %d begun: %s", status, to, begun(), page)
		}
	})
}

// TestPagesSpeakLanguages: the pages of sign-in, and the mail that leads there, are in the language that is
// asked for or the reader's.
func TestPagesSpeakLanguages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		get := func(query, accepts string) string {
			t.Helper()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/sign-in/link?"+query, nil)
			r.Header.Set("Accept-Language", accepts)
			w := httptest.NewRecorder()
			h.people.Handler(h.people.Pages(nil)).ServeHTTP(w, r)
			return w.Body.String()
		}
		for _, test := range []struct{ query, accepts, want string }{
			{"", "", `<html lang="en">`},
			{"", "de-CH, fr-CH;q=0.8, en;q=0.5", `<html lang="fr">`},
			{"", "fr;q=0.2, es-MX;q=0.9", `Ha pedido un enlace para iniciar sesión.`},
			{"", "nonsense;;q=x", `<html lang="en">`},
			{"&lang=es", "fr", `action="/sign-in/link?lang=es"`},
			{"&lang=%22%3E%3Cscript%3E", "fr", `action="/sign-in/link"`},
			{"&lang=en&preSession=pre_abc", "", `<input type="hidden" name="token" value="x"><button autocomplete="off">Sign in</button>`},
		} {
			if page := get("token=x"+test.query, test.accepts); !strings.Contains(page, test.want) {
				t.Errorf("%q for %q lacks %q: %s", test.query, test.accepts, test.want, page)
			}
		}
		if _, wrong := h.browser(t).do(t, "requestAccount", requestAccountFor, map[string]any{"e": "new@example.org", "p": "pre_abc", "l": "FR"}); wrong != "" {
			t.Fatal(wrong)
		}
		begins, err := url.Parse(linkForm.FindString((<-h.mail).text))
		if err != nil {
			t.Fatal(err)
		}
		if page := get(begins.RawQuery, ""); !strings.Contains(page, `Se connecter et commencer`) {
			t.Errorf("a link that begins a registration: %s", page)
		}
		// Who finds a link that signs nobody in does not learn what it was for: it looks as one that never was.
		forged := func(of url.Values) string {
			return strings.ReplaceAll(get("token=x&lang=fr", ""), `value="x"`, `value="`+of.Get("token")+`"`)
		}
		if status, _, page := h.browser(t).press(t, begins.Query()); status != http.StatusSeeOther {
			t.Fatalf("%d: %s", status, page)
		}
		if page := get(begins.RawQuery, ""); page != forged(begins.Query()) {
			t.Errorf("a link that is used up: %s", page)
		}
		for _, email := range []string{"new@example.org", "newer@example.org"} { // who has an account, and who has none
			if _, wrong := h.browser(t).do(t, "requestAccount", requestAccountFor, map[string]any{"e": email, "p": "pre_abc", "l": "FR"}); wrong != "" {
				t.Fatal(wrong)
			}
			late, err := url.Parse(linkForm.FindString((<-h.mail).text))
			if err != nil {
				t.Fatal(err)
			}
			if page := get(late.RawQuery, ""); !strings.Contains(page, `Se connecter et commencer`) {
				t.Errorf("%s has a link that begins a registration: %s", email, page)
			}
			h.clock.pass(72 * time.Hour)
			if page := get(late.RawQuery, ""); page != forged(late.Query()) {
				t.Errorf("a link that has expired: %s", page)
			}
		}
		if _, err := h.people.GrantRole(program(t), h.add(t, "ann@example.org"), viewer.Grant{Role: viewer.Applicant, Scope: "registration:reg_abc"}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.db.SQL.Exec(`UPDATE users SET language = 'ES'`); err != nil {
			t.Fatal(err)
		}
		if _, wrong := h.browser(t).do(t, "requestSignInLink", requestLinkTo, map[string]any{"e": "ann@example.org", "r": "reg_abc"}); wrong != "" {
			t.Fatal(wrong)
		}
		mail := (<-h.mail).text
		link, err := url.Parse(linkForm.FindString(mail))
		if err != nil || !strings.HasPrefix(mail, "Hola:") {
			t.Fatal(mail, err)
		}
		inSpanish := "?" + url.Values{"lang": {link.Query().Get("lang")}}.Encode()
		if status, to, page := h.browser(t).pressAt(t, inSpanish, link.Query()); status != http.StatusSeeOther || to != "/registrations/reg_abc?lang=es" {
			t.Errorf("%d to %q: %s", status, to, page)
		}
		if _, _, page := h.browser(t).pressAt(t, inSpanish, link.Query()); !strings.Contains(page, "<p>Este enlace ya se usó") || strings.Contains(page, "reg_abc") {
			t.Errorf("a link that is used up: %s", page)
		}
		foreign := h.browser(t)
		foreign.header.Set("Origin", "https://evil.example")
		if _, _, page := foreign.pressAt(t, inSpanish, link.Query()); !strings.Contains(page, `<p lang="en">`) {
			t.Errorf("what has no words in Spanish is said to be English: %s", page)
		}
	})
}
