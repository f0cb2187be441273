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
	next map[string]*nameNode
	name int // none: no form ends here
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
			n.add(a.words(form), n.count)
			if last := form[strings.LastIndexByte(form, ' ')+1:]; last == strings.ToUpper(last) {
				n.add(a.words(form+"s"), n.count) // the stemmer leaves NGOs and the like as they are
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

func (n *names) add(form []word, name int) {
	node := &n.root
	for _, w := range form {
		if passedOver[w.stem] {
			continue
		}
		if node.next == nil {
			node.next = map[string]*nameNode{}
		}
		if node.next[w.stem] == nil {
			node.next[w.stem] = &nameNode{name: none}
		}
		node = node.next[w.stem]
	}
	if node.name != none && node.name != name {
		panic(fmt.Sprintf("data/names.txt: %v stands for two things", form)) // our own file
	}
	node.name = name
}

// passedOver are stems that may stand anywhere within a form.
var passedOver = map[string]bool{"the": true, "it": true, "un": true, "on": true, "for": true}

// nameSpan says which words of a text are a name.
type nameSpan struct{ name, from, to int }

// at returns the longest name that begins at a place in a sequence of stems.
func (n *names) at(from, size int, stem func(int) string) (longest nameSpan, ok bool) {
	node := n.root.next[stem(from)]
	for i := from + 1; node != nil; i++ {
		if node.name != none {
			longest, ok = nameSpan{node.name, from, i}, true
		}
		for i < size && passedOver[stem(i)] {
			i++
		}
		if i >= size {
			break
		}
		node = node.next[stem(i)]
	}
	return longest, ok
}

// whole returns the name that a sequence of words is from its beginning to its end.
func (n *names) whole(words []word) (int, bool) {
	span, ok := n.at(0, len(words), func(i int) string { return words[i].stem })
	return span.name, ok && span.to == len(words)
}
