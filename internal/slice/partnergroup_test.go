package slice_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/server"
)

const (
	createGroup = `mutation($i: CreatePartnerGroupInput!) { group: createPartnerGroup(input: $i) { group { id revision owner } userErrors { field message code } } }`
	changeGroup = `mutation($i: ChangePartnerGroupInput!) { group: changePartnerGroup(input: $i) { group { id revision owner } userErrors { field message code } } }`
)

type madeGroup struct {
	ID, Owner string
	Revision  int
}

// group makes or changes a group of a partner.
func (h *house) group(t *testing.T, key, mutation string, input map[string]any) madeGroup {
	t.Helper()
	text := h.ask(t, key, mutation, map[string]any{"i": input})
	var answer struct {
		Data struct{ Group struct{ Group *madeGroup } }
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil || answer.Data.Group.Group == nil {
		t.Fatal(text)
	}
	return *answer.Data.Group.Group
}

type member struct {
	State       string
	From, Until *string
}

func (m member) input() map[string]any {
	return map[string]any{"state": m.State, "from": m.From, "until": m.Until}
}

func inputs(members []member) (list []map[string]any) {
	for _, m := range members {
		list = append(list, m.input())
	}
	return list
}

// copied are the members of a built-in group, with their dates.
func (h *house) copied(t *testing.T, code string) (members []member) {
	t.Helper()
	for _, row := range rowsOf(t, h.must(t, "/export/state_group_members.ndjson", nil).body) {
		if row["state_group"] != code {
			continue
		}
		m := member{State: row["state"].(string)}
		if from, dated := row["from"].(string); dated {
			m.From = &from
		}
		if to, dated := row["to"].(string); dated {
			m.Until = &to
		}
		members = append(members, m)
	}
	return members
}

// everywhere are the places where a filter is taken in GraphQL.
const everywhere = `query($f: RecommendationFilter, $s: StateFilter) {
	recommendations(filter: $f, first: 50) { totalCount nodes { id } facets(dimensions: [STATE_UNDER_REVIEW_GROUP, RECOMMENDING_STATE_GROUP, CYCLE, RESPONSE]) { dimension values { key count share } }
		statistics { pairs } }
	pledges(filter: $f) { totalCount nodes { id } }
	statistics(filter: $f) { total pairs statesUnderReview recommendingStates groups(by: ISSUE) { key count } series(by: SESSION) { key count }
		crossTab(rows: STATE_UNDER_REVIEW_GROUP, columns: RESPONSE) { rows { key count } columns { key count } cells } }
	states(filter: $s, first: 300) { totalCount nodes { code } }
	state(code: "FRA") { recommendationsMade(filter: $f) { totalCount } recommendationsReceived(filter: $f) { totalCount } }
	reviews(first: 30) { nodes { recommendations(filter: $f) { totalCount } } } }`

// TestCopiedGroupsAnswerAlike copies groups of the record and compares what both answer, everywhere.
func TestCopiedGroupsAnswerAlike(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		key := h.partner(t, "ann@example.org", "groups:write", "slices:write", "slices:read")
		for _, code := range []string{"EU", "GRULAC", "AFRICA", "OIC"} {
			own := h.group(t, key, createGroup, map[string]any{"name": "Copy of " + code, "public": true, "members": inputs(h.copied(t, code))})
			for _, field := range []string{"stateUnderReviewGroups", "recommendingStateGroups"} {
				for _, membership := range []string{"AT_REVIEW", "TODAY"} {
					ask := func(group string) string {
						return h.ask(t, "", everywhere, map[string]any{"f": map[string]any{field: []string{group}, "groupMembership": membership}, "s": map[string]any{"groups": []string{group}}})
					}
					want, got := ask(code), ask(own.ID)
					if want != got || strings.Contains(got, `"errors"`) {
						t.Errorf("%s %s %s:\n%s\n%s", code, field, membership, want, got)
					}
				}
			}
			h.compareExports(t, key, code, own.ID)
		}
	})
}

// compareExports compares what exports, slices and changes of slices have for two groups.
func (h *house) compareExports(t *testing.T, key, one, other string) {
	t.Helper()
	for _, kind := range []string{"recommendations", "recommendation_issues", "pledges", "states"} {
		body := func(group string) string {
			filter := fmt.Sprintf(`{"stateUnderReviewGroups":["%s"],"recommendingStateGroups":["WEOG","%s"]}`, group, group)
			if kind == "states" {
				filter = `{"groups":["` + group + `"]}`
			}
			s := h.save(t, key, map[string]any{"name": group, "kind": kind, "filter": filter, "public": true})
			export := h.must(t, "/export/"+kind+".csv", url.Values{"filter": {filter}})
			if slice := h.must(t, "/slices/"+s.ID+".csv", nil); string(slice.body) != string(export.body) || slice.header.Get("ETag") != export.header.Get("ETag") {
				t.Errorf("%s of %s: the slice is not the export", kind, group)
			}
			if kind != "recommendations" {
				return string(export.body)
			}
			var figures map[string]any
			if err := json.Unmarshal(h.must(t, "/slices/"+s.ID+"/statistics", nil).body, &figures); err != nil {
				t.Fatal(err)
			}
			return string(export.body) + fmt.Sprint(figures["total"], figures["groups"])
		}
		if want, got := body(one), body(other); want != got {
			t.Errorf("%s of %s and its copy differ", kind, one)
		}
	}
}

