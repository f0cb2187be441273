package graph_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// TestStoryOfStatementsForMissions: missions read with their link what speakers let them, that of the State
// under review what they let it, and nobody else anything.
func TestStoryOfStatementsForMissions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		h.takesFiles(t)
		state := h.states[0]
		ids := h.invite(t, missionOf(h.states[1]), missionOf(state), map[string]any{"category": "UN", "label": "OHCHR", "address": "ann@un.example.org"}, map[string]any{"category": "MEDIA", "label": "Gazette", "address": "ann@gazette.example.org"})
		a, officer := h.withAgenda(t)
		id := h.accepted(t, a, officer)
		mission, underReview := h.tokenOf(t, ids[0]), h.tokenOf(t, ids[1])
		check := func(when, token, want string) {
			t.Helper()
			h.checkMissionReads(t, when, token, id, want)
		}
		secret := "[{" + secretTitle + "  TEXT}]"
		check("a mission, accepted and nothing said of readers", mission, "[]")
		if code := h.decide(t, officer, a, id, "MISSIONS_ONLY", nil); code != "" {
			t.Fatal(code)
		}
		check("a mission", mission, secret)
		check("the State under review, without its consent", underReview, "[]")
		check("nobody", "none", "NOT_FOUND[]")
		check("the UN", h.tokenOf(t, ids[2]), "FORBIDDEN[]")
		check("media", h.tokenOf(t, ids[3]), "FORBIDDEN[]")
		if got := h.site(t)("/statements/" + id + "?token=" + mission); strings.Contains(got, "Told by") {
			t.Error("a token in an address opens a statement")
		}

		all := []string{"PUBLIC NAME", "PUBLIC ORGANISATION", "PUBLIC STATEMENT", "MISSIONS STATEMENT", "MISSIONS ORGANISATION"}
		h.giveConsents(t, a, append(all, "STATE_UNDER_REVIEW STATEMENT")...)
		check("a mission that is told whose it is", mission, "[{"+secretTitle+" Organisation "+a.id+" TEXT}]")
		check("the State under review", underReview, secret)
		h.giveConsents(t, a, "PUBLIC STATEMENT", "STATE_UNDER_REVIEW STATEMENT")
		check("a mission without consent", mission, "[]")
		h.giveConsents(t, a, all...)
		for _, step := range []struct{ to, want string }{{"EMBARGOED", "[]"}, {"MISSIONS_ONLY", "[{" + secretTitle + " Organisation " + a.id + " TEXT}]"}, {"PUBLISHED", "[{" + secretTitle + " Organisation " + a.id + " TEXT}]"}, {"WITHHELD", "[]"}, {"MISSIONS_ONLY", "[{" + secretTitle + " Organisation " + a.id + " TEXT}]"}} {
			more := map[string]any{}
			if step.to == "EMBARGOED" {
				more["embargoedUntil"] = "2026-02-20T00:00:00Z"
			}
			if code := h.decide(t, officer, a, id, step.to, more); code != "" {
				t.Fatal(code)
			}
			check("a mission, "+step.to, mission, step.want)
		}
		h.must(t, a.by, `mutation($input: RequestProtectionInput!) { requestProtection(input: $input) { userErrors { code } } }`, map[string]any{"input": map[string]any{"id": a.speaker, "level": 1}}, nil)
		check("a mission, with somebody protected", mission, "[]")
		h.must(t, h.manager, `mutation($id: ID!) { withdrawInvitation(input: {id: $id}) { userErrors { code } } }`, map[string]any{"id": ids[0]}, nil)
		check("a mission whose invitation was withdrawn", mission, "NOT_FOUND[]")
	})
}

// checkMissionReads looks what who holds a token reads of a statement, in the list and of its file.
func (h *hall) checkMissionReads(t *testing.T, when, token, id, want string) {
	t.Helper()
	var read struct {
		OpenStatements struct {
			Statements []struct{ Title, OrganisationName, Kind string }
			outcomeOf
		}
	}
	code := h.ask(t, nil, `mutation($input: OpenStatementsInput!) { openStatements(input: $input) { statements { title organisationName kind } userErrors { field message code } } }`,
		map[string]any{"input": map[string]any{"token": token, "preSession": h.meeting[h.states[0]]}}, &read)
	if code == "" && len(read.OpenStatements.UserErrors) > 0 {
		code = read.OpenStatements.UserErrors[0].Code
	}
	if got := code + fmt.Sprint(read.OpenStatements.Statements); got != want {
		t.Errorf("%s: listed is %s, want %s", when, got, want)
	}
	request := httptest.NewRequest(http.MethodPost, "/statements/"+id, strings.NewReader(url.Values{"token": {token}}.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	h.server(t).ServeHTTP(answer, request)
	if opened, may := strings.Contains(answer.Body.String(), "Told by Wombat."), strings.Contains(want, secretTitle); opened != may || !may && answer.Code != http.StatusNotFound || may && answer.Header().Get("Cache-Control") != "private, no-store" {
		t.Errorf("%s: the file is answered %d %s", when, answer.Code, answer.Body)
	}
}
