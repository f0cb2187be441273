package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

const secretAsk = "Free the people of Zzyzx."

// TestLeakOfAsks: whatever keeps an ask, or its statement, from the public keeps it from every place that
// anybody reads, and takes it out of those in which it has been.
func TestLeakOfAsks(t *testing.T) {
	type keep func(t *testing.T, h *hall, a *application, officer *viewer.Viewer, statement, id string)
	consents := func(given ...string) keep {
		return func(t *testing.T, h *hall, a *application, _ *viewer.Viewer, _, _ string) {
			t.Helper()
			h.giveConsents(t, a, given...)
		}
	}
	for name, c := range map[string]struct {
		wasPublic bool
		keep      keep
	}{
		"statement for missions": {true, func(t *testing.T, h *hall, a *application, officer *viewer.Viewer, statement, _ string) {
			if code := h.decide(t, officer, a, statement, "MISSIONS_ONLY", nil); code != "" {
				t.Fatal(code)
			}
		}},
		"statement taken back": {true, func(t *testing.T, h *hall, a *application, _ *viewer.Viewer, statement, _ string) {
			h.must(t, a.by, `mutation($id: ID!) { takeBackStatement(input: {id: $id}) { userErrors { code } } }`, map[string]any{"id": statement}, nil)
			if n := h.count(t, `SELECT COUNT(*) FROM asks`); n != 0 {
				t.Errorf("%d asks of a statement that was taken back are kept", n)
			}
		}},
		"consent to asks revoked":       {true, consents("PUBLIC NAME", "PUBLIC ORGANISATION", "PUBLIC STATEMENT")},
		"consent to statements revoked": {true, consents("PUBLIC NAME", "PUBLIC ORGANISATION", "PUBLIC ASKS")},
		"protected afterwards": {true, func(t *testing.T, h *hall, a *application, _ *viewer.Viewer, _, _ string) {
			h.must(t, a.by, `mutation($input: RequestProtectionInput!) { requestProtection(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": a.speaker, "level": 1}}, nil)
		}},
		"contested": {true, func(t *testing.T, h *hall, a *application, _ *viewer.Viewer, _, id string) {
			if _, code := h.asking(t, a.by, "contestAsk", map[string]any{"id": id, "revision": 2, "comment": "No."}); code != "" {
				t.Fatal(code)
			}
		}},
		"removed": {true, func(t *testing.T, h *hall, _ *application, officer *viewer.Viewer, _, id string) {
			h.must(t, officer, `mutation($id: ID!) { removeAsk(input: {id: $id}) { userErrors { code } } }`, map[string]any{"id": id}, nil)
		}},
		"never consented to": {false, func(*testing.T, *hall, *application, *viewer.Viewer, string, string) {}},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, url string) {
				h := openHall(t, url)
				given := []string{"PUBLIC ASKS"}
				if !c.wasPublic {
					given = []string{"MISSIONS ASKS", "PARTNERS ASKS", "ARCHIVE ASKS"}
				}
				a, officer, statement := h.spoken(t, given...)
				site := h.site(t)
				public, id := h.confirmedAsk(t, a, officer, statement)
				if got := site("/export/meeting_asks.ndjson"); c.wasPublic != strings.Contains(got, secretAsk) || c.wasPublic != (public != "") {
					t.Fatalf("who exports reads %.300s", got)
				}
				if got := changesOf(t, site, "meeting_asks"); c.wasPublic != strings.Contains(got, secretAsk) {
					t.Fatalf("who follows changes reads %.300s", got)
				}
				c.keep(t, h, a, officer, statement, id)
				h.checkNothingAsked(t, site, public)
			})
		})
	}
}

// confirmedAsk has an ask of a statement that is published be confirmed. It returns the id that readers
// know, if they do, and that of the desk.
func (h *hall) confirmedAsk(t *testing.T, a *application, officer *viewer.Viewer, statement string) (public, id string) {
	t.Helper()
	if code := h.decide(t, officer, a, statement, "PUBLISHED", nil); code != "" {
		t.Fatal(code)
	}
	added, code := h.asking(t, officer, "addAsk", map[string]any{"statement": statement, "wording": map[string]any{"text": secretAsk, "issue": h.anIssue(t)}})
	if code != "" {
		t.Fatal(code)
	}
	if _, code := h.asking(t, a.by, "confirmAsk", map[string]any{"id": added.Ask.ID, "revision": 1}); code != "" {
		t.Fatal(code)
	}
	if err := h.record.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(h.column(t, `SELECT uid FROM meeting_asks`)), added.Ask.ID
}

// checkNothingAsked looks into every place that anybody reads.
func (h *hall) checkNothingAsked(t *testing.T, site func(path string) string, public string) {
	t.Helper()
	if err := h.record.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	var read map[string]any
	h.must(t, nil, `{ meetings { asks { id text organisationName statement { title } takenUpBy { id } } } }`, nil, &read)
	var node struct{ Node map[string]any }
	h.must(t, nil, `query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": public}, &node)
	for place, told := range map[string]string{
		"GraphQL": fmt.Sprint(read), "node": fmt.Sprint(node.Node), "changes": changesOf(t, site, "meeting_asks"), "export": site("/export/meeting_asks.ndjson"),
		"log": h.column(t, `SELECT COALESCE(projection, '') FROM change_entries WHERE node LIKE 'mak%' OR node LIKE 'ask%'`), "reasons": h.column(t, `SELECT reason FROM changes`), "rows": h.column(t, `SELECT text || organisation_name FROM meeting_asks`),
	} {
		if strings.Contains(told, "Zzyzx") || strings.Contains(told, "Organisation ") {
			t.Errorf("%s: it is in what anybody reads: %.300s", place, told)
		}
	}
	if node.Node != nil {
		t.Errorf("there is still %v", node.Node)
	}
}

// TestModelOfAsksOfLaterStatements: a later statement takes the asks of the one whose place it takes over,
// and they are confirmed anew; asks are taken after the meeting alone.
func TestModelOfAsksOfLaterStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a, officer, statement := h.spoken(t, "PUBLIC ASKS")
		h.confirmedAsk(t, a, officer, statement)
		later := h.accepted(t, a, officer)
		if got := h.column(t, `SELECT s.uid || ' ' || a.state FROM asks a JOIN pre_session_statements s ON s.id = a.statement_id`); strings.TrimSpace(got) != later+" PROPOSED" {
			t.Errorf("the ask is %s, want that of %s", got, later)
		}
		if got := h.publicAsks(t); got != "[]" {
			t.Errorf("anybody reads %s", got)
		}

	})
}
