package record

import (
	"strings"
	"unicode"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/char/asciifolding"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/token/elision"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	bleveunicode "github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// word is one word of a text as search sees it.
type word struct {
	surface    string // folded, without apostrophes: what prefixes are compared with
	stem       string // what all forms of the word have in common
	start, end int    // bytes of the text
	hyphened   bool   // only a hyphen stands between the word before and this one
	apart      bool   // punctuation stands between the word before and this one
	number     uint32 // while texts are indexed; see wordIndex.read
}

// analyser takes texts of one language apart. All texts of the record are English so
// far; a text in another language needs another stem, elisions and forms.
type analyser struct {
	tokenizer analysis.Tokenizer
	filters   []analysis.TokenFilter
	folding   analysis.CharFilter
	forms     map[string]string // irregular forms
	stemmer   analysis.TokenFilter
}

var english = &analyser{
	tokenizer: bleveunicode.NewUnicodeTokenizer(),
	filters: []analysis.TokenFilter{
		lowercase.NewLowerCaseFilter(),
		en.NewPossessiveFilter(),
		elision.NewElisionFilter(frenchArticles), // names of States and institutions have them
	},
	folding: asciifolding.New(),
	forms:   irregularForms(englishForms, englishStem),
	stemmer: en.NewEnglishStemmerFilter(),
}

var frenchArticles = analysis.TokenMap{"l": true, "d": true, "qu": true}

func englishStem(word string) string {
	return string(en.NewEnglishStemmerFilter().Filter(analysis.TokenStream{{Term: []byte(word)}})[0].Term)
}

// words takes a text apart. Stop words stay, for phrases.
func (a *analyser) words(text string) []word { return appendWords(nil, a.chunk, text) }

// appendWords appends the words of a text, as they are in its chunks.
func appendWords(words []word, analyse func(chunk string) []word, text string) []word {
	last := -1 // where the word before ends, in another chunk
	for start, chunk := range chunks(text) {
		for i, w := range analyse(chunk) {
			w.start, w.end = w.start+start, w.end+start
			if i == 0 && last >= 0 {
				w.apart = setApart(text[last:w.start])
			}
			words, last = append(words, w), w.end
		}
	}
	return words
}

// chunks yields what stands between blanks, with the byte where it begins. No word is
// longer than its chunk, and the same chunks come again and again.
func chunks(text string) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		for start := 0; start < len(text); {
			end := start
			for end < len(text) && !isBlank(text[end]) {
				end++
			}
			if end > start && !yield(start, text[start:end]) {
				return
			}
			start = end + 1
		}
	}
}

// isBlank also takes for a blank what Unicode allows within a word and we do not want there.
func isBlank(b byte) bool { return b <= ' ' || b == ':' || b == '_' }

func (a *analyser) chunk(chunk string) []word {
	words := a.surfaces(chunk)
	for i := range words {
		words[i].stem = a.stem(words[i].surface)
	}
	return words
}

// surfaces are the words of a chunk without their stems, which take most of the time.
func (a *analyser) surfaces(chunk string) []word {
	tokens := a.tokenizer.Tokenize([]byte(chunk))
	for _, filter := range a.filters {
		tokens = filter.Filter(tokens)
	}
	words := make([]word, 0, len(tokens))
	for _, t := range tokens {
		surface := a.fold(string(t.Term))
		if surface == "" {
			continue
		}
		w := word{surface: surface, start: t.Start, end: t.End}
		if len(words) > 0 {
			between := chunk[words[len(words)-1].end:t.Start]
			w.hyphened, w.apart = isHyphen(between), setApart(between)
		}
		words = append(words, w)
	}
	return words
}

func isHyphen(between string) bool {
	return between == "-" || between == "\u2010" || between == "\u2011"
}

// setApart says whether punctuation sets apart what stands on both sides of it.
func setApart(between string) bool {
	return between != " " && strings.IndexFunc(between, setsApart) >= 0
}

// holding is the punctuation that stands within compounds, abbreviations and the like.
const holding = "-\u2010\u2011\u2013'’‘`´./&·"

func setsApart(r rune) bool {
	return (unicode.IsPunct(r) || unicode.IsSymbol(r)) && !strings.ContainsRune(holding, r)
}

// fold takes accents away, and what stands within abbreviations and names: U.S.A., Shari'a.
// The point of a number stays.
func (a *analyser) fold(lower string) string {
	if !isASCII(lower) {
		lower = string(a.folding.Filter([]byte(unmarked(lower))))
	}
	if !strings.ContainsAny(lower, "'.") {
		return lower
	}
	isNumber := lower[0] >= '0' && lower[0] <= '9'
	return strings.Map(func(r rune) rune {
		if r == '\'' || r == '.' && !isNumber {
			return -1
		}
		return r
	}, lower)
}

// closed writes without hyphens what was written with them: wellbeing for well-being.
func (a *analyser) closed(words []word) []word {
	var result []word
	for group := range hyphenGroups(words) {
		word := group[0]
		if len(group) > 1 {
			word.surface = joined(group)
			word.stem = a.stem(word.surface)
		}
		result = append(result, word)
	}
	return result
}

func (a *analyser) stem(surface string) string {
	if stem, ok := a.forms[surface]; ok {
		return stem
	}
	return string(a.stemmer.Filter(analysis.TokenStream{{Term: []byte(surface)}})[0].Term)
}

// unmarked takes the marks off letters of any script.
func unmarked(text string) string {
	// The transformer keeps state, so each text gets its own.
	bare := transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	if folded, _, err := transform.String(bare, text); err == nil {
		return folded
	}
	return text
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
