package deprecation_test

import (
	"testing"

	"github.com/upr-info/upr/internal/deprecation"
)

func TestParse(t *testing.T) {
	got, err := deprecation.Parse("Query.states", "Since 2027-01-01, gone on 2028-01-01: use Query.countries.")
	if want := (deprecation.Notice{What: "Query.states", Since: "2027-01-01", Gone: "2028-01-01", Use: "Query.countries"}); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	for _, reason := range []string{"", "No longer supported", "Since 2027-02-30, gone on 2028-01-01: use this.", "Since 2028-01-01, gone on 2027-01-01: use this.", "Since 2027-01-01, gone on 2028-01-01: use ."} {
		if got, err := deprecation.Parse("x", reason); err == nil {
			t.Errorf("%q is read as %+v", reason, got)
		}
	}
}
