package record

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
)

// vocabulary is what random texts and queries are made of. Compounds stand with and without
// hyphens, names in several forms, and punctuation within and between them.
var vocabulary = strings.Split("ratify|ratification|the|the|of|convention|women|woman|women's|children|child|torture|and|"+
	"well-being|wellbeing|well|being|non-State|CAT|OP-CAT|Convention against Torture|Optional Protocol to the Convention against Torture|"+
	"Optional Protocol|CEDAW|OP|CAT,|CRPD;|[CEDAW]|United Nations|education|educate|éducation|against|HIV/AIDS|human|rights|defenders|international|internal", "|")

func randomText(random *rand.Rand) string {
	words := make([]string, random.IntN(10))
	for i := range words {
		words[i] = vocabulary[random.IntN(len(vocabulary))]
	}
	return strings.Join(words, " ")
}

func randomQuery(random *rand.Rand, depth int) string {
	some := func(n int, of func() string) []string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = of()
		}
		return parts
	}
	deeper := func() string { return randomQuery(random, depth-1) }
	word := func() string { return vocabulary[random.IntN(len(vocabulary))] }
	switch kind := random.IntN(8); {
	case kind == 0 && depth > 0:
		return "(" + strings.Join(some(2, deeper), " OR ") + ")"
	case kind == 1 && depth > 0:
		return strings.Join(some(2+random.IntN(2), deeper), " ")
	case kind == 2 && depth > 0:
		return "-(" + deeper() + ")"
	case kind <= 4:
		return `"` + strings.Join(some(1+random.IntN(3), word), " ") + `"`
	case kind == 5:
		return english.words(word())[0].surface[:2] + "*"
	}
	return word()
}

// naive answers queries by reading every text again.
type naive struct {
	texts     [][]word
	compounds map[string][]word
	length    float64
}

func newNaive(texts []string) *naive {
	n := &naive{compounds: map[string][]word{}}
	for _, text := range texts {
		words := english.words(text)
		n.texts, n.length = append(n.texts, words), n.length+float64(len(words))
		for i := range words {
			for j := i + 1; j < len(words) && words[j].hyphened; j++ {
				if !words[i].hyphened && (j+1 == len(words) || !words[j+1].hyphened) {
					n.compounds[joined(words[i:j+1])] = words[i : j+1]
				}
			}
		}
	}
	return n
}

// holds says whether a text matches, and scores how often each wanted leaf stands in it.
func (n *naive) holds(node textNode, text []word, wanted func(times int)) bool {
	leaf := func(times int) bool {
		wanted(times)
		return times > 0
	}
	unwanted := func(int) {}
	switch q := node.(type) {
	case wordNode:
		return leaf(n.times(q, text))
	case prefixNode:
		return leaf(min(1, count(text, func(i int) bool { return strings.HasPrefix(text[i].surface, q.prefix) })))
	case orNode:
		one := false
		for _, part := range q.parts {
			one = n.holds(part, text, wanted) || one
		}
		return one
	case notNode:
		return !n.holds(q.part, text, unwanted)
	case andNode:
		all, onlySmall := true, !slices.ContainsFunc(q.parts, isLarge)
		for parts := q.parts; len(parts) > 0; {
			size, name := nameOf(parts)
			these := true
			for _, part := range parts[:size] {
				if onlySmall || isLarge(part) {
					these = n.holds(part, text, wanted) && these
				}
			}
			if name != none {
				these = leaf(namesAmong(text, name)) || these
			}
			all, parts = all && these, parts[size:]
		}
		return all
	}
	panic("unknown node")
}

