// Package spelling has names be written as people see them: those of people and organisations stand in lists and
// mails, which a character that nobody sees could turn around, and two that look the same are to be the same.
package spelling

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Seen is a line without blanks around it, and without what is not seen: marks that turn the direction of what
// follows, and characters without width. Joiners stay where they change how letters are drawn, as in Persian and Hindi,
// and what chooses between forms of a sign where it has some. Letters with accents are written in one way (NFC).
func Seen(line string) string {
	var out strings.Builder
	base, last := ' ', ' ' // base has the signs that follow it
	for _, r := range line {
		switch {
		case isJoiner(r):
			if isJoiner(last) || !isJoined(base) {
				continue
			}
		case unicode.Is(unicode.Variation_Selector, r):
			if !isVaried(last, r) {
				continue
			}
		case isBlank(r):
			r = ' '
		case isUnseen(r):
			continue
		}
		out.WriteRune(r)
		if last = r; !unicode.Is(unicode.Inherited, r) {
			base = r
		}
	}
	return strings.TrimSpace(norm.NFC.String(out.String()))
}

// Plain is what two names have in common that differ in blanks, capitals, forms of letters and what is not seen: those
// of one organisation are compared by it, and never shown.
func Plain(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case isBlank(r):
			return ' '
		case isUnseen(r) || unicode.Is(unicode.Variation_Selector, r):
			return -1
		}
		return r
	}, name)
	if strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) {
		name = norm.NFKC.String(cases.Fold().String(norm.NFKC.String(name)))
	}
	return strings.Join(strings.Fields(strings.ToLower(name)), " ")
}

// Breaks says whether a text has characters that no line has.
func Breaks(line string) bool {
	return strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp) })
}

const (
	zwnj = '\u200c'
	zwj  = '\u200d'
)

func isJoiner(r rune) bool { return r == zwnj || r == zwj }

// isBlank: what fills the place of a letter, of a cell of Braille or of a note that is not there.
func isBlank(r rune) bool {
	return r == '\u2800' || r == '\u3164' || r == '\uffa0' || r == '\U0001d159'
}

// isUnseen: not those of format that are drawn around numbers in Arabic, and not those that Breaks finds.
func isUnseen(r rune) bool {
	return unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// isVaried says whether a sign may have forms between which a selector chooses: Chinese characters, those of Mongolian,
// and pictures.
func isVaried(r, selector rune) bool {
	switch {
	case selector < '\ufe00':
		return unicode.Is(unicode.Mongolian, r) && unicode.IsLetter(r)
	case selector > '\ufe0f':
		return unicode.Is(unicode.Han, r)
	}
	return unicode.In(r, unicode.Han, unicode.So)
}

// isJoined says whether a joiner after a character can be seen: it is a letter, or a sign at one, of a script whose
// letters are joined. So "Ann" with a joiner is "Ann".
func isJoined(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M) &&
		!unicode.In(r, unicode.Common, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Armenian, unicode.Georgian, unicode.Hebrew,
			unicode.Thai, unicode.Lao, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo)
}
