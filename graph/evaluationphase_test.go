package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

func (h *hall) evaluate(t *testing.T, by *viewer.Viewer, a *application, evaluation map[string]any) string {
	t.Helper()
	evaluation["id"] = a.id
	return h.codeOf(t, by, "evaluateRegistration", "EvaluateRegistrationInput", `done userErrors { field message code }`, evaluation, nil)
}

// TestEvaluationPhases: what reviewers and applicants may do is what the phase says, at each moment.
func TestEvaluationPhases(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a := h.submitted(t, h.states[0])
		reviewer := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round})
		second := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round})
		biased := h.staffMember(t, viewer.Grant{Role: viewer.Reviewer, Scope: "round:" + h.round})
		set := func(phases ...map[string]any) string {
			t.Helper()
			return h.codeOf(t, h.manager, "changeRound", "ChangeRoundInput", `round { evaluationPhases { opensAt } } userErrors { field message code }`,
				map[string]any{"id": h.round, "revision": h.rowOf(t, `SELECT revision FROM rounds WHERE uid = $1`, h.round), "evaluationPhases": append([]map[string]any{}, phases...)}, nil)
		}
		phase := func(opens, closes string, more map[string]any) map[string]any {
			all := map[string]any{"opens": opens, "closes": closes}
			for name, value := range more {
				all[name] = value
			}
			return all
		}
		first := phase("2026-01-20", "2026-01-25", map[string]any{"reviewersSeeNames": false, "reviewersSeeOthers": "NEVER"})
		last := phase("2026-02-02", "2026-02-05", map[string]any{"reviewersScore": false, "reviewersSeeOthers": "ALWAYS", "applicantsEdit": true})
		for wrong, phases := range map[string][]map[string]any{
			"that overlap":                 {phase("2026-02-05", "2026-02-06", nil), last},
			"one of which ends before":     {phase("2026-02-05", "2026-02-04", nil)},
			"with a day that there is not": {phase("2026-02-30", "2026-03-04", nil)},
			"of which there are eleven": func() (all []map[string]any) {
				for day := range 11 {
					all = append(all, phase(fmt.Sprintf("2026-02-%02d", day+10), fmt.Sprintf("2026-02-%02d", day+10), nil))
				}
				return all
			}(),
		} {
			if code := set(phases...); !strings.HasPrefix(code, "INVALID") {
				t.Errorf("phases %s: %q", wrong, code)
			}
		}
		if code := set(last, first); code != "" {
			t.Fatal(code)
		}
		// what a reviewer reads: the organisation, how many find it by its name, and how many evaluations of others
		reads := func(by *viewer.Viewer) string {
			t.Helper()
			var read struct {
				Desk struct {
					Registration struct {
						Answers      struct{ Organisation, SubmissionLink string }
						Matched      *string
						Questions    string
						Feedback     string
						Decisions    []struct{ Reason string }
						Evaluations  []struct{ Reviewer string }
						Participants []struct{ Pseudonym string }
					}
					Registrations struct {
						Nodes []struct{ Answers struct{ Organisation string } }
					}
					Found struct{ TotalCount int }
				}
			}
			h.must(t, by, `query($id: ID!, $round: ID!) { desk { registration(id: $id) { questions feedback decisions { reason } answers { organisation submissionLink } matched evaluations { reviewer } participants { pseudonym } }
				registrations(round: $round) { nodes { answers { organisation } } }
				found: registrations(round: $round, filter: {search: "organisation"}) { totalCount } } }`, map[string]any{"id": a.id, "round": h.round}, &read)
			r := read.Desk.Registration
			named := r.Answers.Organisation != ""
			if named != (r.Matched != nil) || named != (r.Answers.SubmissionLink != "") || named != (r.Questions != "") || named != (r.Feedback != "") || !named && slices.ContainsFunc(r.Decisions, func(d struct{ Reason string }) bool { return d.Reason != "" }) || named != (r.Participants[0].Pseudonym != "") || named != (read.Desk.Registrations.Nodes[0].Answers.Organisation != "") || named != (read.Desk.Found.TotalCount == 1) {
				t.Errorf("who applies is told here and not there: %+v", read.Desk)
			}
			others := 0
			for _, e := range r.Evaluations {
				if e.Reviewer != by.UID {
					others++
				}
			}
			return fmt.Sprint(named, " ", others)
		}
		edits := func() bool {
			t.Helper()
			return strings.Contains(h.seen(t, a), "editable:true")
		}
		check := func(at, want string, score, edit bool) {
			t.Helper()
			h.clock.set(at)
			if got := reads(reviewer); got != want {
				t.Errorf("at %s a reviewer reads %s, want %s", at, got, want)
			}
			if got := reads(h.manager); !strings.HasPrefix(got, "true") {
				t.Errorf("at %s the manager reads %s", at, got)
			}
			if code := h.evaluate(t, second, a, map[string]any{"score": 4}); (code == "") != score || !score && !strings.HasPrefix(code, "CONFLICT") {
				t.Errorf("at %s an evaluation is answered %q", at, code)
			}
			if got := edits(); got != edit {
				t.Errorf("at %s the applicant may edit: %v", at, got)
			}
		}
		if _, err := h.db.SQL.Exec(`UPDATE registrations SET organisation_id = (SELECT MIN(id) FROM organisations), questions = 'Of whom?', feedback = 'Dear Wombat', submission_link = 'https://wombat.example.org/upr.pdf' WHERE uid = $1`, a.id); err != nil {
			t.Fatal(err)
		}
		if _, err := h.db.SQL.Exec(`UPDATE participants SET pseudonym = 'Wombat'`); err != nil {
			t.Fatal(err)
		}
		check("2026-01-19T22:59:59Z", "false 0", false, true) // the call is open, and no phase has begun
		check("2026-01-19T23:00:00Z", "false 0", true, false) // midnight in Geneva
		if code := h.evaluate(t, reviewer, a, map[string]any{"score": 2}); code != "" {
			t.Fatal(code)
		}
		check("2026-01-25T22:59:59Z", "false 0", true, false) // not even after their own
		check("2026-01-28T12:00:00Z", "false 0", false, true)
		if code := h.evaluate(t, biased, a, map[string]any{"conflict": true}); code != "" {
			t.Errorf("a conflict of interest is declared at any time: %q", code)
		}
		check("2026-02-03T12:00:00Z", "true 1", false, true) // the call is closed, and the phase lets applicants edit
		check("2026-02-06T12:00:00Z", "false 0", false, false)
		if code := set(); code != "" {
			t.Fatal(code)
		}
		check("2026-02-06T12:00:00Z", "true 1", true, false) // as before there were phases
	})
}

