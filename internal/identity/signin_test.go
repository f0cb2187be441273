package identity_test

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/viewer"
)

const nobody = "null"

func TestPassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(t, "ann@example.org", viewer.Partner)
		b := h.browser(t)
		if got := b.who(t); got != nobody {
			t.Errorf("before: %s", got)
		}
		if wrong := b.signIn(t, " Ann@Example.org ", password, ""); wrong != "" {
			t.Fatal(wrong)
		}
		if got := b.who(t); got != `{"email":"ann@example.org","confirmed":false,"grants":[{"role":"PARTNER"}]}` {
			t.Errorf("signed in: %s", got)
		}
		if p, wrong := b.do(t, "signOut", `mutation { signOut { done userErrors { field message code } } }`, nil); wrong != "" || !p.Done {
			t.Error(wrong)
		}
		if got := b.who(t); got != nobody {
			t.Errorf("signed out: %s", got)
		}
	})
}

// TestRefusalsAreAlike compares what unknown, wrong and disabled get, and how long it takes.
func TestRefusalsAreAlike(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(t, "ann@example.org")
		gone := h.add(t, "gone@example.org")
		if _, err := h.people.DisableUser(program(t), gone, true); err != nil {
			t.Fatal(err)
		}
		if _, err := h.people.CreateUser(program(t), "mail@example.org", "Without Password", "EN", ""); err != nil {
			t.Fatal(err)
		}
		answers, fastest := map[string]bool{}, map[string]time.Duration{}
		for _, test := range []struct{ email, password string }{
			{"ann@example.org", "wrong wrong wrong"}, {"unknown@example.org", password},
			{"gone@example.org", password}, {"mail@example.org", password}, {"mail@example.org", ""},
		} {
			for range 3 {
				start := time.Now()
				a := h.browser(t).ask(t, `mutation($e: String!, $p: String!) { signIn(input: {email: $e, password: $p}) { viewer { name } userErrors { field message code } } }`,
					map[string]any{"e": test.email, "p": test.password})
				answers[a.Body] = true
				if took, known := fastest[test.email]; !known || time.Since(start) < took {
					fastest[test.email] = time.Since(start)
				}
				if a.Header.Get("Set-Cookie") != "" {
					t.Errorf("%s got a cookie", test.email)
				}
			}
		}
		if len(answers) != 1 {
			t.Errorf("answers differ: %v", answers)
		}
		for email, took := range fastest {
			if took < 5*time.Millisecond {
				t.Errorf("%s is refused in %v: no password was tried", email, took)
			}
		}
	})
}

func TestAttemptsAreLimited(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(t, "ann@example.org")
		h.add(t, "bob@example.org")
		for i := range 10 {
			if wrong := h.browser(t).signIn(t, "ann@example.org", "wrong wrong wrong", ""); wrong != "password INVALID" {
				t.Fatalf("attempt %d: %s", i, wrong)
			}
		}
		if wrong := h.browser(t).signIn(t, "ann@example.org", password, ""); wrong != " LIMIT_EXCEEDED" {
			t.Errorf("the right password after too many wrong ones: %s", wrong)
		}
		if wrong := h.browser(t).signIn(t, "bob@example.org", password, ""); wrong != "" {
			t.Errorf("somebody else: %s", wrong)
		}
		h.clock.pass(16 * time.Minute)
		if wrong := h.browser(t).signIn(t, "ann@example.org", password, ""); wrong != "" {
			t.Errorf("later: %s", wrong)
		}
	})
}

func TestAddressesAreLimited(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t)
		last := ""
		for i := range 101 {
			last = b.signIn(t, "nobody"+string(rune('a'+i%26))+strings.Repeat("x", i/26)+"@example.org", "", "")
		}
		if last != " LIMIT_EXCEEDED" {
			t.Errorf("attempt 101 from one address: %s", last)
		}
	})
}

