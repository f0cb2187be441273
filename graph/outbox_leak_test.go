package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestLeakOfRecipients: once somebody of a registration is protected, staff do not read any more to whom mail about it
// went, or was to go, before; where the registration was merged into another, nor that about the other one.
func TestLeakOfRecipients(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a, into, other := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		if code := h.move(t, h.manager, a, "MERGED", map[string]any{"into": into.id, "agreement": "Both wrote."}); code != "" {
			t.Fatal(code)
		}
		officer := h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[0]})
		read := func(by *viewer.Viewer, about *application) string {
			t.Helper()
			return h.words(t, by, `query($id: ID!) { desk { outboxMessages(filter: {about: $id}) { nodes { status template text address } } } }`, map[string]any{"id": about.id})
		}
		for _, by := range []*viewer.Viewer{h.manager, officer} {
			for _, about := range []*application{a, into} {
				if got := read(by, about); !strings.Contains(got, "resume") || !strings.Contains(got, about.by.UID+"@example.org") || !strings.Contains(got, "Quokka "+about.by.UID) {
					t.Fatalf("before, staff read %s", got)
				}
			}
		}
		h.must(t, a.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 2}) { userErrors { code } } }`, map[string]any{"id": a.speaker}, nil)
		for _, by := range []*viewer.Viewer{h.manager, officer} {
			for _, about := range []*application{a, into} {
				if got := read(by, about); !strings.Contains(got, "resume") || strings.Contains(got, "@example.org") || strings.Contains(got, "Quokka") {
					t.Errorf("afterwards staff read %s", got)
				}
			}
			if got := read(by, other); !strings.Contains(got, other.by.UID+"@example.org") {
				t.Errorf("of somebody else staff read %s", got)
			}
		}
	})
}
