package record

import (
	"slices"
)

// Highlight is a piece of a text with what a search found in it.
type Highlight struct {
	Parts                []HighlightPart
	BeginsText, EndsText bool
}

// HighlightPart is some of a piece: a match, or what stands between matches.
type HighlightPart struct {
	Text  string
	Match bool
}

const (
	wholeText    = 400 // bytes: a text that is not longer is one piece
	contextWords = 12  // before and behind a match
	maxPieces    = 3
)

// markedText is a text of which some words are marked.
type markedText struct {
	text   string
	stems  []uint32
	words  []word
	spans  []span // in order, without overlaps
	marked []bool // by word
}

// span is a range of words or of bytes.
type span struct{ from, to int }

// highlights shows where the wanted leaves stand in a statement.
func (s *textSearch) highlights(p uint32, text string) []Highlight {
	t := &markedText{text: text, stems: s.w.text(p), words: appendWords(nil, english.surfaces, text)}
	for i, stem := range t.stems {
		t.words[i].stem = s.w.stems[stem]
	}
	t.marked = make([]bool, len(t.words))
	for _, leaf := range s.wanted {
		for _, way := range leaf.ways {
			way.mark(s.w, t, t.add)
		}
	}
	slices.SortFunc(t.spans, func(a, b span) int { return a.from - b.from })
	highlights := []Highlight{}
	for _, piece := range t.pieces() {
		highlights = append(highlights, t.highlight(piece))
	}
	return highlights
}

// add marks words. What is marked already stays as it is.
func (t *markedText) add(from, to int) {
	for from < to && t.marked[from] {
		from++
	}
	end := from
	for end < to && !t.marked[end] {
		t.marked[end] = true
		end++
	}
	if from < end {
		t.spans = append(t.spans, span{from, end})
		t.add(end, to)
	}
}

// pieces returns the ranges of words to show: all of a short text, else the surroundings
// of the matches.
func (t *markedText) pieces() []span {
	if len(t.spans) == 0 {
		return nil
	}
	if len(t.text) <= wholeText {
		return []span{{0, len(t.words)}}
	}
	var pieces []span
	for _, s := range t.spans {
		s = span{max(0, s.from-contextWords), min(len(t.words), s.to+contextWords)}
		if n := len(pieces); n > 0 && s.from <= pieces[n-1].to {
			pieces[n-1].to = max(pieces[n-1].to, s.to)
			continue
		}
		pieces = append(pieces, s)
	}
	return pieces[:min(len(pieces), maxPieces)]
}

// highlight cuts a piece into parts.
func (t *markedText) highlight(piece span) Highlight {
	h := Highlight{BeginsText: piece.from == 0, EndsText: piece.to == len(t.words)}
	at, end := t.words[piece.from].start, t.words[piece.to-1].end
	if h.BeginsText {
		at = 0
	}
	if h.EndsText {
		end = len(t.text)
	}
	cut := func(to int, match bool) {
		if to > at {
			h.Parts = append(h.Parts, HighlightPart{t.text[at:to], match})
			at = to
		}
	}
	for _, s := range t.spans {
		if s.from >= piece.from && s.to <= piece.to {
			cut(t.words[s.from].start, false)
			cut(t.words[s.to-1].end, true)
		}
	}
	cut(end, false)
	return h
}

func (t termWay) mark(_ *wordIndex, text *markedText, found func(from, to int)) {
	for i, stem := range text.stems {
		if stem == uint32(t) {
			found(i, i+1)
		}
	}
}

func (n nameWay) mark(_ *wordIndex, text *markedText, found func(from, to int)) {
	for s := range englishNames.in(text.words) {
		if s.name == int(n) {
			found(s.from, s.to)
		}
	}
}

func (t phraseWay) mark(_ *wordIndex, text *markedText, found func(from, to int)) {
	for i := range t.in(text.stems) {
		found(i, i+len(t))
	}
}

func (t prefixWay) mark(w *wordIndex, text *markedText, found func(from, to int)) {
	for i := range text.words {
		if n, ok := slices.BinarySearch(w.words, text.words[i].surface); ok && t.from <= n && n < t.to {
			found(i, i+1)
		}
	}
}
