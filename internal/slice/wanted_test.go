package slice_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/slice"
)

// filtered is a consumer of the changes of what a filter admits.
type filtered struct {
	filter, kind, cursor string
	anew                 int
	objects              map[string]string
}

// begin takes all that the filter admits.
func (f *filtered) begin(t *testing.T, h *house) {
	t.Helper()
	a := h.must(t, "/export/record.ndjson", url.Values{"filter": {f.filter}, "kinds": {f.kind}})
	f.cursor, f.objects = a.header.Get("X-Record-Version"), map[string]string{}
	for line := range bytes.Lines(a.body) {
		var c slice.Change
		if err := json.Unmarshal(line, &c); err != nil || c.Kind != f.kind {
			t.Fatalf("%s: %v", line, err)
		}
		f.objects[c.ID] = string(c.Object)
	}
	rows := rowsOf(t, h.must(t, "/export/"+f.kind+".ndjson", url.Values{"filter": {f.filter}}).body)
	if n := a.header.Get("X-Total-Count"); len(rows) != len(f.objects) || n != strconv.Itoa(len(rows)) {
		t.Errorf("%d objects, %s counted, %d rows", len(f.objects), n, len(rows))
	}
	for _, row := range rows {
		if f.objects[row["id"].(string)] == "" {
			t.Errorf("%v is a row, and no object", row["id"])
		}
	}
}

// follow goes on page by page, as the address in Link says.
func (f *filtered) follow(t *testing.T, h *house) {
	t.Helper()
	for {
		a := h.must(t, "/changes", url.Values{"since": {f.cursor}, "filter": {f.filter}, "kinds": {f.kind}, "first": {"3"}})
		var page slice.Changes
		if err := json.Unmarshal(a.body, &page); err != nil {
			t.Fatal(err)
		}
		if next := a.header.Get("Link"); !strings.Contains(next, url.QueryEscape(f.filter)) || !strings.Contains(next, page.Cursor) {
			t.Errorf("the next page is %s", next)
		}
		if f.cursor = page.Cursor; page.Anew {
			f.anew++
			f.begin(t, h)
			return
		}
		for _, c := range page.Changes {
			if c.Kind != f.kind || c.Deleted != (c.Object == nil) {
				t.Errorf("got %+v", c)
			}
			if delete(f.objects, c.ID); !c.Deleted {
				f.objects[c.ID] = string(c.Object)
			}
		}
		if !page.More {
			return
		}
	}
}

// TestChangesOfWhatAFilterAdmits has a consumer begin with an export and stay in step, while
// things begin to be admitted, cease to be, are withdrawn and redacted, and reviews change.
func TestChangesOfWhatAFilterAdmits(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.change(t, changelog.Recommendation, 40, `UPDATE recommendations SET text = 'Protect the capybara' WHERE id = 40`)
		f := &filtered{filter: `{"text":"capybara OR wombat"}`, kind: "recommendations"}
		pledges := &filtered{filter: `{"cycles":[1]}`, kind: "pledges"}
		f.begin(t, h)
		pledges.begin(t, h)
		check := func(step string, n int) {
			t.Helper()
			f.follow(t, h)
			pledges.follow(t, h)
			for _, one := range []*filtered{f, pledges} {
				want := &filtered{filter: one.filter, kind: one.kind}
				want.begin(t, h)
				if !maps.Equal(one.objects, want.objects) {
					t.Errorf("%s, %s: %v, want %v", step, one.kind, one.objects, want.objects)
				}
			}
			if len(f.objects) != n {
				t.Errorf("%s: %d are admitted, want %d", step, len(f.objects), n)
			}
		}
		check("at first", 1)
		for _, row := range []int{41, 42, 43, 44} {
			h.change(t, changelog.Recommendation, row, `UPDATE recommendations SET text = 'Protect the wombat' WHERE id = $1`, row)
		}
		h.change(t, changelog.Recommendation, 50, `UPDATE recommendations SET text = 'Protect the quokka' WHERE id = 50`)
		h.change(t, changelog.Pledge, 1, `UPDATE pledges SET text = 'We protect the wombat' WHERE id = 1`)
		check("some came", 5)
		h.change(t, changelog.Recommendation, 41, `UPDATE recommendations SET text = 'Protect the quokka' WHERE id = 41`)
		h.change(t, changelog.Recommendation, 42, `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = 42`)
		h.redact(t, 43, "what is left")
		check("some went", 2)
		if f.anew != 0 {
			t.Errorf("all was taken anew %d times", f.anew)
		}
		h.change(t, changelog.Review, 1, `UPDATE reviews SET date = '2011-05-05' WHERE id = 1`)
		h.change(t, changelog.Recommendation, 45, `UPDATE recommendations SET text = 'Protect the wombat' WHERE id = 45`)
		check("a review changed", 3)
		if f.anew == 0 {
			t.Error("a review changed, and nobody said to take all anew")
		}
		check("at the end", 3)
	})
}

func TestChangesByFilterAsTheyAreAsked(t *testing.T) {
	h := openSQLite(t)
	first := h.must(t, "/changes", url.Values{"filter": {`{"cycles":[1]}`}})
	var page slice.Changes
	if err := json.Unmarshal(first.body, &page); err != nil || !page.Anew || len(page.Changes) != 0 || page.Cursor != h.record.Snapshot().Version().String() {
		t.Errorf("without a cursor: %s", first.body)
	}
	for _, query := range []url.Values{
		{"filter": {`{"cycles":[1]}`}, "kinds": {"recommendations,pledges"}},
		{"filter": {`{"cycles":[1]}`}, "kinds": {"states"}},
		{"filter": {`{"colours":["red"]}`}}, {"filter": {`{"statesUnderReview":["XXX"]}`}}, {"filter": {`nonsense`}}, {"filter": {`{}`}, "kinds": {"users"}},
		{"filter": {`{}`, `{}`}},
	} {
		if a := h.get(t, "/export/record.ndjson", query); a.status != http.StatusBadRequest {
			t.Errorf("the whole of %v: %d %s", query, a.status, a.body)
		}
		for _, since := range []string{"", page.Cursor} {
			if since != "" {
				query.Set("since", since)
			}
			if a := h.get(t, "/changes", query); a.status != http.StatusBadRequest || !strings.Contains(string(a.body), "INVALID") {
				t.Errorf("%v: %d %s", query, a.status, a.body)
			}
		}
	}
	h.change(t, changelog.Recommendation, 1, `UPDATE recommendations SET text = 'Protect the wombat' WHERE id = 1`)
	h.change(t, changelog.Recommendation, 2, `UPDATE recommendations SET text = 'Protect the quokka' WHERE id = 2`)
	body := `{"query":"query($since: String!) { changes(since: $since, filter: {text: \"wombat\"}) { anew more cursor changes { id deleted object } } }","variables":{"since":"` + page.Cursor + `"}}`
	response, err := http.Post(h.url+"/graphql", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var got struct {
		Data struct{ Changes slice.Changes }
	}
	if err := json.NewDecoder(response.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	c := got.Data.Changes
	if c.Anew || c.More || len(c.Changes) != 2 || c.Changes[0].Deleted || !c.Changes[1].Deleted || c.Cursor != h.record.Snapshot().Version().String() {
		t.Errorf("got %+v", c)
	}
}
