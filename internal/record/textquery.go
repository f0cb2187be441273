package record

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/upr-info/upr/internal/fault"
)

// textQuery is a parsed search: a tree of words, phrases and their combinations.
type textQuery struct{ root textNode }

// textNode is one of the kinds below.
type textNode interface{}

type (
	wordNode struct {
		words  []word // several where a hyphen or a quotation holds them together
		quoted bool
	}
	prefixNode struct{ prefix string }
	andNode    struct{ parts []textNode }
	orNode     struct{ parts []textNode }
	notNode    struct{ part textNode }
	noNode     struct{} // punctuation alone; not part of a query
)

// What a query may have: parentheses are parsed recursively, and each word is looked for.
const (
	maxTextDepth = 20
	maxTextWords = 100
)

// parseText reads: words combine with AND, "phrases", OR, -not, prefix* and parentheses.
// Punctuation sets words apart as blanks do.
func parseText(text string) (*textQuery, error) {
	p := &textParser{rest: text, whole: text}
	root, err := p.either(0)
	if err != nil {
		return nil, err
	}
	if p.skip(); p.rest != "" {
		return nil, p.wrong("there is a ) without a ( before it")
	}
	return &textQuery{root}, nil
}

type textParser struct {
	rest, whole string
	count       int // of words
	lastWord    int // byte of the whole where the last word ends
}

// words takes the next piece of the query apart.
func (p *textParser) words(piece string) ([]word, error) {
	words := english.words(piece)
	if at := p.at(); len(words) > 0 {
		words[0].apart = p.count > 0 && setApart(p.whole[p.lastWord:at+words[0].start])
		p.lastWord = at + words[len(words)-1].end
	}
	if p.count += len(words); p.count > maxTextWords {
		return nil, p.wrong("more than %d words", maxTextWords)
	}
	return words, nil
}

// wrong says what is wrong, and at which character.
func (p *textParser) wrong(what string, about ...any) error {
	at := utf8.RuneCountInString(p.whole[:p.at()]) + 1
	return fault.Invalid("text", "at character %d: %s", at, fmt.Sprintf(what, about...))
}

// wrongStar says that a * stands so many bytes ahead where it means nothing.
func (p *textParser) wrongStar(ahead int) error {
	p.rest = p.rest[ahead:]
	return p.wrong("a * stands only at the end of a word and outside quotation marks, as in child*")
}

// at is the byte of the whole where the parser stands.
func (p *textParser) at() int { return len(p.whole) - len(p.rest) }

// skip passes over blanks and punctuation without a meaning.
func (p *textParser) skip() {
	p.rest = strings.TrimLeftFunc(p.rest, func(r rune) bool { return endsPiece(r) && !strings.ContainsRune(marks, r) })
}

const (
	quotes = "\"“”„«»"
	marks  = quotes + "()*" // what stands between words and has a meaning
)

// endsPiece says whether a word, or what hyphens and the like hold together, ends before r.
func endsPiece(r rune) bool {
	return unicode.IsSpace(r) || setsApart(r) && r != '*'
}