func (n *naive) times(q wordNode, text []word) int {
	name, isName := englishNames.whole(q.words)
	if isName && !q.quoted {
		return namesAmong(text, name)
	}
	times := sequences(text, q.words)
	var closed, opened []word
	for group := range hyphenGroups(q.words) {
		closed = append(closed, word{surface: joined(group), stem: english.stem(joined(group))})
	}
	for _, w := range q.words {
		if parts, ok := n.compounds[w.surface]; ok {
			opened = append(opened, parts...)
		} else {
			opened = append(opened, w)
		}
	}
	for _, other := range [][]word{closed, opened} {
		if len(other) != len(q.words) {
			times += sequences(text, other)
		}
	}
	if isName {
		times += namesAmong(text, name)
	}
	return times
}

func count(text []word, is func(i int) bool) int {
	n := 0
	for i := range text {
		if is(i) {
			n++
		}
	}
	return n
}

func sequences(text, words []word) int {
	return count(text, func(i int) bool {
		return i+len(words) <= len(text) && slices.EqualFunc(text[i:i+len(words)], words, func(a, b word) bool { return a.stem == b.stem })
	})
}

func namesAmong(text []word, name int) int {
	n := 0
	for span := range englishNames.in(text) {
		if span.name == name {
			n++
		}
	}
	return n
}

// scores answers a query: the score of each text that matches.
func (n *naive) scores(query *textQuery) map[uint32]float64 {
	var times [][]int // by text, by leaf
	scores := map[uint32]float64{}
	for p, text := range n.texts {
		times = append(times, nil)
		if n.holds(query.root, text, func(t int) { times[p] = append(times[p], t) }) {
			scores[uint32(p)] = 0
		}
	}
	size := float64(len(n.texts))
	for p := range scores {
		for leaf, t := range times[p] {
			with := 0.0
			for _, other := range times {
				if other[leaf] > 0 {
					with++
				}
			}
			rarity, tf := math.Log(1+(size-with+0.5)/(with+0.5)), float64(t)
			length := float64(len(n.texts[p])) / max(1, n.length/size)
			scores[p] += rarity * tf * 2.2 / (tf + 1.2*(0.25+0.75*length))
		}
	}
	return scores
}

// TestSearchAgreesWithReading compares what the index finds, and how it rates it, with
// reading every text.
func TestSearchAgreesWithReading(t *testing.T) {
	found := 0
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 7))
		statements, texts := make([]statement, random.IntN(80)), []string{}
		everything := roaring.New()
		everything.AddRange(0, uint64(len(statements)))
		for p := range statements {
			statements[p].Text = randomText(random)
			texts = append(texts, statements[p].Text)
		}
		index, reading := newWordIndex(statements), newNaive(texts)
		for range 60 {
			text := randomQuery(random, 3)
			query, err := parseText(text)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			search, want := index.search(query, everything), reading.scores(query)
			if got := search.found.GetCardinality(); got != uint64(len(want)) {
				t.Fatalf("seed %d, %s: %d texts are found, %d match", seed, text, got, len(want))
			}
			scorer := search.scorer()
			eachBlock(search.found, func(block []uint32) {
				for i, score := range scorer.rate(block) {
					if w, ok := want[block[i]]; !ok || math.Abs(w-score) > 1e-5 {
						t.Fatalf("seed %d, %s: %q has the score %v, want %v (%v)", seed, text, texts[block[i]], score, w, ok)
					}
				}
			})
			found += len(want)
		}
	}
	if found < 10_000 {
		t.Errorf("only %d texts were found: the queries say little", found)
	}
}

// TestHighlightsAreTheText puts the parts of highlights together again.
func TestHighlightsAreTheText(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	statements := make([]statement, 200)
	everything := roaring.New()
	everything.AddRange(0, uint64(len(statements)))
	for p := range statements {
		for range 1 + random.IntN(8) {
			statements[p].Text += randomText(random) + ", "
		}
	}
	index := newWordIndex(statements)
	for range 100 {
		query, err := parseText(randomQuery(random, 2))
		if err != nil {
			t.Fatal(err)
		}
		search := index.search(query, everything)
		eachBlock(search.found, func(block []uint32) {
			for _, p := range block {
				checkHighlights(t, statements[p].Text, search.highlights(p, statements[p].Text))
			}
		})
	}
}

