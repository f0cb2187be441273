package record

type affectedRow struct {
	Code       string
	names      texts
	successors []int
}

// AffectedGroup is a group of persons whom recommendations concern.
type AffectedGroup struct {
	s *Snapshot
	*affectedRow
}

func (s *Snapshot) affectedGroup(p int) AffectedGroup { return AffectedGroup{s, &s.affected[p]} }

// AffectedGroups returns all of them.
func (s *Snapshot) AffectedGroups() []AffectedGroup { return all(len(s.affected), s.affectedGroup) }

func (g AffectedGroup) IsNode() {}

// ID is stable for ever.
func (g AffectedGroup) ID() string { return idOf(kindAffectedGroup, g.Code) }

// Name returns the group's name.
func (g AffectedGroup) Name(language *Language) string { return g.names.in(language) }

// Successors are the groups that it was merged into or split into; none while it is used.
func (g AffectedGroup) Successors() []AffectedGroup { return at(g.successors, g.s.affectedGroup) }
