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
		{"குமார் கேட்டார் visa", "குமார் ராஜா", "", true},
		{"குமாருக்கு visa", "குமார் ராஜா", "", true},
		{"குமாருக்கும் visa", "குமார் ராஜா", "", true},
		{"குமாரின் visa", "குமார் ராஜா", "", true},
		{"குமாரிடம் கேட்டோம்", "குமார் ராஜா", "", true},
		{"ராஜாவின் visa", "குமார் ராஜா", "", true},
		{"ராஜாவையும்", "குமார் ராஜா", "", true},
		{"தேவிக்கு", "சீதா தேவி", "", true},
		{"தேவியோடு", "சீதா தேவி", "", true},
		{"குமாரி", "குமார் ராஜா", "", false},
		{"ராஜாங்கம்", "குமார் ராஜா", "", false},
		{"לדוד visa", "דוד כהן", "", true},
		{"ולכהן", "דוד כהן", "", true},
		{"כשדוד ביקש", "דוד כהן", "", true},
		{"שמדוד", "דוד כהן", "", true},
		{"הכהן", "דוד כהן", "", true},
		{"דודה", "דוד כהן", "", false},
		{"שלום", "שרה לוי", "", false},
		{"राम का visa", "राम सिंह", "", true},
		{"सीता", "सीता देवी", "", true},
		{"রহিম asked", "রহিম উদ্দিন", "", true},
		{"ज़ैदी rang", "अली जैदी", "", true},
		{"Mueller rang", "Ann Müller", "", true},
		{"Müller rang", "Ann Mueller", "", true},
		{"Muller rang", "Ann Mueller", "", true},
		{"Joergensen rang", "Ann Jørgensen", "", true},
		{"Gross rang", "Ann Groß", "", true},
		{"Almasri rang", "Ann Al-Masri", "", true},
		{"Almasri rang", "Ann Al Masri", "", true},
		{"Al-Masri rang", "Ann Almasri", "", true},
		{"JeanPierre rang", "Jean-Pierre Bo", "", true},
		{"Jean-Pierre rang", "JeanPierre Bo", "", true},
		{"ONeill rang", "Ann O'Neill", "", true},
		{"O\u02bcNeill rang", "Ann ONeill", "", true},
		{"Marias visa", "Maria Bo", "", true},
		{"Ber\u00adta rang", name, address, true},
		{"Ber\u200bta rang", name, address, true},
		{"rang\u200bBerta", name, address, true},
		{"Berta rang", "Ber\u200bta Beta", "", true},
		{"ومحمد", "محمد المصري", "", true},
		{"وللمصري", "محمد المصري", "", true},
		{"مصري", "محمد المصري", "", true},
		{"محمّد", "محمد المصري", "", true},
		{"محـــمد", "محمد المصري", "", true},
		{"アリス・ジョーンズさんから", "ジョーンズ", "", true},
		{"Alberta called about alphas", name, address, false},
		{"who asked", name, address, false},
		{"visa", name, address, false},
		{"the speaker's visa", name, address, false},
		{"J asked for J.'s visa", "J. Smith", "", false},
		{"the visa, and who is in the room", "T. He", "", false},
		{"she said this is a visa, as if she knew", "Isa Asif", "", false},
		{"who does it", "Jane Doe", "", false},
		{"who does it", "Ana dos Santos", "", false},
		{"about this visa", "Nguyễn Thi Bo", "", false},
		{"राम", "सीता देवी", "", false},
		{"कुमारी", "राम कुमार", "", false},
		{"والد", "محمد المصري", "", false},
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
