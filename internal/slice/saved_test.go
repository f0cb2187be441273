package slice_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"strings"
	"testing"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
)

const createSlice = `mutation($i: CreateSliceInput!) { createSlice(input: $i) { slice { id url version count } userErrors { field code message } } }`

// partner makes a key of a partner.
func (h *house) partner(t *testing.T, email string, scopes ...string) string {
	t.Helper()
	ctx := viewer.NewContext(t.Context(), viewer.Program("test"))
	u, err := h.people.UserByEmail(ctx, email)
	if err != nil {
		if u, err = h.people.CreateUser(ctx, email, "Ann", "EN", ""); err != nil {
			t.Fatal(err)
		}
		if _, err := h.people.GrantRole(ctx, u.UID, viewer.Grant{Role: viewer.Partner}); err != nil {
			t.Fatal(err)
		}
	}
	_, secret, err := h.people.CreateKeyFor(ctx, u, "test", scopes, nil)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

type saved struct {
	ID      string
	Version *string
	Count   *int
}

// ask asks GraphQL with a key.
func (h *house) ask(t *testing.T, key, query string, variables map[string]any) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+"/graphql", strings.NewReader(string(body)))
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var text json.RawMessage
	if err := json.NewDecoder(response.Body).Decode(&text); err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (h *house) save(t *testing.T, key string, input map[string]any) saved {
	t.Helper()
	text := h.ask(t, key, createSlice, map[string]any{"i": input})
	var answer struct {
		Data struct{ CreateSlice struct{ Slice *saved } }
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil || answer.Data.CreateSlice.Slice == nil {
		t.Fatal(text)
	}
	return *answer.Data.CreateSlice.Slice
}

func TestLiveSlices(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		key := h.partner(t, "ann@example.org", "slices:write", "slices:read")
		filter := `{"cycles":[1]}`
		s := h.save(t, key, map[string]any{"name": "First cycle", "kind": "recommendations", "filter": filter, "public": true})
		for _, format := range []string{"csv", "ndjson", "json", "xlsx", "parquet", "excel.csv"} {
			a, b := h.must(t, "/slices/"+s.ID+"."+format, nil), h.must(t, "/export/recommendations."+format, url.Values{"filter": {filter}})
			if format == "csv" && string(a.body) != string(b.body) || a.header.Get("X-Total-Count") != b.header.Get("X-Total-Count") {
				t.Errorf("%s is not the export", format)
			}
		}
		about := string(h.must(t, "/slices/"+s.ID, nil).body)
		for _, said := range []string{"First cycle", "/slices/" + s.ID + ".csv", h.record.Snapshot().Version().String(), "https://upr.example.org/slices/" + s.ID + `"`} {
			if !strings.Contains(about, said) {
				t.Errorf("the description does not say %q: %s", said, about)
			}
		}
		var figures struct {
			Total, Denominator int
			Groups             map[string][]struct {
				Key   string
				Count int
			}
		}
		if err := json.Unmarshal(h.must(t, "/slices/"+s.ID+"/statistics", nil).body, &figures); err != nil {
			t.Fatal(err)
		}
		sum := 0
		for _, b := range figures.Groups["responses"] {
			sum += b.Count
		}
		if want := h.total(t, filter); figures.Total != want || figures.Denominator != 300 || sum != want {
			t.Errorf("%+v", figures)
		}
		checkSliceChanges(t, h, s)
		if text := h.ask(t, key, `mutation($i: WithdrawSliceInput!) { withdrawSlice(input: $i) { slice { withdrawnAt } userErrors { code } } }`, map[string]any{"i": map[string]any{"id": s.ID}}); !strings.Contains(text, `"withdrawnAt":"`) {
			t.Error(text)
		}
		if a := h.get(t, "/slices/"+s.ID+".csv", nil); a.status != http.StatusNotFound {
			t.Errorf("withdrawn: %d", a.status)
		}
		if text := h.ask(t, key, `mutation($i: CreateSliceInput!) { createSlice(input: $i) { slice { id } userErrors { code field } } }`, map[string]any{"i": map[string]any{"name": "a slip", "kind": "recommendation"}}); !strings.Contains(text, `"slice":null,"userErrors":[{"code":"INVALID","field":"kind"}]`) {
			t.Errorf("a kind that there is not: %s", text)
		}
	})
}

