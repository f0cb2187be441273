package record

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed data/english.txt
var englishForms string

// irregularForms reads lines of forms that belong together although their stems differ.
// They get the stem of the first; after a = they are a word of their own, kept apart
// from others that have the same stem.
func irregularForms(text string, stem func(string) string) map[string]string {
	forms := map[string]string{}
	for line := range listLines(text) {
		words := strings.Fields(line)
		lemma := stem(words[0])
		if own, ok := strings.CutPrefix(words[0], "="); ok {
			words[0], lemma = own, "="+own
		}
		for _, form := range words {
			if _, twice := forms[form]; twice {
				panic(fmt.Sprintf("data/english.txt: %q stands there twice", form)) // our own file
			}
			forms[form] = lemma
		}
	}
	return forms
}

// listLines yields the lines of an embedded list without comments.
func listLines(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			line, _, _ = strings.Cut(line, "#")
			if line = strings.TrimSpace(line); line != "" && !yield(line) {
				return
			}
		}
	}
}
