package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestStoryOfWithdrawingLate: who withdraws after the agenda is published, or having spoken, is gone from it at once,
// with what they brought; a published statement stays where they say so, and as long as it may be read.
func TestStoryOfWithdrawingLate(t *testing.T) {
	for name, test := range map[string]struct {
		spoke, keep bool
		before      string // a mutation before withdrawing, of the speaker
		kept        bool
	}{
		"by default":            {kept: false},
		"kept":                  {keep: true, kept: true},
		"having spoken":         {spoke: true},
		"having spoken, kept":   {spoke: true, keep: true, kept: true},
		"of who is protected":   {spoke: true, keep: true, before: `requestProtection(input: {id: $id, level: 1}) { userErrors { code } }`},
		"of who has revoked it": {keep: true, before: `giveConsents(input: {id: $id, consents: [{audience: PUBLIC, item: NAME}]}) { userErrors { code } }`},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, url string) {
				h := openHall(t, url)
				h.takesFiles(t)
				a, officer := h.withAgenda(t)
				published := h.accepted(t, a, officer)
				if code := h.decide(t, officer, a, published, "PUBLISHED", nil); code != "" {
					t.Fatal(code)
				}
				accepted := h.inFrench(t, a, officer)
				if test.spoke {
					h.clock.set("2026-03-02T10:00:00Z")
					if code := h.move(t, officer, a, "SPOKE", nil); code != "" {
						t.Fatal(code)
					}
				}
				if test.before != "" {
					h.must(t, a.by, `mutation($id: ID!) { `+test.before+` }`, map[string]any{"id": a.speaker}, nil)
				}
				h.must(t, a.by, `mutation($id: ID!, $keep: Boolean!) { withdrawApplication(input: {id: $id, revision: 1}, keepStatement: $keep) { userErrors { code } } }`, map[string]any{"id": a.id, "keep": test.keep}, nil)
				h.checkState(t, a, "WITHDRAWN")
				if got := strings.Contains(h.brought(t), secretTitle); got != test.kept {
					t.Errorf("the statement is read: %v, want %v", got, test.kept)
				}
				if got := h.public(t); strings.Contains(got, "Wombat") || strings.Contains(got, "Organisation") {
					t.Errorf("the agenda still says %s", got)
				}
				if got := strings.TrimSpace(h.column(t, `SELECT state FROM pre_session_statements WHERE uid = '`+accepted+`'`)); got != "WITHDRAWN" {
					t.Errorf("what was not published is %s", got)
				}
				if !test.kept {
					return
				}
				h.giveConsents(t, a, "PUBLIC NAME")
				if strings.Contains(h.brought(t), secretTitle) {
					t.Error("without consent the statement is still read")
				}
			})
		})
	}
}

// inFrench has a second statement accepted, and returns its id.
func (h *hall) inFrench(t *testing.T, a *application, officer *viewer.Viewer) string {
	t.Helper()
	begun, code := h.statement(t, a.by, "beginStatement", "BeginStatementInput", map[string]any{"application": a.id, "language": "FR", "title": "En français"})
	if code != "" {
		t.Fatal(code)
	}
	h.upload(t, begun.Permit, "Raconté par Wombat.\n")
	if _, code = h.statement(t, a.by, "submitStatement", "ReviseStatementInput", map[string]any{"id": begun.Statement.ID, "revision": begun.Statement.Revision}); code != "" {
		t.Fatal(code)
	}
	if code := h.decide(t, officer, a, begun.Statement.ID, "ACCEPTED", nil); code != "" {
		t.Fatal(code)
	}
	return begun.Statement.ID
}