// checkSliceChanges follows a slice and compares with taking it whole.
func checkSliceChanges(t *testing.T, h *house, s saved) {
	t.Helper()
	path := "/slices/" + s.ID + "/changes"
	type page struct {
		Rows    []map[string]any
		Deleted []string
		Anew    bool
		Cursor  string
	}
	follow := func(since string) (p page) {
		if err := json.Unmarshal(h.must(t, path, url.Values{"since": {since}}).body, &p); err != nil {
			t.Fatal(err)
		}
		return p
	}
	cursor := follow("").Cursor
	whole := func() map[any]string {
		all := map[any]string{}
		for _, row := range rowsOf(t, h.must(t, "/slices/"+s.ID+".ndjson", nil).body) {
			all[row["id"]] = fmt.Sprint(row)
		}
		return all
	}
	rows := whole()
	for i, sql := range []string{`UPDATE recommendations SET text = 'another text' WHERE id = 1`, `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = 2`, `UPDATE recommendations SET text = 'one more' WHERE id = 299`} {
		h.change(t, "rec", []int{1, 2, 299}[i], sql)
	}
	p := follow(cursor)
	if p.Anew {
		t.Error("all is to be taken anew after three changes")
	}
	for _, row := range p.Rows {
		rows[row["id"]] = fmt.Sprint(row)
	}
	for _, id := range p.Deleted {
		delete(rows, id)
	}
	if fmt.Sprint(rows) != fmt.Sprint(whole()) {
		t.Error("whoever followed the slice has something else")
	}
	h.change(t, "rev", 1, `UPDATE reviews SET date = '2009-01-01' WHERE id = 1`)
	if !follow(p.Cursor).Anew {
		t.Error("a review changed, and nothing is said of the rows that show its date")
	}
	if a := h.get(t, path, url.Values{"since": {"OTHER123.4"}}); a.status != http.StatusGone {
		t.Errorf("another epoch: %d", a.status)
	}
}

func TestPinnedSlicesStay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		key := h.partner(t, "ann@example.org", "slices:write", "slices:read")
		s := h.save(t, key, map[string]any{"name": "As it was", "kind": "recommendations", "pinned": true, "public": true})
		if s.Version == nil || *s.Version != h.record.Snapshot().Version().String() || *s.Count != 300 {
			t.Fatalf("%+v", s)
		}
		before := map[string][]byte{}
		for _, format := range []string{"csv", "ndjson", "json"} {
			before[format] = h.must(t, "/slices/"+s.ID+"."+format, nil).body
		}
		if live := h.must(t, "/export/recommendations.ndjson", nil).body; string(before["ndjson"]) != string(live) {
			t.Error("it has other rows than the export of its version")
		}
		if live := h.must(t, "/export/recommendations.csv", nil).body; string(before["csv"]) != string(live) {
			t.Error("it has another CSV than the export of its version")
		}
		h.change(t, "rec", 1, `UPDATE recommendations SET text = 'Release Quokka Warden' WHERE id = 1`)
		h.change(t, "rec", 2, `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = 2`)
		for format, body := range before {
			if string(h.must(t, "/slices/"+s.ID+"."+format, nil).body) != string(body) {
				t.Errorf("%s changed with the record", format)
			}
		}
		checkPinnedRedaction(t, h, key)
		for _, path := range []string{"/changes", "/statistics"} {
			if a := h.get(t, "/slices/"+s.ID+path, nil); a.status != http.StatusBadRequest {
				t.Errorf("%s: %d", path, a.status)
			}
		}
	})
}

