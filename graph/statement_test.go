package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

type statementPayload struct {
	outcomeOf
	Statement *struct {
		ID, Status, Text string
		Revision         int
		Responses        []struct{ ID, Response, Status string }
		Tags             []struct {
			Kind, Code, Source string
			Rejected           bool
			Reviewer           *string
		}
	}
}

func (o *office) statementStep(t *testing.T, mutation, inputType string, input map[string]any) statementPayload {
	t.Helper()
	var out struct{ Out statementPayload }
	o.must(t, with(viewer.Editor), `mutation($i: `+inputType+`!) { out: `+mutation+`(input: $i) {
		statement { id status text revision responses { id response status } tags { kind code source rejected reviewer } }
		userErrors { field message code } conflict { read { revision } current { revision } } } }`, map[string]any{"i": input}, &out)
	return out.Out
}

// refused demands that a mutation is refused for one field.
func (o *office) refused(t *testing.T, field, mutation, inputType string, input map[string]any) {
	t.Helper()
	got := o.statementStep(t, mutation, inputType, input)
	if got.Statement != nil || len(got.UserErrors) != 1 || got.UserErrors[0].Field != field {
		t.Errorf("%s %v: %+v, want an error of the field %q", mutation, input, got, field)
	}
}

// merged is a map with more, and other, members.
func merged(base map[string]any, more map[string]any) map[string]any {
	all := map[string]any{}
	for _, part := range []map[string]any{base, more} {
		for key, value := range part {
			all[key] = value
		}
	}
	return all
}