// TestShortlistedBeforeItIsEvaluated: with fewer evaluations than the round asks for, a reason says why.
func TestShortlistedBeforeItIsEvaluated(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		h := openHall(t, url)
		a := h.submitted(t, h.states[0])
		if _, err := h.db.SQL.Exec(`UPDATE rounds SET min_evaluations = 2`); err != nil {
			t.Fatal(err)
		}
		reviewer := func() *viewer.Viewer { return h.staffMember(t, viewer.Grant{Role: viewer.Reviewer}) }
		if code := h.evaluate(t, reviewer(), a, map[string]any{"conflict": true}) + h.evaluate(t, reviewer(), a, map[string]any{"score": 3}); code != "" {
			t.Fatal(code)
		}
		if code := h.move(t, h.manager, a, "SHORTLISTED", nil); code != "INVALID" {
			t.Errorf("with one evaluation, and one who has a conflict of interest: %q", code)
		}
		if code := h.move(t, h.manager, a, "SHORTLISTED", map[string]any{"reason": "The second reviewer is ill."}); code != "" {
			t.Errorf("with a reason: %q", code)
		}
		if code := h.move(t, h.manager, a, "SUBMITTED", nil) + h.evaluate(t, reviewer(), a, map[string]any{"score": 5}) + h.move(t, h.manager, a, "SHORTLISTED", nil); code != "" {
			t.Errorf("with two evaluations: %q", code)
		}
	})
}
