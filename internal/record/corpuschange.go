package record

import (
	"cmp"
	"slices"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"
)

// edit is what becomes of a statement: nil where readers do not see it any more.
type edit struct {
	uid string
	now *statement
}

// change is what happens at a position. Nil is nothing: before it, or after it.
type change struct {
	position      int
	before, after *statement
}

// with returns the corpus of another snapshot, with edits. What they do not change is
// shared with this one, which stays as it is. Only the newest corpus can be edited.
func (c *corpus) with(s *Snapshot, edits []edit) *corpus {
	next := *c
	next.s, next.expansions = s, newExpansions()
	changes, added := next.locate(edits)
	next.statements = c.statements.with(changes)
	next.uids = c.uids.with(added)
	next.everything = including(c.everything, changes)
	next.dimensions = make(map[Dimension]*dimensionIndex, len(c.dimensions))
	for d, index := range c.dimensions {
		next.dimensions[d] = index.with(&next, c.s, changes)
	}
	next.orders = make(map[RecommendationOrder]*ordering, len(c.orders))
	for name, o := range c.orders {
		next.orders[name] = o.with(&next, c.statements.size())
	}
	next.words = c.words.with(changes, next.statements.size())
	if next.words != c.words || next.everything != c.everything {
		next.searches = newSearches()
	}
	return &next
}

