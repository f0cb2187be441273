package spelling_test

import (
	"testing"

	"github.com/upr-info/upr/internal/spelling"
)

func TestSeen(t *testing.T) {
	for name, c := range map[string]struct{ line, want string }{
		"plain":                 {" Ann  Wombat ", "Ann  Wombat"},
		"turned round":          {"\u202eAnn\u202c Wombat\u202a\u202b\u202d", "Ann Wombat"},
		"isolated":              {"\u2066Ann\u2069 \u2067Wombat\u2068", "Ann Wombat"},
		"marks of direction":    {"\u200eAnn\u200f \u061cWombat", "Ann Wombat"},
		"without width":         {"A\u200bnn\ufeff Wom\u00adbat\u2060\u2063", "Ann Wombat"},
		"joiners in Latin":      {"A\u200dn\u200cn Wombat\u200d", "Ann Wombat"},
		"blank at the end":      {"Ann \u200f", "Ann"},
		"nothing":               {"\u200b\u200d\u3164\u202e", ""},
		"tags":                  {"Ann\U000e0041\U000e0042", "Ann"},
		"Persian":               {"علی\u200cرضا", "علی\u200cرضا"},
		"Persian, twice":        {"علی\u200c\u200cرضا", "علی\u200cرضا"},
		"Hindi":                 {"शर्\u200dमा", "शर्\u200dमा"},
		"Sinhala":               {"ශ්\u200dරී", "ශ්\u200dරී"},
		"Malayalam at the end":  {"അവന്\u200d", "അവന്\u200d"},
		"Arabic, turned":        {"\u202bمريم\u202c", "مريم"},
		"Arabic sign of a year": {"\u0601 ١٤٤٧", "\u0601 ١٤٤٧"},
		"Japanese variant":      {"葛\U000e0100城", "葛\U000e0100城"},
		"accents":               {"José\u0301", "José\u0301"},
		"a line that breaks":    {"Ann\nWombat", "Ann\nWombat"},
	} {
		if got := spelling.Seen(c.line); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		} else if again := spelling.Seen(got); again != got {
			t.Errorf("%s: once more it is %q", name, again)
		}
	}
}

func TestBreaks(t *testing.T) {
	for line, want := range map[string]bool{"Ann Wombat": false, "علی\u200cرضا": false, "Ann\nWombat": true, "Ann\tWombat": true, "Ann\x7f": true, "Ann\u0085Wombat": true, "Ann\u2028Wombat": true, "Ann\u2029": true} {
		if got := spelling.Breaks(line); got != want {
			t.Errorf("%q: got %v", line, got)
		}
	}
}
