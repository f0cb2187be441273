package identity_test

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestAnyClientSignsIn has programs that say anything of themselves.
func TestAnyClientSignsIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(t, "a@example.org")
		for _, name := range []string{"\xff\xfe browser", "Caf\xe9", strings.Repeat("é", 300), strings.Repeat("a", 199) + "é"} {
			b := h.browser(t)
			b.header.Set("User-Agent", name)
			b.mustSignIn(t, "a@example.org")
			if got := b.who(t); !strings.Contains(got, "a@example.org") {
				t.Errorf("%q: got %s", name, got)
			}
		}
		rows, err := h.db.SQL.Query("SELECT client FROM web_sessions")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		n := 0
		for ; rows.Next(); n++ {
			var client string
			if err := rows.Scan(&client); err != nil || client == "" || !utf8.ValidString(client) || len(client) > 200 {
				t.Errorf("kept is %q, %v", client, err)
			}
		}
		if err := rows.Err(); err != nil || n != 4 {
			t.Errorf("%d sessions, %v", n, err)
		}
	})
}

// TestASessionThatCannotBeKept is answered as everything else that the database cannot do.
func TestASessionThatCannotBeKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(t, "a@example.org")
		if _, err := h.db.SQL.Exec("ALTER TABLE web_sessions RENAME TO hidden"); err != nil {
			t.Fatal(err)
		}
		b := h.browser(t)
		a := b.ask(t, `mutation { signIn(input: {email: "a@example.org", password: "`+password+`"}) { viewer { name } userErrors { code } } }`, nil)
		if a.Status != http.StatusServiceUnavailable || a.code() != "UNAVAILABLE" || a.Data != nil || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") || a.Header.Get("Set-Cookie") != "" {
			t.Errorf("got %d, %v, %s", a.Status, a.Header, a.Body)
		}
		if _, err := h.db.SQL.Exec("ALTER TABLE hidden RENAME TO web_sessions"); err != nil {
			t.Fatal(err)
		}
		b.mustSignIn(t, "a@example.org")
	})
}
