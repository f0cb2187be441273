package ingest

import (
	"strings"
	"unicode"

	"golang.org/x/text/encoding/charmap"
)

// guess tells Mac Roman from Windows-1252. Nothing in such a file says which it
// is, so each byte outside ASCII is read both ways, and the reading that puts
// letters and marks where texts have them wins: é within a word is likely, Ž
// after a small letter is not.
type guess struct {
	mac, windows int
	window       uint64 // the last five bytes; the middle one is judged
}

const lineEndBonus = 2 // bare CR comes from old Macs, CRLF from Windows

func (g *guess) add(b byte) {
	g.window = g.window<<8 | uint64(b)
	if byte(g.window>>16) >= 0x80 {
		g.mac += plausibility(decodeWindow(charmap.Macintosh, g.window))
		g.windows += plausibility(decodeWindow(charmap.Windows1252, g.window))
	}
}

// result is empty when neither reading makes sense or both make as much.
func (g *guess) result(ends lineEnds) Encoding {
	g.add('\n')
	g.add('\n')
	mac, windows := g.mac, g.windows
	if ends.cr > ends.crlf+ends.lf {
		mac += lineEndBonus
	}
	if ends.crlf > ends.cr+ends.lf {
		windows += lineEndBonus
	}
	switch {
	case mac > windows && mac > 0:
		return MacRoman
	case windows > mac && windows > 0:
		return Windows1252
	}
	return ""
}

func decodeWindow(c *charmap.Charmap, window uint64) (runes [5]rune) {
	for i := range runes {
		runes[i] = c.DecodeByte(byte(window >> (8 * (4 - i))))
		if runes[i] == 0 { // before the start of the file
			runes[i] = ' '
		}
	}
	return runes
}

// plausibility judges the middle one of five characters by its neighbours.
func plausibility(w [5]rune) int {
	r := w[2]
	switch {
	case unicode.IsControl(r) || r == unicode.ReplacementChar:
		return -10 // the encoding has no such character
	case strings.ContainsRune("’‘“”«»", r):
		return quotePlausibility(w)
	case r == '–' || r == '—':
		return dashPlausibility(w[1], w[3])
	case r == '…':
		return pick(unicode.IsLetter(w[1]) && !unicode.IsLetter(w[3]), 1, -2)
	case r == '\u00a0':
		return 1
	case strings.ContainsRune("§€£°•", r):
		return pick(unicode.IsLetter(w[1]) && unicode.IsLetter(w[3]), -3, 1)
	case isForeign(w[1]) || isForeign(w[3]):
		return -3 // letters outside ASCII stand alone in the languages of these encodings
	case unicode.IsUpper(r):
		return upperPlausibility(w[1], w[3])
	case unicode.IsLower(r):
		return lowerPlausibility(w)
	}
	return -3
}

func quotePlausibility(w [5]rune) int {
	before, after := unicode.IsLetter(w[1]), unicode.IsLetter(w[3])
	switch w[2] {
	case '’':
		if before && (after || w[1] == 's') { // women’s, States’
			return 3
		}
		return pick(before, 1, 0)
	case '”', '»':
		return pick(!after && w[1] != ' ', 3, -2)
	}
	return pick(!before && w[3] != ' ', 3, -2)
}

func dashPlausibility(before, after rune) int {
	blanks := before == ' ' && after == ' '
	digits := unicode.IsDigit(before) && unicode.IsDigit(after)
	return pick(blanks || digits, 2, -1)
}

func upperPlausibility(before, after rune) int {
	switch {
	case unicode.IsLower(before):
		return -4
	case !unicode.IsLetter(before) && unicode.IsLower(after):
		return 2
	case unicode.IsUpper(before) || unicode.IsUpper(after):
		return 1
	}
	return -1
}

func lowerPlausibility(w [5]rune) int {
	before, after := unicode.IsLetter(w[1]), unicode.IsLetter(w[3])
	switch {
	case strings.ContainsRune("ƒıªºµ", w[2]):
		return -2
	case unicode.IsDigit(w[1]) || unicode.IsDigit(w[3]):
		return -3
	case !before && !after:
		return pick(strings.ContainsRune("àéèòó", w[2]), 1, -1)
	case isApostropheByte(w):
		return 0
	case !strings.ContainsRune("éèêëàâäáãåíîïóôöõøúûüñçæß", w[2]):
		return 1
	case !before && strings.ContainsRune("ëîïûñßìò", w[2]), !after && strings.ContainsRune("îïûñì", w[2]):
		return 1 // rare at that end of a word; where Windows-1252 has its quotation marks
	}
	return 3
}

// isApostropheByte finds í where Windows-1252 has its apostrophe in women’s,
// States’ and the like: both are the same byte.
func isApostropheByte(w [5]rune) bool {
	if w[2] != 'í' {
		return false
	}
	possessive := w[3] == 's' && !unicode.IsLetter(w[4])
	plural := w[1] == 's' && !unicode.IsLetter(w[3])
	return possessive || plural
}

func isForeign(r rune) bool { return r > unicode.MaxASCII && unicode.IsLetter(r) }

func pick(condition bool, yes, no int) int {
	if condition {
		return yes
	}
	return no
}
