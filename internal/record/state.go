package record

import (
	"cmp"
	"slices"

	"github.com/upr-info/upr/internal/civil"
)

type stateRow struct {
	Code, ISO2, M49      string
	FormalName           string
	UnMember, Observer   bool
	Aliases              []string
	names                texts
	memberships, reviews []int
	programmes           []int
}

// State is a member of the United Nations or an observer that recommends.
type State struct {
	s *Snapshot
	*stateRow
}

// StateFilter says which States; an empty field does not restrict.
type StateFilter struct {
	Codes, Groups []string
	UnMember      *bool

	groups partnerGroups
}

func (s *Snapshot) state(p int) State { return State{s, &s.states[p]} }

// State returns the State with an ISO 3166-1 alpha-3 code, nil where there is none.
func (s *Snapshot) State(code string) *State { return find(s.byCode.states, code, s.state) }

// States returns a page of States by code.
func (s *Snapshot) States(filter *StateFilter, first *int, after *string, last *int, before *string) (*StateConnection, error) {
	items, err := s.StatesOf(filter)
	if err != nil {
		return nil, err
	}
	list, err := paginate("state", items, func(state State) string { return state.Code }, window{first, after, last, before})
	return &StateConnection{list}, err
}

// StatesOf returns all States that a filter admits, by code.
func (s *Snapshot) StatesOf(filter *StateFilter) ([]State, error) {
	items := all(len(s.states), s.state)
	if filter == nil {
		return items, nil
	}
	groups, partners, err := filter.groups.split("groups", filter.Groups)
	if err := cmp.Or(err, s.known("codes", StateUnderReviewDimension, filter.Codes), s.knownGroups("groups", groups)); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(items, func(state State) bool {
		return !filter.admits(state) || len(filter.Groups) > 0 && !state.inAny(groups, partners)
	}), nil
}

func (f *StateFilter) admits(state State) bool {
	return (len(f.Codes) == 0 || slices.Contains(f.Codes, state.Code)) && (f.UnMember == nil || *f.UnMember == state.UnMember)
}

// inAny says whether the State belongs to one of some groups today.
func (s State) inAny(groups []string, partners []*PartnerGroup) bool {
	today := s.s.today()
	return slices.ContainsFunc(groups, func(code string) bool { return s.in(s.s.byCode.groups[code], today) }) ||
		slices.ContainsFunc(partners, func(g *PartnerGroup) bool { return g.has(s.Code, today) })
}

func (s State) IsNode() {}

// ID is stable for ever.
func (s State) ID() string { return idOf(kindState, s.Code) }

// Name returns the short name.
func (s State) Name(language *Language) string { return s.names.in(language) }

// in says whether the State belongs to a group on a day.
func (s State) in(group int, day civil.Date) bool {
	return slices.ContainsFunc(s.memberships, func(m int) bool {
		row := &s.s.memberships[m]
		return row.group == group && row.holds(day)
	})
}

// RegionalGroup returns the regional group of today, nil where there is none.
func (s State) RegionalGroup() *StateGroup {
	today := s.s.today()
	for _, m := range s.memberships {
		row := &s.s.memberships[m]
		if group := s.s.group(row.group); group.Kind == Regional && row.holds(today) {
			return &group
		}
	}
	return nil
}

// Memberships returns the groups it belongs to or belonged to.
func (s State) Memberships() []StateGroupMembership {
	return at(s.stateRow.memberships, s.s.membership)
}

// Reviews returns a page of its reviews by session.
func (s State) Reviews(first *int, after *string, last *int, before *string) (*ReviewConnection, error) {
	return s.s.reviewPage(at(s.stateRow.reviews, s.s.review), window{first, after, last, before})
}

// RecommendationsReceived returns a page of the recommendations made to it.
func (s State) RecommendationsReceived(filter *RecommendationFilter, orderBy *RecommendationOrder,
	first *int, after *string, last *int, before *string) (*RecommendationConnection, error) {
	return s.s.recommendationPage(filter, scope{StateUnderReviewDimension, s.Code}, orderBy, window{first, after, last, before})
}

// RecommendationsMade returns a page of the recommendations that it made.
func (s State) RecommendationsMade(filter *RecommendationFilter, orderBy *RecommendationOrder,
	first *int, after *string, last *int, before *string) (*RecommendationConnection, error) {
	return s.s.recommendationPage(filter, scope{RecommendingStateDimension, s.Code}, orderBy, window{first, after, last, before})
}

// Pledges returns a page of the voluntary pledges that it made.
func (s State) Pledges(filter *RecommendationFilter, first *int, after *string, last *int, before *string) (*PledgeConnection, error) {
	return s.s.pledgePage(filter, scope{StateUnderReviewDimension, s.Code}, window{first, after, last, before})
}

// Programmes returns the programmes that worked in or with it.
func (s State) Programmes() []Programme { return at(s.stateRow.programmes, s.s.programme) }

// StateConnection is a page of States.
type StateConnection struct{ *list[State] }

// Edges returns the page with cursors.
func (c *StateConnection) Edges() []StateEdge {
	return edges(c.list, func(cursor string, node State) StateEdge { return StateEdge{cursor, node} })
}

// StateEdge is a State with its place in the list.
type StateEdge struct {
	Cursor string
	Node   State
}
