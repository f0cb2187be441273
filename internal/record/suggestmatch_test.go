package record

import "testing"

func TestWithinOneError(t *testing.T) {
	for _, test := range []struct {
		name, wanted string
		want         bool
	}{
		{"kazakhstan", "kazakh", true},
		{"kazakhstan", "kasakh", true},   // wrong
		{"kazakhstan", "kazkh", true},    // missing
		{"kazakhstan", "kazzakh", true},  // too many
		{"kazakhstan", "kaazkh", true},   // in the place of its neighbour
		{"kazakhstan", "kazakj", true},   // the last one is wrong
		{"kazakhstan", "kaszkah", false}, // two
		{"kazakhstan", "uganda", false},
		{"chad", "chadd", true},
		{"chad", "chaddd", false},
		{"republic of korea", "koraea", true},
		{"republic of korea", "koreaa", true},
		{"kazakhstan", "kxz", false}, // too short to guess
	} {
		if got := almostBegins(test.name, test.wanted); got != test.want {
			t.Errorf("%s for %s: got %v", test.wanted, test.name, got)
		}
	}
}

func TestQuality(t *testing.T) {
	for _, test := range []struct {
		name, wanted string
		code         bool
		want         matchQuality
	}{
		{"EGY", "egy", true, isCode},
		{"EGY", "eg", true, beginsName},
		{"Niger", "niger", false, isName},
		{"Nigeria", "niger", false, beginsName},
		{"Côte d'Ivoire", "cote d'iv", false, beginsName},
		{"Côte d'Ivoire", "divo", false, beginsWord},
		{"Côte d'Ivoire", "ivoire", false, beginsWord},
		{"Women's rights", "womens r", false, beginsName},
		{"Women's rights", "women’s r", false, beginsName},
		{"Saint Kitts and Nevis", "nevis", false, beginsWord},
		{"Saint Kitts and Nevis", "evis", false, noMatch},
		{"16.3", "16.3", true, isCode},
		{"Россия", "рос", false, beginsName},
		{"Россия", "...", false, noMatch},
	} {
		c := candidate{}
		c.add(test.code, test.name)
		if got, _ := c.match(foldings(test.wanted), false); got != test.want {
			t.Errorf("%q for %s: got %d, want %d", test.wanted, test.name, got, test.want)
		}
	}
}