func TestEditRecommendations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		type public struct {
			Recommendations struct {
				TotalCount int
				Nodes      []struct {
					Text, Response string
					Number         *string
					Issues         []struct{ Code string }
				}
				Facets []struct {
					Values []struct {
						Key   string
						Count int
					}
				}
			}
		}
		seen := func() (p public) {
			t.Helper()
			o.must(t, nil, `{ recommendations(filter: {text: "quokka"}) { totalCount nodes { text response number issues { code } } facets(dimensions: [RESPONSE]) { values { key count } } } }`, nil, &p)
			return p
		}
		before := o.record.Snapshot().Version()
		good := map[string]any{"review": "rev_EGY_1", "text": " Protect the quokka ", "recommendingState": "FRA", "issues": []string{"womens-rights"},
			"response": map[string]any{"response": "PENDING", "sourceWord": "under consideration"}, "source": "UPR Info", "reason": "was missing"}
		for field, wrong := range map[string]map[string]any{
			"review": {"review": "rev_XXX_1"}, "text": {"text": "  "}, "recommendingState": {"recommendingState": "EGY"}, "tags": {"issues": []string{"no-such"}},
			"actionCategory": {"actionCategory": 9}, "reason": {"reason": ""}, "source": {"source": ""},
			"response.date": {"response": map[string]any{"response": "NOTED", "sourceWord": "noted", "date": "2999-01-01"}},
		} {
			o.refused(t, field, "createRecommendation", "CreateRecommendationInput", merged(good, wrong))
		}
		made := o.statementStep(t, "createRecommendation", "CreateRecommendationInput", good)
		if made.Statement == nil || made.Statement.Status != "DRAFT" || made.Statement.Text != "Protect the quokka" {
			t.Fatalf("created: %+v", made)
		}
		if p := seen(); p.Recommendations.TotalCount != 0 || o.record.Snapshot().Version() != before {
			t.Errorf("readers see a draft: %+v", p)
		}
		step := func(s statementPayload, more map[string]any) map[string]any {
			return merged(map[string]any{"id": s.Statement.ID, "revision": s.Statement.Revision, "reason": "checked"}, more)
		}
		read := made
		made = o.statementStep(t, "correctStatement", "CorrectStatementInput", step(read, map[string]any{"text": "Protect the quokka "}))
		stale := o.statementStep(t, "correctStatement", "CorrectStatementInput", step(read, map[string]any{"text": "Protect the bilby"}))
		if stale.Conflict == nil || stale.Statement == nil || stale.Statement.Text != "Protect the quokka" || stale.Statement.Revision != made.Statement.Revision {
			t.Errorf("a stale change of a draft does not show it as it is now: %+v", stale)
		}
		published := o.statementStep(t, "publishStatement", "StepInput", step(made, nil))
		if p := seen(); p.Recommendations.TotalCount != 1 || p.Recommendations.Nodes[0].Response != "PENDING" || p.Recommendations.Nodes[0].Issues[0].Code != "womens-rights" {
			t.Fatalf("published: %+v, readers see %+v", published, p)
		}
		if stale := o.statementStep(t, "withdrawStatement", "StepInput", step(made, nil)); stale.Conflict == nil {
			t.Errorf("a stale revision: %+v", stale)
		}
		corrected := o.statementStep(t, "correctStatement", "CorrectStatementInput", step(published, map[string]any{"text": "Protect every quokka", "number": "12.3"}))
		if p := seen(); p.Recommendations.Nodes[0].Text != "Protect every quokka" || *p.Recommendations.Nodes[0].Number != "12.3" {
			t.Errorf("corrected: %+v", p)
		}
		answered := o.statementStep(t, "recordResponse", "RecordResponseInput", step(corrected, map[string]any{"source": "UPR Info",
			"response": map[string]any{"response": "SUPPORTED", "sourceWord": "accepted", "date": "2010-06-01"}}))
		if p := seen(); p.Recommendations.Nodes[0].Response != "SUPPORTED" || len(answered.Statement.Responses) != 2 {
			t.Errorf("answered: %+v", p)
		}
		o.refused(t, "response.date", "recordResponse", "RecordResponseInput", step(answered, map[string]any{"source": "UPR Info",
			"response": map[string]any{"response": "NOTED", "sourceWord": "noted", "date": "2009-01-01"}}))
		hidden := o.statementStep(t, "withdrawResponse", "WithdrawResponseInput", step(answered, map[string]any{"event": answered.Statement.Responses[1].ID}))
		if p := seen(); p.Recommendations.Nodes[0].Response != "PENDING" || p.Recommendations.Facets[0].Values[0].Key != "PENDING" {
			t.Errorf("a withdrawn response: %+v", p)
		}
		o.refused(t, "event", "withdrawResponse", "WithdrawResponseInput", step(hidden, map[string]any{"event": hidden.Statement.Responses[0].ID}))
		tagged := o.statementStep(t, "tagStatement", "TagStatementInput", step(hidden, map[string]any{"tags": []map[string]any{
			{"kind": "ISSUE", "code": "womens-rights", "verdict": "REJECT"}, {"kind": "SDG_TARGET", "code": "16.3", "verdict": "ADD"}}}))
		if p := seen(); len(p.Recommendations.Nodes[0].Issues) != 0 || !tagged.Statement.Tags[0].Rejected || *tagged.Statement.Tags[0].Reviewer != "usr_test" {
			t.Errorf("tagged: %+v, readers see %+v", tagged, p)
		}
		withdrawn := o.statementStep(t, "withdrawStatement", "StepInput", step(tagged, nil))
		if p := seen(); p.Recommendations.TotalCount != 0 {
			t.Errorf("readers see what was withdrawn: %+v", p)
		}
		o.statementStep(t, "restoreStatement", "StepInput", step(withdrawn, nil))
		if p := seen(); p.Recommendations.TotalCount != 1 {
			t.Errorf("restored: %+v", p)
		}
		o.checkReplay(t)
	})
}

func TestEditPledges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		seen := func() int {
			t.Helper()
			var p struct{ Pledges struct{ TotalCount int } }
			o.must(t, nil, `{ pledges(filter: {text: "quokka"}) { totalCount } }`, nil, &p)
			return p.Pledges.TotalCount
		}
		made := o.statementStep(t, "createPledge", "CreatePledgeInput", map[string]any{"review": "rev_EGY_1", "text": "Count the quokkas", "actionCategory": 4, "source": "UPR Info", "reason": "was missing"})
		step := map[string]any{"id": made.Statement.ID, "revision": made.Statement.Revision, "reason": "checked"}
		var drafts struct {
			Desk struct {
				Drafts struct {
					TotalCount int
					Nodes      []struct{ ID string }
				}
			}
		}
		o.must(t, with(viewer.Publisher), `{ desk { drafts { totalCount nodes { id } } } }`, nil, &drafts)
		if d := drafts.Desk.Drafts; d.TotalCount != 1 || d.Nodes[0].ID != made.Statement.ID || seen() != 0 {
			t.Errorf("drafts: %+v; readers see %d", d, seen())
		}
		o.refused(t, "id", "correctStatement", "CorrectStatementInput", merged(step, map[string]any{"number": "1"}))
		o.statementStep(t, "publishStatement", "StepInput", step)
		if seen() != 1 {
			t.Errorf("readers see %d", seen())
		}
		o.checkReplay(t)
	})
}

