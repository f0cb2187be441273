package record

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// GroupMembership says when a State must belong to the groups of a filter.
type GroupMembership string

const (
	AtReview GroupMembership = "AT_REVIEW"
	Today    GroupMembership = "TODAY"
)

// RecommendationFilter says which recommendations or pledges. Fields combine with
// AND, values within a field with OR; an empty field does not restrict.
type RecommendationFilter struct {
	Text                    *string
	StatesUnderReview       []string
	StateUnderReviewGroups  []string
	RecommendingStates      []string
	RecommendingStateGroups []string
	Cycles                  []int
	Sessions                []int
	Responses               []Response
	ActionCategories        []int
	Issues                  []string
	AllIssues               []string
	SDGGoals                []int
	SDGTargets              []string
	AffectedGroups          []string
	GroupMembership         *GroupMembership

	groups partnerGroups
}

// scope restricts a nested list to where it hangs; the zero scope is the whole record.
type scope struct {
	dimension Dimension
	key       string
}

// choice is one field of a filter: statements with any of the keys, or with all.
type choice struct {
	field     string
	dimension Dimension
	keys      []string
	all       bool
}

// choices yields the fields that restrict.
func (f *RecommendationFilter) choices(yield func(choice) bool) {
	for _, c := range [...]choice{
		{"statesUnderReview", StateUnderReviewDimension, f.StatesUnderReview, false},
		{"stateUnderReviewGroups", StateUnderReviewGroupDimension, f.StateUnderReviewGroups, false},
		{"recommendingStates", RecommendingStateDimension, f.RecommendingStates, false},
		{"recommendingStateGroups", RecommendingStateGroupDimension, f.RecommendingStateGroups, false},
		{"cycles", CycleDimension, decimal(f.Cycles), false},
		{"sessions", SessionDimension, decimal(f.Sessions), false},
		{"responses", ResponseDimension, named(f.Responses), false},
		{"actionCategories", ActionCategoryDimension, decimal(f.ActionCategories), false},
		{"issues", IssueDimension, f.Issues, false},
		{"allIssues", IssueDimension, f.AllIssues, true},
		{"sdgGoals", SDGGoalDimension, decimal(f.SDGGoals), false},
		{"sdgTargets", SDGTargetDimension, f.SDGTargets, false},
		{"affectedGroups", AffectedGroupDimension, f.AffectedGroups, false},
	} {
		if len(c.keys) > 0 && !yield(c) {
			return
		}
	}
}

func decimal(numbers []int) []string {
	if len(numbers) == 0 {
		return nil
	}
	keys := make([]string, len(numbers))
	for i, n := range numbers {
		keys[i] = strconv.Itoa(n)
	}
	return keys
}

func named[T ~string](values []T) []string {
	if len(values) == 0 {
		return nil
	}
	keys := make([]string, len(values))
	for i, v := range values {
		keys[i] = string(v)
	}
	return keys
}

// selection is the answer to a filter, with what is needed to count it again without
// one of its choices.
type selection struct {
	c        *corpus
	day      membershipDay
	base     *roaring.Bitmap // of scope and text
	chosen   []chosen
	matched  *roaring.Bitmap // once somebody asked
	selected *selectedBits   // the same, once it is counted
	search   *textSearch     // nil where no text is given
}

// chosen are the statements in any of the parts.
type chosen struct {
	dimension Dimension
	parts     []part
	many      bool            // there are plain bits of the first part
	either    *roaring.Bitmap // the parts together, once somebody asked
}

// part is the statements of a value.
type part struct {
	bitmap *roaring.Bitmap
	plain  plainBits // nil where they are few, or were put together for this question
}

// choose finds the statements that a filter admits.
func (c *corpus) choose(filter *RecommendationFilter) (*selection, error) {
	sel, err := c.narrow(filter, scope{})
	if err != nil {
		return nil, err
	}
	sel.matching()
	return sel, nil
}

// narrow reads a scope and a filter. What matches is found once somebody asks for it.
func (c *corpus) narrow(filter *RecommendationFilter, in scope) (*selection, error) {
	sel := &selection{c: c, day: atReview, base: c.everything}
	if in.dimension != "" {
		index := c.dimensions[in.dimension]
		sel.base = sel.bitmap(in.dimension, index.byKey[in.key])
	}
	if filter != nil {
		if err := sel.apply(filter); err != nil {
			return nil, err
		}
	}
	return sel, nil
}

// matching are the statements that match.
func (sel *selection) matching() *roaring.Bitmap {
	if sel.matched == nil {
		sel.matched = sel.without("")
	}
	return sel.matched
}

func (sel *selection) apply(filter *RecommendationFilter) error {
	if filter.GroupMembership != nil && *filter.GroupMembership == Today {
		sel.day = membershipDay(sel.c.s.today())
	}
	for choice := range filter.choices {
		parts, err := sel.parts(choice, filter.groups)
		if err != nil {
			return err
		}
		if !choice.all {
			sel.chosen = append(sel.chosen, newChosen(choice.dimension, parts...))
			continue
		}
		for _, part := range parts {
			sel.chosen = append(sel.chosen, newChosen(choice.dimension, part))
		}
	}
	if filter.Text == nil || strings.TrimSpace(*filter.Text) == "" {
		return nil // an empty search box does not restrict
	}
	var err error
	if sel.search, err = sel.c.search(*filter.Text); err != nil {
		return err
	}
	sel.base = roaring.And(sel.base, sel.search.found)
	return nil
}

