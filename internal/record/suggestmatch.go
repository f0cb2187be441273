package record

import (
	"slices"
	"strings"
	"unicode"
)

// matchQuality says how a name matches what was typed; less is better.
type matchQuality int

const (
	isCode matchQuality = iota
	isName
	beginsName
	beginsWord
	almost // but for a typing error
	noMatch
)

// match returns the best match of any name, and that name.
func (c *candidate) match(wanted []string, tolerant bool) (best matchQuality, name string) {
	best = noMatch
	for i := range c.names {
		for _, folded := range c.names[i].folded {
			for _, w := range wanted {
				if q := quality(folded, w, c.names[i].code, tolerant); q < best {
					best, name = q, c.names[i].text
				}
			}
		}
	}
	return best, name
}

func quality(name, wanted string, isACode, tolerant bool) matchQuality {
	switch {
	case wanted == "":
		return noMatch
	case tolerant:
		if !isACode && almostBegins(name, wanted) {
			return almost
		}
		return noMatch
	case name == wanted && isACode:
		return isCode
	case name == wanted:
		return isName
	case strings.HasPrefix(name, wanted):
		return beginsName
	case strings.Contains(name, " "+wanted):
		return beginsWord
	}
	return noMatch
}

// minTolerant is how many bytes must have been typed before one may be wrong.
const minTolerant = 4

// almostBegins says whether a word of the name begins so but for one letter that is
// wrong, missing, too many or in the place of its neighbour.
func almostBegins(name, wanted string) bool {
	if len(wanted) < minTolerant {
		return false
	}
	for {
		if withinOneError(name, wanted) {
			return true
		}
		_, rest, ok := strings.Cut(name, " ")
		if !ok {
			return false
		}
		name = rest
	}
}

func withinOneError(name, wanted string) bool {
	i := 0
	for i < len(name) && i < len(wanted) && name[i] == wanted[i] {
		i++
	}
	n, w := name[i:], wanted[i:]
	switch {
	case len(w) <= 1, strings.HasPrefix(n, w[1:]): // the last letter is wrong; one is too many
		return true
	case len(n) == 0:
		return false
	case strings.HasPrefix(n[1:], w), strings.HasPrefix(n[1:], w[1:]): // one is missing; one is wrong
		return true
	}
	return len(n) > 1 && n[0] == w[1] && n[1] == w[0] && strings.HasPrefix(n[2:], w[2:])
}

// foldings are the ways in which a name is typed: without case, accents and punctuation,
// and with or without a blank in the place of an apostrophe.
func foldings(name string) []string {
	lower := strings.ToLower(name)
	if !isASCII(lower) {
		lower = string(english.folding.Filter([]byte(unmarked(lower)))) // also of apostrophes
	}
	plain := func(text string) string {
		words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		return strings.Join(words, " ")
	}
	return slices.Compact([]string{plain(lower), plain(strings.ReplaceAll(lower, "'", ""))})
}
