package record

import (
	"encoding/json"
	"fmt"
)

// vocabularies loads what statements are classified by.
func (l *loader) vocabularies() {
	s := l.s
	s.vocabularies, l.at.vocabularies = table(l, `SELECT id, code, title, year, source FROM issue_vocabularies ORDER BY year, id`,
		func(v *IssueVocabulary, id *int) []any { return []any{id, &v.Code, &v.Title, &v.Year, &v.Source} })
	l.issues()
	verbs := []json.RawMessage{}
	s.actions, l.at.actions = table(l, `SELECT id, number, name, definition, verbs, example FROM action_categories ORDER BY number`,
		func(c *ActionCategory, id *int) []any {
			verbs = append(verbs, nil)
			return []any{id, &c.Number, &c.Name, &c.Definition, (*[]byte)(&verbs[len(verbs)-1]), &c.Example}
		})
	for i := range s.actions {
		if err := json.Unmarshal(verbs[i], &s.actions[i].Verbs); err != nil && l.err == nil {
			l.err = fmt.Errorf("verbs of action category %d: %w", s.actions[i].Number, err)
		}
	}
	l.each(`SELECT position, rule FROM action_coding_rules ORDER BY position`, nil, func(scan func(...any)) {
		var rule ActionCodingRule
		scan(&rule.Position, &rule.Rule)
		s.codingRules = append(s.codingRules, rule)
	})
	l.affectedGroups()
	l.sdgs()
}

// issues loads them with what each version of the vocabulary calls them.
func (l *loader) issues() {
	s := l.s
	s.issues, l.at.issues = table(l, `SELECT id, code, name_en, name_fr, name_es FROM issues ORDER BY position, code`,
		func(r *issueRow, id *int) []any { return []any{id, &r.Code, &r.names[0], &r.names[1], &r.names[2]} })
	s.byCode.issues = codesOf(s.issues, func(r *issueRow) string { return r.Code })
	l.each(`SELECT l.issue_id, l.vocabulary_id, l.label, l.status FROM issue_labels l
		JOIN issue_vocabularies v ON v.id = l.vocabulary_id ORDER BY v.year, v.id`, nil, func(scan func(...any)) {
		var issue, vocabulary int
		var label IssueLabel
		scan(&issue, &vocabulary, &label.Label, &label.Status)
		label.Vocabulary = s.vocabularies[l.at.vocabularies[vocabulary]]
		row := &s.issues[l.at.issues[issue]]
		row.Labels = append(row.Labels, label)
	})
	l.successors("issue_successors", "issue_id", "issues", l.at.issues, func(p, successor int) {
		s.issues[p].successors = append(s.issues[p].successors, successor)
	})
}

func (l *loader) affectedGroups() {
	s := l.s
	s.affected, l.at.affected = table(l, `SELECT id, code, name_en, name_fr, name_es FROM affected_groups ORDER BY position, code`,
		func(r *affectedRow, id *int) []any { return []any{id, &r.Code, &r.names[0], &r.names[1], &r.names[2]} })
	s.byCode.affected = codesOf(s.affected, func(r *affectedRow) string { return r.Code })
	l.successors("affected_group_successors", "group_id", "affected_groups", l.at.affected, func(p, successor int) {
		s.affected[p].successors = append(s.affected[p].successors, successor)
	})
}

// successors loads what things of a vocabulary were merged into or split into.
func (l *loader) successors(table, column, vocabulary string, at map[int]int, add func(p, successor int)) {
	l.each(fmt.Sprintf(`SELECT s.%s, s.successor_id FROM %s s JOIN %s n ON n.id = s.successor_id ORDER BY n.position, n.code`, column, table, vocabulary), nil, func(scan func(...any)) {
		var old, successor int
		scan(&old, &successor)
		add(at[old], at[successor])
	})
}

func (l *loader) sdgs() {
	s := l.s
	const titles = "title_en, title_fr, title_es, title_ar, title_ru, title_zh"
	s.goals, l.at.goals = table(l, `SELECT id, number, `+titles+`, short_en, short_fr, short_es, short_ar, short_ru, short_zh
		FROM sdg_goals ORDER BY number`, func(r *goalRow, id *int) []any {
		return append(append([]any{id, &r.Number}, into(&r.titles)...), into(&r.short)...)
	})
	s.targets, l.at.targets = table(l, `SELECT id, code, goal_id, `+titles+` FROM sdg_targets ORDER BY position`,
		func(r *targetRow, id *int) []any { return append([]any{id, &r.Code, &r.goal}, into(&r.titles)...) })
	s.byCode.targets = codesOf(s.targets, func(r *targetRow) string { return r.Code })
	for p := range s.targets {
		t := &s.targets[p]
		t.goal = l.at.goals[t.goal]
		s.goals[t.goal].targets = append(s.goals[t.goal].targets, p)
	}
	s.indicators, _ = table(l, `SELECT id, code, target_id, `+titles+` FROM sdg_indicators ORDER BY position`,
		func(r *indicatorRow, id *int) []any { return append([]any{id, &r.Code, &r.target}, into(&r.titles)...) })
	s.byCode.indicators = codesOf(s.indicators, func(r *indicatorRow) string { return r.Code })
	for p := range s.indicators {
		i := &s.indicators[p]
		i.target = l.at.targets[i.target]
		s.targets[i.target].indicators = append(s.targets[i.target].indicators, p)
	}
}

func into(t *texts) []any {
	columns := make([]any, len(t))
	for i := range t {
		columns[i] = &t[i]
	}
	return columns
}
