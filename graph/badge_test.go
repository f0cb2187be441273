package graph_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// readPDF reads a PDF with a program that has not written it.
func readPDF(t *testing.T, body []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "read.pdf")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	read, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", file, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, read)
	}
	return string(read)
}

// TestLeakOfBadges: who is to be let in is told to the protection officer who made the list, for a day, of
// those who let UN security know; each time is logged, and who is not known any more is not in it.
func TestLeakOfBadges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		state := h.states[0]
		agrees, protected, silent, waits := h.submitted(t, state), h.submitted(t, state), h.submitted(t, state), h.submitted(t, state)
		for _, a := range []*application{agrees, protected, waits} {
			h.giveConsents(t, a, "UN_SECURITY NAME", "UN_SECURITY ORGANISATION")
		}
		h.giveConsents(t, silent, "PUBLIC NAME")
		for _, a := range []*application{agrees, protected, silent} {
			h.confirmed(t, a)
		}
		h.must(t, protected.by, `mutation($input: RequestProtectionInput!) { requestProtection(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": protected.speaker, "level": 3}}, nil)
		beside := h.participant(t, protected, map[string]any{"identity": map[string]any{"name": "Quokka"}, "consents": consents("UN_SECURITY NAME")})
		token := h.tokenOf(t, h.invite(t, missionOf(h.states[1]))[0])
		elsewhere := "@" + strings.ToLower(h.states[1]) + ".example.org"
		for who, badge := range map[string]bool{"ann": true, "bob": false} {
			if _, code := h.delegate(t, token, state, who+elsewhere, map[string]any{"badge": badge}); code != "" {
				t.Fatal(code)
			}
		}
		protection, other := h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer}), h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})
		protection.Name = "Çağla Côte"
		list := func(reason string) (made map[string]any, code string) {
			code = h.codeOf(t, protection, "makeBadgeList", "MakeBadgeListInput", `badgeList { id people } userErrors { field message code }`, map[string]any{"round": h.round, "reason": reason}, &made)
			return made, code
		}
		for _, reason := range []string{"", "for Wombat " + agrees.by.UID} {
			if _, code := list(reason); !strings.HasPrefix(code, "INVALID") {
				t.Errorf("for %q: %q", reason, code)
			}
		}
		made, code := list("the gate asks")
		if code != "" {
			t.Fatal(code)
		}
		id := made["badgeList"].(map[string]any)["id"].(string)
		if n := made["badgeList"].(map[string]any)["people"]; n != 2.0 {
			t.Errorf("%v people", n)
		}
		fetch := h.fetch(t)
		check := func(when string, in, out []string) {
			t.Helper()
			forms := map[string]string{
				"csv": fetch(protection, "/badges/"+id+".csv").Body.String(), "pdf": readPDF(t, fetch(protection, "/badges/"+id+".pdf").Body.Bytes()),
				"xlsx": readBook(t, fetch(protection, "/badges/"+id+".xlsx").Body.Bytes(), "data"),
			}
			for form, text := range forms {
				text = strings.Join(strings.Fields(text), " ")
				for _, name := range append(in, id, "Çağla Côte") {
					if !strings.Contains(text, name) {
						t.Errorf("%s: the %s has no %s: %s", when, form, name, text)
					}
				}
				for _, name := range out {
					if strings.Contains(text, name) {
						t.Errorf("%s: the %s has %s", when, form, name)
					}
				}
			}
		}
		name := func(a *application) string { return "Wombat " + a.by.UID }
		check("at first", []string{name(agrees), "ann" + elsewhere}, []string{name(protected), name(silent), name(waits), "Quokka", "bob"})
		h.protect(t, protection, protected.speaker, 3)
		check("when the level was looked at", []string{name(agrees), name(protected)}, []string{name(silent), "Quokka"})
		h.protect(t, protection, beside, 0)
		check("when who was added was looked at", []string{name(agrees), name(protected), "Quokka"}, []string{name(silent)})
		for who, by := range map[string]*viewer.Viewer{"nobody": nil, "another protection officer": other, "a manager": h.manager, "an applicant": agrees.by} {
			if got := fetch(by, "/badges/"+id+".csv"); got.Code < 400 || strings.Contains(got.Body.String(), "Wombat") {
				t.Errorf("%s: %d %s", who, got.Code, got.Body)
			}
		}
		log := h.column(t, `SELECT e.node || ' ' || e.operation || ' ' || c.reason FROM change_entries e JOIN changes c ON c.id = e.change_id`)
		for _, entry := range []string{id + " MAKE_BADGES the gate asks", id + " TAKE_BADGES badge list " + id, agrees.speaker + " OPEN badge list " + id} {
			if !strings.Contains(log, entry) {
				t.Errorf("the log has no %q", entry)
			}
		}
		h.giveConsents(t, protected, "PUBLIC NAME")
		h.must(t, agrees.by, `mutation($input: RemoveParticipantInput!) { removeParticipant(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": agrees.speaker}}, nil)
		check("when one revokes and one is forgotten", []string{"ann" + elsewhere}, []string{name(protected), name(agrees)})
		h.clock.set("2026-02-27T12:00:00Z")
		if got := fetch(protection, "/badges/"+id+".csv"); got.Code != http.StatusNotFound {
			t.Errorf("after its day: %d %s", got.Code, got.Body)
		}
	})
}

// protect has the protection officer decide on a level.
func (h *hall) protect(t *testing.T, by *viewer.Viewer, participant string, level int) {
	t.Helper()
	var revision int
	if err := h.db.SQL.QueryRow(`SELECT revision FROM participants WHERE uid = $1`, participant).Scan(&revision); err != nil {
		t.Fatal(err)
	}
	if code := h.codeOf(t, by, "decideProtection", "DecideProtectionInput", `userErrors { field message code }`, map[string]any{"id": participant, "revision": revision, "level": level, "reason": "the file was looked at"}, nil); code != "" {
		t.Fatal(code)
	}
}
