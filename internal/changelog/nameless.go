package changelog

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/upr-info/upr/internal/fault"
)

// leastPart is how many letters a part of a name has that tells who somebody is.
const leastPart = 3

// unspaced are scripts that write no space between a name and the words around it.
var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

// NamesNobody refuses a reason that has a part of somebody's name, or their address: reasons are kept for
// ever, and more people read them than who they are about was opened to. It is for those alone who may open
// that: others would learn a name from what is refused. Part and address count as whole words, however
// they are capitalised and accented.
func NamesNobody(reason, name, address string) error {
	said := wordsOf(reason)
	mailbox, _, _ := strings.Cut(address, "@")
	parts := [][]string{wordsOf(name), wordsOf(address), wordsOf(mailbox)}
	for _, part := range wordsOf(name) {
		parts = append(parts, []string{part})
	}
	for _, part := range parts {
		if len([]rune(strings.Join(part, ""))) >= leastPart && says(said, part) || isUnspaced(part) && strings.Contains(strings.Join(said, ""), strings.Join(part, "")) {
			return fault.Invalid("reason", "names a person, by a part of the name or by the address: it is kept for ever, so say why without it")
		}
	}
	return nil
}

func wordsOf(text string) []string {
	// The transformer keeps state, so each text gets its own.
	bare := transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	if folded, _, err := transform.String(bare, text); err == nil {
		text = folded
	}
	return strings.FieldsFunc(likeASCII.Replace(strings.ToLower(text)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// likeASCII writes letters without a mark to take off as people do who have them on no key.
var likeASCII = strings.NewReplacer("ß", "ss", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "æ", "ae", "œ", "oe", "ı", "i", "þ", "th", "ς", "σ")

// says tells whether some words stand together in others.
func says(said, words []string) bool {
	for i := range said {
		if len(said)-i >= len(words) && slices.Equal(said[i:i+len(words)], words) {
			return true
		}
	}
	return false
}

func isUnspaced(words []string) bool {
	text := []rune(strings.Join(words, ""))
	return len(text) > 1 && !slices.ContainsFunc(text, func(r rune) bool { return !unicode.In(r, unspaced...) })
}
