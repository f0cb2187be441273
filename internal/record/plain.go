package record

import (
	"math/bits"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// A page of a filter needs how many statements match and the first few of them, and nobody
// looks at the others. So they are combined as plain words in memory that is used again:
// Roaring would make new containers of 8 KB for each step.

// plainOf returns statements as plain bits; nil where they are so few that Roaring combines
// them with others faster.
func plainOf(b *roaring.Bitmap, statements int) plainBits {
	if int(b.GetCardinality()) <= words(statements) {
		return nil
	}
	return newPlainBits(b, statements)
}

// scratch is memory for the plain bits of one selection.
var scratch = sync.Pool{New: func() any { return new(plainBits) }}

// plain returns what matches as plain bits, until release is called. It reports false where
// Roaring is faster, or has to help because plain bits are not kept.
func (sel *selection) plain() (matching plainBits, release func(), ok bool) {
	if len(sel.chosen) == 0 || sel.base != sel.c.everything {
		return nil, nil, false
	}
	for _, c := range sel.chosen {
		if !c.many {
			return nil, nil, false
		}
	}
	memory := scratch.Get().(*plainBits)
	size := words(sel.c.statements.size())
	if cap(*memory) < 2*size {
		*memory = make(plainBits, 2*size)
	}
	all, either := (*memory)[:size], (*memory)[size:2*size]
	for i, c := range sel.chosen {
		switch {
		case i == 0:
			c.writeTo(all)
		case len(c.parts) == 1:
			all.and(c.parts[0].plain)
		default:
			c.writeTo(either)
			all.and(either)
		}
	}
	return all, func() { scratch.Put(memory) }, true
}

// writeTo makes the bits those of any of the parts.
func (c *chosen) writeTo(d plainBits) {
	clear(d[copy(d, c.parts[0].plain):])
	for _, part := range c.parts[1:] {
		if part.plain != nil {
			d.or(part.plain)
			continue
		}
		for from, to := range part.bitmap.Ranges() {
			d.set(from, uint32(to))
		}
	}
}

// and keeps the bits that are also set in others, which may end before.
func (d plainBits) and(others plainBits) {
	n := min(len(d), len(others))
	for i, word := range others[:n] {
		d[i] &= word
	}
	clear(d[n:])
}

// or sets the bits of others, which end before or where these do.
func (d plainBits) or(others plainBits) {
	d = d[:len(others)]
	for i, word := range others {
		d[i] |= word
	}
}

// size is how many bits are set.
func (d plainBits) size() (n int) {
	for _, word := range d {
		n += bits.OnesCount64(word)
	}
	return n
}

// NextValue returns the first set bit from a place on, -1 where there is none.
func (d plainBits) NextValue(from uint32) int64 {
	i := int(from / 64)
	if i >= len(d) {
		return -1
	}
	word := d[i] & (^uint64(0) << (from % 64))
	for word == 0 {
		if i++; i == len(d) {
			return -1
		}
		word = d[i]
	}
	return int64(i*64 + bits.TrailingZeros64(word))
}

// PreviousValue returns the last set bit up to a place, -1 where there is none.
func (d plainBits) PreviousValue(to uint32) int64 {
	i := int(to / 64)
	if i >= len(d) {
		i, to = len(d)-1, 63
	}
	if i < 0 {
		return -1
	}
	word := d[i] & (^uint64(0) >> (63 - to%64))
	for word == 0 {
		if i--; i < 0 {
			return -1
		}
		word = d[i]
	}
	return int64(i*64 + 63 - bits.LeadingZeros64(word))
}
