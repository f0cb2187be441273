package record

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// textSearch is a query asked of an index: what it found, and what it looked for.
type textSearch struct {
	w          *wordIndex
	everything *roaring.Bitmap
	found      *roaring.Bitmap
	wanted     []*leaf // what adds to the score; not what stands behind a -
}

// leaf is one thing to be found: a word, a phrase, a name or a prefix, in any of the ways
// in which it may be written.
type leaf struct {
	ways     []way
	postings []*posting // by way
	weight   float64
}

// way is how a leaf may be written.
type way interface {
	// posting returns where it stands.
	posting(*wordIndex) *posting
	// mark calls found with the places in a text: the first word, and the one behind the last.
	mark(w *wordIndex, text *markedText, found func(from, to int))
}

func (w *wordIndex) search(query *textQuery, everything *roaring.Bitmap) *textSearch {
	s := &textSearch{w: w, everything: everything}
	s.found = s.find(query.root, true)
	return s
}

func (s *textSearch) find(node textNode, wanted bool) *roaring.Bitmap {
	switch n := node.(type) {
	case wordNode:
		return s.leaf(wanted, s.w.waysOf(n)...)
	case prefixNode:
		from, to := s.w.prefixed(n.prefix)
		return s.leaf(wanted, prefixWay{from, to})
	case andNode:
		return s.every(n.parts, wanted)
	case orNode:
		bitmaps := make([]*roaring.Bitmap, len(n.parts))
		for i, part := range n.parts {
			bitmaps[i] = s.find(part, wanted)
		}
		return roaring.FastOr(bitmaps...)
	case notNode:
		return roaring.AndNot(s.everything, s.find(n.part, false))
	}
	panic("a kind of textNode is not looked for")
}

// every finds what matches all parts. Words side by side that are a name may also be
// written as its other forms. Small words are passed over among others.
func (s *textSearch) every(parts []textNode, wanted bool) *roaring.Bitmap {
	all := func(parts []textNode) *roaring.Bitmap {
		var bitmaps []*roaring.Bitmap
		for _, part := range parts {
			bitmaps = append(bitmaps, s.find(part, wanted))
		}
		return roaring.FastAnd(bitmaps...)
	}
	if !slices.ContainsFunc(parts, isLarge) {
		return all(parts)
	}
	var bitmaps []*roaring.Bitmap
	for len(parts) > 0 {
		size, name := nameOf(parts)
		if large := slices.DeleteFunc(slices.Clone(parts[:size]), isSmall); len(large) > 0 {
			found := all(large)
			if name != none {
				found = roaring.Or(found, s.leaf(wanted, nameWay(name)))
			}
			bitmaps = append(bitmaps, found)
		}
		parts = parts[size:]
	}
	return roaring.FastAnd(bitmaps...)
}

// smallWords say nothing by themselves. They count in quotation marks.
var smallWords = map[string]bool{"a": true, "an": true, "and": true, "at": true, "by": true, "for": true, "in": true,
	"its": true, "of": true, "on": true, "or": true, "the": true, "their": true, "to": true, "with": true}

func isSmall(part textNode) bool {
	node, ok := part.(wordNode)
	return ok && !node.quoted && len(node.words) == 1 && smallWords[node.words[0].surface]
}

func isLarge(part textNode) bool { return !isSmall(part) }

// nameOf returns how many of the first parts are a name together; 1 and none where they are not.
func nameOf(parts []textNode) (size, name int) {
	var words []word
	ends := map[int]int{} // by number of words, of parts
	for i, part := range parts {
		node, ok := part.(wordNode)
		if !ok || node.quoted {
			break
		}
		words = append(words, node.words...)
		ends[len(words)] = i + 1
	}
	if len(words) == 0 {
		return 1, none
	}
	span, ok := englishNames.at(0, words)
	if size := ends[span.to]; ok && size > 1 {
		return size, span.name
	}
	return 1, none
}

