package changelog

import (
	"strings"
	"unicode"

	"github.com/upr-info/upr/internal/fault"
)

const (
	// leastWords is how many different words say why somebody who is sealed is opened.
	leastWords = 3
	// leastWord is how many letters such a word has; where no spaces are written between words, so many stand for one.
	leastWord = 2
)

// SaysWhy refuses a reason that says nothing, where it is all that keeps somebody from being opened without need: whoever
// reads it later is to understand it.
func SaysWhy(reason string) error {
	said, n := map[string]bool{}, 0
	for _, w := range wordsOf(bare(strings.Map(seen, reason))) {
		letters := countLetters(w.text)
		if letters < leastWord || said[w.text] {
			continue
		}
		if said[w.text] = true; isUnspaced([]word{w}) {
			n += letters / leastWord
		} else {
			n++
		}
	}
	if n < leastWords {
		return fault.Invalid("reason", "must say why, in %d different words or more: it is kept, and read by who was not there", leastWords)
	}
	return nil
}

func seen(r rune) rune {
	if isUnseen(r) {
		return -1
	}
	return r
}

func countLetters(text string) (n int) {
	for _, r := range text {
		if unicode.In(r, unicode.L, unicode.M) {
			n++
		}
	}
	return n
}
