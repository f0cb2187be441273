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
	begins   []bool            // by stem, whether a name begins with it
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
	stemOf := w.sortWords(w.read(statements))
	forms := w.invert(len(w.words), w.text)
	for i, word := range w.texts { // from now on the texts are stems
		w.texts[i] = stemOf[word]
	}
	w.begins = w.stemsOfNames()
	w.postings = w.invert(len(w.stems)+englishNames.count, w.termsOf())
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
// come. It returns the stems by word.
func (w *wordIndex) read(statements []statement) []string {
	known := map[string][]uint32{} // the words of a chunk
	numbers := map[string]uint32{}
	var stems []string
	number := func(word word) uint32 {
		n, ok := numbers[word.surface]
		if !ok {
			n = uint32(len(stems))
			numbers[word.surface] = n
			w.words, stems = append(w.words, word.surface), append(stems, word.stem)
		}
		return n
	}
	w.starts = make([]uint32, 1, len(statements)+1)
	w.texts = make([]uint32, 0, len(statements)*usualWords)
	for p := range statements {
		for _, chunk := range chunks(statements[p].Text) {
			numbered, ok := known[chunk]
			if !ok {
				words := english.chunk(chunk)
				w.addCompounds(words)
				for _, word := range words {
					numbered = append(numbered, number(word))
				}
				known[chunk] = numbered
			}
			w.texts = append(w.texts, numbered...)
		}
		w.starts = append(w.starts, uint32(len(w.texts)))
	}
	w.texts = slices.Clip(w.texts)
	return stems
}

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
func (w *wordIndex) termsOf() func(p uint32) []uint32 {
	var terms []uint32
	return func(p uint32) []uint32 {
		text := w.text(p)
		named := false
		w.namesIn(text, func(span nameSpan) {
			if !named {
				terms, named = append(terms[:0], text...), true
			}
			terms = append(terms, w.nameTerm(span.name))
		})
		if !named {
			return text
		}
		return terms
	}
}

// namesIn finds the names in a text, the longest at each place.
func (w *wordIndex) namesIn(text []uint32, found func(nameSpan)) {
	for from := 0; from < len(text); from++ {
		if !w.begins[text[from]] {
			continue
		}
		if span, ok := englishNames.at(from, len(text), func(i int) string { return w.stems[text[i]] }); ok {
			found(span)
			from = span.to - 1
		}
	}
}

// stemsOfNames says of each stem whether a name begins with it.
func (w *wordIndex) stemsOfNames() []bool {
	begins := make([]bool, len(w.stems))
	for stem := range englishNames.root.next {
		if term, ok := w.terms[stem]; ok {
			begins[term] = true
		}
	}
	return begins
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