// TestWhatReadersDoNotSeeIsListed pages through drafts and withdrawn statements, and lists
// reviews of both kinds.
func TestWhatReadersDoNotSeeIsListed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		list := func(status string) (ids []string) {
			t.Helper()
			after := any(nil)
			for {
				var p struct {
					Desk struct {
						Drafts struct {
							TotalCount  int
							HasNextPage bool
							Nodes       []struct{ ID, Status string }
						}
					}
				}
				o.must(t, with(viewer.Publisher), `query($s: Status!, $a: ID) { desk { drafts(status: $s, first: 2, after: $a) { totalCount hasNextPage nodes { id status } } } }`,
					map[string]any{"s": status, "a": after}, &p)
				for _, n := range p.Desk.Drafts.Nodes {
					if n.Status != status {
						t.Errorf("%s is listed as %s and is %s", n.ID, status, n.Status)
					}
					ids = append(ids, n.ID)
				}
				if !p.Desk.Drafts.HasNextPage {
					if p.Desk.Drafts.TotalCount != len(ids) {
						t.Errorf("%d of %d are listed", len(ids), p.Desk.Drafts.TotalCount)
					}
					return ids
				}
				after = ids[len(ids)-1]
			}
		}
		for _, query := range []string{
			`UPDATE recommendations SET status = 'WITHDRAWN' WHERE id IN (SELECT id FROM recommendations ORDER BY id LIMIT 3)`,
			`UPDATE pledges SET status = 'DRAFT' WHERE id IN (SELECT id FROM pledges ORDER BY id LIMIT 2)`,
			`UPDATE recommendations SET status = 'DRAFT' WHERE id IN (SELECT MAX(id) FROM recommendations)`,
			`UPDATE reviews SET status = 'DRAFT' WHERE id = (SELECT MIN(id) FROM reviews)`,
		} {
			if _, err := o.db.SQL.ExecContext(t.Context(), query); err != nil {
				t.Fatal(err)
			}
		}
		if drafts, withdrawn := list("DRAFT"), list("WITHDRAWN"); len(drafts) != 3 || len(withdrawn) != 3 {
			t.Errorf("%v are drafts, %v withdrawn", drafts, withdrawn)
		}
		var p struct {
			Desk struct{ Drafts, Withdrawn []struct{ ID string } }
		}
		o.must(t, with(viewer.Editor), `{ desk { drafts: reviewDrafts { id } withdrawn: reviewDrafts(status: WITHDRAWN) { id } } }`, nil, &p)
		if len(p.Desk.Drafts) != 1 || len(p.Desk.Withdrawn) != 0 {
			t.Errorf("reviews: %+v", p)
		}
		for _, field := range []string{`drafts(status: PUBLISHED) { totalCount }`, `drafts(after: "x") { totalCount }`, `reviewDrafts(status: PUBLISHED) { id }`} {
			if code := o.ask(t, with(viewer.Editor), `{ desk { `+field+` } }`, nil, nil); code != "INVALID" {
				t.Errorf("%s: %s", field, code)
			}
		}
	})
}

func TestCorrectResponses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		made := o.statementStep(t, "createRecommendation", "CreateRecommendationInput", map[string]any{"review": "rev_EGY_1", "text": "Protect the quokka", "source": "UPR Info", "reason": "was missing",
			"response": map[string]any{"response": "PENDING", "sourceWord": "considered", "date": "2010-01-01"}})
		for _, date := range []any{"2010-05-05", nil, "2009-01-01"} {
			made = o.statementStep(t, "recordResponse", "RecordResponseInput", map[string]any{"id": made.Statement.ID, "revision": made.Statement.Revision, "reason": "checked",
				"source": "UPR Info", "event": made.Statement.Responses[0].ID, "response": map[string]any{"response": "NOTED", "sourceWord": "noted", "date": date}})
			if made.Statement == nil || len(made.Statement.Responses) != 1 || made.Statement.Responses[0].Response != "NOTED" {
				t.Fatalf("corrected to %v: %+v", date, made)
			}
		}
		o.checkReplay(t)
	})
}