// TestDatedMembersByHand counts a group with dated members from the rows of an export.
func TestDatedMembersByHand(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		key := h.partner(t, "ann@example.org", "groups:write")
		rows := rowsOf(t, h.must(t, "/export/recommendations.ndjson", nil).body)
		starts := map[any]string{}
		for _, s := range rowsOf(t, h.must(t, "/export/sessions.ndjson", nil).body) {
			starts[s["number"]] = s["start_date"].(string)
		}
		day := func(row map[string]any) string {
			if d, known := row["review_date"].(string); known {
				return d
			}
			return starts[row["session"]]
		}
		// Each State belongs to the group until the day of its first row, and again after six years.
		members, seen := []member{}, map[string]bool{}
		for _, row := range rows {
			state, last := row["state_under_review"].(string), day(row)
			if seen[state] || len(seen) > 100 {
				continue
			}
			seen[state] = true
			later, err := time.Parse(time.DateOnly, last)
			if err != nil {
				t.Fatal(err)
			}
			again := later.AddDate(6, 0, 0).Format(time.DateOnly)
			members = append(members, member{state, nil, &last}, member{state, &again, nil})
		}
		holds := func(state any, on string) bool {
			for _, m := range members {
				if m.State == state && (m.From == nil || *m.From <= on) && (m.Until == nil || on <= *m.Until) {
					return true
				}
			}
			return false
		}
		own := h.group(t, key, createGroup, map[string]any{"name": "Comes and goes", "public": true, "members": inputs(members)})
		for field, column := range map[string]string{"stateUnderReviewGroups": "state_under_review", "recommendingStateGroups": "recommending_state"} {
			want, undated := 0, 0
			for _, row := range rows {
				if holds(row[column], day(row)) {
					want++
				}
				if s, _ := row[column].(string); seen[s] {
					undated++
				}
			}
			if got := h.total(t, fmt.Sprintf(`{"%s":["%s"]}`, field, own.ID)); got != want || want == 0 || want == undated {
				t.Errorf("%s: %d, %d by hand, %d without dates", field, got, want, undated)
			}
		}
	})
}

