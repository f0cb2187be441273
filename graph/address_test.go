package graph_test

import (
	"net/http"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestAddressesThatNoDatabaseHolds: what is no text is answered as an id that there is not, whoever asks: PostgreSQL would
// fail on it.
func TestAddressesThatNoDatabaseHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.takesFiles(t)
		protects := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		fetch := h.fetch(t)
		for _, address := range []struct{ before, after string }{
			{"/statements/", ""}, {"/statements/stm_", ""}, {"/submissions/", ""}, {"/badges/", ".xlsx"}, {"/presessions/", "/registrations.csv"}, {"/presessions/", "/research.csv"},
			{"/calendar/own/", ".ics"}, {"/calendar/states/", ".ics"}, {"/calendar/", ".ics"}, {"/agenda/", ".json"},
			{"/slices/", ".csv"}, {"/slices/", "/changes"}, {"/slices/", "/statistics"}, {"/slices/x/compare/", ".csv"}, {"/export/", ".csv"}, {"/registrations/", "/x"},
		} {
			for who, by := range map[string]*viewer.Viewer{"nobody": nil, "a manager": h.manager, "a protection officer": protects} {
				want := fetch(by, address.before+"none"+address.after)
				for _, id := range []string{"%00", "%ff", "x%00y", "%c3%28"} {
					got := fetch(by, address.before+id+address.after)
					if got.Code != want.Code || want.Code < 400 || want.Code >= http.StatusInternalServerError {
						t.Errorf("%s asks for %s%s%s: %d %s, want %d %s", who, address.before, id, address.after, got.Code, got.Body, want.Code, want.Body)
					}
					if (address.before == "/statements/" || address.before == "/submissions/") && got.Body.String() != want.Body.String() {
						t.Errorf("%s asks for %s%s: %s, want %s", who, address.before, id, got.Body, want.Body)
					}
				}
			}
		}
	})
}
