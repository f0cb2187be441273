package graph_test

import (
	"strings"
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

// edited is a vocabulary that editors keep: one of its codes that the sample uses, and another.
var edited = []struct{ name, kind, filter, code, other string }{
	{"Issue", "iss", "issues", "womens-rights", "justice"},
	{"AffectedGroup", "aff", "affectedGroups", "children", "migrants"},
}

func TestEditVocabulary(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		for _, v := range edited {
			t.Run(v.name, func(t *testing.T) { o.editVocabulary(t, v.name, v.kind, v.filter, v.code, v.other) })
		}
		o.checkReplay(t)
	})
}

func (o *office) editVocabulary(t *testing.T, name, kind, filter, code, other string) {
	t.Helper()
	count := func(codes ...string) int {
		t.Helper()
		var p struct{ Recommendations struct{ TotalCount int } }
		o.must(t, nil, `query($c: [String!]) { recommendations(filter: {`+filter+`: $c}) { totalCount } }`, map[string]any{"c": codes}, &p)
		return p.Recommendations.TotalCount
	}
	edit := func(verb, code string, more map[string]any) outcomeOf {
		t.Helper()
		input := map[string]any{"id": kind + "_" + code, "revision": 0, "reason": "asked for"}
		if verb == "create" {
			input = map[string]any{"code": code, "name": map[string]any{"en": "Name of " + code}, "reason": "asked for"}
		} else {
			input["revision"] = o.revision(t, kind+"_"+code)
		}
		types := map[string]string{"create": "CreateTermInput", "rename": "RenameTermInput", "retire": "RetireTermInput"}
		return o.editorSends(t, verb+name, types[verb], merged(input, more))
	}
	must := func(verb, code string, more map[string]any) {
		t.Helper()
		if out := edit(verb, code, more); len(out.UserErrors) > 0 {
			t.Fatalf("%s %s: %+v", verb, code, out)
		}
	}
	all, either := count(code), count(code, other)
	if all == 0 || count(other) == 0 {
		t.Fatalf("the sample has no %s or no %s", code, other)
	}
	must("rename", code, map[string]any{"name": map[string]any{"en": "Another name"}})
	var named struct {
		Node struct {
			Name       string
			Successors []struct{ Code string }
		}
	}
	ask := `query($id: ID!) { node(id: $id) { ... on ` + name + ` { name successors { code } } } }`
	o.must(t, nil, ask, map[string]any{"id": kind + "_" + code}, &named)
	if named.Node.Name != "Another name" || count(code) != all {
		t.Errorf("renamed: %+v, %d recommendations, before %d", named, count(code), all)
	}
	for field, wrong := range map[string]map[string]any{
		"code": {"code": code}, "name.en": {"name": map[string]any{"en": " "}}, "reason": {"reason": ""},
	} {
		if out := edit("create", "new-one", wrong); len(out.UserErrors) != 1 || out.UserErrors[0].Field != field {
			t.Errorf("%s: %+v", field, out)
		}
	}
	for _, wrong := range []string{"Capital", "a b", "", "-a", "UNKNOWN"} {
		if out := edit("create", wrong, nil); len(out.UserErrors) != 1 || out.UserErrors[0].Field != "code" {
			t.Errorf("%q: %+v", wrong, out)
		}
	}
	for _, fresh := range []string{"first", "second", "third"} {
		must("create", fresh, nil)
		if count(fresh) != 0 {
			t.Errorf("%s is new and has recommendations", fresh)
		}
	}
	if out := edit("create", "fourth", map[string]any{"name": map[string]any{"en": "NAME of first"}}); len(out.UserErrors) != 1 || out.UserErrors[0].Field != "name.en" {
		t.Errorf("the name of another: %+v", out)
	}
	must("rename", "first", map[string]any{"name": map[string]any{"en": "NAME of first"}})
	must("retire", code, map[string]any{"successors": []string{"first"}})
	o.must(t, nil, ask, map[string]any{"id": kind + "_" + code}, &named)
	if len(named.Node.Successors) != 1 || count("first") != all || count(code) != all || count(code, other) != either {
		t.Errorf("merged: %+v, %d and %d by the old code, want %d; with another %d, want %d", named, count("first"), count(code), all, count(code, other), either)
	}
	must("retire", "first", map[string]any{"successors": []string{"second", "third"}})
	if count(code) != all {
		t.Errorf("split: %d by the first code, want %d", count(code), all)
	}
	for _, wrong := range [][]string{{code}, {"second"}, {"third", "third"}, {"nothing"}, {}} {
		if out := edit("retire", "second", map[string]any{"successors": wrong}); len(out.UserErrors) != 1 || out.UserErrors[0].Field != "successors" {
			t.Errorf("retired into %v: %+v", wrong, out)
		}
	}
	if out := edit("retire", code, map[string]any{"successors": []string{other}}); len(out.UserErrors) != 1 {
		t.Errorf("retired twice: %+v", out)
	}
	o.refusesRetired(t, map[string]string{"iss": "ISSUE", "aff": "AFFECTED_GROUP"}[kind], code)
}

// refusesRetired demands that nothing is classified anew by what is not used any more.
func (o *office) refusesRetired(t *testing.T, kind, code string) {
	t.Helper()
	var p struct {
		Recommendations struct{ Nodes []struct{ ID string } }
	}
	o.must(t, nil, `{ recommendations(first: 1) { nodes { id } } }`, nil, &p)
	id := p.Recommendations.Nodes[0].ID
	out := o.editorSends(t, "tagStatement", "TagStatementInput", map[string]any{"id": id, "revision": o.revision(t, id), "reason": "x",
		"tags": []any{map[string]any{"kind": kind, "code": code, "verdict": "ADD"}}})
	if len(out.UserErrors) != 1 || out.UserErrors[0].Field != "tags" || !strings.Contains(out.UserErrors[0].Message, "first") {
		t.Errorf("tagged with what was retired: %+v", out)
	}
}

