package record

import (
	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/fault"
)

// StateGroupKind tells regional groups from organisations.
type StateGroupKind string

const (
	Regional             StateGroupKind = "REGIONAL"
	OrganisationOfStates StateGroupKind = "ORGANISATION"
)

type groupRow struct {
	Code        string
	Kind        StateGroupKind
	names       texts
	memberships []int
}

// StateGroup is a regional group of the United Nations or an organisation of States.
type StateGroup struct {
	s *Snapshot
	*groupRow
}

func (s *Snapshot) group(p int) StateGroup { return StateGroup{s, &s.groups[p]} }

// StateGroups returns regional groups first, then organisations.
func (s *Snapshot) StateGroups() []StateGroup { return all(len(s.groups), s.group) }

// knownGroups refuses codes of groups that the record does not have.
func (s *Snapshot) knownGroups(field string, codes []string) error {
	for _, code := range codes {
		if _, ok := s.byCode.groups[code]; !ok {
			return fault.Invalid(field, "no group has the code %q; `stateGroups` lists them", code)
		}
	}
	return nil
}

func (g StateGroup) IsNode() {}

// ID is stable for ever.
func (g StateGroup) ID() string { return idOf(kindGroup, g.Code) }

// Name returns the group's name.
func (g StateGroup) Name(language *Language) string { return g.names.in(language) }

// Memberships returns all memberships, past ones as well.
func (g StateGroup) Memberships() []StateGroupMembership {
	return at(g.groupRow.memberships, g.s.membership)
}

// States returns the members on a day, today where none is given.
func (g StateGroup) States(on *civil.Date) []State {
	day := g.s.today()
	if on != nil {
		day = *on
	}
	states := []State{}
	for _, m := range g.groupRow.memberships {
		if row := &g.s.memberships[m]; row.holds(day) {
			states = append(states, g.s.state(row.state))
		}
	}
	return states
}

type membershipRow struct {
	state, group   int
	from, to, asOf civil.Date
	Source         string
}

// holds says whether the membership holds on a day; without dates it always does.
func (m *membershipRow) holds(day civil.Date) bool {
	return (!m.from.Known() || m.from <= day) && (!m.to.Known() || day <= m.to)
}

// StateGroupMembership says that a State belongs to a group, and when.
type StateGroupMembership struct {
	s *Snapshot
	*membershipRow
}

func (s *Snapshot) membership(p int) StateGroupMembership {
	return StateGroupMembership{s, &s.memberships[p]}
}

// State returns the member.
func (m StateGroupMembership) State() State { return m.s.state(m.state) }

// Group returns what it is a member of.
func (m StateGroupMembership) Group() StateGroup { return m.s.group(m.group) }

// From returns the first day, nil where it holds from the beginning.
func (m StateGroupMembership) From() *civil.Date { return known(m.from) }

// To returns the last day, nil where it goes on.
func (m StateGroupMembership) To() *civil.Date { return known(m.to) }

// AsOf returns the day on which the source listed it.
func (m StateGroupMembership) AsOf() *civil.Date { return known(m.asOf) }

// known turns an unknown date into nil.
func known(d civil.Date) *civil.Date {
	if !d.Known() {
		return nil
	}
	return &d
}
