package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestLeakOfOrganisationsBesidePseudonyms: the organisation of somebody whom readers know by a pseudonym is not kept after the
// purge. Who owns the registration, or staff where nobody does, take the pseudonym back all the same.
func TestLeakOfOrganisationsBesidePseudonyms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		protection := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		a, b, named := h.submitted(t, h.states[0]), h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		all := []string{"PUBLIC NAME", "PUBLIC ORGANISATION", "ARCHIVE NAME", "ARCHIVE ORGANISATION"}
		for _, one := range []*application{a, b, named} {
			h.giveConsents(t, one, all...)
		}
		h.participant(t, b, map[string]any{"id": b.speaker, "revision": h.count(t, `SELECT revision FROM participants WHERE uid = '`+b.speaker+`'`), "level": 2, "pseudonym": "Bilby"})
		h.protect(t, protection, b.speaker, 2)
		b.revision = h.count(t, `SELECT own_revision FROM registrations WHERE uid = '`+b.id+`'`)
		h.confirmed(t, b)
		h.confirmed(t, named)
		h.reviewedAt(t, a, protection, map[string]any{"level": 2, "pseudonym": "Numbat"})
		if _, err := h.db.SQL.Exec(`UPDATE registrations SET owner_id = NULL WHERE uid = $1`, b.id); err != nil {
			t.Fatal(err)
		}
		if _, err := h.db.SQL.Exec(`DELETE FROM grants WHERE scope = $1`, "registration:"+b.id); err != nil {
			t.Fatal(err)
		}
		h.invite(t, map[string]any{"category": "NGO_OBSERVER", "label": "Dr Wallaby", "address": "w@observers.test"})
		h.codeOfAccess(t, h.manager, h.meeting[h.states[0]])
		h.clock.set("2026-06-30T09:00:00Z")
		h.sweep(t)
		h.sweep(t)
		if got := h.public(t); !strings.Contains(got, "Numbat") || !strings.Contains(got, "Bilby") || !strings.Contains(got, "Organisation "+named.id) {
			t.Fatalf("anybody reads %s", got)
		}
		organisation := func(a *application) string {
			return strings.TrimSpace(h.column(t, `SELECT organisation || COALESCE(CAST(organisation_id AS TEXT), '') || COALESCE(CAST(founded AS TEXT), '') FROM registrations WHERE uid = '`+a.id+`'`))
		}
		reference := strings.TrimSpace(h.column(t, `SELECT reference FROM registrations WHERE uid = '`+b.id+`'`))
		if got := organisation(a); got != "" {
			t.Errorf("beside a pseudonym there is %q", got)
		}
		if got := organisation(b); got != reference {
			t.Errorf("beside a pseudonym that staff may take back there is %q", got)
		}
		if got := organisation(named); !strings.Contains(got, "Organisation "+named.id) {
			t.Errorf("of an organisation that readers see %q is left", got)
		}
		if got := strings.TrimSpace(h.column(t, `SELECT label || domain FROM invitations`) + h.column(t, `SELECT label FROM access_codes`)); got != "" {
			t.Errorf("of who was invited there is %q", got)
		}
		if code := h.codeOf(t, a.by, "saveParticipant", "SaveParticipantInput", `userErrors { field message code }`, map[string]any{"application": a.id, "identity": map[string]any{"name": "Wombat"}}, nil); !strings.HasPrefix(code, "CONFLICT") {
			t.Errorf("somebody is named whom nobody would purge: %q", code)
		}
		var listed struct {
			Desk struct{ UnownedRegistrations []struct{ ID string } }
		}
		unowned := func() int {
			h.must(t, h.manager, `query($round: ID!) { desk { unownedRegistrations(round: $round) { id } } }`, map[string]any{"round": h.round}, &listed)
			return len(listed.Desk.UnownedRegistrations)
		}
		if n := unowned(); n != 1 {
			t.Errorf("nobody owns %d", n)
		}
		b.by = h.manager
		for _, one := range []*application{a, b} {
			h.giveConsents(t, one)
		}
		h.sweep(t)
		if got := h.public(t); strings.Contains(got, "Numbat") || strings.Contains(got, "Bilby") {
			t.Errorf("anybody still reads %s", got)
		}
		if got := organisation(b); got != "" || unowned() != 0 {
			t.Errorf("of what is not public any more %q is left", got)
		}
	})
}

// TestLeakOfWhomNoKeyOpens: what shows less of somebody takes no name, and nobody keeps the identities of others from being
// purged.
func TestLeakOfWhomNoKeyOpens(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(t *testing.T, h *hall, a *application, protection *viewer.Viewer) string
		left string
	}{
		"a level is asked for": {func(t *testing.T, h *hall, a *application, _ *viewer.Viewer) string {
			return h.codeOf(t, a.by, "requestProtection", "RequestProtectionInput", `userErrors { field message code }`, map[string]any{"id": a.speaker, "level": 3}, nil)
		}, ""},
		"a level is decided on": {func(t *testing.T, h *hall, a *application, protection *viewer.Viewer) string {
			h.protect(t, protection, a.speaker, 1)
			return ""
		}, "organisation"},
		"consents are revoked": {func(t *testing.T, h *hall, a *application, _ *viewer.Viewer) string {
			return h.codeOf(t, a.by, "giveConsents", "GiveConsentsInput", `userErrors { field message code }`, map[string]any{"id": a.speaker, "consents": []any{}}, nil)
		}, ""},
		"identities are purged": {func(t *testing.T, h *hall, a *application, _ *viewer.Viewer) string {
			h.clock.set("2026-06-30T09:00:00Z")
			h.sweep(t)
			if n := h.count(t, `SELECT COUNT(*) FROM participant_identities`); n != 0 {
				t.Errorf("%d identities are kept", n)
			}
			return ""
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, url string) {
				h := openHall(t, url)
				protection := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
				h.submitted(t, h.states[1])
				a, _ := h.withAgenda(t)
				if _, err := h.db.SQL.Exec(`UPDATE participant_identities SET data_key = $1 WHERE participant_id = (SELECT id FROM participants WHERE uid = $2)`, []byte("sealed by a key that is lost"), a.speaker); err != nil {
					t.Fatal(err)
				}
				if code := c.do(t, h, a, protection); code != "" {
					t.Errorf("it is refused: %q", code)
				}
				got := h.public(t)
				if strings.Contains(got, "Wombat") || strings.Contains(got, "Organisation "+a.id) != (c.left == "organisation") {
					t.Errorf("anybody reads %s", got)
				}
			})
		})
	}
}
