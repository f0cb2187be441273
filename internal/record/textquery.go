package record

import (
	"fmt"
	"strings"
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
}

// words takes the next piece of the query apart.
func (p *textParser) words(piece string) ([]word, error) {
	words := english.words(piece)
	if p.count += len(words); p.count > maxTextWords {
		return nil, p.wrong("more than %d words", maxTextWords)
	}
	return words, nil
}

// wrong says what is wrong, and at which character.
func (p *textParser) wrong(what string, about ...any) error {
	at := utf8.RuneCountInString(p.whole[:len(p.whole)-len(p.rest)]) + 1
	return fault.Invalid("text", "at character %d: %s", at, fmt.Sprintf(what, about...))
}

func (p *textParser) skip() { p.rest = strings.TrimLeft(p.rest, " \t\r\n\u00a0") }

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
	for {
		p.skip()
		if p.rest == "" || p.rest[0] == ')' || p.atKeyword("OR") {
			break
		}
		if p.keyword("AND") {
			continue
		}
		part, err := p.one(depth)
		if err != nil {
			return nil, err
		}
		if part != (noNode{}) {
			parts = append(parts, part)
		}
	}
	switch {
	case len(parts) == 1:
		return parts[0], nil
	case len(parts) == 0 && p.rest == "" && depth > 0:
		return nil, p.wrong("a ) is missing")
	case len(parts) == 0:
		return nil, p.wrong("a word is missing")
	}
	return andNode{parts}, nil
}

// one reads a word, a phrase, a negation or what stands in parentheses. Punctuation
// alone is nothing.
func (p *textParser) one(depth int) (textNode, error) {
	switch p.rest[0] {
	case '-':
		return p.negation(depth)
	case '(':
		return p.parentheses(depth)
	case '"':
		return p.phrase()
	}
	end := strings.IndexAny(p.rest, " \t\r\n()\"\u00a0")
	if end < 0 {
		end = len(p.rest)
	}
	piece, isPrefix := strings.CutSuffix(p.rest[:end], "*")
	words, err := p.words(piece)
	if err != nil {
		return nil, err
	}
	if isPrefix && len(words) != 1 {
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
	if p.rest == "" || strings.ContainsAny(p.rest[:1], " -)\t\r\n") {
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
	end := strings.IndexByte(p.rest[1:], '"')
	if end < 0 {
		return nil, p.wrong("the closing \" is missing")
	}
	words, err := p.words(p.rest[1 : end+1])
	if err != nil {
		return nil, err
	}
	if len(words) == 0 {
		return nil, p.wrong("there is no word between the quotation marks")
	}
	p.rest = p.rest[end+2:]
	return wordNode{words, true}, nil
}

// atKeyword says whether a keyword stands next, on its own.
func (p *textParser) atKeyword(word string) bool {
	p.skip()
	after, ok := strings.CutPrefix(p.rest, word)
	return ok && (after == "" || strings.ContainsAny(after[:1], " \t\r\n(\"-"))
}

func (p *textParser) keyword(word string) bool {
	if !p.atKeyword(word) {
		return false
	}
	p.rest = p.rest[len(word):]
	return true
}
