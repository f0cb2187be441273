package record

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed data/names.txt
var nameList string

// names are the ways in which texts call the same thing: a treaty by its abbreviation or
// its full name. It is a tree of stems; the number of a thing stands where a form ends.
type names struct {
	root  nameNode
	count int
}

type nameNode struct {
	next  map[string]*nameNode
	name  int  // none: no form ends here
	apart bool // punctuation may stand before this word, as in a form
}

var englishNames = readNames(nameList, english)

func readNames(text string, a *analyser) *names {
	n := &names{root: nameNode{name: none}}
	forms := map[string][]string{} // by the first form
	for line := range listLines(text) {
		first := ""
		for form := range strings.SplitSeq(line, "|") {
			form = strings.TrimSpace(form)
			if first == "" {
				first = form
			}
			forms[first] = append(forms[first], spelledOut(form, forms)...)
		}
		for _, form := range forms[first] {
			n.add(form, a)
			if last := form[strings.LastIndexByte(form, ' ')+1:]; last == strings.ToUpper(last) {
				n.add(form+"s", a) // the stemmer leaves NGOs and the like as they are
			}
		}
		n.count++
	}
	return n
}

// spelledOut replaces a {X} in a form by every form of X.
func spelledOut(form string, forms map[string][]string) []string {
	before, rest, ok := strings.Cut(form, "{")
	if !ok {
		return []string{form}
	}
	inner, after, _ := strings.Cut(rest, "}")
	if forms[inner] == nil {
		panic(fmt.Sprintf("data/names.txt: %q: no line above begins with %q", form, inner)) // our own file
	}
	var all []string
	for _, f := range forms[inner] {
		all = append(all, before+f+after)
	}
	return all
}

// add makes a form stand for the thing that is read, also without its hyphens:
// nongovernmental for non-governmental.
func (n *names) add(form string, a *analyser) {
	words := a.words(form)
	n.addWords(words)
	if closed := a.closed(words); len(closed) != len(words) {
		n.addWords(closed)
	}
}

func (n *names) addWords(form []word) {
	node, apart := &n.root, false
	for i := 0; i < len(form); {
		w := form[i]
		apart = apart || w.apart
		if size := passedOver(form[i:]); size > 0 {
			i += size
			continue
		}
		if node.next == nil {
			node.next = map[string]*nameNode{}
		}
		if node.next[w.stem] == nil {
			node.next[w.stem] = &nameNode{name: none}
		}
		node = node.next[w.stem]
		node.apart, apart = node.apart || apart, false
		i++
	}
	if node.name != none && node.name != n.count {
		panic(fmt.Sprintf("data/names.txt: %v stands for two things", form)) // our own file
	}
	node.name = n.count
}

// passedOver returns how many of the first words may stand anywhere within a form.
func passedOver(words []word) int {
	switch words[0].stem {
	case "the", "it", "un", "on", "for":
		return 1
	case "unit": // United Nations
		if len(words) > 1 && words[1].stem == "nation" && !words[1].apart {
			return 2
		}
	}
	return 0
}

// nameSpan says which words of a text are a name.
type nameSpan struct{ name, from, to int }

// in yields the names in a text, the longest at each place.
func (n *names) in(words []word) func(yield func(nameSpan) bool) {
	return func(yield func(nameSpan) bool) {
		for from := 0; from < len(words); from++ {
			if span, ok := n.at(from, words); ok {
				if !yield(span) {
					return
				}
				from = span.to - 1
			}
		}
	}
}

// at returns the longest name that begins at a place in a text. It does not reach across
// punctuation, except where a form has some, and not into words that hyphens hold
// together without taking all of them: "CRPD OP-CAT" begins with CRPD, not with CRPD-OP.
func (n *names) at(from int, words []word) (longest nameSpan, ok bool) {
	node := n.root.next[words[from].stem]
	for i := from + 1; node != nil; i++ {
		if node.name != none && !tears(from, i, words) {
			longest, ok = nameSpan{node.name, from, i}, true
		}
		apart := false
		for i < len(words) {
			apart = apart || words[i].apart
			size := passedOver(words[i:])
			if size == 0 {
				break
			}
			i += size
		}
		if i >= len(words) {
			break
		}
		if node = node.next[words[i].stem]; node != nil && apart && !node.apart {
			break
		}
	}
	return longest, ok
}

// tears says whether a range of words ends within words that hyphens hold together, of
// which it does not have the beginning.
func tears(from, to int, words []word) bool {
	if to == len(words) || !words[to].hyphened {
		return false
	}
	first := to
	for words[first].hyphened {
		first--
	}
	return first > from
}

// whole returns the name that a sequence of words is from its beginning to its end.
func (n *names) whole(words []word) (int, bool) {
	if len(words) == 0 {
		return none, false
	}
	span, ok := n.at(0, words)
	return span.name, ok && span.to == len(words)
}
