package record

import (
	"cmp"
	"slices"
	"strconv"
	"sync"
	"unicode/utf8"

	"github.com/upr-info/upr/internal/fault"
)

// Suggestion is a value that a filter takes, found by what somebody begins to type.
type Suggestion struct {
	Kind    Dimension
	Key     string
	Label   string
	Matched string
	Count   int
}

const (
	defaultSuggestions = 10
	maxSuggestText     = 200 // characters
)

// Suggest finds States, groups of States, issues, goals, targets and affected groups of
// which a name in any language, a former or short name or a code begins so.
func (s *Snapshot) Suggest(text string, language *Language, first *int) ([]Suggestion, error) {
	w, err := window{first: first}.check()
	if err != nil {
		return nil, err
	}
	if n := utf8.RuneCountInString(text); n > maxSuggestText {
		return nil, fault.Invalid("text", "%d characters are more than %d", n, maxSuggestText)
	}
	size := defaultSuggestions
	if first != nil {
		size = *w.first
	}
	matches := s.suggestMatches(text)
	suggestions := make([]Suggestion, 0, min(size, len(matches)))
	for _, m := range matches[:min(size, len(matches))] {
		label := definitions[m.kind].label(s, m.value, language)
		suggestions = append(suggestions, Suggestion{m.kind, m.key, label, m.matched, m.count})
	}
	return suggestions, nil
}

// suggestMatch is a candidate and how well it matches.
type suggestMatch struct {
	*candidate
	quality matchQuality
	matched string
	count   int
}

// suggestMatches returns all candidates that match, best first. Typing errors are looked for
// where nothing else is found.
func (s *Snapshot) suggestMatches(text string) []suggestMatch {
	candidates := s.candidates(s)
	wanted := foldings(text)
	var matches []suggestMatch
	for _, tolerant := range []bool{false, true} {
		for i := range candidates {
			c := &candidates[i]
			if quality, name := c.match(wanted, tolerant); quality != noMatch {
				count := s.recommendations.dimensions[c.kind].bitmaps[c.value].GetCardinality()
				matches = append(matches, suggestMatch{c, quality, name, int(count)})
			}
		}
		if len(matches) > 0 {
			break
		}
	}
	slices.SortStableFunc(matches, func(a, b suggestMatch) int {
		return cmp.Or(cmp.Compare(a.quality, b.quality), cmp.Compare(b.count, a.count))
	})
	return matches
}

// candidate is something that may be suggested, with all that it is called.
type candidate struct {
	kind  Dimension
	value int
	key   string
	names []candidateName
}

type candidateName struct {
	text   string
	folded []string
	code   bool
}

func (c *candidate) add(code bool, names ...string) {
	for _, name := range names {
		if name != "" && !slices.ContainsFunc(c.names, func(n candidateName) bool { return n.text == name }) {
			c.names = append(c.names, candidateName{name, foldings(name), code})
		}
	}
}

// suggested are the dimensions whose values are suggested, with what their values are called.
var suggested = []struct {
	kind  Dimension
	names func(*Snapshot, int, *candidate)
}{
	{StateUnderReviewDimension, func(s *Snapshot, p int, c *candidate) {
		row := &s.states[p]
		c.add(true, row.Code, row.ISO2, row.M49)
		c.add(false, row.names[:]...)
		c.add(false, row.Aliases...)
		c.add(false, row.FormalName)
	}},
	{StateUnderReviewGroupDimension, func(s *Snapshot, p int, c *candidate) {
		c.add(true, s.groups[p].Code)
		c.add(false, s.groups[p].names[:]...)
	}},
	{IssueDimension, func(s *Snapshot, p int, c *candidate) {
		row := &s.issues[p]
		c.add(false, row.names[:]...)
		for _, label := range row.Labels {
			c.add(false, label.Label)
		}
		c.add(true, row.Code)
	}},
	{SDGGoalDimension, func(s *Snapshot, p int, c *candidate) {
		row := &s.goals[p]
		number := strconv.Itoa(row.Number)
		c.add(true, number, "SDG "+number, "Goal "+number)
		c.add(false, row.short[:]...)
		c.add(false, row.titles[:]...)
	}},
	{SDGTargetDimension, func(s *Snapshot, p int, c *candidate) {
		row := &s.targets[p]
		c.add(true, row.Code, "SDG "+row.Code)
		c.add(false, row.titles[:]...)
	}},
	{AffectedGroupDimension, func(s *Snapshot, p int, c *candidate) {
		c.add(false, s.affected[p].names[:]...)
		c.add(true, s.affected[p].Code)
	}},
}

// candidatesOnce makes the candidates when they are first asked for.
func candidatesOnce() func(*Snapshot) []candidate {
	var once sync.Once
	var candidates []candidate
	return func(s *Snapshot) []candidate {
		once.Do(func() { candidates = s.makeCandidates() })
		return candidates
	}
}

func (s *Snapshot) makeCandidates() []candidate {
	var all []candidate
	for _, of := range suggested {
		for value, key := range s.recommendations.dimensions[of.kind].list {
			c := candidate{kind: of.kind, value: value, key: key}
			of.names(s, value, &c)
			all = append(all, c)
		}
	}
	return all
}
