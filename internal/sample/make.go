package sample

import (
	"fmt"
	"slices"
)

// statement is what recommendations and pledges have in common.
type statement struct {
	text    string
	action  action
	issues  []string // the main one first
	targets []targetLink
	groups  []string
}

type targetLink struct {
	code       string
	confidence int // per cent
}

type recommendation struct {
	statement
	from      string // ISO3; empty: unknown
	number    string
	responses []response
}

// maker makes up the content. It depends on the seed, the model and the codes and
// dates of the reference data, and on nothing else.
type maker struct {
	random
	*model
	activity     []int // weights of the recommending States, by rank
	issueShares  []int
	actionShares []int
}

func newMaker(seed uint64, m *model) *maker {
	k := &maker{random: newRandom(seed), model: m}
	for rank := range m.recommending {
		k.activity = append(k.activity, zipf(rank))
	}
	for _, i := range m.issues {
		k.issueShares = append(k.issueShares, i.share)
	}
	for _, a := range m.actions {
		k.actionShares = append(k.actionShares, a.share)
	}
	return k
}

// review makes n recommendations to one State.
func (k *maker) review(rv review, n int) []recommendation {
	made := make([]recommendation, 0, n)
	lenience := k.lenience()
	paragraph := 90 + k.IntN(80)
	numbered := 0
	for _, from := range k.recommenders(rv.state, n) {
		if joint, ok := k.joint(made, from); ok {
			made = append(made, joint)
			continue
		}
		numbered++
		rec := recommendation{statement: k.statement(k.grammar.text), from: k.sometimesUnknown(from)}
		if rv.cycle > 1 { // reports of the first cycle are numbered in other ways
			rec.number = fmt.Sprintf("%d.%d", paragraph, numbered)
		}
		rec.responses = k.responses(rv, rec.action, lenience)
		made = append(made, rec)
	}
	return made
}

// joint repeats a recommendation that another State made in the same review, as when
// several States stand behind one paragraph. About 3 % share their text in this way.
func (k *maker) joint(made []recommendation, from string) (recommendation, bool) {
	if len(made) == 0 || !k.chance(16, 1000) {
		return recommendation{}, false
	}
	rec := pick(k.random, made)
	alreadyThere := slices.ContainsFunc(made, func(other recommendation) bool {
		return other.text == rec.text && other.from == from
	})
	if alreadyThere || rec.from == "" {
		return recommendation{}, false
	}
	rec.from = from
	return rec, true
}

// sometimesUnknown forgets the State once in 2,000 times, as sources do.
func (k *maker) sometimesUnknown(from string) string {
	if k.chance(1, 2000) {
		return ""
	}
	return from
}

func (k *maker) statement(text func(random, int, []string) string) statement {
	s := statement{action: k.actions[k.weighted(k.actionShares)]}
	about := k.about()
	for _, i := range about {
		s.issues = append(s.issues, k.issues[i].code)
		for _, group := range k.issues[i].groups {
			if !slices.Contains(s.groups, group) {
				s.groups = append(s.groups, group)
			}
		}
	}
	s.targets = k.targets(about)
	s.text = text(k.random, s.action.number, s.issues)
	return s
}

// issueCounts says how many of 23,484 recommendations of UPR Info had 1, 2, … 6 issues.
var issueCounts = []int{20087, 13169, 5602, 1479, 517, 212}

// about draws the issues of one recommendation, as positions. A third of the further
// ones are related to the first.
func (k *maker) about() []int {
	shares := slices.Clone(k.issueShares)
	var drawn []int
	for range 1 + k.weighted(issueCounts) {
		i := -1
		if len(drawn) > 0 && k.chance(1, 3) {
			i = k.weighted(k.related(drawn[0], shares))
		}
		if i < 0 {
			i = k.weighted(shares)
		}
		shares[i] = 0
		drawn = append(drawn, i)
	}
	return drawn
}

// related keeps the shares of the issues that go with the main one.
func (k *maker) related(main int, shares []int) []int {
	related := make([]int, len(shares))
	for i, share := range shares {
		if slices.Contains(k.issues[main].related, k.issues[i].code) {
			related[i] = share
		}
	}
	return related
}

// targets draws one to three SDG targets of the issues. A model finds some in seven
// of ten recommendations; some issues have none.
func (k *maker) targets(about []int) []targetLink {
	var candidates []string
	for _, i := range about {
		for _, code := range k.issues[i].targets {
			if !slices.Contains(candidates, code) {
				candidates = append(candidates, code)
			}
		}
	}
	if !k.chance(69, 100) {
		return nil
	}
	k.Shuffle(len(candidates), func(i, j int) { candidates[i], candidates[j] = candidates[j], candidates[i] })
	var links []targetLink
	for _, code := range candidates[:min(len(candidates), 1+k.weighted([]int{50, 35, 15}))] {
		links = append(links, targetLink{code, 50 + k.IntN(50)})
	}
	return links
}
