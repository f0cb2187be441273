package sample

import (
	"fmt"
	"slices"
	"strings"
)

// label opens each synthetic text, so that none can be taken for a real one.
const label = "[Synthetic] "

const (
	minText = 40
	maxText = 380 // a pledge adds some words; 400 in all
)

// grammar composes the texts from the phrases in data/.
type grammar struct {
	phrases  map[string]*phrases // by issue
	openings map[int]*openings   // by action category
	links    []string
	endings  []string
}

// phrases are what recommendations on one issue say.
type phrases struct{ topics, aims, acts []phrase }

type phrase struct {
	with string // the issue that must be there as well, if any
	text string
}

type openings struct {
	texts   []string
	weights []int
}

func loadGrammar(issues []issue) (*grammar, error) {
	g := &grammar{phrases: map[string]*phrases{}, openings: map[int]*openings{},
		links: lines("links.txt"), endings: lines("endings.txt")}
	for _, issue := range issues {
		p, err := parsePhrases(lines("issues/" + issue.code + ".txt"))
		if err != nil {
			return nil, fmt.Errorf("phrases on %s: %w", issue.code, err)
		}
		g.phrases[issue.code] = p
	}
	return g, table("openings.csv", func(row []string) error {
		n, err := numbers(row[:2])
		if err != nil {
			return err
		}
		if g.openings[n[0]] == nil {
			g.openings[n[0]] = &openings{}
		}
		g.openings[n[0]].weights = append(g.openings[n[0]].weights, n[1])
		g.openings[n[0]].texts = append(g.openings[n[0]].texts, row[2])
		return nil
	})
}

func parsePhrases(lines []string) (*phrases, error) {
	p := &phrases{}
	for i, line := range lines {
		head, text, ok := strings.Cut(line, ": ")
		kind, with, _ := strings.Cut(head, " + ")
		list := map[string]*[]phrase{"topic": &p.topics, "aim": &p.aims, "do": &p.acts}[kind]
		if !ok || list == nil {
			return nil, fmt.Errorf("line %d: %q is not \"topic: …\", \"aim: …\" or \"do: …\"", i+1, line)
		}
		*list = append(*list, phrase{with, text})
	}
	return p, nil
}

// text composes a recommendation of an action category on issues, the main one first.
func (g *grammar) text(r random, category int, issues []string) string {
	for {
		text := label + g.sentence(r, category, issues)
		if len(text) >= minText && len(text) <= maxText && !repeats(text) {
			return text
		}
	}
}

// repeats tells a sentence whose opening verb comes again, as in "Ensure … to ensure".
func repeats(text string) bool {
	verb, rest, _ := strings.Cut(strings.TrimPrefix(text, label), " ")
	return strings.Contains(rest, "to "+strings.ToLower(verb)+" ")
}

// pledgeText composes a voluntary pledge: a recommendation that a State gives itself.
func (g *grammar) pledgeText(r random, category int, issues []string) string {
	text := strings.TrimPrefix(g.text(r, category, issues), label)
	return label + pick(r, []string{"Undertakes to ", "Pledges to ", "Promises to "}) +
		strings.ToLower(text[:1]) + text[1:]
}

func (g *grammar) sentence(r random, category int, issues []string) string {
	openings := g.openings[category]
	opening := openings.texts[r.weighted(openings.weights)]
	main, partner := choose(r, g.phrases[issues[0]].fitting(opening), issues)
	sentence := strings.NewReplacer("{do}", main, "{doing}", gerund(main), "{aim}", main, "{topic}", main).Replace(opening)
	sentence = expand(r, sentence) + g.further(r, issues[1:], partner)
	if r.chance(85, 100) {
		sentence += expand(r, pick(r, g.endings))
	}
	return strings.ToUpper(sentence[:1]) + sentence[1:] + "."
}

// fitting are the phrases of the kind that an opening leaves room for.
func (p *phrases) fitting(opening string) []phrase {
	switch {
	case strings.Contains(opening, "{aim}"):
		return p.aims
	case strings.Contains(opening, "{topic}"):
		return p.topics
	default:
		return p.acts
	}
}

// further names the issues that the main phrase does not.
func (g *grammar) further(r random, issues []string, named string) string {
	var topics []string
	for _, issue := range issues {
		if issue != named {
			topic, _ := choose(r, g.phrases[issue].topics, nil)
			topics = append(topics, topic)
		}
	}
	if len(topics) == 0 {
		return ""
	}
	return expand(r, strings.Replace(pick(r, g.links), "{topics}", enumerate(topics), 1))
}

// choose prefers a phrase that names another of the issues as well, and says which.
func choose(r random, from []phrase, issues []string) (text, partner string) {
	var plain, joint []phrase
	for _, p := range from {
		switch {
		case p.with == "":
			plain = append(plain, p)
		case slices.Contains(issues, p.with):
			joint = append(joint, p)
		}
	}
	if len(joint) > 0 {
		plain = joint
	}
	p := pick(r, plain)
	return expand(r, p.text), p.with
}

// expand takes one alternative of each {a|b}. Placeholders such as {aim} stay.
func expand(r random, text string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		var choice string
		choice, text, _ = strings.Cut(rest, "}")
		if alternatives := strings.Split(choice, "|"); len(alternatives) > 1 {
			b.WriteString(pick(r, alternatives))
		} else {
			b.WriteString("{" + choice + "}")
		}
	}
}

// gerund turns "ratify the treaty" into "ratifying the treaty".
func gerund(act string) string {
	verb, rest, _ := strings.Cut(act, " ")
	switch {
	case slices.Contains([]string{"ban", "drop", "refer", "set", "stop", "submit", "transfer"}, verb):
		verb += verb[len(verb)-1:]
	case strings.HasSuffix(verb, "e") && !strings.HasSuffix(verb, "ee"):
		verb = strings.TrimSuffix(verb, "e")
	}
	return verb + "ing " + rest
}

func enumerate(items []string) string {
	if len(items) == 1 {
		return items[0]
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " and " + items[last]
}