// Which response holds is never in doubt: days do not go back, whichever is corrected.
func TestResponsesStayInOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		response := func(date string) map[string]any {
			return map[string]any{"response": "NOTED", "sourceWord": "noted", "date": date}
		}
		made := o.statementStep(t, "createRecommendation", "CreateRecommendationInput", map[string]any{"review": "rev_EGY_1", "text": "Protect the quokka", "source": "UPR Info", "reason": "was missing",
			"response": response("2010-01-01")})
		step := func(more map[string]any) map[string]any {
			return merged(map[string]any{"id": made.Statement.ID, "revision": made.Statement.Revision, "reason": "checked", "source": "UPR Info"}, more)
		}
		made = o.statementStep(t, "recordResponse", "RecordResponseInput", step(map[string]any{"response": response("2010-06-01")}))
		first, second := made.Statement.Responses[0].ID, made.Statement.Responses[1].ID
		o.refused(t, "response.date", "recordResponse", "RecordResponseInput", step(map[string]any{"event": first, "response": response("2011-01-01")}))
		o.refused(t, "response.date", "recordResponse", "RecordResponseInput", step(map[string]any{"event": second, "response": response("2009-01-01")}))
		made = o.statementStep(t, "recordResponse", "RecordResponseInput", step(map[string]any{"event": second, "response": response("2010-01-01")}))
		if made.Statement == nil || len(made.Statement.Responses) != 2 {
			t.Errorf("the same day: %+v", made)
		}
	})
}

func TestStatementsRefuseWhatTheyCannotKeep(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		var id string
		if err := o.db.SQL.QueryRow(`SELECT r.uid FROM recommendations r JOIN sdg_tags s ON s.recommendation_id = r.id ORDER BY r.id LIMIT 1`).Scan(&id); err != nil {
			t.Fatal(err)
		}
		before := o.record.Snapshot().Version()
		step := func(more map[string]any) map[string]any {
			return merged(map[string]any{"id": id, "revision": o.revision(t, id), "reason": "checked"}, more)
		}
		for _, wrong := range []struct {
			field string
			more  map[string]any
		}{
			{"text", map[string]any{}},
			{"text", map[string]any{"text": "a\x07b"}},
			{"text", map[string]any{"text": "\u200b\u00a0\ufeff"}},
			{"clear", map[string]any{"number": "1", "clear": []string{"NUMBER"}}},
			{"number", map[string]any{"number": strings.Repeat("1", 501)}},
			{"number", map[string]any{"number": "1\x07"}},
			{"reason", map[string]any{"text": "x", "reason": "  "}},
			{"reason", map[string]any{"text": "x", "reason": "a\x07"}},
			{"reason", map[string]any{"text": "x", "reason": strings.Repeat("é", 501)}},
		} {
			o.refused(t, wrong.field, "correctStatement", "CorrectStatementInput", step(wrong.more))
		}
		o.refused(t, "tags", "tagStatement", "TagStatementInput", step(map[string]any{"tags": []any{}}))
		var code, source string
		if err := o.db.SQL.QueryRow(`SELECT t.code, s.source FROM sdg_tags s JOIN sdg_targets t ON t.id = s.target_id JOIN recommendations r ON r.id = s.recommendation_id
			WHERE r.uid = $1 LIMIT 1`, id).Scan(&code, &source); err != nil {
			t.Fatal(err)
		}
		o.refused(t, "tags", "tagStatement", "TagStatementInput", step(map[string]any{"tags": []map[string]any{{"kind": "SDG_TARGET", "code": code, "verdict": "REMOVE", "source": source}}}))
		o.refused(t, "tags", "tagStatement", "TagStatementInput", step(map[string]any{"tags": []map[string]any{{"kind": "SDG_TARGET", "code": code, "verdict": "ADD", "source": source}}}))
		if after := o.record.Snapshot().Version(); after != before {
			t.Errorf("refused changes went from %s to %s", before, after)
		}
	})
}