func TestEditStateGroups(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		for field, input := range map[string]map[string]any{
			"code":    {"code": "EU", "name": map[string]any{"en": "X"}, "reason": "x"},
			"name.en": {"code": "NEW", "name": map[string]any{"en": " "}, "reason": "x"},
			"reason":  {"code": "NEW", "name": map[string]any{"en": "X"}, "reason": ""},
		} {
			if out := o.editorSends(t, "createStateGroup", "CreateTermInput", input); len(out.UserErrors) != 1 || out.UserErrors[0].Field != field {
				t.Errorf("%s: %+v", field, out)
			}
		}
		for _, code := range []string{"caricom", "UNKNOWN", "A B", "", "_A"} {
			input := map[string]any{"code": code, "name": map[string]any{"en": "X"}, "reason": "x"}
			if out := o.editorSends(t, "createStateGroup", "CreateTermInput", input); len(out.UserErrors) != 1 || out.UserErrors[0].Field != "code" {
				t.Errorf("%q: %+v", code, out)
			}
		}
		o.mustSend(t, "createStateGroup", "CreateTermInput", map[string]any{"code": "PACIFIC_FORUM", "name": map[string]any{"en": "Forum"}, "reason": "asked for"})
		o.mustSend(t, "saveMembership", "MembershipInput", map[string]any{"group": "grp_PACIFIC_FORUM", "revision": o.revision(t, "grp_PACIFIC_FORUM"), "state": "FJI", "source": "its site", "reason": "member"})
		o.mustSend(t, "renameStateGroup", "RenameTermInput", map[string]any{"id": "grp_PACIFIC_FORUM", "revision": o.revision(t, "grp_PACIFIC_FORUM"),
			"name": map[string]any{"en": "Forum of the Pacific"}, "reason": "its name"})
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
		if p.Node.Name != "Forum of the Pacific" || p.Node.Kind != "ORGANISATION" || p.Recommendations != p.Fiji {
			t.Errorf("the new group: %+v", p)
		}
		o.withdrawGroup(t)
		o.checkReplay(t)
	})
}

// withdrawGroup hides a group that Fiji is a member of, and shows it again.
func (o *office) withdrawGroup(t *testing.T) {
	t.Helper()
	const id = "grp_PACIFIC_FORUM"
	shown := func() (groups, memberships int, known bool) {
		t.Helper()
		var p struct {
			Node        *struct{ ID string }
			StateGroups []struct{ Code string }
			State       struct {
				Memberships []struct{ Group struct{ Code string } }
			}
		}
		o.must(t, nil, `{ node(id: "grp_PACIFIC_FORUM") { id } stateGroups { code } state(code: "FJI") { memberships { group { code } } } }`, nil, &p)
		return len(p.StateGroups), len(p.State.Memberships), p.Node != nil
	}
	step := func(mutation, id string) outcomeOf {
		t.Helper()
		return o.editorSends(t, mutation, "StepInput", map[string]any{"id": id, "revision": o.revision(t, id), "reason": "asked for"})
	}
	groups, memberships, _ := shown()
	if out := step("withdrawStateGroup", id); len(out.UserErrors) > 0 {
		t.Fatalf("withdraw a group: %+v", out)
	}
	if g, m, known := shown(); g != groups-1 || m != memberships-1 || known {
		t.Errorf("withdrawn: %d groups and %d memberships of Fiji, before %d and %d; found by its id: %v", g, m, groups, memberships, known)
	}
	if code := o.ask(t, nil, `{ recommendations(filter: {stateUnderReviewGroups: ["PACIFIC_FORUM"]}) { totalCount } }`, nil, nil); code != "INVALID" {
		t.Errorf("a filter names a withdrawn group: %s", code)
	}
	if out := o.editorSends(t, "createStateGroup", "CreateTermInput", map[string]any{"code": "PACIFIC_FORUM", "name": map[string]any{"en": "X"}, "reason": "x"}); len(out.UserErrors) != 1 {
		t.Errorf("the code of a withdrawn group is used again: %+v", out)
	}
	if out := step("restoreStateGroup", id); len(out.UserErrors) > 0 {
		t.Fatalf("restore a group: %+v", out)
	}
	if g, m, known := shown(); g != groups || m != memberships || !known {
		t.Errorf("restored: %d groups and %d memberships of Fiji, before %d and %d", g, m, groups, memberships)
	}
	if out := step("withdrawStateGroup", "grp_AFRICA"); len(out.UserErrors) != 1 || out.UserErrors[0].Field != "id" {
		t.Errorf("a regional group is withdrawn: %+v", out)
	}
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
		second := map[string]any{"group": "grp_AFRICA", "revision": o.revision(t, "grp_AFRICA"), "state": "ISL", "from": "2031-01-01", "source": "a list", "reason": "a second region"}
		if out := o.editorSends(t, "saveMembership", "MembershipInput", second); len(out.UserErrors) != 1 || !strings.Contains(out.UserErrors[0].Message, "one regional group only") {
			t.Errorf("two regional groups at once: %+v", out)
		}
		if got := members("2031-01-01"); got != before {
			t.Errorf("removed: %d members, want %d", got, before)
		}
		o.checkReplay(t)
	})
}
