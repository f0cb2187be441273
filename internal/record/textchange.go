package record

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// with returns the index after changes, for so many positions; itself where they change
// no text. It answers as an index that is made anew does.
func (w *wordIndex) with(changes []change, size int) *wordIndex {
	e := &wordEdit{next: *w, stems: map[uint32][]occurrence{}, names: map[uint32][]occurrence{}, surfaces: map[string][]occurrence{}}
	for _, c := range changes {
		if c.before != nil && c.after != nil && c.before.Text == c.after.Text {
			continue
		}
		e.replace(c, size)
	}
	if !e.began {
		return w
	}
	return e.finish()
}

// wordEdit collects what changes in an index.
type wordEdit struct {
	next              wordIndex
	began             bool
	newTerms, newWord bool
	// by term, name and word: where it now stands how often, in the order of positions
	stems, names map[uint32][]occurrence
	surfaces     map[string][]occurrence
}

// occurrence is how often something stands in a text.
type occurrence struct {
	position uint32
	times    int
}

// profile is what an index holds of a text.
type profile struct {
	words        []word
	stems, names map[uint32]int // how often
	surfaces     map[string]int
}

func (e *wordEdit) profile(st *statement) profile {
	p := profile{stems: map[uint32]int{}, names: map[uint32]int{}, surfaces: map[string]int{}}
	if st == nil {
		return p
	}
	p.words = english.words(st.Text)
	for i := range p.words {
		word := &p.words[i]
		word.number = e.term(word.stem)
		p.stems[word.number]++
		p.surfaces[word.surface] = 1
	}
	for span := range englishNames.in(p.words) {
		p.names[uint32(span.name)]++
	}
	return p
}

// term returns the term of a stem, a new one where no text had it.
func (e *wordEdit) term(stem string) uint32 {
	w := &e.next
	term, known := w.terms[stem]
	if !known {
		if !e.newTerms {
			w.terms, e.newTerms = maps.Clone(w.terms), true
		}
		term = uint32(len(w.stems))
		w.terms[stem] = term
		w.stems = append(w.stems, stem)
		w.postings = append(w.postings, posting{bitmap: roaring.New()})
	}
	return term
}

func (e *wordEdit) replace(c change, size int) {
	w := &e.next
	if !e.began {
		e.began = true
		spans := make([]textSpan, size)
		copy(spans, w.spans)
		w.spans, w.compounds = spans, maps.Clone(w.compounds)
		w.postings, w.named, w.inWords = slices.Clone(w.postings), slices.Clone(w.named), slices.Clone(w.inWords)
	}
	before, after := e.profile(c.before), e.profile(c.after)
	w.length += len(after.words) - len(before.words)
	w.texts += boolean(c.after != nil) - boolean(c.before != nil)
	from := len(w.stream)
	for _, word := range after.words {
		w.stream = append(w.stream, word.number)
	}
	w.spans[c.position] = textSpan{uint32(from), uint32(len(w.stream))}
	for group := range compoundsIn(before.words) {
		w.count(group, -1)
	}
	for group := range compoundsIn(after.words) {
		w.count(group, 1)
	}
	differ(e.stems, uint32(c.position), before.stems, after.stems)
	differ(e.names, uint32(c.position), before.names, after.names)
	differ(e.surfaces, uint32(c.position), before.surfaces, after.surfaces)
}

// differ adds what stands in a text more or less often than before.
func differ[K comparable](into map[K][]occurrence, position uint32, before, after map[K]int) {
	for key := range before {
		if after[key] == 0 {
			into[key] = append(into[key], occurrence{position, 0})
		}
	}
	for key, times := range after {
		if before[key] != times {
			into[key] = append(into[key], occurrence{position, times})
		}
	}
}

func (e *wordEdit) finish() *wordIndex {
	w := &e.next
	for term, occurrences := range e.stems {
		w.postings[term] = w.postings[term].with(occurrences)
	}
	for name, occurrences := range e.names {
		w.named[name] = w.named[name].with(occurrences)
	}
	for _, surface := range slices.Sorted(maps.Keys(e.surfaces)) {
		n, known := slices.BinarySearch(w.words, surface)
		if !known {
			if !e.newWord {
				w.words, e.newWord = slices.Clone(w.words), true
			}
			w.words, w.inWords = slices.Insert(w.words, n, surface), slices.Insert(w.inWords, n, roaring.New())
		}
		w.inWords[n] = set(w.inWords[n], e.surfaces[surface])
	}
	next := *w
	next.weights = sync.OnceValue(next.weigh)
	return &next
}

// set returns a bitmap with the positions where something stands.
func set(bitmap *roaring.Bitmap, occurrences []occurrence) *roaring.Bitmap {
	bitmap = bitmap.Clone()
	for _, o := range occurrences {
		if o.times == 0 {
			bitmap.Remove(o.position)
		} else {
			bitmap.Add(o.position)
		}
	}
	return bitmap
}

// latePosting is what a posting's lists do not have yet. They are long, and most changes
// are followed by others before anybody asks for this word: they are written when asked for.
type latePosting struct {
	occurrences []occurrence // in the order of positions
	lists       func() (statements []uint32, counts []uint8)
}

// maxLate is how many changes a posting's lists may be behind.
const maxLate = 256

// with returns the posting after changes, which are in the order of positions.
func (g *posting) with(occurrences []occurrence) posting {
	next := posting{bitmap: set(g.bitmap, occurrences), statements: g.statements, counts: g.counts}
	if g.late != nil {
		occurrences = newest(g.late.occurrences, occurrences)
	}
	if len(occurrences) > maxLate {
		next.statements, next.counts = merged(g.statements, g.counts, occurrences)
		return next
	}
	statements, counts := g.statements, g.counts
	next.late = &latePosting{occurrences, sync.OnceValues(func() ([]uint32, []uint8) { return merged(statements, counts, occurrences) })}
	return next
}

// newest merges changes, of which the later ones hold.
func newest(earlier, later []occurrence) []occurrence {
	all := append(slices.Clone(later), earlier...)
	slices.SortStableFunc(all, func(a, b occurrence) int { return cmp.Compare(a.position, b.position) })
	return slices.CompactFunc(all, func(a, b occurrence) bool { return a.position == b.position })
}

func merged(oldStatements []uint32, oldCounts []uint8, occurrences []occurrence) (statements []uint32, counts []uint8) {
	statements, counts = make([]uint32, 0, len(oldStatements)+len(occurrences)), make([]uint8, 0, len(oldStatements)+len(occurrences))
	from := 0
	keep := func(to int) {
		statements, counts = append(statements, oldStatements[from:to]...), append(counts, oldCounts[from:to]...)
		from = to
	}
	for _, o := range occurrences {
		at, there := slices.BinarySearch(oldStatements, o.position)
		keep(at)
		if there {
			from++
		}
		if o.times > 0 {
			statements, counts = append(statements, o.position), append(counts, uint8(min(o.times, 255)))
		}
	}
	keep(len(oldStatements))
	return statements, counts
}
