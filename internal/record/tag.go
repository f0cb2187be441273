package record

// TagMethod says how a tag came about.
type TagMethod string

// tag links a statement to an entry of a vocabulary.
type tag struct {
	value int
	*tagOrigin
}

// tagOrigin says where a tag comes from. There are few, which their tags share. Who
// reviewed it is not public.
type tagOrigin struct {
	Source     string
	Method     TagMethod
	Confidence float64
	Reviewed   bool
}

// distinct returns the values of tags: two sources that agree count once.
func distinct(tags []tag) []int { return appendDistinct(make([]int, 0, len(tags)), tags) }

// appendDistinct relies on the tags being sorted by value.
func appendDistinct(values []int, tags []tag) []int {
	for i, t := range tags {
		if i == 0 || t.value != tags[i-1].value {
			values = append(values, t.value)
		}
	}
	return values
}

// classified gives recommendations and pledges their tags.
type classified struct {
	s *Snapshot
	*statement
}

// Review returns the review in which it was made.
func (c classified) Review() Review { return c.s.review(c.review) }

// ActionCategory returns nil where it is not classified.
func (c classified) ActionCategory() *ActionCategory {
	if c.action == none {
		return nil
	}
	return &c.s.actions[c.action]
}

// Issues returns what it is about.
func (c classified) Issues() []Issue { return at(distinct(c.issueTags), c.s.issue) }

// SDGTargets returns the targets that it is linked to.
func (c classified) SDGTargets() []SDGTarget { return at(distinct(c.targetTags), c.s.target) }

// SDGGoals returns the goals of its targets.
func (c classified) SDGGoals() []SDGGoal { return at(c.s.goalsOf(c.statement, nil), c.s.goal) }

// AffectedGroups returns whom it concerns.
func (c classified) AffectedGroups() []AffectedGroup {
	return at(distinct(c.affectedTags), c.s.affectedGroup)
}

// goalsOf appends the goals of a statement's targets. Targets are in the order of
// their goals, so equal goals are neighbours.
func (s *Snapshot) goalsOf(st *statement, goals []int) []int {
	for _, t := range st.targetTags {
		if goal := s.targets[t.value].goal; len(goals) == 0 || goals[len(goals)-1] != goal {
			goals = append(goals, goal)
		}
	}
	return goals
}

// IssueTag says who holds that a statement is about an issue.
type IssueTag struct {
	s *Snapshot
	*tag
}

// Issue returns the issue.
func (t IssueTag) Issue() Issue { return t.s.issue(t.value) }

// SDGTag says who links a statement to a target.
type SDGTag struct {
	s *Snapshot
	*tag
}

// Target returns the target.
func (t SDGTag) Target() SDGTarget { return t.s.target(t.value) }

// AffectedGroupTag says who holds that a statement concerns a group of persons.
type AffectedGroupTag struct {
	s *Snapshot
	*tag
}

// AffectedGroup returns the group.
func (t AffectedGroupTag) AffectedGroup() AffectedGroup { return t.s.affectedGroup(t.value) }

// IssueTags returns by whom and how each issue was given.
func (c classified) IssueTags() []IssueTag {
	return tagged(c.issueTags, func(t *tag) IssueTag { return IssueTag{c.s, t} })
}

// SDGTags returns by whom and how each target was given.
func (c classified) SDGTags() []SDGTag {
	return tagged(c.targetTags, func(t *tag) SDGTag { return SDGTag{c.s, t} })
}

// AffectedGroupTags returns by whom and how each affected group was given.
func (c classified) AffectedGroupTags() []AffectedGroupTag {
	return tagged(c.affectedTags, func(t *tag) AffectedGroupTag { return AffectedGroupTag{c.s, t} })
}

func tagged[T any](tags []tag, handle func(*tag) T) []T {
	handles := make([]T, len(tags))
	for i := range tags {
		handles[i] = handle(&tags[i])
	}
	return handles
}
