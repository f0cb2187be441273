package ingest

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Costs of turning one word into another. Spelling, case and punctuation cost
// little; another word costs a whole one, and so do numbers and abbreviations,
// where one letter makes another thing of it (CAT and CRC, 169 and 189).
const (
	costMarks    = 0.1 // case or punctuation
	costSpelling = 0.3
	costWord     = 1.0
)

// likeness says how much two texts agree.
type likeness struct {
	share float64 // 1 less the cost of the cheapest way from one to the other, by words
	swaps int     // words on that way that become another word
}

// alignment is the cheapest way up to one pair of words.
type alignment struct {
	cost  float64
	swaps int
}

func (a alignment) plus(cost float64, swaps int) alignment {
	return alignment{a.cost + cost, a.swaps + swaps}
}

// compare aligns two normalised texts word by word.
func compare(a, b string) likeness {
	from, to := wordsOf(a), wordsOf(b)
	longest := max(len(from), len(to))
	if longest == 0 {
		return likeness{share: 1}
	}
	above := make([]alignment, len(to)+1)
	row := make([]alignment, len(to)+1)
	for j := range to {
		above[j+1] = above[j].plus(costWord, 0)
	}
	for i := range from {
		row[0] = above[0].plus(costWord, 0)
		for j := range to {
			cost, swaps := wordCost(&from[i], &to[j])
			best := above[j].plus(cost, swaps)
			for _, other := range []alignment{above[j+1].plus(costWord, 0), row[j].plus(costWord, 0)} {
				if other.cost < best.cost {
					best = other
				}
			}
			row[j+1] = best
		}
		above, row = row, above
	}
	end := above[len(to)]
	return likeness{share: 1 - end.cost/float64(longest), swaps: end.swaps}
}

// textWord is a word with what its comparison needs again and again.
type textWord struct {
	written  string
	letters  []rune // without case and outer punctuation
	code     bool
	function bool
}

func wordsOf(s string) []textWord {
	var words []textWord
	for _, written := range strings.Fields(s) {
		bare := strings.ToLower(strings.TrimFunc(written, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
		words = append(words, textWord{written, []rune(bare), isCode(written), functionWords[bare]})
	}
	return words
}

// wordCost also says whether one word takes the place of another: 1 swap.
func wordCost(a, b *textWord) (cost float64, swaps int) {
	switch {
	case a.written == b.written:
		return 0, 0
	case slices.Equal(a.letters, b.letters):
		return costMarks, 0
	case a.code || b.code:
		return costWord, 1
	case isMisspelling(a.letters, b.letters):
		return costSpelling, 0
	case a.function && b.function:
		return costWord, 0
	}
	return costWord, 1
}

// isCode finds numbers and abbreviations.
func isCode(s string) bool {
	capitals := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			return true
		}
		if unicode.IsUpper(r) {
			capitals++
		}
	}
	return capitals >= 2
}

// isMisspelling allows one slip in words of four letters, two from eight on. The
// first letter must be the same: legal and illegal are not a slip apart.
func isMisspelling(a, b []rune) bool {
	longest, shortest := max(len(a), len(b)), min(len(a), len(b))
	allowed := 2
	if longest < 8 {
		allowed = 1
	}
	if longest < 4 || longest-shortest > allowed || foldLetter(a[0]) != foldLetter(b[0]) {
		return false
	}
	return slips(a, b) <= allowed
}

func foldLetter(r rune) rune {
	if r <= unicode.MaxASCII {
		return r
	}
	return []rune(norm.NFD.String(string(r)))[0]
}

// slips counts letters that are missing, surplus, wrong or swapped with their
// neighbour (the optimal string alignment distance).
func slips(a, b []rune) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range b {
		rows[0][j+1] = j + 1
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			wrong := 1
			if a[i-1] == b[j-1] {
				wrong = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+wrong)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

// functionWords may change without changing what is recommended.
var functionWords = func() map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields("a an the of to in on at by for from with as and or its their his her this that these those which") {
		words[w] = true
	}
	return words
}()

// fold is the form in which texts are alike but for case, punctuation and accents.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r): // an accent
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// lostLetters tells whether text is stored as a file in that encoding would have
// it: equal, but for letters that the encoding cannot hold. Such a file corrects
// nothing.
func lostLetters(stored, text string, encoding Encoding) bool {
	letters := encoding.charmap()
	if letters == nil {
		return false
	}
	have, got := []rune(normalise(stored)), []rune(normalise(text))
	if len(have) != len(got) {
		return false
	}
	for i, r := range have {
		if _, holds := letters.EncodeRune(r); holds && r != got[i] {
			return false
		}
	}
	return true
}
