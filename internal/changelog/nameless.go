package changelog

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/upr-info/upr/internal/fault"
)

const (
	// leastPart is how many letters a part of a name has that tells who somebody is.
	leastPart = 3
	// leastGenitive is how many one has that is known with an s behind it: Thi is not named by this, nor Doe by does.
	leastGenitive = 4
	// leastDigraph is how many one has in which ue may stand for u.
	leastDigraph = 5
	// longestRun is of how many words one name is put together.
	longestRun = 4
)

// NamesNobody refuses a reason that has a part of somebody's name, or their address: reasons are kept for
// ever, and more people read them than who they are about was opened to. It is for those alone who may open
// that: others would learn a name from what is refused. Part and address count as whole words, however
// they are capitalised, accented and put together.
func NamesNobody(reason, name, address string) error {
	said := readingsOf(reason)
	mailbox, _, _ := strings.Cut(address, "@")
	if saysPart(said, name) || saysWhole(said, name) || saysWhole(said, address) || saysWhole(said, mailbox) {
		return fault.Invalid("reason", "names a person, by a part of the name or by the address: it is kept for ever, so say why without it")
	}
	return nil
}

// saysWhole tells whether all words of a text stand together in one that was said.
func saysWhole(said [][]word, text string) bool {
	for _, words := range readingsOf(text) {
		for _, in := range said {
			if letters(words) >= leastPart && together(in, words) || isUnspaced(words) && strings.Contains(plain(in), plain(words)) {
				return true
			}
		}
	}
	return false
}

// saysPart tells whether one word of a name was said, or some that are written as one.
func saysPart(said [][]word, name string) bool {
	spoken := map[string]bool{}
	for _, words := range said {
		for i := range words {
			for run, j := "", i; j < min(i+longestRun, len(words)) && (j == i || words[j].linked); j++ {
				run += words[j].text
				for _, prefixes := range [][]string{arabicPrefixes, hebrewPrefixes} {
					for _, form := range unprefixed(run, prefixes) {
						spoken[form] = true
					}
				}
			}
		}
	}
	for _, words := range readingsOf(name) {
		for _, part := range partsOf(words) {
			if spoken[part] || len([]rune(part)) >= leastGenitive && spoken[part+"s"] || saysInTamil(spoken, part) {
				return true
			}
		}
		for _, w := range words {
			if part := []word{w}; isUnspaced(part) && slices.ContainsFunc(said, func(in []word) bool { return strings.Contains(plain(in), w.text) }) {
				return true
			}
		}
	}
	return false
}

// partsOf are the words of a name that tell who somebody is, and what they are where they are written as one.
// Initials are put before nothing from which they are apart: T. He is not named by "the".
func partsOf(name []word) (parts []string) {
	short := func(w word) bool { return len([]rune(w.text)) == 1 }
	for i := range name {
		run, tells := "", false
		for j := i; j < min(i+longestRun, len(name)); j++ {
			if j > i && !name[j].linked && (short(name[j-1]) || short(name[j])) {
				break
			}
			run += name[j].text
			if tells = tells || len([]rune(name[j].text)) >= leastPart; !tells {
				continue
			}
			parts = append(parts, unprefixed(run, []string{arabicArticle})...)
			if len([]rune(run)) >= leastDigraph {
				parts = append(parts, digraphs.Replace(run))
			}
		}
	}
	return parts
}

// word is a word of a text, as it is compared.
type word struct {
	text   string
	linked bool // to the one before, as in Al-Masri
}

// readingsOf are the words of a text in each way in which it is read: with umlauts as letters without dots, and
// as two letters; and with what is not seen as nothing, and as a space.
func readingsOf(text string) [][]word {
	shown := strings.Map(seen, text)
	spaced := strings.Map(func(r rune) rune {
		if isUnseen(r) {
			return ' '
		}
		return r
	}, text)
	lower := norm.NFC.String(strings.ToLower(shown))
	ways := []string{shown}
	if wide := umlauts.Replace(lower); wide != lower {
		ways = append(ways, wide)
	}
	if spaced != text {
		ways = append(ways, spaced)
	}
	readings := make([][]word, len(ways))
	for i, way := range ways {
		readings[i] = wordsOf(bare(way))
	}
	return readings
}

// isUnseen: soft hyphens, joiners, marks of direction, and what Arabic letters are drawn out with.
func isUnseen(r rune) bool { return unicode.Is(unicode.Cf, r) || r == '\u0640' }