func checkHighlights(t *testing.T, text string, highlights []Highlight) {
	t.Helper()
	from := 0
	for _, h := range highlights {
		piece, matches := "", 0
		for i, part := range h.Parts {
			piece += part.Text
			if part.Match {
				matches++
			}
			if part.Text == "" || i > 0 && !part.Match && !h.Parts[i-1].Match {
				t.Errorf("parts are not as few as they can be: %+v", h.Parts)
			}
		}
		at := strings.Index(text[from:], piece)
		if at < 0 || matches == 0 {
			t.Fatalf("%+v is not a piece of %q with a match", h, text)
		}
		if h.BeginsText != (from+at == 0) || h.EndsText != (from+at+len(piece) == len(text)) {
			t.Errorf("%+v says wrongly where it stands in %q", h, text)
		}
		from += at + len(piece)
	}
}

func TestHighlights(t *testing.T) {
	long := strings.Repeat("one of many words ", 30)
	for _, test := range []struct{ query, text, want string }{
		{"women", "Women's rights.", "[Women's] rights."},
		{`"rights of women"`, "The rights of all, the rights of women", "The rights of all, the [rights of women]"},
		{"CEDAW", "Ratify the Convention on the Elimination of All Forms of Discrimination against Women now",
			"Ratify the [Convention on the Elimination of All Forms of Discrimination against Women] now"},
		{"edu* -torture", "Education, éducation", "[Education], [éducation]"},
		{"well-being", "wellbeing and well-being", "[wellbeing] and [well-being]"},
		{"rights women", "women rights", "[women] [rights]"},
		{"-torture", "women", ""},
		{"OPCAT", "Ratify CRPD, OP-CAT", "Ratify CRPD, [OP-CAT]"},
		{"torture", long + "torture" + " and more" + strings.Repeat(" words", 60),
			"…" + strings.Repeat("one of many words ", 3) + "[torture] and more" + strings.Repeat(" words", 10) + "…"},
	} {
		statements := []statement{{Text: test.text}}
		everything := roaring.BitmapOf(0)
		query, err := parseText(test.query)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, h := range newWordIndex(statements).search(query, everything).highlights(0, test.text) {
			if !h.BeginsText {
				got += "…"
			}
			for _, part := range h.Parts {
				if part.Match {
					got += "[" + part.Text + "]"
				} else {
					got += part.Text
				}
			}
			if !h.EndsText {
				got += "…"
			}
		}
		if got != test.want {
			t.Errorf("%s in %q:\ngot  %q\nwant %q", test.query, test.text, got, test.want)
		}
	}
}

func FuzzParseText(f *testing.F) {
	for _, seed := range []string{"", "women", `"a phrase" OR -(b c*)`, "((a)", `"open`, "-", "a - b", "*", "x-* (", "OR", "AND", "a OR", "é*", "\xff\"", "-OR",
		"a,b*;-c", "“a” „b“ «c", "1,000,a", "CRPD, OP-CAT", "a AND", "tor*ture"} {
		f.Add(seed)
	}
	statements := []statement{{Text: "women and children"}, {Text: "Optional Protocol to CAT: well-being"}, {Text: ""}}
	index := newWordIndex(statements)
	everything := roaring.BitmapOf(0, 1, 2)
	f.Fuzz(func(t *testing.T, text string) {
		query, err := parseText(text)
		if err != nil {
			if !strings.Contains(err.Error(), "at character ") {
				t.Errorf("%q: %v does not say where", text, err)
			}
			return
		}
		search := index.search(query, everything)
		scorer := search.scorer()
		eachBlock(search.found, func(block []uint32) {
			for i, score := range scorer.rate(block) {
				if math.IsNaN(score) || score < 0 {
					t.Errorf("%q: score %v", text, score)
				}
				search.highlights(block[i], statements[block[i]].Text)
			}
		})
	})
}

