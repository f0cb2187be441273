package slice_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestPinnedPackagesStay pins a package, changes what its rows name, and redacts one of them.
func TestPinnedPackagesStay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		key := h.partner(t, "ann@example.org", "slices:write", "slices:read", "groups:write")
		group := h.group(t, key, createGroup, map[string]any{"name": "Ours", "public": true, "members": inputs(h.copied(t, "AFRICA"))})
		h.change(t, "rec", 3, `UPDATE recommendations SET text = 'Release Quokka Warden' WHERE id = 3`)
		h.change(t, "rec", 3, `UPDATE response_events SET source_word = 'Quokka said no' WHERE recommendation_id = 3`)
		everything := map[string]any{"name": "x", "kind": "recommendations", "public": true}
		filtered := map[string]any{"name": "x", "kind": "recommendations", "filter": `{"cycles":[1],"recommendingStateGroups":["` + group.ID + `","WEOG"]}`, "public": true}
		tags := map[string]any{"name": "x", "kind": "recommendation_issues", "columns": []string{"recommendation_id", "issue", "source"}, "values": "codes", "public": true}
		pinned := map[string]map[string]string{}
		for _, input := range []map[string]any{everything, filtered, tags} {
			live := h.save(t, key, input)
			input["pinned"] = true
			s := h.save(t, key, input)
			whole := h.must(t, "/slices/"+s.ID+".zip", nil)
			checkPackage(t, whole.body)
			pinned[s.ID] = unzipped(t, whole.body)
			h.comparePackages(t, pinned[s.ID], unzipped(t, h.must(t, "/slices/"+live.ID+".zip", nil).body))
			if a := h.get(t, "/slices/"+s.ID+".zip", nil, "If-None-Match", whole.header.Get("ETag")); a.status != http.StatusNotModified {
				t.Errorf("nothing changed: %d", a.status)
			}
		}
		contents := 0
		if err := h.db.SQL.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM slice_parts p WHERE EXISTS (SELECT 1 FROM slice_parts o WHERE o.content_id = p.content_id AND o.slice_id <> p.slice_id)`).Scan(&contents); err != nil || contents < 20 {
			t.Errorf("the same lists are kept again: %d, %v", contents, err)
		}

		h.change(t, "rec", 2, `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = 2`)
		h.change(t, "rev", 1, `UPDATE reviews SET date = '2009-01-01' WHERE id = 1`)
		h.change(t, "grp", 1, `UPDATE state_groups SET name_en = 'Another name' WHERE id = 1`)
		for id, before := range pinned {
			after := h.must(t, "/slices/"+id+".zip", nil)
			for name, text := range unzipped(t, after.body) {
				if before[name] != text {
					t.Errorf("%s of %s changed with the record", name, id)
				}
			}
		}
		h.redact(t, 3, "Release the prisoner")
		for id, before := range pinned {
			after := h.must(t, "/slices/"+id+".zip", nil)
			checkPackage(t, after.body)
			for name, text := range unzipped(t, after.body) {
				if strings.Contains(text, "Quokka") || strings.Count(text, "\n") != strings.Count(before[name], "\n") {
					t.Errorf("%s of %s after the redaction: %d lines", name, id, strings.Count(text, "\n"))
				}
				if strings.Contains(before[name], "Quokka") != strings.Contains(text, "[redacted]") {
					t.Errorf("%s of %s: redacted is %v", name, id, strings.Contains(text, "[redacted]"))
				}
			}
		}
		for id := range pinned {
			if _, err := h.db.SQL.ExecContext(t.Context(), `DELETE FROM slice_parts WHERE slice_id = (SELECT id FROM saved_slices WHERE uid = $1)`, id); err != nil {
				t.Fatal(err)
			}
			if a := h.get(t, "/slices/"+id+".zip", nil); a.status != http.StatusBadRequest || !strings.Contains(string(a.body), "pin it anew") {
				t.Errorf("pinned before lists were kept: %d %s", a.status, a.body)
			}
		}
	})
}

// comparePackages expects the same files, but for addresses in what describes them.
func (h *house) comparePackages(t *testing.T, pinned, live map[string]string) {
	t.Helper()
	if len(pinned) != len(live) || len(pinned) < 10 {
		t.Errorf("%d and %d files", len(pinned), len(live))
	}
	for name, text := range live {
		if strings.HasSuffix(name, ".csv") && text != pinned[name] {
			t.Errorf("%s of the pinned slice is not that of the live one", name)
		}
	}
	for _, said := range []string{"in the whole record", "Version of the record: " + h.record.Snapshot().Version().String()} {
		if !strings.Contains(pinned["README.md"], said) {
			t.Errorf("the README does not say %q: %s", said, pinned["README.md"])
		}
	}
}
