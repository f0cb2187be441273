package record

import (
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/fault"
)

// PartnerGroupPrefix begins the ids of groups of States that partners define.
const PartnerGroupPrefix = "pgr_"

// IsPartnerGroup says whether a code of a group, as filters take it, names one of a partner.
func IsPartnerGroup(code string) bool { return strings.HasPrefix(code, PartnerGroupPrefix) }

// PartnerGroup is a revision of a group of States that a partner defined. It is not part of the
// record, whose snapshots are everybody's: whoever reads a filter looks up which groups it may
// name, and lays them beside it.
type PartnerGroup struct {
	ID       string
	Revision int
	Name     string
	Owner    string // as citations name them
	Public   bool
	Members  []PartnerGroupMember
}

// PartnerGroupMember says that a State belongs to a group of a partner, and when: always,
// where there are no dates.
type PartnerGroupMember struct {
	State string      `json:"state"` // ISO 3166-1 alpha-3
	From  *civil.Date `json:"from,omitempty"`
	Until *civil.Date `json:"until,omitempty"`
}

// Holds says whether a State is a member on a day, the first and the last day included.
func (m *PartnerGroupMember) Holds(day civil.Date) bool {
	return (m.From == nil || *m.From <= day) && (m.Until == nil || day <= *m.Until)
}

// has says whether a State is a member on a day.
func (g *PartnerGroup) has(state string, day civil.Date) bool {
	return slices.ContainsFunc(g.Members, func(m PartnerGroupMember) bool { return m.State == state && m.Holds(day) })
}

// Key tells what a group is from what it was before.
func (g *PartnerGroup) Key() string { return fmt.Sprintf("%s.%d", g.ID, g.Revision) }

// partnerGroups are the groups of partners that lie beside a filter, by id.
type partnerGroups map[string]*PartnerGroup

// GroupNaming is a filter that names groups of States.
type GroupNaming interface {
	// NamedPartnerGroups are the ids of groups of partners that the filter names.
	NamedPartnerGroups() []string
	// LayPartnerGroups lays groups beside the filter, which may name them from then on.
	LayPartnerGroups(groups ...*PartnerGroup)
	// PartnerGroups are the ones that lie beside it, by id.
	PartnerGroups() []*PartnerGroup
}

// NamedPartnerGroups are the ids of groups of partners that the filter names.
func (f *RecommendationFilter) NamedPartnerGroups() []string {
	return namedPartnerGroups(f.StateUnderReviewGroups, f.RecommendingStateGroups)
}

// LayPartnerGroups lets the filter name groups.
func (f *RecommendationFilter) LayPartnerGroups(groups ...*PartnerGroup) { f.groups.lay(groups) }

// PartnerGroups are those that the filter may name, by id.
func (f *RecommendationFilter) PartnerGroups() []*PartnerGroup { return f.groups.list() }

// NamedPartnerGroups are the ids of groups of partners that the filter names.
func (f *StateFilter) NamedPartnerGroups() []string { return namedPartnerGroups(f.Groups) }

// LayPartnerGroups lets the filter name groups.
func (f *StateFilter) LayPartnerGroups(groups ...*PartnerGroup) { f.groups.lay(groups) }

// PartnerGroups are those that the filter may name, by id.
func (f *StateFilter) PartnerGroups() []*PartnerGroup { return f.groups.list() }

func namedPartnerGroups(fields ...[]string) (ids []string) {
	for _, codes := range fields {
		for _, code := range codes {
			if IsPartnerGroup(code) && !slices.Contains(ids, code) {
				ids = append(ids, code)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

func (g *partnerGroups) lay(groups []*PartnerGroup) {
	if *g == nil {
		*g = partnerGroups{}
	}
	for _, group := range groups {
		(*g)[group.ID] = group
	}
}

func (g partnerGroups) list() []*PartnerGroup {
	list := make([]*PartnerGroup, 0, len(g))
	for _, group := range g {
		list = append(list, group)
	}
	slices.SortFunc(list, func(a, b *PartnerGroup) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// split takes the groups of partners out of some codes. Returns Invalid for one that is not there.
func (g partnerGroups) split(field string, codes []string) (own []string, partners []*PartnerGroup, err error) {
	if !slices.ContainsFunc(codes, IsPartnerGroup) {
		return codes, nil, nil
	}
	for _, code := range codes {
		switch group := g[code]; {
		case !IsPartnerGroup(code):
			own = append(own, code)
		case group == nil:
			return nil, nil, NoPartnerGroup(field, code)
		default:
			partners = append(partners, group)
		}
	}
	return own, partners, nil
}

// NoPartnerGroup says that a filter names a group of a partner that is not there for whoever asks.
func NoPartnerGroup(field, id string) error {
	return fault.Invalid(field, "no group of yours, and no public one, has the id %q; `mine { groups }` lists yours", id)
}

// expansion is a group of a partner in a dimension on a day.
type expansion struct {
	group     string // with its revision
	dimension Dimension
	day       membershipDay
}

// maxExpansions is how many groups of partners are kept as bitmaps.
const maxExpansions = 256

func newExpansions() *lru.Cache[expansion, *roaring.Bitmap] {
	expansions, err := lru.New[expansion, *roaring.Bitmap](maxExpansions)
	if err != nil {
		panic(err) // only a size below 1 is refused
	}
	return expansions
}

// members returns the statements of and to members of a group of a partner. It is kept: a
// revision never changes, and neither does a corpus.
func (sel *selection) members(d Dimension, group *PartnerGroup) *roaring.Bitmap {
	key := expansion{group.Key(), d, sel.day}
	if known, there := sel.c.expansions.Get(key); there {
		return known
	}
	expanded := sel.expand(d, group)
	sel.c.expansions.Add(key, expanded)
	return expanded
}

// expand puts a group together from its States, and from the reviews of each of its periods.
func (sel *selection) expand(d Dimension, group *PartnerGroup) *roaring.Bitmap {
	states := sel.c.dimensions[statesOfGroups[d]]
	parts := make([]*roaring.Bitmap, 0, len(group.Members))
	within := map[[2]civil.Date]*roaring.Bitmap{}
	for i := range group.Members {
		m := &group.Members[i]
		p, there := states.byKey[m.State]
		switch dated := m.From != nil || m.Until != nil; {
		case !there:
		case !dated, sel.day != atReview && m.Holds(civil.Date(sel.day)):
			parts = append(parts, states.bitmaps[p])
		case sel.day == atReview:
			period := [2]civil.Date{orUnknownDay(m.From), orUnknownDay(m.Until)}
			if within[period] == nil {
				within[period] = sel.c.reviewedWithin(m)
			}
			parts = append(parts, roaring.And(states.bitmaps[p], within[period]))
		}
	}
	return roaring.FastOr(parts...)
}

// reviewedWithin returns the statements of the reviews that were held while a membership held.
func (c *corpus) reviewedWithin(m *PartnerGroupMember) *roaring.Bitmap {
	var reviews []*roaring.Bitmap
	for _, p := range c.s.reviewOrder {
		if m.Holds(c.s.review(p).day()) {
			reviews = append(reviews, c.dimensions[reviewDimension].bitmaps[p])
		}
	}
	return roaring.FastOr(reviews...)
}

func orUnknownDay(d *civil.Date) civil.Date {
	if d == nil {
		return ""
	}
	return *d
}
