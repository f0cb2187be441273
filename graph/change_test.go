package graph_test

import (
	"testing"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

const historyOf = `query($id: ID) { desk { history(filter: {id: $id}) { totalCount nodes { revision operation actor reason public before value redacted change } } } }`

type history struct {
	Desk struct {
		History struct {
			TotalCount int
			Nodes      []struct {
				Revision, Change         int
				Operation, Actor, Reason string
				Public, Redacted         bool
				Before, Value            *struct{ Text string }
			}
		}
	}
}

func TestHistoryRestoreUndoRedact(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		editor, protection := with(viewer.Editor), with(viewer.ProtectionOfficer)
		var row int
		var id, original string
		if err := o.db.SQL.QueryRow(`SELECT id, uid, text FROM recommendations ORDER BY id LIMIT 1`).Scan(&row, &id, &original); err != nil {
			t.Fatal(err)
		}
		o.change(t, changelog.Recommendation, row, `UPDATE recommendations SET text = 'Names somebody' WHERE id = $1`, row)
		text := func() string {
			var public struct{ Node struct{ Text string } }
			o.must(t, nil, `query($id: ID!) { node(id: $id) { ... on Recommendation { text } } }`, map[string]any{"id": id}, &public)
			return public.Node.Text
		}
		if got := text(); got != "Names somebody" {
			t.Fatalf("the public reads %q", got)
		}
		var h history
		o.must(t, editor, historyOf, map[string]any{"id": id}, &h)
		nodes := h.Desk.History.Nodes
		if len(nodes) != 2 || nodes[0].Actor != "usr_other" || nodes[0].Before.Text != original || nodes[0].Value.Text != "Names somebody" || nodes[1].Before != nil {
			t.Fatalf("history: %+v", nodes)
		}

		const restore = `mutation($i: RestoreVersionInput!) { out: restoreVersion(input: $i) { node { id } userErrors { field message code } conflict { read { revision } current { revision } } } }`
		var out struct{ Out outcomeOf }
		stale := map[string]any{"id": id, "revision": nodes[1].Revision, "restored": nodes[1].Revision, "reason": "a mistake"}
		o.must(t, editor, restore, map[string]any{"i": stale}, &out)
		if c := out.Out.Conflict; c == nil || c.Read.Revision != nodes[1].Revision || c.Current.Revision != nodes[0].Revision || out.Out.UserErrors[0].Code != "CONFLICT" {
			t.Errorf("a stale revision: %+v", out.Out)
		}
		if got := text(); got != "Names somebody" {
			t.Errorf("a refused change has changed the text to %q", got)
		}
		for field, input := range map[string]map[string]any{
			"reason":   {"id": id, "revision": nodes[0].Revision, "restored": nodes[1].Revision, "reason": ""},
			"restored": {"id": id, "revision": nodes[0].Revision, "restored": 1, "reason": "x"},
		} {
			out = struct{ Out outcomeOf }{}
			o.must(t, editor, restore, map[string]any{"i": input}, &out)
			if len(out.Out.UserErrors) != 1 || out.Out.UserErrors[0].Field != field || out.Out.UserErrors[0].Code != "INVALID" {
				t.Errorf("%s: %+v", field, out.Out)
			}
		}
		fresh := map[string]any{"id": id, "revision": nodes[0].Revision, "restored": nodes[1].Revision, "reason": "a mistake"}
		o.must(t, editor, restore, map[string]any{"i": fresh}, nil)
		if got := text(); got != original {
			t.Errorf("restored: %q", got)
		}

		const redact = `mutation($i: RedactInput!) { out: redact(input: $i) { node { id } userErrors { code } } }`
		o.must(t, protection, redact, map[string]any{"i": map[string]any{"id": id, "reason": "a person is named"}}, nil)
		h = history{}
		o.must(t, editor, historyOf, map[string]any{"id": id}, &h)
		for i, n := range h.Desk.History.Nodes {
			if i == 0 && (n.Operation != "REDACT" || n.Value.Text != original) || i > 0 && (!n.Redacted || n.Value != nil || n.Before != nil) {
				t.Errorf("entry %d after the redaction: %+v", i, n)
			}
		}

		o.change(t, changelog.Recommendation, row, `UPDATE recommendations SET status = 'WITHDRAWN' WHERE id = $1`, row)
		h = history{}
		o.must(t, editor, historyOf, map[string]any{"id": id}, &h)
		const undo = `mutation($i: UndoChangeInput!) { undoChange(input: $i) { undone userErrors { field message code } } }`
		var undone struct{ UndoChange struct{ Undone int } }
		o.must(t, editor, undo, map[string]any{"i": map[string]any{"change": h.Desk.History.Nodes[0].Change, "reason": "too early"}}, &undone)
		if undone.UndoChange.Undone != 1 || text() != original {
			t.Errorf("undone: %+v, the public reads %q", undone, text())
		}
	})
}

func TestWhoMayReadAndRewriteHistory(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	const (
		read   = `{ desk { history { totalCount } } }`
		undo   = `mutation { undoChange(input: {change: 1, reason: "x"}) { undone } }`
		redact = `mutation { redact(input: {id: "sta_EGY", reason: "x"}) { node { id } } }`
	)
	for _, test := range []struct {
		name, query, want string
		by                *viewer.Viewer
	}{
		{"nobody reads", read, "UNAUTHENTICATED", nil},
		{"a partner reads", read, "FORBIDDEN", with(viewer.Partner)},
		{"an officer reads", read, "FORBIDDEN", with(viewer.Officer)},
		{"an editor reads", read, "", with(viewer.Editor)},
		{"nobody undoes", undo, "UNAUTHENTICATED", nil},
		{"a publisher undoes", undo, "FORBIDDEN", with(viewer.Publisher)},
		{"an administrator undoes", undo, "FORBIDDEN", with(viewer.Admin)},
		{"an editor redacts", redact, "FORBIDDEN", with(viewer.Editor)},
		{"an administrator redacts", redact, "FORBIDDEN", with(viewer.Admin)},
		{"the protection officer redacts", redact, "", with(viewer.ProtectionOfficer)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := o.ask(t, test.by, test.query, nil, nil); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
