package record

import (
	"maps"

	"github.com/RoaringBitmap/roaring/v2"
	lru "github.com/hashicorp/golang-lru/v2"
)

// corpus is a set of statements with its indexes: one for the recommendations and
// one for the pledges.
//
// A statement keeps its position as long as it stands at the same place in the order of
// sessions. When all is loaded, positions are that order; what is published later comes
// behind, and what is withdrawn leaves its position empty: everything says which ones are
// not. So a change touches what it changes alone (see corpuschange.go).
type corpus struct {
	s          *Snapshot
	statements pages
	uids       uids
	everything *roaring.Bitmap
	dimensions map[Dimension]*dimensionIndex
	orders     map[RecommendationOrder]*ordering
	words      *wordIndex
	searches   *lru.Cache[string, *textSearch]
	expansions *lru.Cache[expansion, *roaring.Bitmap] // groups of partners
}

// pageSize is how many statements are copied when one of them changes.
const pageSize = 256

// pages are statements by position.
type pages [][]statement

func newPages(statements []statement) (p pages) {
	for from := 0; from < len(statements); from += pageSize {
		to := min(from+pageSize, len(statements))
		p = append(p, statements[from:to:to])
	}
	return p
}

func (p pages) at(position int) *statement { return &p[position/pageSize][position%pageSize] }

// size is how many positions there are, empty ones included.
func (p pages) size() int {
	if len(p) == 0 {
		return 0
	}
	return (len(p)-1)*pageSize + len(p[len(p)-1])
}

// uids finds positions by ids, also those of statements that were withdrawn. It is in
// parts, of which a change copies few.
type uids [256]map[string]int

// partOf is the part that has an id.
func partOf(uid string) (part uint8) {
	for i := range len(uid) {
		part = part*31 + uid[i]
	}
	return part
}

func (u *uids) find(uid string) (position int, known bool) {
	position, known = u[partOf(uid)][uid]
	return position, known
}

func newUIDs(statements []statement) (u uids) {
	for i := range u {
		u[i] = make(map[string]int, len(statements)/len(u)*5/4)
	}
	for p := range statements {
		u[partOf(statements[p].uid)][statements[p].uid] = p
	}
	return u
}

// with returns a copy that has some positions more.
func (u uids) with(positions map[string]int) uids {
	copied := [len(u)]bool{}
	for uid, p := range positions {
		part := partOf(uid)
		if !copied[part] {
			u[part], copied[part] = maps.Clone(u[part]), true
		}
		u[part][uid] = p
	}
	return u
}

// maxSearches is how many searches are kept with what they found.
const maxSearches = 64

func newSearches() *lru.Cache[string, *textSearch] {
	searches, err := lru.New[string, *textSearch](maxSearches)
	if err != nil {
		panic(err) // only a size below 1 is refused
	}
	return searches
}

// newCorpus takes statements in the order of sessions.
func newCorpus(s *Snapshot, statements []statement) *corpus {
	c := &corpus{s: s, statements: newPages(statements), uids: newUIDs(statements), everything: roaring.New(), searches: newSearches(), expansions: newExpansions()}
	words := make(chan *wordIndex)
	go func() { words <- newWordIndex(statements) }()
	c.everything.AddRange(0, uint64(len(statements)))
	c.dimensions = c.indexes()
	c.orders = c.sort(nil)
	c.words = <-words
	return c
}

// at returns the statement at a position.
func (c *corpus) at(position int) *statement { return c.statements.at(position) }

// find returns the position of a published statement.
func (c *corpus) find(uid string) (position int, found bool) {
	p, known := c.uids.find(uid)
	return p, known && c.everything.Contains(uint32(p))
}

// size is how many statements there are.
func (c *corpus) size() int { return int(c.everything.GetCardinality()) }

// dimensionIndex has the statements of each value of a dimension.
type dimensionIndex struct {
	definition
	list    []string          // the keys, in order
	bitmaps []*roaring.Bitmap // of each key
	plain   []plainBits       // the same, nil where there are few
	tally   *tally            // the same, for counting
	byKey   map[string]int
}

func (c *corpus) indexes() map[Dimension]*dimensionIndex {
	indexes := make(map[Dimension]*dimensionIndex, len(definitions))
	for d, definition := range definitions {
		indexes[d] = c.index(definition)
	}
	return indexes
}

func (c *corpus) index(d definition) *dimensionIndex {
	keys, size := d.keys(c.s), c.statements.size()
	index := &dimensionIndex{
		definition: d, list: keys, bitmaps: make([]*roaring.Bitmap, len(keys)), plain: make([]plainBits, len(keys)),
		tally: &tally{starts: make([]uint32, 1, size+1)}, byKey: make(map[string]int, len(keys)),
	}
	for v, key := range keys {
		index.bitmaps[v] = roaring.New()
		index.byKey[key] = v
	}
	var values []int
	whole := c.size() == size
	for p := range size {
		if !whole && !c.everything.Contains(uint32(p)) {
			index.tally.add(ofNothing)
			continue
		}
		values = d.values(c.s, c.at(p), atReview, values[:0])
		for _, v := range values {
			index.bitmaps[v].Add(uint32(p))
		}
		index.tally.add(values)
	}
	for v, b := range index.bitmaps {
		b.RunOptimize()
		index.plain[v] = plainOf(b, size)
	}
	index.tally.finish(index.bitmaps)
	return index
}

// ofNothing are the values at an empty position. They are never counted: any one does.
var ofNothing = []int{0}
