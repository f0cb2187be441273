package record

import (
	"strings"
	"testing"
)

func stems(text string) string {
	var stems []string
	for _, w := range english.words(text) {
		stems = append(stems, w.stem)
	}
	return strings.Join(stems, " ")
}

// TestFormsOfOneWord has a line for each word; the forms on it must have one stem.
func TestFormsOfOneWord(t *testing.T) {
	for _, line := range []string{
		"woman women woman's women's Women’s WOMEN",
		"child children children's child’s",
		"ombudsman ombudsmen ombudsman's",
		"policeman policemen",
		"moratorium moratoria moratoriums",
		"forum fora forums",
		"stratum strata",
		"index indices indexes",
		"analysis analyses analyse analyzing",
		"headscarf headscarves",
		"uphold upheld upholding",
		"foresee foreseen",
		"person persons people peoples people's",
		"ratify ratifies ratified ratifying ratification",
		"accede acceded acceding accession",
		"abolish abolishing abolished abolition",
		"recommendation recommendations",
		"discriminate discrimination",
		"minority minorities minority's",
		"organisation organization organize organised",
		"criminalise criminalizing criminalisation",
		"labour labor",
		"Côte cote côte",
		"lèse lese",
		"Baha'i Bahai Baha’i",
		"Shari'a sharia",
		"U.S.A USA",
		"d'Ivoire Ivoire d’Ivoire",
		"l'enfant enfant",
		"ＵＮ un",
		"Łódź lodz",
		"naïve nai\u0308ve",
	} {
		words := strings.Fields(line)
		for _, form := range words[1:] {
			if a, b := stems(words[0]), stems(form); a != b {
				t.Errorf("%s is %q, %s is %q", words[0], a, form, b)
			}
		}
	}
}

