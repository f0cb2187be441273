package identity_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/viewer"
)

const requestLinkTo = `mutation($e: String!, $r: ID!) { requestSignInLink(input: {email: $e, registration: $r}) { done userErrors { field message code } } }`

// press sends the form of a page of sign-in, and returns where it leads and what it shows.
func (b *browser) press(t *testing.T, form url.Values) (status int, to, page string) {
	t.Helper()
	return b.pressAt(t, "", form)
}

// pressAt does so on a page with a query.
func (b *browser) pressAt(t *testing.T, query string, form url.Values) (status int, to, page string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+"/sign-in/link"+query, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if origin := b.header.Get("Origin"); origin != "" {
		request.Header.Set("Origin", origin)
	}
	client := http.Client{Jar: b.Jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header.Get("Location"), string(text)
}

// TestLinkLeadsToARegistration: whoever asked for a link on the page of a registration is there again
// with its button, and nobody is led anywhere else by a link: not whose registration it is not, nor by one that is
// used up.
func TestLinkLeadsToARegistration(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann := h.add(t, "ann@example.org")
		h.add(t, "bob@example.org", viewer.Applicant)
		if _, err := h.people.GrantRole(program(t), ann, viewer.Grant{Role: viewer.Applicant, Scope: "registration:reg_abc234"}); err != nil {
			t.Fatal(err)
		}
		askAs := func(email, registration string) (form url.Values, wrong string) {
			if _, wrong = h.browser(t).do(t, "requestSignInLink", requestLinkTo, map[string]any{"e": email, "r": registration}); wrong != "" {
				return nil, wrong
			}
			mail := (<-h.mail).text
			link, err := url.Parse(linkForm.FindString(mail))
			if err != nil || strings.Contains(mail, "reg_") {
				t.Fatalf("the mail says where it leads: %s, %v", mail, err)
			}
			return link.Query(), ""
		}
		ask := func(registration string) (form url.Values, wrong string) {
			return askAs("ann@example.org", registration)
		}
		form, _ := ask("reg_abc234")
		b := h.browser(t)
		if status, to, page := b.press(t, form); status != http.StatusSeeOther || to != "/registrations/reg_abc234" || !strings.Contains(b.who(t), "ann@example.org") {
			t.Errorf("%d to %q, %s: %s", status, to, b.who(t), page)
		}
		if status, to, page := h.browser(t).press(t, form); status != http.StatusBadRequest || to != "" || !strings.Contains(page, `href="/registrations"`) || strings.Contains(page, "reg_") {
			t.Errorf("a link that is used up: %d to %q: %s", status, to, page)
		}
		if status, to, page := b.press(t, form); status != http.StatusBadRequest || to != "" || !strings.Contains(page, `href="/registrations"`) || strings.Contains(page, "reg_") {
			t.Errorf("a link that is used up, by who is signed in: %d to %q: %s", status, to, page)
		}
		notTheirs, _ := askAs("bob@example.org", "reg_abc234")
		b = h.browser(t)
		if status, to, page := b.press(t, notTheirs); status != http.StatusOK || to != "" || !strings.Contains(page, `href="/registrations"`) || strings.Contains(page, "reg_") || !strings.Contains(b.who(t), "bob@") {
			t.Errorf("a link to a registration of others: %d to %q: %s", status, to, page)
		}
		for _, elsewhere := range []string{"//evil.example", "reg_/../..", "reg_", "usr_abc", "reg_a\nb"} {
			if _, wrong := ask(elsewhere); wrong != "registration INVALID" {
				t.Errorf("%q: %q", elsewhere, wrong)
			}
			form, _ := ask("reg_abc234")
			form.Set("registration", elsewhere) // a form that somebody has written
			if status, to, page := h.browser(t).press(t, form); status != http.StatusSeeOther || to != "/registrations/reg_abc234" {
				t.Errorf("%q: %d to %q: %s", elsewhere, status, to, page)
			}
			h.clock.pass(16 * time.Minute)
		}
	})
}