func (s *textSearch) leaf(wanted bool, ways ...way) *roaring.Bitmap {
	l := &leaf{ways: ways, postings: make([]*posting, len(ways))}
	bitmaps := make([]*roaring.Bitmap, len(ways))
	for i, way := range ways {
		l.postings[i] = way.posting(s.w)
		bitmaps[i] = l.postings[i].bitmap
	}
	found := either(bitmaps)
	if wanted {
		l.weight = s.w.rarity(found.GetCardinality())
		s.wanted = append(s.wanted, l)
	}
	return found
}

// waysOf says how a word or a phrase may be written. An abbreviation stands for its name
// alone, so that CAT does not find OP-CAT; in quotation marks it finds the letters as well.
func (w *wordIndex) waysOf(n wordNode) []way {
	name, isName := englishNames.whole(n.words)
	if isName && !n.quoted {
		return []way{nameWay(name)}
	}
	sequences := [][]word{n.words}
	for _, other := range [][]word{english.closed(n.words), w.opened(n.words)} {
		if len(other) != len(n.words) {
			sequences = append(sequences, other)
		}
	}
	var ways []way
	for _, words := range sequences {
		if way, ok := w.sequence(words); ok {
			ways = append(ways, way)
		}
	}
	if isName {
		ways = append(ways, nameWay(name))
	}
	return ways
}

// opened takes words apart that stand somewhere with hyphens: well being for wellbeing.
func (w *wordIndex) opened(words []word) []word {
	var result []word
	for _, word := range words {
		ways := w.compounds[word.surface]
		if i := slices.IndexFunc(ways, func(c compound) bool { return c.times > 0 }); i >= 0 {
			result = append(result, ways[i].words...)
			continue
		}
		result = append(result, word)
	}
	return result
}

// sequence looks for words one after the other; not ok where one of them stands nowhere.
func (w *wordIndex) sequence(words []word) (way, bool) {
	terms := make([]uint32, len(words))
	for i, word := range words {
		term, ok := w.terms[word.stem]
		if !ok {
			return nil, false
		}
		terms[i] = term
	}
	if len(terms) == 1 {
		return termWay(terms[0]), true
	}
	return phraseWay(terms), true
}

// either is what one of some bitmaps has. A single one is not copied.
func either(bitmaps []*roaring.Bitmap) *roaring.Bitmap {
	if len(bitmaps) == 1 {
		return bitmaps[0]
	}
	return roaring.FastOr(bitmaps...)
}

// termWay is a stem in any of its forms.
type termWay uint32

func (t termWay) posting(w *wordIndex) *posting { return &w.postings[t] }

// nameWay is a name in any of its forms.
type nameWay int

func (n nameWay) posting(w *wordIndex) *posting { return &w.named[n] }

// phraseWay is several stems one after the other.
type phraseWay []uint32

func (t phraseWay) posting(w *wordIndex) *posting {
	all := make([]*roaring.Bitmap, len(t))
	for i, term := range t {
		all[i] = w.postings[term].bitmap
	}
	found := &posting{}
	eachBlock(roaring.FastAnd(all...), func(block []uint32) {
		for _, p := range block {
			for range t.in(w.text(p)) {
				found.add(p)
			}
		}
	})
	found.bitmap = roaring.BitmapOf(found.statements...)
	return found
}

// in yields the places in a text where the phrase begins.
func (t phraseWay) in(text []uint32) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i+len(t) <= len(text); i++ {
			if text[i] == t[0] && slices.Equal(text[i:i+len(t)], t) && !yield(i) {
				return
			}
		}
	}
}

// prefixWay is any of the words in a range. It counts once in a text: which of the forms
// of a stem stand how often is not written down.
type prefixWay struct{ from, to int }

func (t prefixWay) posting(w *wordIndex) *posting {
	found := either(w.inWords[t.from:t.to])
	return &posting{bitmap: found, statements: found.ToArray()}
}

// eachBlock calls f with the positions of a bitmap, in order, some hundreds at a time.
func eachBlock(bitmap *roaring.Bitmap, f func(block []uint32)) {
	var buffer [blockSize]uint32
	positions := bitmap.ManyIterator()
	for n := positions.NextMany(buffer[:]); n > 0; n = positions.NextMany(buffer[:]) {
		f(buffer[:n])
	}
}

const blockSize = 512
