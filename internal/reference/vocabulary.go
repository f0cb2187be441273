package reference

// Vocabulary is one version of UPR Info's list of issues.
type Vocabulary struct {
	Code, Title string
	Year        int
	Source      string
}

// IssueLabel is what a version of the list calls an issue.
type IssueLabel struct{ Issue, Vocabulary, Label, Status string }

// Action is one of McMahon's action categories.
type Action struct {
	Number           int
	Name, Definition string
	Verbs            []string
	Example          string
}

func (d *Data) readVocabularies(r *reader) {
	d.Vocabularies = rows(r, "issue_vocabularies.csv", []string{"code", "title", "year", "source"}, func(l *line) Vocabulary {
		return Vocabulary{l.define("vocabularies", "code"), l.required("title"), l.number("year"), l.required("source")}
	})
	d.issueLabels = map[string]string{}
	d.Issues = named(r, "issues.csv", "issues")
	d.IssueLabels = rows(r, "issue_labels.csv", []string{"issue", "vocabulary", "label", "status"}, func(l *line) IssueLabel {
		l.pair("issue", "vocabulary")
		label := IssueLabel{l.refer("issues", "issue"), l.refer("vocabularies", "vocabulary"), l.required("label"),
			l.oneOf("status", "FIRST", "KEPT", "RENAMED", "ADDED")}
		folded := foldName(label.Label)
		if other, taken := d.issueLabels[folded]; taken && other != label.Issue {
			l.fail("%q is a label of %s and of %s", label.Label, other, label.Issue)
		}
		d.issueLabels[folded] = label.Issue
		return label
	})
	columns := []string{"number", "name", "definition", "verbs", "example"}
	d.Actions = rows(r, "action_categories.csv", columns, func(l *line) Action {
		l.define("actions", "number")
		return Action{l.number("number"), l.required("name"), l.required("definition"), l.list("verbs"), l.text("example")}
	})
	d.CodingRules = rows(r, "action_coding_rules.csv", []string{"rule"}, func(l *line) string { return l.required("rule") })
	d.AffectedGroups = named(r, "affected_groups.csv", "affected groups")
}

func named(r *reader, file, list string) []Named {
	return rows(r, file, []string{"code", "name_en", "name_fr", "name_es"}, func(l *line) Named {
		return Named{l.define(list, "code"), l.names()}
	})
}

// IssueByLabel finds an issue by a label of any version of the vocabulary.
func (d *Data) IssueByLabel(label string) (code string, ok bool) {
	code, ok = d.issueLabels[foldName(label)]
	return code, ok
}