// locate says what edits do at which positions, and which positions have new ids. What is
// added comes in the order of sessions.
func (c *corpus) locate(edits []edit) (changes []change, added map[string]int) {
	var additions []*statement
	for _, e := range edits {
		p, known := c.uids.find(e.uid)
		var before *statement
		if known && c.everything.Contains(uint32(p)) {
			before = c.at(p)
		}
		switch stays := known && e.now != nil && c.s.placeOf(c.at(p)) == c.s.placeOf(e.now); {
		case stays:
			changes = append(changes, change{p, before, e.now})
			continue
		case before != nil:
			changes = append(changes, change{p, before, nil})
		}
		if e.now != nil {
			additions = append(additions, e.now)
		}
	}
	slices.SortFunc(additions, func(a, b *statement) int { return c.s.placeOf(a).compare(c.s.placeOf(b)) })
	added = make(map[string]int, len(additions))
	for i, st := range additions {
		added[st.uid] = c.statements.size() + i
		changes = append(changes, change{added[st.uid], nil, st})
	}
	slices.SortFunc(changes, func(a, b change) int { return cmp.Compare(a.position, b.position) })
	return changes, added
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (p pages) with(changes []change) pages {
	p = slices.Clone(p)
	copied := map[int]bool{}
	for _, c := range changes {
		if c.before == c.after { // only what it belongs to is different
			continue
		}
		i, within := c.position/pageSize, c.position%pageSize
		if i == len(p) {
			p = append(p, nil)
		}
		if !copied[i] {
			page := make([]statement, len(p[i]), pageSize)
			copy(page, p[i])
			p[i], copied[i] = page, true
		}
		now := c.after
		if now == nil { // where it stood is kept, for the orders; what it said is not
			now = &statement{uid: c.before.uid, review: c.before.review, recommending: c.before.recommending, row: c.before.row, action: none}
		}
		if within == len(p[i]) {
			p[i] = append(p[i], *now)
			continue
		}
		p[i][within] = *now
	}
	return p
}

// including returns the positions that have a statement after changes.
func including(everything *roaring.Bitmap, changes []change) *roaring.Bitmap {
	next := everything
	for _, c := range changes {
		if (c.before == nil) == (c.after == nil) {
			continue
		}
		if next == everything {
			next = everything.Clone()
		}
		if c.after == nil {
			next.Remove(uint32(c.position))
		} else {
			next.Add(uint32(c.position))
		}
	}
	return next
}

// with returns the index of another corpus after changes from one snapshot to that one's.
func (index *dimensionIndex) with(c *corpus, from *Snapshot, changes []change) *dimensionIndex {
	to, size := c.s, c.statements.size()
	if from.tables != to.tables {
		keys := index.keys(to)
		if !startsAs(keys, index.list) {
			return c.index(index.definition)
		}
		index = index.extended(keys)
	}
	next := *index
	var given []valuesAt
	touched := map[int]bool{}
	touch := func(v int) *roaring.Bitmap {
		if !touched[v] {
			next.bitmaps[v], touched[v] = next.bitmaps[v].Clone(), true
		}
		return next.bitmaps[v]
	}
	next.bitmaps = slices.Clone(index.bitmaps)
	var before, after []int
	for _, c := range changes {
		before, after = index.of(from, c.before, before[:0]), index.of(to, c.after, after[:0])
		if c.after != nil && !index.tally.has(c.position, after) {
			given = append(given, valuesAt{c.position, slices.Clone(after)})
		}
		for _, v := range before {
			if !slices.Contains(after, v) {
				touch(v).Remove(uint32(c.position))
			}
		}
		for _, v := range after {
			if !slices.Contains(before, v) {
				touch(v).Add(uint32(c.position))
			}
		}
	}
	if len(given)+len(touched) == 0 {
		return index
	}
	next.plain = slices.Clone(index.plain)
	for v := range touched {
		next.bitmaps[v].RunOptimize()
		next.plain[v] = plainOf(next.bitmaps[v], size)
	}
	next.tally = index.tally.with(given, size)
	for v := range touched {
		next.tally.recount(v, next.bitmaps[v], changes, size)
	}
	return &next
}

// startsAs says whether keys begin with those that were; empty ones are of nothing any more.
func startsAs(keys, before []string) bool {
	if len(keys) < len(before) {
		return false
	}
	for v, key := range before {
		if keys[v] != key && keys[v] != "" {
			return false
		}
	}
	return true
}

// extended returns the index with more keys, which no statement has yet.
func (index *dimensionIndex) extended(keys []string) *dimensionIndex {
	if slices.Equal(keys, index.list) {
		return index
	}
	next := *index
	next.list, next.byKey = keys, make(map[string]int, len(keys))
	for v, key := range keys {
		next.byKey[key] = v
	}
	next.bitmaps, next.plain = slices.Clone(index.bitmaps), slices.Clone(index.plain)
	tally := *index.tally
	tally.sets = slices.Clone(tally.sets)
	for range keys[len(index.list):] {
		next.bitmaps, next.plain = append(next.bitmaps, roaring.New()), append(next.plain, nil)
		if tally.sets != nil {
			tally.sets = append(tally.sets, countedSet{})
		}
	}
	next.tally = &tally
	return &next
}

// of returns the values of a statement; none of nothing.
func (d definition) of(s *Snapshot, st *statement, values []int) []int {
	if st == nil {
		return values
	}
	return d.values(s, st, atReview, values)
}

// valuesAt are the values at a position.
type valuesAt struct {
	position int
	values   []int
}

// with returns the tally with other values at some positions, in their order.
func (t *tally) with(given []valuesAt, size int) *tally {
	next := *t
	next.sets = slices.Clone(t.sets)
	switch single := !slices.ContainsFunc(given, func(g valuesAt) bool { return len(g.values) != 1 }); {
	case len(given) == 0:
	case given[0].position >= t.positions() && (t.starts != nil || single): // none of them had values
		for _, g := range given {
			for _, v := range g.values {
				next.list = append(next.list, uint16(v))
			}
			if next.starts != nil {
				next.starts = append(next.starts, uint32(len(next.list)))
			}
		}
	case t.starts == nil && single:
		next.list = make([]uint16, size)
		copy(next.list, t.list)
		for _, g := range given {
			next.list[g.position] = uint16(g.values[0])
		}
	default:
		next.list, next.starts = t.replaced(given, size)
	}
	return &next
}

// has says whether the list has some values at a position.
func (t *tally) has(position int, values []int) bool {
	if position >= t.positions() {
		return false
	}
	from, to := uint32(position), uint32(position+1)
	if t.starts != nil {
		from, to = t.starts[position], t.starts[position+1]
	}
	return slices.EqualFunc(t.list[from:to], values, func(listed uint16, v int) bool { return int(listed) == v })
}

// positions is how many have values.
func (t *tally) positions() int {
	if t.starts == nil {
		return len(t.list)
	}
	return len(t.starts) - 1
}

// fewChanges are made bit by bit.
const fewChanges = 64

// recount brings the set of a value in step with its bitmap after changes.
func (t *tally) recount(v int, bitmap *roaring.Bitmap, changes []change, size int) {
	if t.sets == nil {
		return
	}
	dense := t.sets[v].dense
	if dense == nil || len(changes) > fewChanges {
		t.sets[v] = newCountedSet(bitmap, size)
		t.dense += boolean(t.sets[v].dense != nil) - boolean(dense != nil)
		return
	}
	next := make(plainBits, words(size))
	copy(next, dense)
	for _, c := range changes {
		bit := uint64(1) << (c.position % 64)
		if next[c.position/64] &^= bit; bitmap.Contains(uint32(c.position)) {
			next[c.position/64] |= bit
		}
	}
	t.sets[v].dense = next
}

// replaced writes the list anew.
func (t *tally) replaced(given []valuesAt, size int) (list []uint16, starts []uint32) {
	old := t.starts
	if old == nil {
		old = numbersFrom(0, len(t.list)+1)
	}
	list, starts = make([]uint16, 0, len(t.list)+4*len(given)), make([]uint32, 1, size+1)
	p := 0
	keep := func(to int) {
		shift := uint32(len(list)) - old[p] // may wrap around, and back
		list = append(list, t.list[old[p]:old[to]]...)
		for ; p < to; p++ {
			starts = append(starts, old[p+1]+shift)
		}
	}
	for _, g := range given {
		keep(min(g.position, len(old)-1))
		for _, v := range g.values {
			list = append(list, uint16(v))
		}
		starts = append(starts, uint32(len(list)))
		p = min(g.position+1, len(old)-1)
	}
	keep(len(old) - 1)
	return list, starts
}

// with returns the order of another corpus, whose positions from old on are new.
func (o *ordering) with(c *corpus, old int) *ordering {
	added := numbersFrom(old, c.statements.size())
	next := &ordering{name: o.name, c: c, positions: o.positions, ranks: o.ranks}
	next.all = next.ranksOfAll()
	if len(added) == 0 || o.positions == nil && c.inOrder(max(old-1, 0)) {
		return next
	}
	compare := comparisons[o.name]
	key := func(p uint32) sortKey { return sortKey{Place: c.s.placeOf(c.at(int(p)))} }
	slices.SortFunc(added, func(a, b uint32) int { return compare(key(a), key(b)) })
	positions := make([]uint32, 0, c.statements.size())
	before := o.positions
	if before == nil {
		before = numbersFrom(0, old)
	}
	for _, p := range added {
		wanted := key(p)
		n := sort.Search(len(before), func(i int) bool { return compare(key(before[i]), wanted) >= 0 })
		positions = append(append(positions, before[:n]...), p)
		before = before[n:]
	}
	return c.ordering(o.name, append(positions, before...))
}

// inOrder says whether positions, from one on, are in the order of sessions.
func (c *corpus) inOrder(from int) bool {
	for p := from + 1; p < c.statements.size(); p++ {
		if c.s.placeOf(c.at(p-1)).compare(c.s.placeOf(c.at(p))) > 0 {
			return false
		}
	}
	return true
}
