package changelog_test

import (
	"testing"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
)

func TestNamesNobody(t *testing.T) {
	const name, address = "Berta Beta", "berta@people.test"
	for _, c := range []struct {
		reason, name, address string
		refused               bool
	}{
		{"Berta called", name, address, true},
		{"BETA", name, address, true},
		{"berta  beta", name, address, true},
		{"beta, berta", name, address, true},
		{"Ms Beta wants a visa", name, address, true},
		{"Write to berta@people.test.", name, address, true},
		{"Bérta", name, address, true},
		{"Be\u0301ta rang", name, address, true},
		{"Berta's visa", name, address, true},
		{"the desk rang", "Berta Béta", "desk@people.test", true},
		{"berta.beta rang", "Ann Other", "berta.beta@people.test", true},
		{"Jorgensen rang", "Ann Jørgensen", "", true},
		{"Σωκράτης", "Ann ΣΩΚΡΆΤΗΣ", "", true},
		{"O'Neill rang", "Ann O’Neill", "", true},
		{"from Al Bo", "Al Bo", "", true},
		{"王伟打来电话", "王伟", "", true},
		{"Alberta called about betas", name, address, false},
		{"The speaker asked for a visa", name, address, false},
		{"people of the test asked", name, address, false},
		{"Al also asked", "Al Bo", "", false},
		{"A call of the desk", "", "", false},
		{"Speaker 2 asked", name, "", false},
		{"to see who it is", "Al Li", "al@people.test", false},
		{"berta rang, beta too", "Ann Other", "berta.beta@people.test", false},
	} {
		err := changelog.NamesNobody(c.reason, c.name, c.address)
		if refused := err != nil; refused != c.refused || refused && fault.CodeOf(err) != fault.CodeInvalid {
			t.Errorf("%q, of %q %q: refused %t, want %t: %v", c.reason, c.name, c.address, refused, c.refused, err)
		}
	}
}