func TestGroupsAreRefused(t *testing.T) {
	h := openSQLite(t)
	key := h.partner(t, "ann@example.org", "groups:write")
	many := make([]map[string]any, 501)
	for i := range many {
		many[i] = map[string]any{"state": "FRA", "from": fmt.Sprintf("%04d-01-01", 1000+i), "until": fmt.Sprintf("%04d-12-31", 1000+i)}
	}
	is := func(members ...map[string]any) []map[string]any { return members }
	for name, test := range map[string]struct {
		members []map[string]any
		field   string
	}{
		"unknown State":      {is(map[string]any{"state": "FRA"}, map[string]any{"state": "XXX"}), "members[1].state"},
		"from after until":   {is(map[string]any{"state": "FRA", "from": "2012-01-02", "until": "2012-01-01"}), "members[0].from"},
		"twice":              {is(map[string]any{"state": "FRA"}, map[string]any{"state": "KEN"}, map[string]any{"state": "FRA"}), "members[2]"},
		"overlapping":        {is(map[string]any{"state": "FRA", "until": "2012-01-01"}, map[string]any{"state": "FRA", "from": "2012-01-01"}), "members[1]"},
		"nobody":             {is(), "members"},
		"too many":           {many, "members"},
		"none of the fields": {is(map[string]any{"state": ""}), "members[0].state"},
	} {
		text := h.ask(t, key, createGroup, map[string]any{"i": map[string]any{"name": "x", "members": append([]map[string]any{}, test.members...)}})
		if !strings.Contains(text, `"field":"`+test.field+`"`) || !strings.Contains(text, `"code":"INVALID"`) {
			t.Errorf("%s: %s", name, text)
		}
	}
	if text := h.ask(t, key, createGroup, map[string]any{"i": map[string]any{"name": "x", "members": is(map[string]any{"state": "FRA", "from": "2012-02-30"})}}); !strings.Contains(text, "INVALID") {
		t.Errorf("a day that there is not: %s", text)
	}
	for name, key := range map[string]string{"nobody": "", "a key without the scope": h.partner(t, "ann@example.org", "groups:read")} {
		if text := h.ask(t, key, createGroup, map[string]any{"i": map[string]any{"name": "x", "members": is(map[string]any{"state": "FRA"})}}); !strings.Contains(text, "UNAUTHENTICATED") && !strings.Contains(text, "FORBIDDEN") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// TestPrivateGroupsAreNotThereForOthers asks for a private group in every way, as everyone.
func TestPrivateGroupsAreNotThereForOthers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ann := h.partner(t, "ann@example.org", "groups:write", "slices:write", "slices:read", "recommendations:read")
		bob := h.partner(t, "bob@example.org", "groups:read", "groups:write", "slices:write", "recommendations:read")
		weak := h.partner(t, "ann@example.org", "recommendations:read", "slices:read")
		members := []map[string]any{{"state": "FRA"}, {"state": "KEN"}}
		own := h.group(t, ann, createGroup, map[string]any{"name": "Quokka", "members": members})
		filter := fmt.Sprintf(`{"recommendingStateGroups":["%s"]}`, own.ID)
		question := url.Values{"query": {fmt.Sprintf(`{ recommendations(filter: {recommendingStateGroups: ["%s"]}) { totalCount } partnerGroup(id: "%s") { name members { state { code } } } }`, own.ID, own.ID)}}
		s := h.save(t, ann, map[string]any{"name": "Mine", "kind": "recommendations", "filter": filter})
		for range 2 { // the second time, answers may be kept
			for who, key := range map[string]string{"ann": ann, "bob": bob, "weak": weak, "nobody": ""} {
				var header []string
				if key != "" {
					header = []string{"Authorization", "Bearer " + key}
				}
				a := h.get(t, "/graphql", question, header...)
				if (who == "ann") != strings.Contains(string(a.body), "Quokka") || (who == "ann") == strings.Contains(string(a.body), "INVALID") {
					t.Errorf("%s is answered %s", who, a.body)
				}
				if a.header.Get("ETag") != "" || !strings.Contains(a.header.Get("Cache-Control"), "no-store") {
					t.Errorf("%s may keep it: %v", who, a.header)
				}
				if who == "weak" || who == "ann" {
					continue
				}
				if a := h.get(t, "/export/recommendations.csv", url.Values{"filter": {filter}}, header...); a.status == http.StatusOK || strings.Contains(string(a.body), "Quokka") {
					t.Errorf("%s takes it: %d %s", who, a.status, a.body)
				}
				if a := h.get(t, "/slices/"+s.ID+".csv", nil, header...); a.status != http.StatusNotFound {
					t.Errorf("%s reads the slice: %d", who, a.status)
				}
			}
		}
		if a := h.must(t, "/slices/"+s.ID+".csv", nil, "Authorization", "Bearer "+weak); !strings.HasPrefix(a.header.Get("Cache-Control"), "private") {
			t.Errorf("%v", a.header)
		}
		input := map[string]any{"name": "Ours", "kind": "recommendations", "filter": filter, "public": true}
		if text := h.ask(t, ann, createSlice, map[string]any{"i": input}); !strings.Contains(text, `"field":"public"`) {
			t.Errorf("a public slice of a private group: %s", text)
		}
		for _, m := range []string{`changePartnerGroup(input: {id: "%s", revision: 1, name: "Theirs"})`, `withdrawPartnerGroup(input: {id: "%s"})`} {
			if text := h.ask(t, bob, `mutation { `+fmt.Sprintf(m, own.ID)+` { group { id } userErrors { code } } }`, nil); !strings.Contains(text, "NOT_FOUND") {
				t.Errorf("somebody else's: %s", text)
			}
		}
	})
}

