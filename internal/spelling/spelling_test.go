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
		"accents apart":         {"Jose\u0301 \u212bngstro\u200b\u0308m", "José Ångström"},
		"joiners after accents": {"Jose\u0301\u200d", "José"},
		"Hangul fillers":        {"\u115f\u1160", ""},
		"Braille blanks":        {"\u2800Ann\u2800Wombat\u2800\uffa0", "Ann Wombat"},
		"ignored":               {"A\u034fnn\u17b4\u2065\ufff0\U000e0fff", "Ann"},
		"selectors alone":       {"\ufe0f\u180b\U000e0100", ""},
		"selectors in Latin":    {"Ann\ufe0f\U000e0100\u180b", "Ann"},
		"selectors twice":       {"葛\ufe00\U000e0100城", "葛\ufe00城"},
		"a picture":             {"Ann \u2764\ufe0f", "Ann \u2764\ufe0f"},
		"Mongolian":             {"\u182d\u180b\u200d", "\u182d\u180b\u200d"},
		"Arabic with vowels":    {"بَ\u200cنَ", "بَ\u200cنَ"},
		"a line that breaks":    {"Ann\nWombat", "Ann\nWombat"},
	} {
		if got := spelling.Seen(c.line); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		} else if again := spelling.Seen(got); again != got {
			t.Errorf("%s: once more it is %q", name, again)
		}
	}
}

// TestPlain: names that look the same, or differ by capitals and blanks alone, are one; others are not.
func TestPlain(t *testing.T) {
	for name, same := range map[string][]string{
		"Quokka Watch":   {" quokka  watch", "QUOKKA\u00a0WATCH", "Quo\u200bkka Watch\u202c", "Ｑｕｏｋｋａ\u3000Watch", "Quokka\u2800Watch", "Quokka Watch\ufe0f"},
		"Réseau Égalité": {"Re\u0301seau E\u0301galite\u0301", "RÉSEAU ÉGALITÉ", "réseau e\u034f\u0301galite\u0301"},
		"Straße":         {"STRASSE", "strasse"},
		"خانه\u200cمهر":  {"خانهمهر", "خانه\u200dمهر"},
		"शर्\u200dमा":    {"शर्मा"},
		"Ответ":          {"ОТВЕТ"},
		"한국":             {"\u1112\u1161\u11ab\u1100\u116e\u11a8"},
	} {
		for _, other := range same {
			if spelling.Plain(name) != spelling.Plain(other) {
				t.Errorf("%q is %q, and %q is %q", name, spelling.Plain(name), other, spelling.Plain(other))
			}
		}
		if again := spelling.Plain(spelling.Plain(name)); again != spelling.Plain(name) {
			t.Errorf("once more %q is %q", name, again)
		}
	}
	for _, apart := range [][2]string{{"Quokka Watch", "Quokka Watch Two"}, {"Réseau", "Reseau"}, {"Ответ", "Otvet"}} {
		if spelling.Plain(apart[0]) == spelling.Plain(apart[1]) {
			t.Errorf("%q is %q", apart[0], apart[1])
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
