package partnergroup

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
)

// The most that a group may have.
const (
	maxName        = 200   // bytes
	maxDescription = 2_000 // bytes
	maxMembers     = 500
)

// check refuses what is no group, and puts its members into their order: by State, then time.
func (g *Group) check(s *record.Snapshot) error {
	g.Name, g.Description = strings.TrimSpace(g.Name), strings.TrimSpace(g.Description)
	if g.Name == "" || len(g.Name) > maxName || strings.ContainsFunc(g.Name, unicode.IsControl) {
		return fault.Invalid("name", "is a line of 1 to %d bytes", maxName)
	}
	if len(g.Description) > maxDescription {
		return fault.Invalid("description", "has %d bytes, %d at most", len(g.Description), maxDescription)
	}
	if n := len(g.Members); n == 0 || n > maxMembers {
		return fault.Invalid("members", "are %d; a group has 1 to %d", n, maxMembers)
	}
	for i, m := range g.Members {
		if s.State(m.State) == nil {
			return fault.Invalid(fmt.Sprintf("members[%d].state", i), "no State has the code %q; use ISO 3166-1 alpha-3, as in EGY", m.State)
		}
		if m.From != nil && m.Until != nil && *m.From > *m.Until {
			return fault.Invalid(fmt.Sprintf("members[%d].from", i), "%s is after until, %s", *m.From, *m.Until)
		}
		for j, earlier := range g.Members[:i] {
			if earlier.State == m.State && overlap(earlier, m) {
				return fault.Invalid(fmt.Sprintf("members[%d]", i), "%s is a member on the same days in members[%d]: periods of one State must not overlap", m.State, j)
			}
		}
	}
	g.Members = slices.Clone(g.Members)
	slices.SortFunc(g.Members, func(a, b record.PartnerGroupMember) int {
		if c := strings.Compare(a.State, b.State); c != 0 {
			return c
		}
		return strings.Compare(string(first(a)), string(first(b)))
	})
	return nil
}

// overlap says whether there is a day on which both hold.
func overlap(a, b record.PartnerGroupMember) bool { return first(a) <= last(b) && first(b) <= last(a) }

func first(m record.PartnerGroupMember) civil.Date {
	if m.From == nil {
		return ""
	}
	return *m.From
}

func last(m record.PartnerGroupMember) civil.Date {
	if m.Until == nil {
		return "9999-12-31"
	}
	return *m.Until
}
