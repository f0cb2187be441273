package record

import (
	"slices"
	"sort"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// wordIndex knows the words of all statements: each text as a sequence of stems, and
// for each stem and each name (see names) the statements in which it stands.
//
// Words are numbered in alphabetical order, so that those with a prefix are a range.
// Stems and names are terms; the names come behind the stems.
type wordIndex struct {
	words    []string          // surfaces, by number
	stems    []string          // by term
	terms    map[string]uint32 // by stem
	texts    []uint32          // the stems of all texts, one text after the other
	starts   []uint32          // by position, where its text begins; and where the last one ends
	norms    []float32         // by position, what BM25 makes of the text's length
	postings []posting         // by term
	inWords  []*roaring.Bitmap // by word, the statements with this very form
	squares  []float32         // by stem, its squared weight for likeness (see Similar)
	vectors  []float32         // by position, the length of the text's vector

	// compounds are words that stand somewhere with hyphens, by how they look without.
	compounds map[string][]word
}

// posting has the statements in which something stands.
type posting struct {
	bitmap     *roaring.Bitmap
	statements []uint32 // the same as a sequence
	counts     []uint8  // how often, by place in statements; 255 for more; nil: once in each
}

func newWordIndex(statements []statement) *wordIndex {
	w := &wordIndex{terms: map[string]uint32{}, compounds: map[string][]word{}}
	stemsByWord, names := w.read(statements)
	stemOf := w.sortWords(stemsByWord)
	forms := w.invert(len(w.words), w.text)
	for i, word := range w.texts { // from now on the texts are stems
		w.texts[i] = stemOf[word]
	}
	w.postings = w.invert(len(w.stems)+englishNames.count, w.termsOf(names))
	for t := range w.postings {
		w.postings[t].bitmap = roaring.BitmapOf(w.postings[t].statements...)
	}
	w.inWords = make([]*roaring.Bitmap, len(w.words))
	for n, stem := range stemOf {
		w.inWords[n] = w.postings[stem].bitmap
		if len(forms[n].statements) < len(w.postings[stem].statements) {
			w.inWords[n] = roaring.BitmapOf(forms[n].statements...)
		}
	}
	w.norms = w.lengths()
	w.squares, w.vectors = w.weigh()
	return w
}

// usualWords is about how many words a text has.
const usualWords = 25

// read takes the texts apart, each distinct chunk once, and numbers the words as they
// come. It returns the stems by word, and the names in each text: to tell a name takes
// the punctuation, which is not kept.
func (w *wordIndex) read(statements []statement) (stems []string, names textNames) {
	known := map[string][]word{}
	numbers := map[string]uint32{}
	analyse := func(chunk string) []word {
		words, ok := known[chunk]
		if ok {
			return words
		}
		words = english.chunk(chunk)
		w.addCompounds(words)
		for i, word := range words {
			n, ok := numbers[word.surface]
			if !ok {
				n = uint32(len(stems))
				numbers[word.surface] = n
				w.words, stems = append(w.words, word.surface), append(stems, word.stem)
			}
			words[i].number = n
		}
		known[chunk] = words
		return words
	}
	w.starts = make([]uint32, 1, len(statements)+1)
	w.texts = make([]uint32, 0, len(statements)*usualWords)
	names.starts = make([]uint32, 1, len(statements)+1)
	var words []word
	for p := range statements {
		words = appendWords(words[:0], analyse, statements[p].Text)
		for i := range words {
			w.texts = append(w.texts, words[i].number)
		}
		w.starts = append(w.starts, uint32(len(w.texts)))
		for span := range englishNames.in(words) {
			names.names = append(names.names, uint32(span.name))
		}
		names.starts = append(names.starts, uint32(len(names.names)))
	}
	w.texts = slices.Clip(w.texts)
	return stems, names
}

// textNames are the names that stand in all texts, one text after the other.
type textNames struct {
	names  []uint32
	starts []uint32 // by position, as those of wordIndex
}

func (n textNames) in(p uint32) []uint32 { return n.names[n.starts[p]:n.starts[p+1]] }

// addCompounds keeps words that hyphens hold together.
func (w *wordIndex) addCompounds(words []word) {
	for group := range hyphenGroups(words) {
		if len(group) > 1 {
			w.compounds[joined(group)] = group
		}
	}
}

// hyphenGroups yields words one by one, and together those that hyphens hold together.
func hyphenGroups(words []word) func(yield func([]word) bool) {
	return func(yield func([]word) bool) {
		for from := 0; from < len(words); {
			to := from + 1
			for to < len(words) && words[to].hyphened {
				to++
			}
			if !yield(words[from:to]) {
				return
			}
			from = to
		}
	}
}

func joined(words []word) string {
	var b strings.Builder
	for _, word := range words {
		b.WriteString(word.surface)
	}
	return b.String()
}

// sortWords numbers the words in alphabetical order. It returns the term of each word's stem.
func (w *wordIndex) sortWords(stems []string) (stemOf []uint32) {
	order := make([]uint32, len(w.words))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return strings.Compare(w.words[a], w.words[b]) })
	words, renumbered := make([]string, len(order)), make([]uint32, len(order))
	for n, old := range order {
		words[n], renumbered[old] = w.words[old], uint32(n)
		term, ok := w.terms[stems[old]]
		if !ok {
			term = uint32(len(w.stems))
			w.terms[stems[old]] = term
			w.stems = append(w.stems, stems[old])
		}
		stemOf = append(stemOf, term)
	}
	w.words = words
	for i, old := range w.texts {
		w.texts[i] = renumbered[old]
	}
	return stemOf
}

