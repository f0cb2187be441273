package record

import (
	"iter"
	"strconv"
	"time"

	"github.com/upr-info/upr/internal/fault"
)

// This file has whole lists for exports, where page.go has pages for questions.

// Published is when the version was committed.
func (s *Snapshot) Published() time.Time { return s.published }

// EachRecommendation returns how many recommendations a filter admits, and all of them, one
// after the other. Without an order they come by session, also where a text is given.
func (s *Snapshot) EachRecommendation(filter *RecommendationFilter, orderBy RecommendationOrder) (int, iter.Seq[Recommendation], error) {
	return each(s.recommendations, filter, orderBy, s.recommendation)
}

// EachPledge returns how many pledges a filter admits, and all of them by session.
func (s *Snapshot) EachPledge(filter *RecommendationFilter) (int, iter.Seq[Pledge], error) {
	return each(s.pledges, filter, BySession, s.pledge)
}

func each[T any](c *corpus, filter *RecommendationFilter, orderBy RecommendationOrder, handle func(int) T) (int, iter.Seq[T], error) {
	selection, err := c.choose(filter)
	if err != nil {
		return 0, nil, err
	}
	if orderBy == "" {
		orderBy = BySession
	}
	order, known := c.orders[orderBy]
	if !known {
		return 0, nil, fault.Invalid("order", "is SESSION, STATE_UNDER_REVIEW or RECOMMENDING_STATE, not %q", string(orderBy))
	}
	ranks := order.ranked(selection.matching())
	return int(ranks.GetCardinality()), func(yield func(T) bool) {
		for rank := ranks.Iterator(); rank.HasNext(); {
			if !yield(handle(int(order.position(rank.Next())))) {
				return
			}
		}
	}, nil
}

// Translation is a text of a thing in one language.
type Translation struct {
	Field    string
	Language Language
	Text     string
}

// translations lists what there is in which language, in the order of languages.
func (t *texts) translations(field string) (list []Translation) {
	for i, text := range t {
		if text != "" {
			list = append(list, Translation{field, languages[i], text})
		}
	}
	return list
}

// Translations are the names that there are.
func (s State) Translations() []Translation { return s.names.translations("name") }

// Translations are the names that there are.
func (g StateGroup) Translations() []Translation { return g.names.translations("name") }

// Translations are the names that there are.
func (i Issue) Translations() []Translation { return i.names.translations("name") }

// Translations are the names that there are.
func (g AffectedGroup) Translations() []Translation { return g.names.translations("name") }

// Translations are the titles and short titles that there are.
func (g SDGGoal) Translations() []Translation {
	return append(g.titles.translations("title"), g.short.translations("short_title")...)
}

// Translations are the titles that there are.
func (t SDGTarget) Translations() []Translation { return t.titles.translations("title") }

// Translations are the titles that there are.
func (i SDGIndicator) Translations() []Translation { return i.titles.translations("title") }

// Translations are the names and descriptions that there are.
func (p Programme) Translations() []Translation {
	return append(p.names.translations("name"), p.descriptions.translations("description")...)
}

// GroupAtReview is the code of the regional group to which a State belonged on the day of the
// review, empty where it belonged to none.
func (r Review) GroupAtReview(state State) string {
	for _, m := range state.memberships {
		row := &r.s.memberships[m]
		if group := &r.s.groups[row.group]; group.Kind == Regional && row.holds(r.day()) {
			return group.Code
		}
	}
	return ""
}

// IssueCodes appends the codes of its issues.
func (c classified) IssueCodes(into []string) []string {
	return appendCodes(into, c.issueTags, func(p int) string { return c.s.issues[p].Code })
}

// SDGTargetCodes appends the codes of its targets.
func (c classified) SDGTargetCodes(into []string) []string {
	return appendCodes(into, c.targetTags, func(p int) string { return c.s.targets[p].Code })
}

// AffectedGroupCodes appends the codes of the groups that it concerns.
func (c classified) AffectedGroupCodes(into []string) []string {
	return appendCodes(into, c.affectedTags, func(p int) string { return c.s.affected[p].Code })
}

// SDGGoalNumbers appends the numbers of the goals of its targets.
func (c classified) SDGGoalNumbers(into []string) []string {
	last := none
	for _, t := range c.targetTags {
		if goal := c.s.targets[t.value].goal; goal != last {
			into, last = append(into, strconv.Itoa(c.s.goals[goal].Number)), goal
		}
	}
	return into
}

// appendCodes relies on the tags being sorted by value.
func appendCodes(into []string, tags []tag, code func(int) string) []string {
	for i, t := range tags {
		if i == 0 || t.value != tags[i-1].value {
			into = append(into, code(t.value))
		}
	}
	return into
}
