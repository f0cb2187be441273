package record

import "strconv"

// ActionCategory is one of McMahon's five categories of action.
type ActionCategory struct {
	Number           int
	Name, Definition string
	Verbs            []string
	Example          string
}

// ID is stable for ever.
func (c ActionCategory) ID() string { return idOf(kindAction, strconv.Itoa(c.Number)) }

// ActionCategories returns the categories by number.
func (s *Snapshot) ActionCategories() []ActionCategory { return s.actions }

// ActionCodingRule settles which category a recommendation gets in doubt.
type ActionCodingRule struct {
	Position int // in the list, from 1
	Rule     string
}

// ID is that of its position.
func (r ActionCodingRule) ID() string { return idOf(kindCodingRule, strconv.Itoa(r.Position)) }

// ActionCodingRules returns how doubts between categories are settled, by position.
func (s *Snapshot) ActionCodingRules() ActionCodingRules { return s.codingRules }

// ActionCodingRules are rules in their order.
type ActionCodingRules []ActionCodingRule

// Texts are what the rules say.
func (all ActionCodingRules) Texts() []string {
	texts := make([]string, len(all))
	for i, r := range all {
		texts[i] = r.Rule
	}
	return texts
}
