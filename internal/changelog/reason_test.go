package changelog_test

import (
	"testing"

	"github.com/upr-info/upr/internal/changelog"
)

func TestSaysWhy(t *testing.T) {
	for reason, says := range map[string]bool{
		"": false, ".": false, "- - -": false, "ok": false, "to see": false, "See, see, SEE": false, "a b c": false, "12 34 56": false, "sécurité, securite": false,
		"to see who": true, "The gate asks.": true, "Le bureau des visas demande": true, "اتصل بنا المكتب": true, "签证处来电": false, "签证处打来电话": true, "签": false, "เจ้าหน้าที่โทรมา": true,
	} {
		if err := changelog.SaysWhy(reason); (err == nil) != says {
			t.Errorf("%q: %v", reason, err)
		}
	}
}
