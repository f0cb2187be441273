package record

import "strconv"

type goalRow struct {
	Number        int
	titles, short texts
	targets       []int
}

// SDGGoal is one of the 17 Sustainable Development Goals.
type SDGGoal struct {
	s *Snapshot
	*goalRow
}

func (s *Snapshot) goal(p int) SDGGoal { return SDGGoal{s, &s.goals[p]} }

// SDGGoals returns the goals by number.
func (s *Snapshot) SDGGoals() []SDGGoal { return all(len(s.goals), s.goal) }

func (g SDGGoal) IsNode() {}

// ID is stable for ever.
func (g SDGGoal) ID() string { return idOf(kindGoal, strconv.Itoa(g.Number)) }

// Title returns the official text.
func (g SDGGoal) Title(language *Language) string { return g.titles.in(language) }

// ShortTitle returns a few words.
func (g SDGGoal) ShortTitle(language *Language) string { return g.short.in(language) }

// Targets returns the goal's targets in their official order.
func (g SDGGoal) Targets() []SDGTarget { return at(g.targets, g.s.target) }

// Recommendations returns a page of the recommendations linked to one of the goal's targets.
func (g SDGGoal) Recommendations(filter *RecommendationFilter, orderBy *RecommendationOrder,
	first *int, after *string, last *int, before *string) (*RecommendationConnection, error) {
	in := scope{SDGGoalDimension, strconv.Itoa(g.Number)}
	return g.s.recommendationPage(filter, in, orderBy, window{first, after, last, before})
}

type targetRow struct {
	Code       string
	titles     texts
	goal       int
	indicators []int
}

// SDGTarget is one of the 169 targets.
type SDGTarget struct {
	s *Snapshot
	*targetRow
}

func (s *Snapshot) target(p int) SDGTarget { return SDGTarget{s, &s.targets[p]} }

// SDGTarget returns a target by its code, nil where there is none.
func (s *Snapshot) SDGTarget(code string) *SDGTarget { return find(s.byCode.targets, code, s.target) }

func (t SDGTarget) IsNode() {}

// ID is stable for ever.
func (t SDGTarget) ID() string { return idOf(kindTarget, t.Code) }

// Title returns the official text.
func (t SDGTarget) Title(language *Language) string { return t.titles.in(language) }

// Goal returns the goal that the target belongs to.
func (t SDGTarget) Goal() SDGGoal { return t.s.goal(t.goal) }

// Indicators returns the target's indicators in their official order.
func (t SDGTarget) Indicators() []SDGIndicator { return at(t.indicators, t.s.indicator) }

// Recommendations returns a page of the recommendations linked to the target.
func (t SDGTarget) Recommendations(filter *RecommendationFilter, orderBy *RecommendationOrder,
	first *int, after *string, last *int, before *string) (*RecommendationConnection, error) {
	return t.s.recommendationPage(filter, scope{SDGTargetDimension, t.Code}, orderBy, window{first, after, last, before})
}

type indicatorRow struct {
	Code   string
	titles texts
	target int
}

// SDGIndicator measures progress towards a target.
type SDGIndicator struct {
	s *Snapshot
	*indicatorRow
}

func (s *Snapshot) indicator(p int) SDGIndicator { return SDGIndicator{s, &s.indicators[p]} }

func (i SDGIndicator) IsNode() {}

// ID is stable for ever.
func (i SDGIndicator) ID() string { return idOf(kindIndicator, i.Code) }

// Title returns the official text.
func (i SDGIndicator) Title(language *Language) string { return i.titles.in(language) }

// Target returns the target that the indicator belongs to.
func (i SDGIndicator) Target() SDGTarget { return i.s.target(i.target) }