func TestWordsKeptApart(t *testing.T) {
	for _, pair := range [][2]string{
		{"international", "internal"}, {"minority", "minor"}, {"nationality", "national"}, {"accession", "access"},
		{"execution", "executive"}, {"university", "universal"}, {"organ", "organization"}, {"humanity", "human"},
		{"importance", "import"}, {"prisoner", "prison"}, {"policy", "police"}, {"policemen", "police"}, {"indices", "indicators"}, {"overseen", "overseas"}, {"0.7", "07"}, {"state", "statement"},
	} {
		if a, b := stems(pair[0]), stems(pair[1]); a == b {
			t.Errorf("%s and %s are both %q", pair[0], pair[1], a)
		}
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "",
		" - … ' ":                              "",
		"The rights of the child":              "the right of the child",
		"well-being":                           "well be",
		"and/or":                               "and or",
		"HIV/AIDS":                             "hiv aid",
		"A/HRC/10/2, 0.7 %":                    "a hrc 10 2 0.7",
		"rights:water":                         "right water",
		"e.g. i.e":                             "eg ie",
		"人权":                                   "人 权",
		"snake_case":                           "snake case",
		"\u00a0non\u2011refoulement\u00a0now.": "non refoul now",
	} {
		if got := stems(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestWordsKnowTheirPlaces(t *testing.T) {
	text := "  L'été: women’s well-being, Łódź."
	want := []string{"L'été", "women’s", "well", "being", "Łódź"}
	words := english.words(text)
	if len(words) != len(want) {
		t.Fatalf("got %+v", words)
	}
	for i, w := range words {
		if got := text[w.start:w.end]; got != want[i] || w.hyphened != (i == 3) {
			t.Errorf("got %q, hyphened %v, want %q", got, w.hyphened, want[i])
		}
	}
}

func TestNames(t *testing.T) {
	name := func(text string) int {
		n, ok := englishNames.whole(english.words(text))
		if !ok {
			t.Errorf("%q is not a name", text)
		}
		return n
	}
	for _, same := range [][]string{
		{"CEDAW", "Convention on the Elimination of All Forms of Discrimination against Women", "cedaw"},
		{"OPCAT", "OP-CAT", "Optional Protocol to the Convention against Torture", "Optional Protocol to CAT",
			"Optional Protocol to the UN Convention against Torture and other cruel, inhuman or degrading treatment or punishment",
			"Optional Protocol to the United Nations Convention against Torture"},
		{"ICCPR-OP2", "Second Optional Protocol to the International Covenant on Civil and Political Rights"},
		{"ICRMW", "International Convention on the Protection of the Rights of All Migrant Workers and Members of their Families"},
		{"NHRI", "NHRIs", "national human rights institutions"},
		{"FGM", "female genital mutilation"},
		{"NGO", "NGOs", "non-governmental organizations", "nongovernmental organisation", "non governmental organization"},
		{"LGBTI", "lesbian, gay, bisexual, transgender and intersex", "lesbian, gay, bisexual, transgender, and intersex"},
		{"IDPs", "internally displaced persons", "internally displaced people"},
	} {
		for _, form := range same[1:] {
			if name(form) != name(same[0]) {
				t.Errorf("%q and %q are not the same", same[0], form)
			}
		}
	}
	for _, pair := range [][2]string{{"CAT", "OPCAT"}, {"ICCPR", "ICESCR"}, {"ICCPR-OP1", "ICCPR-OP2"}, {"CRC", "CRPD"}, {"ICERD", "CEDAW"}} {
		if name(pair[0]) == name(pair[1]) {
			t.Errorf("%s and %s are the same", pair[0], pair[1])
		}
	}
	if _, ok := englishNames.whole(english.words("the convention")); ok {
		t.Error(`"the convention" is a name`)
	}
}

func TestNamesInTexts(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"CRPD, OP-CAT and others", "CRPD|OP-CAT"},
		{"CRC, OP-CAT, CEDAW", "CRC|OP-CAT|CEDAW"},
		{"CAT; OP-CEDAW", "CAT|OP-CEDAW"},
		{"the Convention against Torture (CAT), OP-CRC-SC", "Convention against Torture|CAT|OP-CRC-SC"},
		{"CRPD OP-CAT", "CRPD|OP-CAT"},
		{"CRPD OP", "CRPD OP"},
		{"CRC: OP", "CRC"},
		{"CRC - OP", "CRC - OP"},
		{"migrant workers. Convention", "migrant workers. Convention"},
		{"migrant workers, Convention", ""},
		{"UPR-related and post-UPR", "UPR|UPR"},
		{"Covenant on Economic Social and Cultural Rights", "Covenant on Economic Social and Cultural Rights"},
		{"Covenant on Economic, Social, and Cultural Rights", "Covenant on Economic, Social, and Cultural Rights"},
		{"Optional Protocol to the U.N. Convention against Torture", "Optional Protocol to the U.N. Convention against Torture"},
		{"Protocol to the United Nations, Convention against Torture", "Convention against Torture"},
		{"Optional Protocol to the United, Convention against Torture", "Convention against Torture"},
		{"Optional Protocol to the United", ""},
	} {
		words := english.words(test.text)
		var found []string
		for span := range englishNames.in(words) {
			found = append(found, test.text[words[span.from].start:words[span.to-1].end])
		}
		if got := strings.Join(found, "|"); got != test.want {
			t.Errorf("%s: got %s, want %s", test.text, got, test.want)
		}
	}
}

func TestPunctuationSetsApart(t *testing.T) {
	for text, want := range map[string]string{ // | before words that are set apart
		"a b-c, d (e) f":             "a b c |d |e |f",
		"a ,b; c:d _ e – f":          "a |b |c |d |e f",
		"0.7, 1,000 and/or U.S. A’s": "0.7 |1,000 and or us a",
		"(a)":                        "a",
	} {
		var got []string
		for _, w := range english.words(text) {
			if w.apart {
				w.surface = "|" + w.surface
			}
			got = append(got, w.surface)
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