func checkPinnedRedaction(t *testing.T, h *house, key string) {
	t.Helper()
	var made []saved
	for _, kind := range []string{"recommendations", "recommendation_responses"} {
		made = append(made, h.save(t, key, map[string]any{"name": "With the name", "kind": kind, "pinned": true, "public": true}))
	}
	path := "/slices/" + made[0].ID + ".ndjson"
	with := h.must(t, path, nil)
	if !strings.Contains(string(with.body), "Quokka") {
		t.Fatal("the name is not there")
	}
	h.redact(t, 1, "Release the prisoner")
	without := h.must(t, path, nil, "If-None-Match", with.header.Get("ETag"))
	if strings.Contains(string(without.body), "Quokka") || strings.Count(string(without.body), "\n") != 299 || !strings.Contains(string(without.body), `"text":"[redacted]"`) {
		t.Errorf("after the redaction: %d rows", strings.Count(string(without.body), "\n"))
	}
	if !strings.Contains(string(h.must(t, "/slices/"+made[1].ID+".csv", nil).body), "[redacted]") {
		t.Error("what belongs to it keeps the source's words")
	}
	rows, err := h.db.SQL.QueryContext(t.Context(), `SELECT body FROM slice_contents`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(unpacked(t, body), "Quokka") {
			t.Error("the name is still kept")
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

func TestWhoReadsAndMakesSlices(t *testing.T) {
	h := openSQLite(t)
	ann, reader, bob := h.partner(t, "ann@example.org", "slices:write", "slices:read"), h.partner(t, "ann@example.org", "recommendations:read"), h.partner(t, "bob@example.org", "slices:read", "slices:write")
	s := h.save(t, ann, map[string]any{"name": "Mine", "kind": "states"})
	for key, want := range map[string]int{"": 404, bob: 404, reader: 404, ann: 200} {
		var header []string
		if key != "" {
			header = []string{"Authorization", "Bearer " + key}
		}
		for _, path := range []string{".csv", "", "/changes"} {
			if a := h.get(t, "/slices/"+s.ID+path, nil, header...); a.status != want {
				t.Errorf("%q: %d, want %d", path, a.status, want)
			}
		}
	}
	input := map[string]any{"i": map[string]any{"name": "x", "kind": "states"}}
	for name, key := range map[string]string{"nobody": "", "a key without the scope": reader} {
		if text := h.ask(t, key, createSlice, input); !strings.Contains(text, "UNAUTHENTICATED") && !strings.Contains(text, "FORBIDDEN") {
			t.Errorf("%s: %s", name, text)
		}
	}
	if text := h.ask(t, bob, `mutation($i: WithdrawSliceInput!) { withdrawSlice(input: $i) { slice { id } } }`, map[string]any{"i": map[string]any{"id": s.ID}}); !strings.Contains(text, "NOT_FOUND") {
		t.Errorf("somebody else withdraws: %s", text)
	}
	for field, wrong := range map[string]map[string]any{
		"filter": {"name": "x", "kind": "recommendations", "filter": `{"cycle":1}`}, "columns": {"name": "x", "kind": "states", "columns": []string{"secret"}}, "name": {"name": " ", "kind": "states"},
	} {
		if text := h.ask(t, ann, createSlice, map[string]any{"i": wrong}); !strings.Contains(text, `"field":"`+field) {
			t.Errorf("%s: %s", field, text)
		}
	}
	for email, want := range map[string]int{"ann@example.org": 1, "bob@example.org": 0} {
		u, err := h.people.UserByEmail(viewer.NewContext(t.Context(), viewer.Program("test")), email)
		if err != nil {
			t.Fatal(err)
		}
		own, err := slice.New(h.db, h.record, slice.About{}).Mine(viewer.NewContext(t.Context(), &viewer.Viewer{UID: u.UID}))
		if err != nil || len(own) != want {
			t.Errorf("%s has %d slices: %v", email, len(own), err)
		}
	}
	if _, err := slice.New(h.db, h.record, slice.About{}).Mine(t.Context()); fault.CodeOf(err) != fault.CodeUnauthenticated {
		t.Errorf("nobody has slices: %v", err)
	}

}
