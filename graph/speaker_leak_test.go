package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestLeakByTheIdOfASpeaker: whoever kept what was shown of somebody knows by no id whose what is shown since then is.
func TestLeakByTheIdOfASpeaker(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(t *testing.T, h *hall, a *application)
		left string
	}{
		"another level, and another agenda published": {func(t *testing.T, h *hall, a *application) {
			h.must(t, a.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 2}) { userErrors { code } } }`, map[string]any{"id": a.speaker}, nil)
			// What is shown instead of a name can be one: it waits.
			if got := h.public(t); strings.Contains(got, "Numbat") || strings.Contains(got, "Wombat") {
				t.Errorf("before the protection officer has looked anybody reads %s", got)
			}
			h.protect(t, h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer}), a.speaker, 2)
			if _, code := h.publish(t); code != "" {
				t.Fatal(code)
			}
		}, "Numbat"},
		"the name is revoked": {func(t *testing.T, h *hall, a *application) {
			h.giveConsents(t, a, "PUBLIC ORGANISATION")
		}, "Organisation"},
		"the organisation is revoked, and another agenda published": {func(t *testing.T, h *hall, a *application) {
			h.giveConsents(t, a, "PUBLIC NAME")
			if _, code := h.publish(t); code != "" {
				t.Fatal(code)
			}
		}, "Wombat"},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, url string) {
				h := openHall(t, url)
				a, _ := h.withAgenda(t)
				h.participant(t, a, map[string]any{"id": a.speaker, "revision": h.count(t, `SELECT revision FROM participants WHERE uid = '`+a.speaker+`'`), "pseudonym": "Numbat", "level": 0})
				site := h.site(t)
				speakers := func(where string) string {
					return strings.TrimSpace(h.column(t, `SELECT uid FROM speakers WHERE `+where))
				}
				before := speakers(`status = 'PUBLISHED'`)
				c.do(t, h, a)
				now := speakers(`status = 'PUBLISHED'`)
				if now == before || now == "" || speakers(`status = 'WITHDRAWN'`) != before {
					t.Fatalf("what is shown is %s, and was %s", now, before)
				}
				if got := h.public(t); !strings.Contains(got, c.left) {
					t.Errorf("anybody reads %s", got)
				}
				for place, told := range map[string]string{
					"changes": changesOf(t, site, "speakers"), "export": site("/export/speakers.ndjson"), "log": h.column(t, `SELECT node || COALESCE(projection, '') FROM change_entries`),
				} {
					if !strings.Contains(told, now) {
						t.Errorf("%s does not have what is shown: %.300s", place, told)
					}
					for _, line := range strings.Split(strings.ReplaceAll(told, `},{"cursor"`, "\n"), "\n") {
						if strings.Contains(line, before) && (strings.Contains(line, c.left) || strings.Contains(line, now)) {
							t.Errorf("%s ties it to what was shown: %.300s", place, line)
						}
					}
				}
				var node struct{ Node map[string]any }
				h.must(t, nil, `query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": before}, &node)
				if node.Node != nil {
					t.Errorf("there is still %v", node.Node)
				}
			})
		})
	}
}
