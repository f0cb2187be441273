package identity_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// requestAccount asks for an account.
func (h *house) requestAccount(t *testing.T, email, name string) {
	t.Helper()
	p, wrong := h.browser(t).do(t, "requestAccount", `mutation($e: String!, $n: String!) { requestAccount(input: {email: $e, name: $n, language: "FR"}) { done userErrors { field message code } } }`, map[string]any{"e": email, "n": name})
	if wrong != "" || !p.Done {
		t.Fatalf("asking for an account: %s", wrong)
	}
}

// askForAccount returns the link that is mailed, and the mail.
func (h *house) askForAccount(t *testing.T, email, name string) (link, text string) {
	t.Helper()
	h.requestAccount(t, email, name)
	text = h.mailed(t)
	return linkForm.FindString(text), text
}

func (h *house) users(t *testing.T) (n int) {
	t.Helper()
	if err := h.db.SQL.QueryRow(`SELECT COUNT(*) FROM users`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSignUp: an account comes with the first use of a link, once, and tells nobody who has one.
func TestSignUp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		link, text := h.askForAccount(t, "New@Example.org", "Ann Wombat")
		second, _ := h.askForAccount(t, "new@example.org", "Somebody Else")
		if link == "" || second == "" || strings.Contains(text, "Wombat") || !strings.Contains(text, "Bonjour") {
			t.Fatalf("the mail is %q, and another link %q", text, second)
		}
		if n := h.users(t); n != 0 {
			t.Errorf("before the link is used there are %d users", n)
		}
		b := h.browser(t)
		if status := b.open(t, http.MethodGet, link); status != http.StatusOK || h.users(t) != 0 {
			t.Errorf("GET: %d, and %d users", status, h.users(t))
		}
		if status := b.open(t, http.MethodPost, link); status != http.StatusOK || !strings.Contains(b.who(t), "new@example.org") {
			t.Errorf("POST: %d, %s", status, b.who(t))
		}
		var name, language string
		if err := h.db.SQL.QueryRow(`SELECT name, language FROM users`).Scan(&name, &language); err != nil || name != "Ann Wombat" || language != "FR" {
			t.Errorf("the account is of %q, %q, %v", name, language, err)
		}
		for _, used := range []string{link, second} {
			again := h.browser(t)
			if status := again.open(t, http.MethodPost, used); status != http.StatusBadRequest || again.who(t) != nobody || h.users(t) != 1 {
				t.Errorf("a link that is used up: %d, %s, %d users", status, again.who(t), h.users(t))
			}
		}
		signsIn, _ := h.askForAccount(t, "new@example.org", "Somebody Else")
		other := h.browser(t)
		if status := other.open(t, http.MethodPost, signsIn); status != http.StatusOK || !strings.Contains(other.who(t), "new@example.org") || h.users(t) != 1 {
			t.Errorf("who has an account signs in: %d, %s, %d users", status, other.who(t), h.users(t))
		}
		old, _ := h.askForAccount(t, "late@example.org", "Late")
		h.clock.pass(31 * time.Minute)
		late := h.browser(t)
		if status := late.open(t, http.MethodPost, old); status != http.StatusBadRequest || late.who(t) != nobody || h.users(t) != 1 {
			t.Errorf("a link that is too old: %d, %s, %d users", status, late.who(t), h.users(t))
		}
	})
}

// TestSignUpIsLimited: nobody's mailbox is filled, and what is wrong is said.
func TestSignUpIsLimited(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for range 5 {
			if link, _ := h.askForAccount(t, "full@example.org", "Full"); link == "" {
				t.Fatal("no link came")
			}
		}
		h.requestAccount(t, "full@example.org", "Full")
		h.notMailed(t, "the sixth link")
		for name, want := range map[string]string{"": "name INVALID", "two\nlines": "name INVALID"} {
			_, wrong := h.browser(t).do(t, "requestAccount", `mutation($n: String!) { requestAccount(input: {email: "x@example.org", name: $n}) { done userErrors { field message code } } }`, map[string]any{"n": name})
			if wrong != want {
				t.Errorf("the name %q: %q, want %q", name, wrong, want)
			}
		}
	})
}

// TestLinksThatHaveExpired are deleted, with the names and addresses of people who may never have asked for one.
func TestLinksThatHaveExpired(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		links := func(want int) {
			t.Helper()
			if err := h.people.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			var n int
			if err := h.db.SQL.QueryRow(`SELECT (SELECT COUNT(*) FROM sign_up_links) + (SELECT COUNT(*) FROM sign_in_links)`).Scan(&n); err != nil || n != want {
				t.Errorf("there are %d links, want %d: %v", n, want, err)
			}
		}
		link, _ := h.askForAccount(t, "new@example.org", "Ann Wombat")
		h.browser(t).open(t, http.MethodPost, link)
		h.askForAccount(t, "new@example.org", "Ann Wombat") // who signs in by it
		h.askForAccount(t, "other@example.org", "Ben Wombat")
		links(2)
		h.clock.pass(time.Hour)
		links(0)
	})
}
