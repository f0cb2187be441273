package sample

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func testModel(t *testing.T) *model {
	t.Helper()
	m, err := loadModel()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestEveryIssueHasPhrasesForEveryOpening(t *testing.T) {
	m := testModel(t)
	code := func(i issue) string { return i.code }
	codes := collect(m.issues, code)
	for _, i := range m.issues {
		p := m.grammar.phrases[i.code]
		for kind, list := range map[string][]phrase{"topic": p.topics, "aim": p.aims, "do": p.acts} {
			if !slices.ContainsFunc(list, func(p phrase) bool { return p.with == "" }) {
				t.Errorf("%s has no %q that stands alone", i.code, kind)
			}
			for _, phrase := range list {
				if phrase.with != "" && !slices.Contains(codes, phrase.with) {
					t.Errorf("%s: unknown issue %q with %q", i.code, phrase.with, phrase.text)
				}
			}
		}
		for _, related := range i.related {
			if !slices.Contains(codes, related) || related == i.code {
				t.Errorf("%s is related to %q", i.code, related)
			}
		}
	}
}

func TestEveryActionCategoryHasOpenings(t *testing.T) {
	m := testModel(t)
	if got := sum(collect(m.actions, func(a action) int { return a.share })); got != 1000 {
		t.Errorf("shares of the action categories add up to %d per thousand", got)
	}
	for _, a := range m.actions {
		if m.grammar.openings[a.number] == nil {
			t.Errorf("category %d has no openings", a.number)
		}
	}
}

var (
	form    = regexp.MustCompile(`^\[Synthetic\] [A-Z][^{}|]*[^{}| ]\.$`)
	blemish = regexp.MustCompile(` {2}| [,.]|,,|\.\.|\bto to\b|\bthe the\b`)
)

func TestTextsAreWellFormed(t *testing.T) {
	k := newMaker(7, testModel(t))
	total, distinct := 0, map[string]bool{}
	const n = 20_000
	for i := range n {
		compose := k.grammar.text
		if i%5 == 0 {
			compose = k.grammar.pledgeText
		}
		text := k.statement(compose).text
		if !form.MatchString(text) || blemish.MatchString(text) {
			t.Errorf("malformed: %q", text)
		}
		if len(text) < 40 || len(text) > 400 {
			t.Errorf("%d characters: %q", len(text), text)
		}
		total += len(text)
		distinct[text] = true
	}
	if average := total / n; average < 150 || average > 200 {
		t.Errorf("texts have %d characters on average", average)
	}
	if len(distinct) < n*8/10 {
		t.Errorf("only %d of %d texts are distinct", len(distinct), n)
	}
}

// An issue that is tagged is spoken of, by its main phrase or by a topic.
func TestTextSpeaksOfItsIssues(t *testing.T) {
	m := testModel(t)
	r := newRandom(3)
	for range 200 {
		text := m.grammar.text(r, 5, []string{"international-instruments", "disabilities"})
		if !strings.Contains(text, "isabilit") && !strings.Contains(text, "inclusive education") {
			t.Errorf("does not speak of disabilities: %q", text)
		}
	}
}

func TestGerund(t *testing.T) {
	for act, want := range map[string]string{
		"ratify the treaty": "ratifying the treaty",
		"abolish fees":      "abolishing fees",
		"close centres":     "closing centres",
		"set up a body":     "setting up a body",
		"agree to visits":   "agreeing to visits",
		"free prisoners":    "freeing prisoners",
		"transfer cases":    "transferring cases",
		"re-examine a law":  "re-examining a law",
	} {
		if got := gerund(act); got != want {
			t.Errorf("gerund(%q) = %q, want %q", act, got, want)
		}
	}
}

func TestParsePhrasesRefusesOtherLines(t *testing.T) {
	for _, line := range []string{"", "aim", "verb: end it", "aim:combat"} {
		if _, err := parsePhrases([]string{line}); err == nil {
			t.Errorf("%q was taken", line)
		}
	}
}

func collect[T, V any](from []T, value func(T) V) []V {
	values := make([]V, len(from))
	for i, v := range from {
		values[i] = value(v)
	}
	return values
}
