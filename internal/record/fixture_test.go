package record

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/upr-info/upr/internal/civil"
)

// fixture makes a small record of random recommendations: a few States, two groups of
// which one is dated, three sessions in two cycles.
func fixture(random *rand.Rand, recommendations int) *Snapshot {
	s := &Snapshot{today: func() civil.Date { return "2020-06-01" }, tables: newTables()}
	s.runs = []runRow{{Source: "test"}}
	for _, code := range []string{"AAA", "BBB", "CCC", "DDD", "EEE"} {
		s.states = append(s.states, stateRow{Code: code, names: texts{"State " + code}})
	}
	s.groups = []groupRow{{Code: "NORTH", Kind: Regional}, {Code: "CLUB", Kind: OrganisationOfStates}}
	for state := range 3 {
		s.addMembership(membershipRow{state: state, group: 0})
	}
	s.addMembership(membershipRow{state: 0, group: 1, to: "2012-01-01"})
	s.addMembership(membershipRow{state: 4, group: 1, from: "2015-01-01"})
	s.sessions = []sessionRow{{Number: 1, Cycle: 1, StartDate: "2008-04-07"}, {Number: 2, Cycle: 1, StartDate: "2008-05-05"}, {Number: 13, Cycle: 2, StartDate: "2016-01-01"}}
	for session := range s.sessions {
		for state := range s.states {
			if random.IntN(3) > 0 {
				s.reviewOrder = append(s.reviewOrder, len(s.reviews))
				s.reviews = append(s.reviews, reviewRow{Cycle: s.sessions[session].Cycle, state: state, session: session})
			}
		}
	}
	for _, code := range []string{"torture", "women", "water"} {
		s.issues = append(s.issues, issueRow{Code: code, names: texts{code}})
	}
	s.actions = []ActionCategory{{Number: 1, Name: "Minimal action"}, {Number: 2, Name: "Continuing action"}}
	s.goals = []goalRow{{Number: 1}, {Number: 2}}
	s.targets = []targetRow{{Code: "1.1", goal: 0}, {Code: "1.2", goal: 0}, {Code: "2.1", goal: 1}}
	s.affected = []affectedRow{{Code: "children"}}
	s.byCode.states = codesOf(s.states, func(r *stateRow) string { return r.Code })
	s.byCode.groups = codesOf(s.groups, func(r *groupRow) string { return r.Code })
	s.byCode.sessions = codesOf(s.sessions, func(r *sessionRow) int { return r.Number })
	statements := make([]statement, recommendations)
	for i := range statements {
		statements[i] = randomStatement(random, s, i)
	}
	slices.SortFunc(statements, func(a, b statement) int { return s.placeOf(&a).compare(s.placeOf(&b)) })
	s.recommendations = newCorpus(s, statements)
	s.pledges = newCorpus(s, nil)
	return s
}

func (s *Snapshot) addMembership(m membershipRow) {
	s.states[m.state].memberships = append(s.states[m.state].memberships, len(s.memberships))
	s.groups[m.group].memberships = append(s.groups[m.group].memberships, len(s.memberships))
	s.memberships = append(s.memberships, m)
}

func randomStatement(random *rand.Rand, s *Snapshot, i int) statement {
	words := []string{"ratify", "the", "convention", "women", "and", "children", "torture", "without", "delay"}
	text := ""
	for range 3 + random.IntN(6) {
		text += words[random.IntN(len(words))] + " "
	}
	st := statement{
		uid: fmt.Sprintf("rec_%04d", i), Text: text, review: random.IntN(len(s.reviews)), row: random.IntN(3),
		recommending: random.IntN(len(s.states)+1) - 1, action: random.IntN(len(s.actions)+1) - 1,
		events:    []event{{response: random.IntN(len(responses))}},
		issueTags: randomTags(random, len(s.issues)), targetTags: randomTags(random, len(s.targets)), affectedTags: randomTags(random, len(s.affected)),
	}
	return st
}

// randomTags are sorted by value, and sometimes name one twice by two sources.
func randomTags(random *rand.Rand, values int) []tag {
	tags := []tag{}
	for v := range values {
		for source := range random.IntN(3) {
			tags = append(tags, tag{v, &tagOrigin{Source: fmt.Sprint("source ", source)}})
		}
	}
	return tags
}
