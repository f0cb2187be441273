package graph_test

import (
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/reference"
	"github.com/upr-info/upr/internal/viewer"
)

// revision reads what the next change of a thing names.
func (o *office) revision(t *testing.T, id string) int {
	t.Helper()
	var h history
	o.must(t, with(viewer.Editor), historyOf, map[string]any{"id": id}, &h)
	return h.Desk.History.Nodes[0].Revision
}

// editorSends sends a mutation and returns what it shares with others.
func (o *office) editorSends(t *testing.T, mutation, inputType string, input map[string]any) (out outcomeOf) {
	t.Helper()
	var data struct{ Out outcomeOf }
	o.must(t, with(viewer.Editor), `mutation($i: `+inputType+`!) { out: `+mutation+`(input: $i) { userErrors { field message code } conflict { read { revision } current { revision } } } }`,
		map[string]any{"i": input}, &data)
	return data.Out
}

func (o *office) mustSend(t *testing.T, mutation, inputType string, input map[string]any) {
	t.Helper()
	if out := o.editorSends(t, mutation, inputType, input); len(out.UserErrors) > 0 {
		t.Fatalf("%s: %+v", mutation, out)
	}
}

func TestEditVocabulary(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		count := func(code string) int {
			t.Helper()
			var p struct{ Recommendations struct{ TotalCount int } }
			o.must(t, nil, `query($c: [String!]) { recommendations(filter: {issues: $c}) { totalCount } }`, map[string]any{"c": []string{code}}, &p)
			return p.Recommendations.TotalCount
		}
		both := func() int {
			t.Helper()
			var p struct{ Recommendations struct{ TotalCount int } }
			o.must(t, nil, `{ recommendations(filter: {issues: ["womens-rights", "justice"]}) { totalCount } }`, nil, &p)
			return p.Recommendations.TotalCount
		}
		women, either := count("womens-rights"), both()
		if women == 0 {
			t.Fatal("the sample has no women's rights")
		}
		o.mustSend(t, "renameIssue", "RenameIssueInput", map[string]any{"id": "iss_womens-rights", "revision": o.revision(t, "iss_womens-rights"), "name": map[string]any{"en": "Rights of women"}, "reason": "style"})
		var named struct{ Node struct{ Name string } }
		o.must(t, nil, `{ node(id: "iss_womens-rights") { ... on Issue { name } } }`, nil, &named)
		if named.Node.Name != "Rights of women" || count("womens-rights") != women {
			t.Errorf("renamed: %+v, %d recommendations, before %d", named, count("womens-rights"), women)
		}
		for field, input := range map[string]map[string]any{
			"code":    {"code": "womens-rights", "name": map[string]any{"en": "X"}, "reason": "x"},
			"name.en": {"code": "new-one", "name": map[string]any{"en": " "}, "reason": "x"},
			"reason":  {"code": "new-one", "name": map[string]any{"en": "X"}, "reason": ""},
		} {
			if out := o.editorSends(t, "createIssue", "CreateIssueInput", input); len(out.UserErrors) != 1 || out.UserErrors[0].Field != field {
				t.Errorf("%s: %+v", field, out)
			}
		}
		o.mustSend(t, "createIssue", "CreateIssueInput", map[string]any{"code": "gender", "name": map[string]any{"en": "Gender"}, "reason": "new"})
		if count("gender") != 0 {
			t.Error("a new issue has recommendations")
		}
		o.mustSend(t, "retireIssue", "RetireIssueInput", map[string]any{"id": "iss_womens-rights", "revision": o.revision(t, "iss_womens-rights"), "successors": []string{"gender"}, "reason": "merged"})
		if count("gender") != women || count("womens-rights") != women || both() != either {
			t.Errorf("merged: %d and %d by the old code, want %d; with another %d, want %d", count("gender"), count("womens-rights"), women, both(), either)
		}
		o.mustSend(t, "createIssue", "CreateIssueInput", map[string]any{"code": "men", "name": map[string]any{"en": "Men"}, "reason": "new"})
		o.mustSend(t, "createIssue", "CreateIssueInput", map[string]any{"code": "equality", "name": map[string]any{"en": "Equality"}, "reason": "new"})
		o.mustSend(t, "retireIssue", "RetireIssueInput", map[string]any{"id": "iss_gender", "revision": o.revision(t, "iss_gender"), "successors": []string{"men", "equality"}, "reason": "split"})
		if count("womens-rights") != women {
			t.Errorf("split: %d by the first code, want %d", count("womens-rights"), women)
		}
		loop := map[string]any{"id": "iss_men", "revision": o.revision(t, "iss_men"), "successors": []string{"womens-rights"}, "reason": "x"}
		if out := o.editorSends(t, "retireIssue", "RetireIssueInput", loop); len(out.UserErrors) != 1 || out.UserErrors[0].Field != "successors" {
			t.Errorf("an issue that leads back to itself: %+v", out)
		}
		o.checkReplay(t)
	})
}

