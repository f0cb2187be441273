package record

import (
	"github.com/RoaringBitmap/roaring/v2"
	lru "github.com/hashicorp/golang-lru/v2"
)

// corpus is a set of statements with its indexes: one for the recommendations and
// one for the pledges. A statement's position is its place in the order of sessions.
type corpus struct {
	s          *Snapshot
	statements []statement
	byUID      map[string]int
	everything *roaring.Bitmap
	dimensions map[Dimension]*dimensionIndex
	orders     map[RecommendationOrder]*ordering
	words      *wordIndex
	searches   *lru.Cache[string, *textSearch]
}

// maxSearches is how many searches are kept with what they found.
const maxSearches = 64

// dimensionIndex has the statements of each value of a dimension.
type dimensionIndex struct {
	definition
	list    []string          // the keys, in order
	bitmaps []*roaring.Bitmap // of each key
	tally   *tally            // the same, for counting
	byKey   map[string]int
}

func newCorpus(s *Snapshot, statements []statement) *corpus {
	c := &corpus{s: s, statements: statements, byUID: make(map[string]int, len(statements)), everything: roaring.New()}
	searches, err := lru.New[string, *textSearch](maxSearches)
	if err != nil {
		panic(err) // only a size below 1 is refused
	}
	c.searches = searches
	words := make(chan *wordIndex)
	go func() { words <- newWordIndex(statements) }()
	c.everything.AddRange(0, uint64(len(statements)))
	for p := range statements {
		c.byUID[statements[p].uid] = p
	}
	c.dimensions = make(map[Dimension]*dimensionIndex, len(definitions))
	for d, definition := range definitions {
		c.dimensions[d] = c.index(definition)
	}
	c.orders = c.sort()
	c.words = <-words
	return c
}

func (c *corpus) index(d definition) *dimensionIndex {
	keys := d.keys(c.s)
	index := &dimensionIndex{
		definition: d, list: keys, bitmaps: make([]*roaring.Bitmap, len(keys)),
		tally: &tally{starts: make([]uint32, 1, len(c.statements)+1)}, byKey: make(map[string]int, len(keys)),
	}
	for v, key := range keys {
		index.bitmaps[v] = roaring.New()
		index.byKey[key] = v
	}
	var values []int
	for p := range c.statements {
		values = d.values(c.s, &c.statements[p], atReview, values[:0])
		for _, v := range values {
			index.bitmaps[v].Add(uint32(p))
		}
		index.tally.add(values)
	}
	for _, b := range index.bitmaps {
		b.RunOptimize()
	}
	index.tally.finish(index.bitmaps)
	return index
}