func TestWrongQueriesSayWhere(t *testing.T) {
	const star = "a * stands only at the end of a word and outside quotation marks, as in child*"
	for query, want := range map[string]string{
		"*":                      "1: " + star,
		"*ture":                  "1: " + star,
		"tor*ture":               "4: " + star,
		"women tor*ture":         "10: " + star,
		"child**":                "6: " + star,
		"child*-women":           "6: " + star,
		"women -*ture":           "8: " + star,
		`"death penal*"`:         "13: " + star,
		"«été» “death* penalty”": "13: " + star,
		"non-state*":             "1: a * must follow the beginning of one word, as in child*",
		"women AND":              "10: a word is missing",
		"women AND ,":            "12: a word is missing",
		"AND women":              "1: a word is missing",
		"women AND AND men":      "11: a word is missing",
		"women AND OR men":       "11: a word is missing",
		"(women AND) men":        "11: a word is missing",
		"women OR":               "9: a word is missing",
		"women OR) men":          "9: a word is missing",
		"women, OR, -men OR":     "19: a word is missing",
		"été “women":             `5: the closing " is missing`,
		"„women“ «»":             "9: there is no word between the quotation marks",
		"«women» “men” )":        "15: there is a ) without a ( before it",
		"women -,men":            "7: a - must stand directly before what is not wanted",
		"women --men":            "7: a - must stand directly before what is not wanted",
		",":                      "2: a word is missing",
	} {
		if _, err := parseText(query); err == nil || !strings.HasSuffix(err.Error(), "at character "+want) {
			t.Errorf("%s: got %v, want %s", query, err, want)
		}
	}
}

// TestQueriesThatMeanTheSame has a query in several ways of writing on each line.
func TestQueriesThatMeanTheSame(t *testing.T) {
	statements := []statement{{Text: "torture of women"}, {Text: "women"}, {Text: "torture, 1,000 women"}, {Text: "death by torture"},
		{Text: "the death penalty for women"}, {Text: "a penalty for the death of women"}, {Text: "HIV/AIDS"}, {Text: "CRPD"},
		{Text: "CRPD and its OP"}, {Text: "CRPD-OP"}, {Text: "children"}, {Text: "AIDS without HIV"}}
	everything := roaring.New()
	everything.AddRange(0, uint64(len(statements)))
	index := newWordIndex(statements)
	finds := func(query string) []uint32 {
		parsed, err := parseText(query)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		return index.search(parsed, everything).found.ToArray()
	}
	for _, line := range []struct {
		finds   []uint32
		queries []string
	}{
		{[]uint32{0, 2}, []string{"torture, women", "torture,women", "torture;women", "torture:women", "torture_women", ", torture (women)!", "women AND torture"}},
		{[]uint32{3}, []string{"torture, -women", "torture,-women", "torture AND -women"}},
		{[]uint32{0, 2, 3}, []string{"tort*", "tort*,", "tort*.", "“torture”", "women torture OR, torture"}},
		{[]uint32{2}, []string{"1,000", "1,000,torture", `"1,000"`}},
		{[]uint32{4}, []string{`"death penalty"`, "“death penalty”", "„death penalty“", "«death penalty»", "« death penalty »", "women“death penalty”"}},
		{[]uint32{0, 1, 2, 5}, []string{`women -"death penalty"`, "women -“death penalty”", "women,-«death penalty»"}},
		{[]uint32{6}, []string{"HIV/AIDS", "HIV-AIDS", `"HIV, AIDS"`}},
		{[]uint32{8}, []string{"CRPD, OP", "OP CRPD -CRPD-OP"}},
		{[]uint32{8, 9}, []string{"CRPD OP", "CRPD\u2003OP"}},
		{[]uint32{0, 1, 2, 4, 5, 10}, []string{"women OR children", "women OR, children", "wom*,OR child*"}},
	} {
		for _, query := range line.queries {
			if got := finds(query); !slices.Equal(got, line.finds) {
				t.Errorf("%s finds %v, want %v", query, got, line.finds)
			}
		}
	}
}
