package record

import (
	"strconv"

	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/fault"
)

// Dimension is something by which recommendations are counted.
type Dimension string

const (
	StateUnderReviewDimension       Dimension = "STATE_UNDER_REVIEW"
	StateUnderReviewGroupDimension  Dimension = "STATE_UNDER_REVIEW_GROUP"
	RecommendingStateDimension      Dimension = "RECOMMENDING_STATE"
	RecommendingStateGroupDimension Dimension = "RECOMMENDING_STATE_GROUP"
	CycleDimension                  Dimension = "CYCLE"
	SessionDimension                Dimension = "SESSION"
	ResponseDimension               Dimension = "RESPONSE"
	ActionCategoryDimension         Dimension = "ACTION_CATEGORY"
	IssueDimension                  Dimension = "ISSUE"
	SDGGoalDimension                Dimension = "SDG_GOAL"
	SDGTargetDimension              Dimension = "SDG_TARGET"
	AffectedGroupDimension          Dimension = "AFFECTED_GROUP"

	// reviewDimension serves nested lists; nobody counts by it.
	reviewDimension Dimension = "REVIEW"
)

// Unknown is the key of a recommending State that the source does not name.
const Unknown = "UNKNOWN"

// definition says what a dimension is. Everything else about it (bitmaps, filters,
// facets, cross tables) follows from here.
type definition struct {
	// keys are the dimension's values as the filter takes them, in their order.
	keys func(*Snapshot) []string
	// values appends the positions in keys of the values that a statement has.
	values func(*Snapshot, *statement, membershipDay, []int) []int
	// label is what people read for a value.
	label func(*Snapshot, int, *Language) string
	// hint tells who gave a wrong key what a right one looks like.
	hint string
}

var definitions = map[Dimension]definition{
	StateUnderReviewDimension: {
		keys: stateKeys,
		values: func(s *Snapshot, st *statement, _ membershipDay, v []int) []int {
			return append(v, s.reviews[st.review].state)
		},
		label: stateLabel,
		hint:  "use ISO 3166-1 alpha-3, as in EGY",
	},
	RecommendingStateDimension: {
		keys: func(s *Snapshot) []string { return append(stateKeys(s), Unknown) },
		values: func(s *Snapshot, st *statement, _ membershipDay, v []int) []int {
			if st.recommending == none {
				return append(v, len(s.states))
			}
			return append(v, st.recommending)
		},
		label: orUnknown(stateLabel, func(s *Snapshot) int { return len(s.states) }),
		hint:  "use ISO 3166-1 alpha-3, as in EGY, or UNKNOWN",
	},
	StateUnderReviewGroupDimension: {
		keys: groupKeys,
		values: func(s *Snapshot, st *statement, day membershipDay, v []int) []int {
			return s.groupsOf(s.reviews[st.review].state, day.of(s.review(st.review)), v)
		},
		label: groupLabel,
		hint:  "`stateGroups` lists them, as in AFRICA",
	},
	RecommendingStateGroupDimension: {
		keys: func(s *Snapshot) []string { return append(groupKeys(s), Unknown) },
		values: func(s *Snapshot, st *statement, day membershipDay, v []int) []int {
			if st.recommending == none {
				return append(v, len(s.groups))
			}
			return s.groupsOf(st.recommending, day.of(s.review(st.review)), v)
		},
		label: orUnknown(groupLabel, func(s *Snapshot) int { return len(s.groups) }),
		hint:  "`stateGroups` lists them, as in AFRICA; or UNKNOWN",
	},
	CycleDimension: {
		keys: func(s *Snapshot) []string { return numbers(s.cycles()) },
		values: func(s *Snapshot, st *statement, _ membershipDay, v []int) []int {
			return append(v, s.reviews[st.review].Cycle-1)
		},
		label: func(_ *Snapshot, p int, _ *Language) string { return "Cycle " + strconv.Itoa(p+1) },
		hint:  "cycles are counted from 1",
	},
	SessionDimension: {
		keys: func(s *Snapshot) []string {
			return keysOf(s.sessions, func(r *sessionRow) string { return strconv.Itoa(r.Number) })
		},
		values: func(s *Snapshot, st *statement, _ membershipDay, v []int) []int {
			return append(v, s.reviews[st.review].session)
		},
		label: func(s *Snapshot, p int, _ *Language) string { return "Session " + strconv.Itoa(s.sessions[p].Number) },
		hint:  "`sessions` lists them",
	},
	reviewDimension: {
		keys: func(s *Snapshot) []string {
			keys := make([]string, len(s.reviews))
			for _, p := range s.reviewOrder {
				keys[p] = s.review(p).ID()
			}
			return keys
		},
		values: func(_ *Snapshot, st *statement, _ membershipDay, v []int) []int { return append(v, st.review) },
	},
	ResponseDimension: {
		keys: func(*Snapshot) []string {
			keys := make([]string, len(responses))
			for p, r := range responses {
				keys[p] = string(r)
			}
			return keys
		},
		values: func(_ *Snapshot, st *statement, _ membershipDay, v []int) []int {
			if len(st.events) == 0 { // a pledge
				return v
			}
			return append(v, st.response())
		},
		label: func(_ *Snapshot, p int, _ *Language) string { return responseLabels[p] },
		hint:  "there are SUPPORTED, PARTIALLY_SUPPORTED, NOTED, NO_CLEAR_POSITION, NO_RESPONSE and PENDING",
	},
	ActionCategoryDimension: {
		keys: func(s *Snapshot) []string { return numbers(len(s.actions)) },
		values: func(_ *Snapshot, st *statement, _ membershipDay, v []int) []int {
			if st.action == none {
				return v
			}
			return append(v, st.action)
		},
		label: func(s *Snapshot, p int, _ *Language) string { return s.actions[p].Name },
		hint:  "categories are numbered from 1 to 5",
	},
	IssueDimension: {
		keys: func(s *Snapshot) []string { return keysOf(s.issues, func(r *issueRow) string { return r.Code }) },
		values: func(_ *Snapshot, st *statement, _ membershipDay, v []int) []int {
			return appendDistinct(v, st.issueTags)
		},
		label: func(s *Snapshot, p int, l *Language) string { return s.issue(p).Name(l) },
		hint:  "`issues` lists them, as in womens-rights",
	},
	SDGGoalDimension: {
		keys:   func(s *Snapshot) []string { return numbers(len(s.goals)) },
		values: func(s *Snapshot, st *statement, _ membershipDay, v []int) []int { return s.goalsOf(st, v) },
		label:  func(s *Snapshot, p int, l *Language) string { return s.goal(p).ShortTitle(l) },
		hint:   "goals are numbered from 1 to 17",
	},
	SDGTargetDimension: {
		keys: func(s *Snapshot) []string { return keysOf(s.targets, func(r *targetRow) string { return r.Code }) },
		values: func(_ *Snapshot, st *statement, _ membershipDay, v []int) []int {
			return appendDistinct(v, st.targetTags)
		},
		label: func(s *Snapshot, p int, l *Language) string { return s.target(p).Title(l) },
		hint:  "targets are written as in 16.3 or 16.a",
	},
	AffectedGroupDimension: {
		keys: func(s *Snapshot) []string { return keysOf(s.affected, func(r *affectedRow) string { return r.Code }) },
		values: func(_ *Snapshot, st *statement, _ membershipDay, v []int) []int {
			return appendDistinct(v, st.affectedTags)
		},
		label: func(s *Snapshot, p int, l *Language) string { return s.affectedGroup(p).Name(l) },
		hint:  "`affectedGroups` lists them",
	},
}

