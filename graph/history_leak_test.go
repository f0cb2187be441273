package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestLeakOfTheOrderOfHistory: an account that is made, a draft a moment later and a request for protection are one person's.
// Administrators read nothing of registrations but those with which they work, and nobody of what there was before the submission.
func TestLeakOfTheOrderOfHistory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		draft, a := h.apply(t, h.states[0]), h.submitted(t, h.states[0])
		h.must(t, a.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 2}) { userErrors { code } } }`, map[string]any{"id": a.speaker}, nil)
		h.must(t, draft.by, `mutation($id: ID!) { requestProtection(input: {id: $id, level: 2}) { userErrors { code } } }`, map[string]any{"id": draft.speaker}, nil)
		h.giveConsents(t, a, "PUBLIC NAME")
		admin := viewer.Grant{Role: viewer.Admin}
		for name, c := range map[string]struct {
			grants []viewer.Grant
			reads  string // of what was submitted
		}{
			"an administrator":                {[]viewer.Grant{admin}, ""},
			"a reviewer":                      {[]viewer.Grant{admin, {Role: viewer.Reviewer, Scope: "round:" + h.round}}, ""},
			"an officer of another State":     {[]viewer.Grant{admin, {Role: viewer.Officer, Scope: "state:" + h.states[1]}}, ""},
			"the officer":                     {[]viewer.Grant{admin, {Role: viewer.Officer, Scope: "state:" + h.states[0]}}, "DRAFT_TO_SUBMITTED CONSENT"},
			"the manager":                     {[]viewer.Grant{admin, {Role: viewer.Manager, Scope: "round:" + h.round}}, "DRAFT_TO_SUBMITTED CONSENT"},
			"the protection officer":          {[]viewer.Grant{admin, {Role: viewer.ProtectionOfficer}}, "DRAFT_TO_SUBMITTED ASK_PROTECTION CONSENT"},
			"a curator who is administrating": {[]viewer.Grant{admin, {Role: viewer.Publisher}}, ""},
		} {
			by := h.staffMember(t, c.grants...)
			var read struct {
				Desk struct {
					History struct {
						Nodes []struct{ Node, Operation string }
					}
				}
			}
			h.must(t, by, `{ desk { history(first: 100) { nodes { node operation } } } }`, nil, &read)
			var got []string
			there := false
			for _, e := range read.Desk.History.Nodes {
				there = there || e.Node == h.round
				if strings.Contains("reg_ par_ stm_ ask_ msg_", e.Node[:4]) {
					got = append([]string{e.Operation}, got...)
				}
				if e.Node == draft.id || e.Node == draft.speaker {
					t.Errorf("%s reads of a draft that it was %s", name, e.Operation)
				}
			}
			if fmt.Sprint(got) != "["+c.reads+"]" || !there {
				t.Errorf("%s reads %v of registrations, want %s; of rounds: %t", name, got, c.reads, there)
			}
			for _, id := range []string{draft.id, draft.speaker} {
				var one struct {
					Desk struct{ History struct{ TotalCount int } }
				}
				h.must(t, by, `query($id: ID) { desk { history(filter: {id: $id}) { totalCount } } }`, map[string]any{"id": id}, &one)
				if one.Desk.History.TotalCount != 0 {
					t.Errorf("%s reads %d entries of %s", name, one.Desk.History.TotalCount, id)
				}
			}
		}
	})
}

// TestLeakOfWhySomebodyIsHidden: that the protection officer has hidden a speaker, and why, is read by nobody who does not work
// with the Pre-session: a consent that is revoked looks the same.
func TestLeakOfWhySomebodyIsHidden(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a, _ := h.withAgenda(t)
		l := levels{h, h.staffMember(t, viewer.Grant{Role: viewer.ProtectionOfficer})}
		speaker := strings.TrimSpace(h.column(t, `SELECT uid FROM speakers`))
		l.protect(t, l.officer, a.speaker, 3)
		for _, role := range []viewer.Role{viewer.Editor, viewer.Admin} {
			by := h.staffMember(t, viewer.Grant{Role: role})
			for _, filter := range []string{`{}`, `{id: "` + speaker + `"}`} {
				got := h.words(t, by, `{ desk { history(first: 100, filter: `+filter+`) { nodes { node operation actor reason } } } }`, nil)
				if strings.Contains(got, "the file was looked at") || strings.Contains(got, speaker) || strings.Contains(got, l.officer.UID) {
					t.Errorf("%s reads %s", role, got)
				}
			}
		}
	})
}