// pieceLength returns how many bytes of a text belong to its first piece, as 1,000 does.
func pieceLength(text string) int {
	isDigit := func(i int) bool { return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9' }
	for i, r := range text {
		if endsPiece(r) && (r != ',' || !isDigit(i-1) || !isDigit(i+1)) {
			return i
		}
	}
	return len(text)
}

// either reads parts that are joined by OR.
func (p *textParser) either(depth int) (textNode, error) {
	var parts []textNode
	for {
		part, err := p.every(depth)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		if !p.keyword("OR") {
			break
		}
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	return orNode{parts}, nil
}

// every reads parts that stand side by side.
func (p *textParser) every(depth int) (textNode, error) {
	var parts []textNode
	missing := true // a part
	for {
		p.skip()
		if p.rest == "" || p.rest[0] == ')' || p.atKeyword("OR") {
			break
		}
		if !missing && p.keyword("AND") {
			missing = true
			continue
		}
		if p.atKeyword("AND") {
			break
		}
		part, err := p.one(depth)
		if err != nil {
			return nil, err
		}
		if part != (noNode{}) {
			parts, missing = append(parts, part), false
		}
	}
	switch {
	case len(parts) == 0 && p.rest == "" && depth > 0:
		return nil, p.wrong("a ) is missing")
	case missing:
		return nil, p.wrong("a word is missing")
	case len(parts) == 1:
		return parts[0], nil
	}
	return andNode{parts}, nil
}

// one reads a word, a phrase, a negation or what stands in parentheses. Punctuation
// alone is nothing.
func (p *textParser) one(depth int) (textNode, error) {
	switch first, _ := utf8.DecodeRuneInString(p.rest); {
	case first == '-':
		return p.negation(depth)
	case first == '(':
		return p.parentheses(depth)
	case strings.ContainsRune(quotes, first):
		return p.phrase()
	}
	end := pieceLength(p.rest)
	piece, behind, isPrefix := strings.Cut(p.rest[:end], "*")
	words, err := p.words(piece)
	if err != nil {
		return nil, err
	}
	switch {
	case isPrefix && (len(words) == 0 || strings.Trim(behind, holding) != ""):
		return nil, p.wrongStar(len(piece))
	case isPrefix && len(words) > 1:
		return nil, p.wrong("a * must follow the beginning of one word, as in child*")
	}
	p.rest = p.rest[end:]
	switch {
	case isPrefix:
		return prefixNode{words[0].surface}, nil
	case len(words) == 0:
		return noNode{}, nil
	}
	return wordNode{words: words}, nil
}

func (p *textParser) negation(depth int) (textNode, error) {
	minus := *p
	p.rest = p.rest[1:]
	next, _ := utf8.DecodeRuneInString(p.rest)
	if p.rest == "" || next == '-' || next == ')' || endsPiece(next) && !strings.ContainsRune(marks, next) {
		return nil, minus.wrong("a - must stand directly before what is not wanted")
	}
	part, err := p.one(depth)
	if err != nil || part == (noNode{}) {
		return part, err
	}
	return notNode{part}, nil
}

func (p *textParser) parentheses(depth int) (textNode, error) {
	if depth == maxTextDepth {
		return nil, p.wrong("too many parentheses within each other")
	}
	p.rest = p.rest[1:]
	part, err := p.either(depth + 1)
	if err != nil {
		return nil, err
	}
	if p.skip(); !strings.HasPrefix(p.rest, ")") {
		return nil, p.wrong("a ) is missing")
	}
	p.rest = p.rest[1:]
	return part, nil
}

func (p *textParser) phrase() (textNode, error) {
	opening := *p
	_, size := utf8.DecodeRuneInString(p.rest)
	p.rest = p.rest[size:]
	end := strings.IndexAny(p.rest, quotes)
	if end < 0 {
		return nil, opening.wrong("the closing \" is missing")
	}
	if star := strings.IndexByte(p.rest[:end], '*'); star >= 0 {
		return nil, p.wrongStar(star)
	}
	words, err := p.words(p.rest[:end])
	if err != nil {
		return nil, err
	}
	if len(words) == 0 {
		return nil, opening.wrong("there is no word between the quotation marks")
	}
	_, size = utf8.DecodeRuneInString(p.rest[end:])
	p.rest = p.rest[end+size:]
	return wordNode{words, true}, nil
}

// atKeyword says whether a keyword stands next, on its own.
func (p *textParser) atKeyword(word string) bool {
	p.skip()
	after, ok := strings.CutPrefix(p.rest, word)
	next, _ := utf8.DecodeRuneInString(after)
	return ok && (after == "" || next == '-' || endsPiece(next))
}

func (p *textParser) keyword(word string) bool {
	if !p.atKeyword(word) {
		return false
	}
	p.rest = p.rest[len(word):]
	return true
}
