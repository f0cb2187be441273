package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// TestLeakOfDecisions: what staff note and stage is nothing to the applicant, to the letter of
// what is sent, error messages included.
func TestLeakOfDecisions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a, other := h.submitted(t, h.states[0]), h.submitted(t, h.states[0])
		before, probed := h.seen(t, a), h.probe(t, a)
		for to, more := range map[string]map[string]any{
			"SHORTLISTED": {"reason": "there is nobody else"}, "WAITLISTED": {"rank": 3}, "OFFERED": {"staged": true}, "NOT_SELECTED": {"outcome": "OTHER"},
			"MERGED": {"staged": true, "into": other.id, "agreement": "Both wrote."},
		} {
			if code := h.move(t, h.manager, a, to, more); code != "" {
				t.Fatalf("%s: %s", to, code)
			}
			state, _ := h.stateOf(t, a)
			if after := h.seen(t, a); after != before {
				t.Errorf("as %s the applicant sees %s, before %s", state, after, before)
			}
			if after := h.probe(t, a); after != probed {
				t.Errorf("as %s the applicant is told %s, before %s", state, after, probed)
			}
		}
	})
}

// probe is what an applicant is told who tries what is not possible.
func (h *hall) probe(t *testing.T, a *application) (told string) {
	t.Helper()
	for _, mutation := range []string{"confirmOffer", "submitApplication"} {
		var done map[string]applicationAnswer
		text, input := ownMutation(mutation, a.id, 99)
		code := h.ask(t, a.by, text, input, &done)
		told += fmt.Sprint(code, done)
	}
	return told
}

// TestLeakToOthers: who does not work with a registration does not learn that there is one.
func TestLeakToOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a, draft := h.submitted(t, h.states[0]), h.apply(t, h.states[0])
		conflicted := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round})
		h.must(t, conflicted, `mutation($id: ID!) { evaluateRegistration(input: {id: $id, conflict: true}) { done } }`, map[string]any{"id": a.id}, nil)
		itself := h.staffMember(t, viewer.Grant{Role: viewer.Manager})
		own := &application{by: itself}
		var begun struct{ StartApplication applicationAnswer }
		h.must(t, itself, `mutation($id: ID!) { startApplication(input: {preSession: $id}) { `+applicationFields+` } }`, map[string]any{"id": h.meeting[h.states[0]]}, &begun)
		own.id = begun.StartApplication.Application.ID
		h.refresh(t, itself)

		for name, try := range map[string]struct {
			by *viewer.Viewer
			of *application
		}{
			"a manager of another round":              {h.staffMember(t, viewer.Grant{Role: viewer.Manager, Scope: "round:rnd_other"}), a},
			"an officer of another State":             {h.staffMember(t, viewer.Grant{Role: viewer.Officer, Scope: "state:" + h.states[1]}), a},
			"a reviewer with a conflict of interest":  {conflicted, a},
			"a manager, of a draft":                   {h.manager, draft},
			"a manager who applies, of their own":     {itself, own},
			"another applicant":                       {h.submitted(t, h.states[0]).by, a},
			"an editor":                               {with(viewer.Editor), a},
			"an administrator":                        {with(viewer.Admin), a},
			"a manager without their second factor":   {&viewer.Viewer{UID: "usr_1", Name: "x"}, a},
			"somebody who signed in for nothing else": {h.person(t), a},
		} {
			var read struct {
				Desk struct{ Registration *struct{ ID string } }
			}
			code := h.ask(t, try.by, `query($id: ID!) { desk { registration(id: $id) { id } } }`, map[string]any{"id": try.of.id}, &read)
			if code == "" && read.Desk.Registration != nil {
				t.Errorf("%s reads it", name)
			}
			before, revision := h.stateOf(t, try.of)
			for _, to := range []string{"SHORTLISTED", "OFFERED"} {
				code := h.move(t, try.by, try.of, to, map[string]any{"reason": "because"})
				if code != "NOT_FOUND" && code != "FORBIDDEN" && (code != "CONFLICT" || try.of != own) {
					t.Errorf("%s is told %q", name, code)
				}
			}
			if after, now := h.stateOf(t, try.of); after != before || now != revision {
				t.Errorf("%s moves it from %s to %s", name, before, after)
			}
			var list struct {
				Desk struct {
					Registrations struct{ Nodes []struct{ ID string } }
				}
			}
			h.ask(t, try.by, `query($id: ID!) { desk { registrations(round: $id) { nodes { id } } } }`, map[string]any{"id": h.round}, &list)
			for _, node := range list.Desk.Registrations.Nodes {
				if node.ID == try.of.id {
					t.Errorf("%s finds it in the list", name)
				}
			}
		}
		if got := h.seen(t, &application{id: a.id, by: draft.by}); strings.Contains(got, a.id) {
			t.Errorf("another applicant sees %s", got)
		}
	})
}

// TestLeakByTheLog: the change log knows what was done with a registration, and neither who
// applied nor a word of what was said.
func TestLeakByTheLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a := h.submitted(t, h.states[0])
		if code := h.move(t, h.manager, a, "CHANGES_REQUESTED", map[string]any{"questions": "Zebra?", "respondBy": "2026-02-01T00:00:00Z"}); code != "FORBIDDEN" {
			t.Errorf("a manager asks for the officer: %q", code)
		}
		if code := h.move(t, h.manager, a, "SHORTLISTED", map[string]any{"reason": "Zebra knows them"}); code != "" {
			t.Fatal(code)
		}
		rows, err := h.db.SQL.Query(`SELECT e.node || ' ' || e.operation || ' ' || COALESCE(e.projection, '') || ' ' || c.actor || ' ' || c.reason FROM change_entries e JOIN changes c ON c.id = e.change_id WHERE e.node LIKE 'reg_%'`)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var log []string
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				t.Fatal(err)
			}
			log = append(log, text)
		}
		text := strings.Join(log, "\n")
		for _, secret := range []string{"Zebra", a.by.UID, "Organisation", "Quokka"} {
			if strings.Contains(text, secret) {
				t.Errorf("the log has %s:\n%s", secret, text)
			}
		}
		if !strings.Contains(text, "NEW_TO_DRAFT") || !strings.Contains(text, "SUBMITTED_TO_SHORTLISTED  "+h.manager.UID) || rows.Err() != nil {
			t.Errorf("the log: %s %v", text, rows.Err())
		}
	})
}