func TestEditStateGroups(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		for field, input := range map[string]map[string]any{
			"code":    {"code": "EU", "name": map[string]any{"en": "X"}, "reason": "x"},
			"name.en": {"code": "NEW", "name": map[string]any{"en": " "}, "reason": "x"},
			"reason":  {"code": "NEW", "name": map[string]any{"en": "X"}, "reason": ""},
		} {
			if out := o.editorSends(t, "createStateGroup", "CreateStateGroupInput", input); len(out.UserErrors) != 1 || out.UserErrors[0].Field != field {
				t.Errorf("%s: %+v", field, out)
			}
		}
		for _, code := range []string{"caricom", "UNKNOWN", "A B", "", "_A"} {
			input := map[string]any{"code": code, "name": map[string]any{"en": "X"}, "reason": "x"}
			if out := o.editorSends(t, "createStateGroup", "CreateStateGroupInput", input); len(out.UserErrors) != 1 || out.UserErrors[0].Field != "code" {
				t.Errorf("%q: %+v", code, out)
			}
		}
		o.mustSend(t, "createStateGroup", "CreateStateGroupInput", map[string]any{"code": "PACIFIC_FORUM", "name": map[string]any{"en": "Forum"}, "reason": "asked for"})
		o.mustSend(t, "saveMembership", "MembershipInput", map[string]any{"group": "grp_PACIFIC_FORUM", "revision": o.revision(t, "grp_PACIFIC_FORUM"), "state": "FJI", "source": "its site", "reason": "member"})
		o.mustSend(t, "renameStateGroup", "RenameStateGroupInput", map[string]any{"id": "grp_PACIFIC_FORUM", "revision": o.revision(t, "grp_PACIFIC_FORUM"),
			"name": map[string]any{"en": "Pacific Islands Forum"}, "reason": "its name"})
		data, err := reference.Read()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := reference.Update(t.Context(), o.db, data); err != nil { // as the next upr migrate does
			t.Fatal(err)
		}
		var p struct {
			Node            struct{ Name, Kind string }
			Fiji            struct{ TotalCount int }
			Recommendations struct{ TotalCount int }
		}
		o.must(t, nil, `{ node(id: "grp_PACIFIC_FORUM") { ... on StateGroup { name kind } }
			fiji: recommendations(filter: {statesUnderReview: ["FJI"]}) { totalCount }
			recommendations(filter: {stateUnderReviewGroups: ["PACIFIC_FORUM"]}) { totalCount } }`, nil, &p)
		if p.Node.Name != "Pacific Islands Forum" || p.Node.Kind != "ORGANISATION" || p.Recommendations != p.Fiji {
			t.Errorf("the new group: %+v", p)
		}
		o.checkReplay(t)
	})
}

func TestEditMemberships(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		members := func(on string) int {
			t.Helper()
			var p struct {
				Node struct{ States []struct{ Code string } }
			}
			o.must(t, nil, `query($on: Date) { node(id: "grp_EU") { ... on StateGroup { states(on: $on) { code } } } }`, map[string]any{"on": on}, &p)
			return len(p.Node.States)
		}
		before := members("2030-06-01")
		input := func(more map[string]any) map[string]any {
			return merged(map[string]any{"group": "grp_EU", "revision": o.revision(t, "grp_EU"), "state": "ISL", "source": "a treaty", "reason": "joined"}, more)
		}
		o.mustSend(t, "saveMembership", "MembershipInput", input(map[string]any{"from": "2030-01-01"}))
		if got := members("2030-06-01"); got != before+1 || members("2029-06-01") != before {
			t.Errorf("%d members, want %d", got, before+1)
		}
		for field, wrong := range map[string]map[string]any{
			"from": {"from": "2031-01-01"}, "to": {"from": "2020-01-01", "to": "2019-01-01"}, "state": {"state": "XXX"}, "source": {"source": " "},
		} {
			if out := o.editorSends(t, "saveMembership", "MembershipInput", input(wrong)); len(out.UserErrors) != 1 || out.UserErrors[0].Field != field {
				t.Errorf("%s: %+v", field, out)
			}
		}
		o.mustSend(t, "saveMembership", "MembershipInput", input(map[string]any{"from": "2030-07-01", "corrects": map[string]any{"from": "2030-01-01"}}))
		if got := members("2030-06-01"); got != before {
			t.Errorf("corrected: %d members, want %d", got, before)
		}
		o.mustSend(t, "removeMembership", "MembershipInput", input(map[string]any{"from": "2030-07-01"}))
		if got := members("2031-01-01"); got != before {
			t.Errorf("removed: %d members, want %d", got, before)
		}
		o.checkReplay(t)
	})
}
