// Package spelling has names be written as people see them: those of people and organisations stand in lists and
// mails, which a character that nobody sees could turn around, and two that look the same are to be the same.
package spelling

import (
	"strings"
	"unicode"
)

// Seen is a line without blanks around it, and without what is not seen: marks that turn the direction of what
// follows, and characters without width. Joiners stay where they change how letters are drawn, as in Persian and Hindi.
func Seen(line string) string {
	var out strings.Builder
	before := ' '
	for _, r := range line {
		switch {
		case r == zwnj || r == zwj:
			if !isJoined(before) {
				continue
			}
		case isUnseen(r):
			continue
		}
		out.WriteRune(r)
		before = r
	}
	return strings.TrimSpace(out.String())
}

// Breaks says whether a text has characters that no line has.
func Breaks(line string) bool {
	return strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp) })
}

const (
	zwnj = '\u200c'
	zwj  = '\u200d'
)

// isUnseen: not those of format that are drawn around numbers in Arabic, and not those that Breaks finds.
func isUnseen(r rune) bool {
	const hangul, halfwidthHangul = '\u3164', '\uffa0' // which fill what is not there
	return unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) || r == hangul || r == halfwidthHangul
}

// isJoined says whether a joiner after a character can be seen: it is a letter, or a sign at one, of a script whose
// letters are joined. So "Ann" with a joiner is "Ann".
func isJoined(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M) &&
		!unicode.In(r, unicode.Common, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Georgian, unicode.Hebrew,
			unicode.Thai, unicode.Lao, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo)
}
