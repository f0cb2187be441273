package record

import (
	"fmt"
	"hash/crc32"
	"math"
	"slices"

	"github.com/upr-info/upr/internal/fault"
)

// statementPage is one page of a selection in an order.
type statementPage struct {
	sel      *selection
	order    *ordering
	kind     string
	total    int
	ranks    []uint32
	next     bool
	previous bool
}

// page cuts a page out of a selection. Cursors hold sort keys, so a page continues
// where it should although the record changed since.
func (c *corpus) page(kind string, filter *RecommendationFilter, in scope, orderBy *RecommendationOrder, w window) (*statementPage, error) {
	w, err := w.check()
	if err != nil {
		return nil, err
	}
	sel, err := c.narrow(filter, in)
	if err != nil {
		return nil, err
	}
	name, err := sel.orderName(orderBy)
	if err != nil {
		return nil, err
	}
	page := &statementPage{sel: sel, order: c.orders[name], kind: kind + "/" + string(name)}
	if name == ByRelevance {
		// Scores of one text say nothing about another: its cursors are of another list.
		page.kind += fmt.Sprintf("/%08x", crc32.ChecksumIEEE([]byte(*filter.Text)))
		return page, page.cutByRelevance(w)
	}
	from, to := 0, page.order.size()
	if w.after != nil {
		if from, err = page.locate("after", *w.after, true); err != nil {
			return nil, err
		}
	}
	if w.before != nil {
		if to, err = page.locate("before", *w.before, false); err != nil {
			return nil, err
		}
	}
	if page.order.positions == nil { // ranks are positions
		if matching, release, ok := sel.plain(); ok {
			defer release()
			page.total = matching.size()
			page.cut(matching, from, to, w)
			return page, nil
		}
	}
	page.total = int(sel.matching().GetCardinality())
	page.cut(page.order.ranked(sel.matching()), from, to, w)
	return page, nil
}

func (p *statementPage) locate(field, cursor string, past bool) (int, error) {
	var key sortKey
	if err := decodeCursor(field, p.kind, cursor, &key); err != nil {
		return 0, err
	}
	return p.order.firstNotBefore(key, past), nil
}

// ranks are statements by their place in an order, as bits or as a bitmap.
type ranks interface {
	// NextValue returns the first from a place on, PreviousValue the last up to one; -1 where there is none.
	NextValue(from uint32) int64
	PreviousValue(to uint32) int64
}

// cut takes the ranks from (included) to (excluded), then first of them, then last.
func (p *statementPage) cut(ranks ranks, from, to int, w window) {
	begin, end := from, max(from, to)
	if w.first != nil {
		p.ranks = take(ranks, begin, end, *w.first)
		end = begin
		if n := len(p.ranks); n > 0 {
			end = int(p.ranks[n-1]) + 1
		}
		if w.last != nil {
			p.ranks = p.ranks[max(0, len(p.ranks)-*w.last):]
		}
	} else {
		p.ranks = takeLast(ranks, begin, end, *w.last)
	}
	// Counted from its beginning or its end, an empty page lies there.
	if begin = end; len(p.ranks) > 0 {
		begin, end = int(p.ranks[0]), int(p.ranks[len(p.ranks)-1])+1
	}
	p.previous = begin > 0 && ranks.PreviousValue(uint32(begin-1)) >= 0
	p.next = ranks.NextValue(uint32(end)) >= 0
}

// take returns the first n ranks in [begin, end).
func take(ranks ranks, begin, end, n int) []uint32 {
	taken := make([]uint32, 0, n)
	for r := ranks.NextValue(uint32(begin)); r >= 0 && r < int64(end) && len(taken) < n; r = ranks.NextValue(uint32(r + 1)) {
		taken = append(taken, uint32(r))
	}
	return taken
}

// takeLast returns the last n ranks in [begin, end).
func takeLast(ranks ranks, begin, end, n int) []uint32 {
	taken := make([]uint32, 0, n)
	for end > begin && len(taken) < n {
		r := ranks.PreviousValue(uint32(end - 1))
		if r < int64(begin) {
			break
		}
		taken = append(taken, uint32(r))
		end = int(r)
	}
	slices.Reverse(taken)
	return taken
}

// TotalCount counts the whole list, not the page.
func (p *statementPage) TotalCount() int { return p.total }

