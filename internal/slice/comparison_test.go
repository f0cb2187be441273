package slice_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

type comparison struct {
	Added, Removed, Changed, Redacted, Unchanged int
	Rows                                         []difference
}

type difference struct {
	Change            string
	Key               struct{ ID string }
	Columns, Redacted []string
	Before, After     map[string]any
}

func (h *house) compared(t *testing.T, before, after string) (c comparison) {
	t.Helper()
	if err := json.Unmarshal(h.must(t, "/slices/"+before+"/compare/"+after+".json", nil).body, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// applied is what the rows of the first slice become by a comparison: the rows of the second.
func (c comparison) applied(rows []map[string]any) map[any]map[string]any {
	all := map[any]map[string]any{}
	for _, row := range rows {
		all[row["id"]] = row
	}
	for _, d := range c.Rows {
		switch d.Change {
		case "REMOVED":
			delete(all, d.Key.ID)
		case "ADDED":
			all[d.Key.ID] = d.After
		default:
			maps.Copy(all[d.Key.ID], d.After)
		}
	}
	return all
}

func TestPinnedVersionsAreCompared(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		key := h.partner(t, "ann@example.org", "slices:write", "slices:read")
		pin := func() saved {
			return h.save(t, key, map[string]any{"name": "As it was", "kind": "recommendations", "pinned": true, "public": true})
		}
		h.change(t, "rec", 5, `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = 5`)
		one := pin()
		for row, sql := range map[int]string{
			1: `UPDATE recommendations SET text = 'another "text", with a comma' WHERE id = 1`, 2: `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = 2`,
			3: `UPDATE recommendations SET number = '9.9', text = 'Release Quokka Warden' WHERE id = 3`, 5: `UPDATE recommendations SET status = 'PUBLISHED' WHERE id = 5`,
		} {
			h.change(t, "rec", row, sql)
		}
		two := pin()
		c := h.compared(t, one.ID, two.ID)
		if c.Added != 1 || c.Removed != 1 || c.Changed != 2 || c.Redacted != 0 || c.Unchanged != 296 || len(c.Rows) != 4 {
			t.Fatalf("%+v", c)
		}
		h.checkApplied(t, c, one, two)
		if same := h.compared(t, one.ID, one.ID); same.Unchanged != 299 || len(same.Rows) != 0 {
			t.Errorf("a slice and itself: %+v", same)
		}
		live := h.save(t, key, map[string]any{"name": "Now", "kind": "recommendations", "public": true})
		if now := h.compared(t, one.ID, live.ID); len(now.Rows) != 4 {
			t.Errorf("with a live one: %+v", now)
		}
		h.checkComparisonFormats(t, one, two)

		tag := h.must(t, "/slices/"+one.ID+"/compare/"+two.ID, nil).header.Get("ETag")
		if a := h.get(t, "/slices/"+one.ID+"/compare/"+two.ID, nil, "If-None-Match", tag); a.status != http.StatusNotModified {
			t.Errorf("nothing changed: %d", a.status)
		}
		h.redact(t, 3, "Release the prisoner")
		three := pin()
		after := h.must(t, "/slices/"+one.ID+"/compare/"+two.ID, nil, "If-None-Match", tag)
		if strings.Contains(string(after.body), "Quokka") {
			t.Error("the comparison tells what was redacted")
		}
		if c := h.compared(t, two.ID, three.ID); c.Redacted != 1 || c.Changed != 0 || len(c.Rows) != 1 || c.Rows[0].Change != "REDACTED" || !slices.Contains(c.Rows[0].Redacted, "text") {
			t.Errorf("a row that was redacted: %+v", c)
		}
	})
}

// checkApplied applies a comparison to one slice and expects the other.
func (h *house) checkApplied(t *testing.T, c comparison, one, two saved) {
	t.Helper()
	rows := func(s saved) []map[string]any { return rowsOf(t, h.must(t, "/slices/"+s.ID+".ndjson", nil).body) }
	want := map[any]map[string]any{}
	for _, row := range rows(two) {
		want[row["id"]] = row
	}
	if got := c.applied(rows(one)); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Error("the first slice and what changed are not the second")
	}
}

func (h *house) checkComparisonFormats(t *testing.T, one, two saved) {
	t.Helper()
	path := "/slices/" + one.ID + "/compare/" + two.ID
	if lines := rowsOf(t, h.must(t, path+".ndjson", nil).body); len(lines) != 4 {
		t.Errorf("%d lines", len(lines))
	}
	cells, err := csv.NewReader(strings.NewReader(string(h.must(t, path+".csv", nil).body))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(cells[0]); got != "[change id column before after]" {
		t.Error(got)
	}
	texts := 0
	for _, line := range cells {
		if line[0] == "CHANGED" && line[2] == "text" {
			texts++
			if line[4] != `another "text", with a comma` && line[4] != "Release Quokka Warden" || line[3] == "" {
				t.Errorf("%q", line)
			}
		}
	}
	if texts != 2 {
		t.Errorf("%d texts changed", texts)
	}
	text := h.ask(t, "", `{ compareSlices(before: "`+one.ID+`", after: "`+two.ID+`") { kind added removed changed redacted unchanged rows(first: 1, skip: 3) { change columns key after } } }`, nil)
	if !strings.HasPrefix(text, `{"data":{"compareSlices":{"kind":"recommendations","added":1,"removed":1,"changed":2,"redacted":0,"unchanged":296,"rows":[{"change":"REMOVED","columns":[],"key":{"id":"rec_`) || !strings.HasSuffix(text, `"after":null}]}}}`) {
		t.Error(text)
	}
	if text := h.ask(t, "", `{ compareSlices(before: "`+one.ID+`", after: "`+two.ID+`") { rows(first: 501) { change } } }`, nil); !strings.Contains(text, "INVALID") {
		t.Error(text)
	}
}

func TestWhatCannotBeCompared(t *testing.T) {
	h := openSQLite(t)
	key := h.partner(t, "ann@example.org", "slices:write", "slices:read")
	save := func(more map[string]any) string {
		input := map[string]any{"name": "x", "kind": "states", "public": true}
		maps.Copy(input, more)
		return h.save(t, key, input).ID
	}
	states, private := save(nil), save(map[string]any{"public": false})
	for path, want := range map[string]int{
		states + "/compare/" + save(map[string]any{"kind": "issues"}):                         http.StatusBadRequest,
		states + "/compare/" + save(map[string]any{"columns": []string{"iso2"}}):              http.StatusBadRequest,
		states + "/compare/" + save(map[string]any{"columns": []string{"code", "un_member"}}): http.StatusOK,
		states + "/compare/" + private:                                                        http.StatusNotFound,
		private + "/compare/" + states:                                                        http.StatusNotFound,
		states + "/compare/slc_nothing":                                                       http.StatusNotFound,
		states + "/compare/" + states + ".xlsx":                                               http.StatusNotFound,
	} {
		if a := h.get(t, "/slices/"+path, nil); a.status != want {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	if text := h.ask(t, "", `{ compareSlices(before: "`+states+`", after: "`+private+`") { added } }`, nil); !strings.Contains(text, "NOT_FOUND") {
		t.Error(text)
	}
	a := h.must(t, "/slices/"+private+"/compare/"+states, nil, "Authorization", "Bearer "+key)
	if !strings.HasPrefix(a.header.Get("Cache-Control"), "private") {
		t.Errorf("%v", a.header)
	}
}