// bare writes a text in small letters without accents.
func bare(text string) string {
	// Transformers keep state, so each text gets its own.
	if unaccented, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.Predicate(isAccent)), norm.NFC), text); err == nil {
		text = unaccented
	}
	return alike.Replace(cases.Fold().String(text))
}

// isAccent: marks that are left out where they are on no key. Vowels of Indian scripts are none, dots below their letters are.
func isAccent(r rune) bool {
	return unicode.Is(unicode.Mn, r) && unicode.In(r, unicode.Inherited, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Cyrillic) ||
		strings.ContainsRune("\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc", r)
}

// wordsOf takes a text apart. Vowel signs are part of a word as letters are.
func wordsOf(text string) (words []word) {
	linked, within := false, false
	for _, r := range text {
		switch {
		case strings.ContainsRune(links, r):
			linked, within = within || linked, false
		case !unicode.In(r, unicode.L, unicode.M, unicode.Nd):
			linked, within = false, false
		case within:
			words[len(words)-1].text += string(r)
		default:
			words = append(words, word{string(r), linked})
			linked, within = false, true
		}
	}
	return words
}

// links are hyphens and apostrophes, of which two are letters.
const links = "-\u2010\u2011\u2013'\u2018\u2019\u02bc\u02bb`"

var (
	// alike writes letters without a mark to take off as people do who have them on no key.
	alike = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ð", "d", "æ", "ae", "œ", "oe", "ı", "i", "þ", "th", "ى", "ي", "ی", "ي", "ة", "ه", "ک", "ك")
	// umlauts are written as two letters by some.
	umlauts  = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ø", "oe", "å", "aa")
	digraphs = strings.NewReplacer("ae", "a", "oe", "o", "ue", "u", "aa", "a")
)

const arabicArticle = "ال"

// arabicPrefixes are written with the word behind them, in this order: and, so, in, as, for, the.
var arabicPrefixes = []string{"و", "ف", "ب", "ك", "ل", "ل", arabicArticle}

// hebrewPrefixes are as the Arabic ones: and, when, that, from, in, to, as, the.
var hebrewPrefixes = []string{"ו", "כש", "ש", "מ", "ב", "ל", "כ", "ה"}

// tamilEndings are written with the word before them, in place of the sign that it ends without a vowel, or after a
// glide: for, of, by, with, from, whom, and.
var tamilEndings = regexp.MustCompile(`^(?:[வய]?(?:ுக்கு(?:ம்)?|ுக்காக|ின்|ினால்|ினுடைய|ை(?:யும்|[கசதப]்)?|ிடம்|ிடமும்|ிடமிருந்து|ாலும்|ால்|ோடு(?:ம்)?|ுடன்|ுடனும்|ுடைய|ில்|ிலும்|ும்|ே|ோ|ா)|க்கு(?:ம்)?|க்காக)$`)

// saysInTamil tells whether a part of a name was said with an ending.
func saysInTamil(spoken map[string]bool, part string) bool {
	if !strings.ContainsFunc(part, func(r rune) bool { return unicode.Is(unicode.Tamil, r) }) {
		return false
	}
	stem := strings.TrimSuffix(part, "்")
	for said := range spoken {
		if ending, found := strings.CutPrefix(said, stem); found && tamilEndings.MatchString(ending) {
			return true
		}
	}
	return false
}

// unprefixed is a word with and without each of some prefixes.
func unprefixed(text string, prefixes []string) []string {
	forms := []string{text}
	for _, prefix := range prefixes {
		for _, form := range forms {
			if rest, found := strings.CutPrefix(form, prefix); found && len([]rune(rest)) >= leastPart {
				forms = append(forms, rest)
			}
		}
	}
	return forms
}

// together tells whether some words stand together in others.
func together(said, words []word) bool {
	same := func(a, b word) bool { return a.text == b.text }
	for i := range said {
		if len(said)-i >= len(words) && slices.EqualFunc(said[i:i+len(words)], words, same) {
			return true
		}
	}
	return false
}

func plain(words []word) string {
	var all strings.Builder
	for _, w := range words {
		all.WriteString(w.text)
	}
	return all.String()
}

func letters(words []word) int { return len([]rune(plain(words))) }

// unspaced are scripts that write no space between a name and the words around it.
var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

func isUnspaced(words []word) bool {
	text := []rune(plain(words))
	const longVowel = 'ー' // of more scripts than one
	return len(text) > 1 && !slices.ContainsFunc(text, func(r rune) bool { return r != longVowel && !unicode.In(r, unspaced...) })
}
