package slice_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/slice"
)

// TestChangesOfGroupsOfPartners follows, by /changes, what a filter admits that names a group of a partner.
func TestChangesOfGroupsOfPartners(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		key := h.partner(t, "ann@example.org", "groups:write", "recommendations:read", "changes:read")
		members := inputs(h.copied(t, "AFRICA"))
		own := h.group(t, key, createGroup, map[string]any{"name": "Ours", "public": true, "members": members})
		query := url.Values{"filter": {fmt.Sprintf(`{"stateUnderReviewGroups":["%s"]}`, own.ID)}}
		page := func(since string) (p slice.Changes) {
			t.Helper()
			if err := json.Unmarshal(h.must(t, "/changes", url.Values{"filter": query["filter"], "since": {since}}).body, &p); err != nil {
				t.Fatal(err)
			}
			return p
		}
		copied := func() (ids []string, cursor, tag string) {
			t.Helper()
			a := h.must(t, "/export/record.ndjson", query)
			for _, row := range rowsOf(t, a.body) {
				ids = append(ids, row["id"].(string))
			}
			slices.Sort(ids)
			if want := idsOf(t, h.must(t, "/export/recommendations.ndjson", query).body); len(ids) == 0 || !slices.Equal(ids, want) {
				t.Errorf("a copy begins with %d, the export has %d", len(ids), len(want))
			}
			return ids, a.header.Get("X-Record-Version"), a.header.Get("ETag")
		}
		ids, cursor, tag := copied()
		if p := page(cursor); p.Anew || len(p.Changes) > 0 || p.Cursor != cursor {
			t.Errorf("nothing changed: %+v", p)
		}
		if p := page(""); !p.Anew || p.Cursor != cursor {
			t.Errorf("from nothing: %+v", p)
		}
		var row int
		if err := h.db.SQL.QueryRow(`SELECT id FROM recommendations WHERE uid = $1`, ids[0]).Scan(&row); err != nil {
			t.Fatal(err)
		}
		h.change(t, "rec", row, `UPDATE recommendations SET text = 'Another text' WHERE id = $1`, row)
		after := page(cursor)
		if after.Anew || len(after.Changes) != 1 || after.Changes[0].ID != ids[0] || after.Changes[0].Deleted || !strings.Contains(after.Cursor, "~") {
			t.Errorf("a text changed: %+v", after)
		}
		_, _, told := copied()
		h.group(t, key, changeGroup, map[string]any{"id": own.ID, "revision": own.Revision, "members": members[:len(members)/2]})
		if p := page(after.Cursor); !p.Anew || p.Cursor == after.Cursor {
			t.Errorf("the group changed: %+v", p)
		}
		fewer, cursor, next := copied()
		if len(fewer) >= len(ids) || next == told || told == tag {
			t.Errorf("%d of %d, tags %s, %s, %s", len(fewer), len(ids), tag, told, next)
		}
		if p := page(cursor); p.Anew || len(p.Changes) > 0 {
			t.Errorf("begun anew: %+v", p)
		}
		text := h.ask(t, key, `query($f: RecommendationFilter) { changes(filter: $f, first: 5) { cursor anew } }`, map[string]any{"f": map[string]any{"stateUnderReviewGroups": []string{own.ID}}})
		if !strings.Contains(text, cursor) {
			t.Errorf("GraphQL says %s, not %s", text, cursor)
		}
	})
}

// TestChangesOfPrivateGroups asks for those of somebody else's group.
func TestChangesOfPrivateGroups(t *testing.T) {
	h := openSQLite(t)
	key := h.partner(t, "ann@example.org", "groups:write", "recommendations:read", "changes:read")
	own := h.group(t, key, createGroup, map[string]any{"name": "Quokka", "members": []map[string]any{{"state": "FRA"}}})
	query := url.Values{"filter": {fmt.Sprintf(`{"recommendingStateGroups":["%s"]}`, own.ID)}}
	for _, path := range []string{"/changes", "/export/record.ndjson"} {
		if a := h.get(t, path, query); a.status != http.StatusBadRequest || strings.Contains(string(a.body), "Quokka") {
			t.Errorf("%s: anybody is answered %d %s", path, a.status, a.body)
		}
		if a := h.must(t, path, query, "Authorization", "Bearer "+key); strings.Contains(a.header.Get("Cache-Control"), "public") {
			t.Errorf("%s: others may keep it: %v", path, a.header)
		}
	}
}

func idsOf(t *testing.T, body []byte) (ids []string) {
	t.Helper()
	for _, row := range rowsOf(t, body) {
		ids = append(ids, row["id"].(string))
	}
	slices.Sort(ids)
	return ids
}
