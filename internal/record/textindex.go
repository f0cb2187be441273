package record

import (
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// wordIndex knows the words of all statements: each text as a sequence of stems, and
// for each stem and each name (see names) the statements in which it stands.
//
// Words are in alphabetical order, so that those with a prefix are a range. A term is the
// number of a stem. Texts that are no longer there keep their place, as an empty span.
type wordIndex struct {
	words     []string          // surfaces
	inWords   []*roaring.Bitmap // by word, the statements with this very form
	stems     []string          // by term
	terms     map[string]uint32 // by stem
	postings  []posting         // by term
	named     []posting         // by name
	stream    []uint32          // the stems of all texts
	spans     []textSpan        // by position, where in the stream its text is
	texts     int               // how many there are
	length    int               // of all of them, in words
	compounds map[string][]compound
	weights   func() weights
}

// textSpan is from (included) to (excluded).
type textSpan struct{ from, to uint32 }

// compound is what hyphens hold together somewhere. It is found by how it looks without.
type compound struct {
	words []word
	times int
}

// posting has the statements in which something stands.
type posting struct {
	bitmap     *roaring.Bitmap
	statements []uint32 // the same as a sequence
	counts     []uint8  // how often, by place in statements; 255 for more; nil: once in each
	late       *latePosting
}

// lists returns the statements as a sequence, and how often it stands in each.
func (g *posting) lists() (statements []uint32, counts []uint8) {
	if g.late == nil {
		return g.statements, g.counts
	}
	return g.late.lists()
}

func newWordIndex(statements []statement) *wordIndex {
	w := &wordIndex{terms: map[string]uint32{}, compounds: map[string][]compound{}, texts: len(statements)}
	stemsByWord, names := w.read(statements)
	w.length = len(w.stream)
	stemOf := w.sortWords(stemsByWord)
	forms := w.invert(len(w.words), w.text)
	for i, word := range w.stream { // from now on the texts are stems
		w.stream[i] = stemOf[word]
	}
	w.postings = w.invert(len(w.stems), w.text)
	w.named = w.invert(englishNames.count, names.in)
	for _, postings := range [][]posting{w.postings, w.named} {
		for t := range postings {
			postings[t].bitmap = roaring.BitmapOf(postings[t].statements...)
		}
	}
	w.inWords = make([]*roaring.Bitmap, len(w.words))
	for n, stem := range stemOf {
		w.inWords[n] = w.postings[stem].bitmap
		if len(forms[n].statements) < len(w.postings[stem].statements) {
			w.inWords[n] = roaring.BitmapOf(forms[n].statements...)
		}
	}
	w.weights = sync.OnceValue(w.weigh)
	w.weights()
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
	w.spans = make([]textSpan, 0, len(statements))
	w.stream = make([]uint32, 0, len(statements)*usualWords)
	names.starts = make([]uint32, 1, len(statements)+1)
	var words []word
	for p := range statements {
		words = appendWords(words[:0], analyse, statements[p].Text)
		from := len(w.stream)
		for i := range words {
			w.stream = append(w.stream, words[i].number)
		}
		w.spans = append(w.spans, textSpan{uint32(from), uint32(len(w.stream))})
		for group := range compoundsIn(words) {
			w.count(group, 1)
		}
		for span := range englishNames.in(words) {
			names.names = append(names.names, uint32(span.name))
		}
		names.starts = append(names.starts, uint32(len(names.names)))
	}
	return stems, names
}

// textNames are the names that stand in all texts, one text after the other.
type textNames struct {
	names  []uint32
	starts []uint32 // by position, where its names begin; and where the last ones end
}

func (n textNames) in(p uint32) []uint32 { return n.names[n.starts[p]:n.starts[p+1]] }

// compoundsIn yields the words of a text that hyphens hold together.
func compoundsIn(words []word) func(yield func([]word) bool) {
	return func(yield func([]word) bool) {
		for group := range hyphenGroups(words) {
			if len(group) > 1 && !yield(group) {
				return
			}
		}
	}
}

// count takes note that words stand together so many times more. Where hyphens divide one
// compound in different ways, the ways are in alphabetical order.
func (w *wordIndex) count(words []word, times int) {
	key := joined(words)
	ways := w.compounds[key]
	at, known := slices.BinarySearchFunc(ways, words, func(c compound, words []word) int {
		return slices.CompareFunc(c.words, words, func(a, b word) int { return strings.Compare(a.surface, b.surface) })
	})
	if ways = slices.Clone(ways); known {
		ways[at].times += times
	} else {
		ways = slices.Insert(ways, at, compound{slices.Clone(words), times})
	}
	w.compounds[key] = ways
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
	for i, old := range w.stream {
		w.stream[i] = renumbered[old]
	}
	return stemOf
}

// text returns the stems of a statement.
func (w *wordIndex) text(p uint32) []uint32 { return w.stream[w.spans[p].from:w.spans[p].to] }

// invert makes postings from the values of each statement. They share their arrays.
func (w *wordIndex) invert(values int, of func(p uint32) []uint32) []posting {
	size := uint32(len(w.spans))
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
