package reference

import "strings"

// languages of the titles, in their order.
var languages = []string{"en", "fr", "es", "ar", "ru", "zh"}

// Goal is one of the 17 Sustainable Development Goals.
type Goal struct {
	Number        int
	Short, Titles [6]string
}

// Text is the official text of a target or an indicator; Parent is the code of its goal or target.
type Text struct {
	Code, Parent string
	Titles       [6]string
}

func (d *Data) readSDGs(r *reader) {
	columns := append(append([]string{"number"}, sixColumns("short_")...), sixColumns("title_")...)
	d.Goals = rows(r, "sdg_goals.csv", columns, func(l *line) Goal {
		l.define("goals", "number")
		l.required("short_en")
		return Goal{l.number("number"), l.six("short_"), l.titles()}
	})
	texts := func(file, list, parents string) []Text {
		return rows(r, file, append([]string{"code"}, sixColumns("title_")...), func(l *line) Text {
			code := l.define(list, "code")
			parent := code[:max(0, strings.LastIndexByte(code, '.'))]
			l.exists(parents, "code", parent)
			return Text{code, parent, l.titles()}
		})
	}
	d.Targets = texts("sdg_targets.csv", "targets", "goals")
	d.Indicators = texts("sdg_indicators.csv", "indicators", "targets")
}

func sixColumns(prefix string) []string {
	columns := make([]string, len(languages))
	for i, language := range languages {
		columns[i] = prefix + language
	}
	return columns
}

func (l *line) six(prefix string) (texts [6]string) {
	for i, column := range sixColumns(prefix) {
		texts[i] = l.text(column)
	}
	return texts
}

// titles reads a title; a language in which the source has the text of another target
// or indicator is left empty.
func (l *line) titles() [6]string {
	l.required("title_en")
	return l.six("title_")
}