func TestGroupsChangeAndGo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		key := h.partner(t, "ann@example.org", "groups:write", "slices:write", "slices:read")
		members := inputs(h.copied(t, "AFRICA"))
		own := h.group(t, key, createGroup, map[string]any{"name": "CARICOM", "description": "As on its page", "public": true, "members": members})
		filter := fmt.Sprintf(`{"stateUnderReviewGroups":["%s"]}`, own.ID)
		live := h.save(t, key, map[string]any{"name": "Live", "kind": "recommendations", "filter": filter, "public": true})
		pinned := h.save(t, key, map[string]any{"name": "Pinned", "kind": "recommendations", "filter": filter, "public": true, "pinned": true})
		before := h.must(t, "/slices/"+live.ID+".csv", nil)
		cursor := h.changesOf(t, live.ID, "").Cursor
		if again := h.changesOf(t, live.ID, cursor); again.Anew || again.Cursor != cursor {
			t.Errorf("nothing changed: %+v", again)
		}
		readme := h.must(t, "/slices/"+live.ID, nil)
		for _, said := range []string{own.ID + " is CARICOM, revision 1, a group of States by Ann: ", "citation"} {
			if !strings.Contains(string(readme.body), said) {
				t.Errorf("the description does not say %q: %s", said, readme.body)
			}
		}
		if zip := unzipped(t, h.must(t, "/slices/"+live.ID+".zip", nil).body)["README.md"]; !strings.Contains(zip, "- "+own.ID+" is CARICOM, revision 1, a group of States by Ann: AGO, BDI") {
			t.Errorf("the README does not name the group: %s", zip)
		}

		other := h.anotherServer(t)
		other.must(t, "/slices/"+live.ID+".csv", nil) // from now on it knows the group
		until := "2009-06-30"
		second := h.group(t, key, changeGroup, map[string]any{"id": own.ID, "revision": 1, "members": []map[string]any{{"state": "EGY"}, {"state": "KEN", "until": until}}})
		if second.Revision != 2 {
			t.Errorf("%+v", second)
		}
		if text := h.ask(t, key, changeGroup, map[string]any{"i": map[string]any{"id": own.ID, "revision": 1, "name": "x"}}); !strings.Contains(text, `"code":"CONFLICT"`) {
			t.Errorf("a revision that holds no more: %s", text)
		}
		after := h.must(t, "/slices/"+live.ID+".csv", nil, "If-None-Match", before.header.Get("ETag"))
		if string(after.body) == string(before.body) || after.header.Get("ETag") == before.header.Get("ETag") {
			t.Error("the live slice does not follow the group")
		}
		if !h.changesOf(t, live.ID, cursor).Anew {
			t.Error("the group changed, and whoever follows the slice is not told")
		}
		if kept := h.must(t, "/slices/"+pinned.ID+".csv", nil); string(kept.body) != string(before.body) {
			t.Error("the pinned slice does not keep its rows")
		}
		if said := string(h.must(t, "/slices/"+pinned.ID, nil).body); !strings.Contains(said, "revision 1") || !strings.Contains(said, "AGO, BDI") {
			t.Errorf("the pinned slice does not name its revision: %s", said)
		}
		for deadline := time.Now().Add(10 * time.Second); string(other.must(t, "/slices/"+live.ID+".csv", nil).body) != string(after.body); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("another process does not see the change")
			}
		}

		withdrawn := h.ask(t, key, `mutation { withdrawPartnerGroup(input: {id: "`+own.ID+`"}) { group { withdrawnAt } userErrors { code } } }`, nil)
		if !strings.Contains(withdrawn, `"withdrawnAt":"`) {
			t.Fatal(withdrawn)
		}
		if text := h.ask(t, "", `{ recommendations(filter: {stateUnderReviewGroups: ["`+own.ID+`"]}) { totalCount } }`, nil); !strings.Contains(text, "was withdrawn by its owner") || !strings.Contains(text, "INVALID") {
			t.Errorf("a withdrawn group: %s", text)
		}
		if a := h.get(t, "/slices/"+live.ID+".csv", nil); a.status != http.StatusConflict || !strings.Contains(string(a.body), "was withdrawn by its owner") {
			t.Errorf("a slice of a withdrawn group: %d %s", a.status, a.body)
		}
		if kept := h.must(t, "/slices/"+pinned.ID+".csv", nil); string(kept.body) != string(before.body) {
			t.Error("the pinned slice goes with the group")
		}
	})
}

type sliceChanges struct {
	Rows    []map[string]any
	Deleted []string
	Anew    bool
	Cursor  string
}

func (h *house) changesOf(t *testing.T, id, since string) (p sliceChanges) {
	t.Helper()
	if err := json.Unmarshal(h.must(t, "/slices/"+id+"/changes", url.Values{"since": {since}}).body, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// anotherServer is another process on the same database.
func (h *house) anotherServer(t *testing.T) *house {
	t.Helper()
	r, err := record.Open(t.Context(), h.db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	go r.Follow(t.Context(), 20*time.Millisecond)
	other := *h
	other.url, other.record = serve(t, server.New(h.db, r, h.people, about)), r
	return &other
}

// TestGroupsAreShown reads a group as its owner, by a key.
func TestGroupsAreShown(t *testing.T) {
	h := openSQLite(t)
	key := h.partner(t, "ann@example.org", "groups:write", "groups:read")
	one := h.group(t, key, createGroup, map[string]any{"name": "One", "members": []map[string]any{{"state": "KEN", "from": "2012-01-01"}, {"state": "FRA"}}})
	text := h.ask(t, key, `{ partnerGroup(id: "`+one.ID+`") { name public revision owner members { state { code } from until } } }`, nil)
	want := `{"data":{"partnerGroup":{"name":"One","public":false,"revision":1,"owner":"Ann","members":[{"state":{"code":"FRA"},"from":null,"until":null},{"state":{"code":"KEN"},"from":"2012-01-01","until":null}]}}}`
	if diff := cmp.Diff(want, text); diff != "" {
		t.Error(diff)
	}
}