var linkForm = regexp.MustCompile(`http://\S+/sign-in/link\?token=\S+`)

// requestLink asks for a link.
func (h *house) requestLink(t *testing.T, email string) {
	t.Helper()
	p, wrong := h.browser(t).do(t, "requestSignInLink", `mutation($e: String!) { requestSignInLink(input: {email: $e}) { done userErrors { field message code } } }`, map[string]any{"e": email})
	if wrong != "" || !p.Done {
		t.Fatalf("asking for a link: %s", wrong)
	}
}

// askForLink returns the link that is mailed.
func (h *house) askForLink(t *testing.T, email string) string {
	t.Helper()
	h.requestLink(t, email)
	return linkForm.FindString(h.mailed(t))
}

// mailed waits for the next mail.
func (h *house) mailed(t *testing.T) (text string) {
	t.Helper()
	select {
	case l := <-h.mail:
		return l.text
	case <-time.After(time.Minute):
		t.Fatal("no mail came")
		return ""
	}
}

// notMailed waits for a mail that is not to come.
func (h *house) notMailed(t *testing.T, why string) {
	t.Helper()
	select {
	case l := <-h.mail:
		t.Errorf("%s: a mail to %s came", why, l.to)
	case <-time.After(2 * time.Second):
	}
}

// open gets or posts a link, and returns the status.
func (b *browser) open(t *testing.T, method, link string) int {
	t.Helper()
	address, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"token": {address.Query().Get("token")}}.Encode()
	request, err := http.NewRequestWithContext(t.Context(), method, b.url+"/sign-in/link?"+address.RawQuery, strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if origin := b.header.Get("Origin"); origin != "" {
		request.Header.Set("Origin", origin)
	}
	response, err := b.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode
}

func TestLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(t, "ann@example.org")
		h.requestLink(t, "ann@example.org")
		mail := h.mailed(t)
		link := linkForm.FindString(mail)
		if link == "" {
			t.Fatal("no link came")
		}
		if strings.Contains(mail, "Somebody") {
			t.Errorf("whoever knows an address has its owner named: %s", mail)
		}
		b := h.browser(t)
		for range 3 { // as scanners of mail do
			if status := b.open(t, http.MethodGet, link); status != http.StatusOK || b.who(t) != nobody {
				t.Errorf("GET: %d, %s", status, b.who(t))
			}
		}
		foreign := h.browser(t)
		foreign.header.Set("Origin", "https://evil.example")
		if status := foreign.open(t, http.MethodPost, link); status != http.StatusForbidden {
			t.Errorf("POST from elsewhere: %d", status)
		}
		if status := b.open(t, http.MethodPost, link); status != http.StatusOK || !strings.Contains(b.who(t), "ann@example.org") {
			t.Errorf("POST: %d, %s", status, b.who(t))
		}
		again := h.browser(t)
		if status := again.open(t, http.MethodPost, link); status != http.StatusBadRequest || again.who(t) != nobody {
			t.Errorf("again: %d, %s", status, again.who(t))
		}
	})
}

func TestLinksThatDoNotSignIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		uid := h.add(t, "ann@example.org")
		old := h.askForLink(t, "ann@example.org")
		h.clock.pass(31 * time.Minute)
		disabled := h.askForLink(t, "ann@example.org")
		if _, err := h.people.DisableUser(program(t), uid, true); err != nil {
			t.Fatal(err)
		}
		for name, link := range map[string]string{"old": old, "disabled": disabled, "made up": "http://x/?token=AAAA", "empty": "http://x/?token="} {
			b := h.browser(t)
			if status := b.open(t, http.MethodPost, link); status != http.StatusBadRequest || b.who(t) != nobody {
				t.Errorf("%s: %d, %s", name, status, b.who(t))
			}
		}
		for _, email := range []string{"unknown@example.org", "ann@example.org"} {
			h.requestLink(t, email)
			h.notMailed(t, email)
		}
	})
}