// search finds a text. The last ones are kept: a nested list asks the same once per parent.
func (c *corpus) search(text string) (*textSearch, error) {
	if search, known := c.searches.Get(text); known {
		return search, nil
	}
	query, err := parseText(text)
	if err != nil {
		return nil, err
	}
	search := c.words.search(query, c.everything)
	c.searches.Add(text, search)
	return search, nil
}

// parts are the statements of each key of a field.
func (sel *selection) parts(choice choice, groups partnerGroups) ([]part, error) {
	keys, partners := choice.keys, []*PartnerGroup(nil)
	if _, isGroup := statesOfGroups[choice.dimension]; isGroup {
		var err error
		if keys, partners, err = groups.split(choice.field, keys); err != nil {
			return nil, err
		}
	}
	if err := sel.c.s.known(choice.field, choice.dimension, keys); err != nil {
		return nil, err
	}
	index := sel.c.dimensions[choice.dimension]
	parts := make([]part, 0, len(choice.keys))
	for _, key := range keys {
		v := index.byKey[key]
		bitmap := sel.bitmap(choice.dimension, v)
		if bitmap == index.bitmaps[v] {
			parts = append(parts, part{bitmap, index.plain[v]})
		} else {
			parts = append(parts, part{bitmap, nil})
		}
	}
	for _, group := range partners {
		parts = append(parts, part{sel.members(choice.dimension, group), nil})
	}
	return parts, nil
}

// newChosen takes parts, of which there is one at least, with one of the larger ones in front.
func newChosen(d Dimension, parts ...part) chosen {
	c := chosen{dimension: d, parts: parts}
	if i := slices.IndexFunc(parts, func(p part) bool { return p.plain != nil }); i >= 0 {
		parts[0], parts[i] = parts[i], parts[0]
		c.many = true
	}
	return c
}

// statements are those of all parts.
func (c *chosen) statements() *roaring.Bitmap {
	if c.either == nil {
		if c.either = c.parts[0].bitmap; len(c.parts) > 1 { // where several are combined they are copied
			bitmaps := make([]*roaring.Bitmap, len(c.parts))
			for i, part := range c.parts {
				bitmaps[i] = part.bitmap
			}
			c.either = roaring.FastOr(bitmaps...)
		}
	}
	return c.either
}

// bitmap returns the statements with a value of a dimension. The index knows who
// belonged to a group at the time of each review; who belongs to it on another day
// is put together from the States.
func (sel *selection) bitmap(d Dimension, v int) *roaring.Bitmap {
	if successors := sel.c.s.successors(d, v); len(successors) > 0 {
		return sel.orSuccessors(d, v, successors)
	}
	states, isGroup := statesOfGroups[d]
	if !isGroup || sel.day == atReview || v >= len(sel.c.s.groups) {
		return sel.c.dimensions[d].bitmaps[v]
	}
	var members []*roaring.Bitmap
	for p := range sel.c.s.states {
		if sel.c.s.state(p).in(v, sel.day.of(Review{})) {
			members = append(members, sel.c.dimensions[states].bitmaps[p])
		}
	}
	return roaring.FastOr(members...)
}

// successors are what a value of a dimension was merged into or split into.
func (s *Snapshot) successors(d Dimension, v int) []int {
	switch d {
	case IssueDimension:
		return s.issues[v].successors
	case AffectedGroupDimension:
		return s.affected[v].successors
	}
	return nil
}

// orSuccessors also finds what a value was merged into or split into, however far that goes.
// The desk lets none lead back to itself; a question does not rely on it.
func (sel *selection) orSuccessors(d Dimension, v int, successors []int) *roaring.Bitmap {
	found, seen := sel.c.dimensions[d].bitmaps[v].Clone(), map[int]bool{v: true}
	for len(successors) > 0 {
		next := successors[0]
		successors = successors[1:]
		if !seen[next] {
			seen[next] = true
			found.Or(sel.c.dimensions[d].bitmaps[next])
			successors = append(slices.Clone(successors), sel.c.s.successors(d, next)...)
		}
	}
	return found
}

var statesOfGroups = map[Dimension]Dimension{
	StateUnderReviewGroupDimension:  StateUnderReviewDimension,
	RecommendingStateGroupDimension: RecommendingStateDimension,
}

// without returns what matches when the filter's choice in a dimension is ignored.
func (sel *selection) without(d Dimension) *roaring.Bitmap {
	if sel.matched != nil && !sel.chooses(d) {
		return sel.matched
	}
	var bitmaps []*roaring.Bitmap
	if sel.base != sel.c.everything {
		bitmaps = append(bitmaps, sel.base)
	}
	for i := range sel.chosen {
		if c := &sel.chosen[i]; c.dimension != d {
			bitmaps = append(bitmaps, c.statements())
		}
	}
	switch len(bitmaps) {
	case 0:
		return sel.base
	case 1:
		return bitmaps[0]
	}
	// What the smallest leaves over is small: few of the others are looked at, and little is copied.
	slices.SortFunc(bitmaps, func(a, b *roaring.Bitmap) int { return cmp.Compare(a.GetCardinality(), b.GetCardinality()) })
	return roaring.FastAnd(bitmaps...)
}

func (sel *selection) chooses(d Dimension) bool {
	return slices.ContainsFunc(sel.chosen, func(c chosen) bool { return c.dimension == d })
}
