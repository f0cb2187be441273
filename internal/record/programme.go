package record

type programmeRow struct {
	uid, Slug            string
	FormerNames          []string
	StartYear, EndYear   *int
	names, descriptions  texts
	goals, organisations []int
	states               []programmeStateRow
}

// Programme is a programme of UPR Info.
type Programme struct {
	s *Snapshot
	*programmeRow
}

func (s *Snapshot) programme(p int) Programme { return Programme{s, &s.programmes[p]} }

// Programme returns a programme by its slug, nil where there is none.
func (s *Snapshot) Programme(slug string) *Programme {
	return find(s.byCode.programmes, slug, s.programme)
}

// Programmes returns all of them.
func (s *Snapshot) Programmes() []Programme { return all(len(s.programmes), s.programme) }

func (p Programme) IsNode() {}

// ID is stable for ever, whatever becomes of the slug.
func (p Programme) ID() string { return p.uid }

// Name returns today's name.
func (p Programme) Name(language *Language) string { return p.names.in(language) }

// Description says what the programme does.
func (p Programme) Description(language *Language) string { return p.descriptions.in(language) }

// SDGGoals returns the goals that it works for.
func (p Programme) SDGGoals() []SDGGoal { return at(p.goals, p.s.goal) }

// Organisations returns who works in it.
func (p Programme) Organisations() []Organisation { return at(p.organisations, p.s.organisation) }

// States returns where it worked.
func (p Programme) States() []ProgrammeState {
	states := make([]ProgrammeState, len(p.states))
	for i := range states {
		states[i] = ProgrammeState{p.s, &p.states[i]}
	}
	return states
}

type programmeStateRow struct {
	FromYear, ToYear *int
	state            int
}

// ProgrammeState says when a programme worked in or with a State.
type ProgrammeState struct {
	s *Snapshot
	*programmeStateRow
}

// State returns where the programme worked.
func (p ProgrammeState) State() State { return p.s.state(p.state) }
