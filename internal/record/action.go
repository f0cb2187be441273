package record

// ActionCategory is one of McMahon's five categories of action.
type ActionCategory struct {
	Number           int
	Name, Definition string
	Verbs            []string
	Example          string
}

// ActionCategories returns the categories by number.
func (s *Snapshot) ActionCategories() []ActionCategory { return s.actions }

// ActionCodingRules returns how doubts between categories are settled.
func (s *Snapshot) ActionCodingRules() []string { return s.codingRules }