// Facets says how the list divides; a facet ignores the filter's own choice in its dimension.
func (p *statementPage) Facets(dimensions []Dimension) ([]Facet, error) {
	for i, d := range dimensions {
		if slices.Contains(dimensions[:i], d) {
			return nil, fault.Invalid("dimensions", "%s is named twice", d)
		}
	}
	return p.sel.facets(dimensions), nil
}

// PageInfo says where the page lies in its list.
func (p *statementPage) PageInfo() PageInfo {
	info := PageInfo{HasNextPage: p.next, HasPreviousPage: p.previous}
	if n := len(p.ranks); n > 0 {
		info.span([]string{p.cursor(p.ranks[0]), p.cursor(p.ranks[n-1])})
	}
	return info
}

func (p *statementPage) cursor(rank uint32) string { return encodeCursor(p.kind, p.order.key(rank)) }

// RecommendationConnection is a page of recommendations.
type RecommendationConnection struct{ *statementPage }

func (s *Snapshot) recommendationPage(filter *RecommendationFilter, in scope, orderBy *RecommendationOrder, w window) (*RecommendationConnection, error) {
	page, err := s.recommendations.page(kindRecommendation, filter, in, orderBy, w)
	return &RecommendationConnection{page}, err
}

// Nodes returns the recommendations of the page.
func (c *RecommendationConnection) Nodes() []Recommendation {
	nodes := make([]Recommendation, len(c.ranks))
	for i, rank := range c.ranks {
		nodes[i] = c.sel.c.s.recommendation(int(c.order.position(rank)))
	}
	return nodes
}

// Edges returns the page with cursors.
func (c *RecommendationConnection) Edges() []RecommendationEdge {
	edges := make([]RecommendationEdge, len(c.ranks))
	for i, node := range c.Nodes() {
		edges[i] = RecommendationEdge{node, statementEdge{c.statementPage, c.ranks[i]}}
	}
	return edges
}

// Statistics counts the whole list, not the page.
func (c *RecommendationConnection) Statistics() *RecommendationStatistics {
	return &RecommendationStatistics{c.sel}
}

// statementEdge is the place of a statement in a list.
type statementEdge struct {
	page *statementPage
	rank uint32
}

// Cursor marks the place in the list.
func (e statementEdge) Cursor() string { return e.page.cursor(e.rank) }

// Highlights shows where the text that was searched for stands; none where no text was given.
func (e statementEdge) Highlights() []Highlight {
	if e.page.sel.search == nil {
		return []Highlight{}
	}
	p := e.page.order.position(e.rank)
	return e.page.sel.search.highlights(p, e.page.sel.c.at(int(p)).Text)
}

// RecommendationEdge is a recommendation with its place in the list.
type RecommendationEdge struct {
	Node Recommendation
	statementEdge
}

// Score rates how well the text that was searched for matches; nil unless the list is by relevance.
func (e RecommendationEdge) Score() *float64 {
	if e.page.order.scores == nil {
		return nil
	}
	score := math.Round(e.page.order.scores[e.rank]*1e4) / 1e4 // the last digits depend on the processor
	return &score
}

// PledgeConnection is a page of pledges.
type PledgeConnection struct{ *statementPage }

func (s *Snapshot) pledgePage(filter *RecommendationFilter, in scope, w window) (*PledgeConnection, error) {
	bySession := BySession
	page, err := s.pledges.page(kindPledge, filter, in, &bySession, w)
	return &PledgeConnection{page}, err
}

// Nodes returns the pledges of the page.
func (c *PledgeConnection) Nodes() []Pledge {
	nodes := make([]Pledge, len(c.ranks))
	for i, rank := range c.ranks {
		nodes[i] = c.sel.c.s.pledge(int(c.order.position(rank)))
	}
	return nodes
}

// Edges returns the page with cursors.
func (c *PledgeConnection) Edges() []PledgeEdge {
	edges := make([]PledgeEdge, len(c.ranks))
	for i, node := range c.Nodes() {
		edges[i] = PledgeEdge{node, statementEdge{c.statementPage, c.ranks[i]}}
	}
	return edges
}

// PledgeEdge is a pledge with its place in the list.
type PledgeEdge struct {
	Node Pledge
	statementEdge
}