// text returns the stems of a statement.
func (w *wordIndex) text(p uint32) []uint32 { return w.texts[w.starts[p]:w.starts[p+1]] }

// nameTerm is the term of a name.
func (w *wordIndex) nameTerm(name int) uint32 { return uint32(len(w.stems) + name) }

// termsOf tells the terms of a statement: its stems and its names. The list holds until
// the next call.
func (w *wordIndex) termsOf(names textNames) func(p uint32) []uint32 {
	var terms []uint32
	return func(p uint32) []uint32 {
		text, named := w.text(p), names.in(p)
		if len(named) == 0 {
			return text
		}
		terms = append(terms[:0], text...)
		for _, name := range named {
			terms = append(terms, w.nameTerm(int(name)))
		}
		return terms
	}
}

// invert makes postings from the values of each statement. They share their arrays.
func (w *wordIndex) invert(values int, of func(p uint32) []uint32) []posting {
	size := uint32(len(w.starts) - 1)
	sizes, last := make([]uint32, values), make([]uint32, values)
	total := 0
	for p := range size {
		for _, v := range of(p) {
			if last[v] != p+1 {
				last[v] = p + 1
				sizes[v]++
				total++
			}
		}
	}
	postings, statements, counts := make([]posting, values), make([]uint32, total), make([]uint8, total)
	for v, n := range sizes {
		postings[v].statements, statements = statements[:0:n], statements[n:]
		postings[v].counts, counts = counts[:0:n], counts[n:]
	}
	for p := range size {
		for _, v := range of(p) {
			postings[v].add(p)
		}
	}
	return postings
}

// add counts one more in a statement that is the last one so far, or comes behind it.
func (g *posting) add(p uint32) {
	if n := len(g.statements); n > 0 && g.statements[n-1] == p {
		if g.counts[n-1] < 255 {
			g.counts[n-1]++
		}
		return
	}
	g.statements, g.counts = append(g.statements, p), append(g.counts, 1)
}

// prefixed returns the range of words with a prefix.
func (w *wordIndex) prefixed(prefix string) (from, to int) {
	from = sort.SearchStrings(w.words, prefix)
	n := sort.Search(len(w.words)-from, func(i int) bool { return !strings.HasPrefix(w.words[from+i], prefix) })
	return from, from + n
}
