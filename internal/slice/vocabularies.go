package slice

import (
	"github.com/upr-info/upr/internal/record"
)

func init() { //nolint:gochecknoinits // kinds register themselves
	type vocabulary = record.IssueVocabulary
	Register(Kind{Name: "issue_vocabularies", Title: "Lists of issues", Scope: "issues", Key: []string{"code"},
		Description: "One row for each version of UPR Info's list of issues."},
		listed((*record.Snapshot).IssueVocabularies),
		textual("code", "Its code.", func(v vocabulary) string { return v.Code }).Required(),
		textual("id", "Stable for ever.", vocabulary.ID).Required(),
		textual("title", "Its title.", func(v vocabulary) string { return v.Title }),
		whole("year", "Year of the version.", func(v vocabulary) int { return v.Year }),
		textual("source", "Where it is from.", func(v vocabulary) string { return v.Source }),
	)
	type issue = record.Issue
	issues := listed((*record.Snapshot).Issues)
	Register(Kind{Name: "issues", Title: "Issues", Scope: "issues", Key: []string{"code"},
		Description: "One row for each issue of any version of the list. One with successors is not used any more."},
		issues,
		textual("code", "Kept for ever, as in womens-rights.", func(i issue) string { return i.Code }).Required(),
		textual("id", "Stable for ever.", issue.ID).Required(),
		labelled("name", "Today's name.", issue.Name),
		list("successors", "Codes of the issues that it was merged into or split into.", func(i issue) []string {
			return words(i.Successors(), func(i issue) string { return i.Code })
		}),
	)
	translated("issues", "issue", "code", issues, func(i issue) string { return i.Code }, issue.Translations)
	type label = Edge[issue, record.IssueLabel]
	Register(Kind{Name: "issue_labels", Title: "Labels of issues", Of: "issues", Scope: "issues", Key: []string{"issue", "vocabulary"},
		Description: "One row for what each version of the list calls an issue."},
		edges(issues, func(i issue) []record.IssueLabel { return i.Labels }),
		textual("issue", "The issue.", func(e label) string { return e.Parent.Code }).Required().Refers("issues.code"),
		textual("vocabulary", "The version.", func(e label) string { return e.Child.Vocabulary.Code }).Required().Refers("issue_vocabularies.code"),
		textual("label", "What it calls the issue.", func(e label) string { return e.Child.Label }).Required(),
		textual("status", "Compared with the version before.", func(e label) string { return string(e.Child.Status) }),
	)
	type successor = Edge[issue, issue]
	Register(Kind{Name: "issue_successors", Title: "Successors of issues", Of: "issues", Scope: "issues", Key: []string{"issue", "successor"},
		Description: "One row for each issue that another one was merged into or split into."},
		edges(issues, issue.Successors),
		textual("issue", "The issue that is not used any more.", func(e successor) string { return e.Parent.Code }).Required().Refers("issues.code"),
		textual("successor", "What came instead.", func(e successor) string { return e.Child.Code }).Required().Refers("issues.code"),
	)

	type action = record.ActionCategory
	Register(Kind{Name: "action_categories", Title: "Action categories", Scope: "issues", Key: []string{"number"},
		Description: "One row for each of McMahon's five categories of the action that a recommendation asks for."},
		listed((*record.Snapshot).ActionCategories),
		whole("number", "1 (minimal) to 5 (specific).", func(a action) int { return a.Number }),
		textual("id", "Stable for ever.", action.ID).Required(),
		labelled("name", "Its name.", func(a action, _ *record.Language) string { return a.Name }),
		textual("definition", "What it means.", func(a action) string { return a.Definition }),
		textual("example", "An example.", func(a action) string { return a.Example }),
		list("verbs", "Verbs that often open such a recommendation.", func(a action) []string { return a.Verbs }),
	)
	type rule = record.ActionCodingRule
	Register(Kind{Name: "action_coding_rules", Title: "Rules for action categories", Scope: "issues", Key: []string{"position"},
		Description: "One row for each rule that settles which action category a recommendation gets in doubt."},
		listed(func(s *record.Snapshot) []rule { return s.ActionCodingRules() }),
		whole("position", "Place in the list, from 1.", func(r rule) int { return r.Position }),
		textual("id", "Of the rule at this position.", rule.ID).Required(),
		textual("rule", "What it says.", func(r rule) string { return r.Rule }).Required(),
	)

	type affected = record.AffectedGroup
	groups := listed((*record.Snapshot).AffectedGroups)
	Register(Kind{Name: "affected_groups", Title: "Affected groups", Scope: "issues", Key: []string{"code"},
		Description: "One row for each group of persons whom recommendations concern."},
		groups,
		textual("code", "Kept for ever.", func(g affected) string { return g.Code }).Required(),
		textual("id", "Stable for ever.", affected.ID).Required(),
		labelled("name", "Its name.", affected.Name),
		list("successors", "Codes of the groups that it was merged into or split into.", func(g affected) []string {
			return words(g.Successors(), func(g affected) string { return g.Code })
		}),
	)
	translated("affected_groups", "affected_group", "code", groups, func(g affected) string { return g.Code }, affected.Translations)

	registerGoals()
}

func registerGoals() {
	type goal = record.SDGGoal
	goals := listed((*record.Snapshot).SDGGoals)
	Register(Kind{Name: "sdg_goals", Title: "Sustainable Development Goals", Scope: "issues", Key: []string{"number"},
		Description: "One row for each of the 17 goals."},
		goals,
		whole("number", "1 to 17.", func(g goal) int { return g.Number }),
		textual("id", "Stable for ever.", goal.ID).Required(),
		labelled("title", "Official text.", goal.Title),
		labelled("short_title", "A few words.", goal.ShortTitle),
	)
	translated("sdg_goals", "sdg_goal", "id", goals, goal.ID, goal.Translations)
	type target = record.SDGTarget
	targets := listed(func(s *record.Snapshot) (all []target) {
		for _, g := range s.SDGGoals() {
			all = append(all, g.Targets()...)
		}
		return all
	})
	Register(Kind{Name: "sdg_targets", Title: "SDG targets", Scope: "issues", Key: []string{"code"},
		Description: "One row for each of the 169 targets."},
		targets,
		textual("code", "As in 16.3.", func(t target) string { return t.Code }).Required(),
		textual("id", "Stable for ever.", target.ID).Required(),
		whole("goal", "Number of its goal.", func(t target) int { return t.Goal().Number }).Refers("sdg_goals.number"),
		labelled("title", "Official text.", target.Title),
	)
	translated("sdg_targets", "sdg_target", "code", targets, func(t target) string { return t.Code }, target.Translations)
	type indicator = record.SDGIndicator
	indicators := listed(func(s *record.Snapshot) (all []indicator) {
		for _, g := range s.SDGGoals() {
			for _, t := range g.Targets() {
				all = append(all, t.Indicators()...)
			}
		}
		return all
	})
	Register(Kind{Name: "sdg_indicators", Title: "SDG indicators", Scope: "issues", Key: []string{"code"},
		Description: "One row for each indicator of a target."},
		indicators,
		textual("code", "As in 16.3.1.", func(i indicator) string { return i.Code }).Required(),
		textual("id", "Stable for ever.", indicator.ID).Required(),
		textual("target", "Code of its target.", func(i indicator) string { return i.Target().Code }).Required().Refers("sdg_targets.code"),
		labelled("title", "Official text.", indicator.Title),
	)
	translated("sdg_indicators", "sdg_indicator", "code", indicators, func(i indicator) string { return i.Code }, indicator.Translations)
}
