package ingest

import (
	"math"
	"testing"
)

func TestCompare(t *testing.T) {
	tests := []struct {
		name, a, b string
		share      float64
		swaps      int
	}{
		{"same", "Ratify the CAT", "Ratify the CAT", 1, 0},
		{"final stop", "Ratify the CAT", "Ratify the CAT.", 1 - 0.1/3, 0},
		{"case", "ratify the CAT", "Ratify the CAT", 1 - 0.1/3, 0},
		{"spelling", "Ratify the Covention", "Ratify the Convention", 1 - 0.3/3, 0},
		{"two letters swapped", "Recieve the Rapporteur", "Receive the Rapporteur", 1 - 0.3/3, 0},
		{"another abbreviation", "Ratify CAT", "Ratify CRC", 0.5, 1},
		{"another number", "Ratify ILO Convention 169", "Ratify ILO Convention 189", 0.75, 1},
		{"opposite", "Repeal the legal provisions", "Repeal the illegal provisions", 0.75, 1},
		{"another word", "Fight poverty", "Fight corruption", 0.5, 1},
		{"a word more", "Ratify the CAT", "Promptly ratify the CAT", 1 - 1.1/4, 0},
		{"a word less", "Promptly sign the CAT", "sign the CAT", 0.75, 0},
		{"a little word changed", "Give it to the Ombudsman", "Give it to an Ombudsman", 0.8, 0},
		{"accents", "Repeal lèse-majesté", "Repeal lese-majesté", 1 - 0.3/2, 0},
		{"nothing alike", "Ratify CAT", "Abolish torture now", 0, 2},
		{"both empty", "", "", 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, got := range []likeness{compare(tt.a, tt.b), compare(tt.b, tt.a)} {
				if math.Abs(got.share-tt.share) > 1e-9 || got.swaps != tt.swaps {
					t.Errorf("got %.3f alike with %d swaps, want %.3f with %d", got.share, got.swaps, tt.share, tt.swaps)
				}
			}
		})
	}
}

func TestNormalise(t *testing.T) {
	want := `the State's "law" - as amended`
	for _, s := range []string{
		"the State’s “law” – as amended",
		" the  State's\u00a0\"law\" — as\namended\t",
		"the State`s «law» - as amended",
	} {
		if got := normalise(s); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for _, s := range []string{"The State's \"law\" - as amended", want + "."} {
		if normalise(s) == want {
			t.Errorf("%q is taken for the same text", s)
		}
	}
}

func TestLostLetters(t *testing.T) {
	stored := "Free Stevanović in Felsőszölnök"
	tests := []struct {
		text     string
		encoding Encoding
		want     bool
	}{
		{"Free Stevanovic in Felsöszölnök", MacRoman, true},
		{"Free Stevanovi? in Fels_szölnök", Windows1252, true},
		{"Free Stevanovic in Felsöszolnök", MacRoman, false}, // Mac Roman has ö
		{"Free Stevanovic in Felsöszölnök now", MacRoman, false},
		{"Free Stevanovic in Felsöszölnök", UTF8, false},
		{"Free Stevanovic in Felsöszölnök", "", false},
	}
	for _, tt := range tests {
		if got := lostLetters(stored, tt.text, tt.encoding); got != tt.want {
			t.Errorf("%q in %q: got %v, want %v", tt.text, tt.encoding, got, tt.want)
		}
	}
}

func TestFoldKeepsWords(t *testing.T) {
	if a, b := fold("Sign, and ratify: CRPD-OP!"), fold("sign and ratify crpd op"); a != b {
		t.Errorf("%q and %q differ", a, b)
	}
	if fold("CAT") == fold("CRC") {
		t.Error("CAT and CRC are folded to the same")
	}
}
