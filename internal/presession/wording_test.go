package presession

import (
	"strings"
	"testing"
)

// TestWording: what is filled in where a date stands has no article, as dates have none, which mails write before it; and
// numbers have their plurals.
func TestWording(t *testing.T) {
	for _, language := range []string{"FR", "ES"} {
		in := wordingIn(language)
		for _, day := range []string{in.theDay, in.beforeEach} {
			switch first, _, _ := strings.Cut(day, " "); first {
			case "le", "la", "les", "el", "los", "deux", "dos":
				t.Errorf("%s: a mail says “au plus tard le %s”, or “hasta el %s”", language, day, day)
			}
		}
	}
	for language, want := range map[string]string{
		"EN": "Utopia: 1 submitted, 2 answered", "FR": "Utopia : 1 déposée, 2 complétées", "ES": "Utopia: 1 presentada, 2 completadas",
	} {
		if got := wordingIn(language).news("Utopia", [3]int{1, 2, 0}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