// membershipDay is the day on which a State must belong to a group: a date, or
// atReview for the day of each review.
type membershipDay civil.Date

const atReview membershipDay = ""

func (d membershipDay) of(r Review) civil.Date {
	if d == atReview {
		return r.day()
	}
	return civil.Date(d)
}

// response is the position of the current response: the latest event.
func (st *statement) response() int { return st.events[len(st.events)-1].response }

// groupsOf appends the groups that a State belongs to on a day.
func (s *Snapshot) groupsOf(state int, day civil.Date, groups []int) []int {
	for _, m := range s.states[state].memberships {
		if row := &s.memberships[m]; row.holds(day) {
			groups = append(groups, row.group)
		}
	}
	return groups
}

func (s *Snapshot) cycles() int {
	last := 0
	for i := range s.sessions {
		last = max(last, s.sessions[i].Cycle)
	}
	return last
}

// known refuses keys that a dimension does not have.
func (s *Snapshot) known(field string, d Dimension, keys []string) error {
	index := s.recommendations.dimensions[d]
	for _, key := range keys {
		if _, ok := index.byKey[key]; !ok {
			return fault.Invalid(field, "the record has no %q; %s", key, index.hint)
		}
	}
	return nil
}

func keysOf[T any](rows []T, key func(*T) string) []string {
	keys := make([]string, len(rows))
	for i := range rows {
		keys[i] = key(&rows[i])
	}
	return keys
}

func numbers(upTo int) []string {
	keys := make([]string, upTo)
	for i := range keys {
		keys[i] = strconv.Itoa(i + 1)
	}
	return keys
}

func stateKeys(s *Snapshot) []string {
	return keysOf(s.states, func(r *stateRow) string { return r.Code })
}

func groupKeys(s *Snapshot) []string {
	return keysOf(s.groups, func(r *groupRow) string { return r.Code })
}

func stateLabel(s *Snapshot, p int, l *Language) string { return s.state(p).Name(l) }

func groupLabel(s *Snapshot, p int, l *Language) string { return s.group(p).Name(l) }

// orUnknown labels the value behind the last one of a vocabulary.
func orUnknown(label func(*Snapshot, int, *Language) string, size func(*Snapshot) int) func(*Snapshot, int, *Language) string {
	return func(s *Snapshot, p int, l *Language) string {
		if p == size(s) {
			return "Unknown"
		}
		return label(s, p, l)
	}
}
