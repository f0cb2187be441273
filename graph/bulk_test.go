package graph_test

import (
	"sync"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

func TestBulkEdit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		count := func(filter string) int {
			t.Helper()
			var p struct{ Recommendations struct{ TotalCount int } }
			o.must(t, nil, `{ recommendations(filter: `+filter+`) { totalCount } }`, nil, &p)
			return p.Recommendations.TotalCount
		}
		pending, justice := count(`{responses: [NOTED]}`), count(`{responses: [NOTED], issues: ["justice"]}`)
		if pending == 0 || pending == justice {
			t.Fatalf("the sample has %d noted, %d of them on justice", pending, justice)
		}
		type preview struct {
			Desk struct {
				BulkPreview struct {
					outcomeOf
					Version        string
					Total, Changed int
					Examples       []struct {
						ID            string
						Before, After map[string]any
					}
				}
			}
		}
		const ask = `query($i: BulkEditInput!) { desk { bulkPreview(input: $i) { version total changed examples { id before after } userErrors { field } } } }`
		input := map[string]any{"filter": map[string]any{"responses": []string{"NOTED"}}, "reason": "a rule",
			"tags": []map[string]any{{"kind": "SDG_TARGET", "code": "16.b", "verdict": "ADD"}, {"kind": "ISSUE", "code": "justice", "verdict": "REJECT"}}}
		before := o.record.Snapshot().Version()
		var p preview
		o.must(t, with(viewer.Editor), ask, map[string]any{"i": input}, &p)
		got := p.Desk.BulkPreview
		if got.Total != pending || got.Changed != pending || len(got.Examples) == 0 || got.Examples[0].Before["text"] != got.Examples[0].After["text"] || got.Examples[0].After["sdgTargets"] == nil {
			t.Fatalf("preview: %+v, want %d", got, pending)
		}
		if o.record.Snapshot().Version() != before || count(`{sdgTargets: ["16.b"], responses: [NOTED]}`) == pending {
			t.Fatal("a preview has changed something")
		}
		if out := o.editorSends(t, "bulkEdit", "BulkEditInput", merged(input, map[string]any{"version": "old.1"})); len(out.UserErrors) != 1 || out.UserErrors[0].Code != "CONFLICT" {
			t.Errorf("of another version: %+v", out)
		}
		if out := o.editorSends(t, "bulkEdit", "BulkEditInput", merged(input, map[string]any{"version": got.Version, "tags": []map[string]any{}})); len(out.UserErrors) != 1 || out.UserErrors[0].Field != "tags" {
			t.Errorf("nothing to change: %+v", out)
		}
		const entries = `SELECT COUNT(*) FROM change_entries`
		logged := o.rowOf(t, entries)
		o.mustSend(t, "bulkEdit", "BulkEditInput", merged(input, map[string]any{"version": got.Version,
			"tags": []map[string]any{{"kind": "AFFECTED_GROUP", "code": "children", "verdict": "REMOVE"}}}))
		if n := o.rowOf(t, entries); n != logged {
			t.Errorf("an edit that changes nothing wrote %d entries", n-logged)
		}
		o.mustSend(t, "bulkEdit", "BulkEditInput", merged(input, map[string]any{"version": got.Version}))
		if n := count(`{responses: [NOTED], sdgTargets: ["16.b"]}`); n != pending || count(`{responses: [NOTED], issues: ["justice"]}`) != 0 {
			t.Errorf("edited: %d have the target, want %d; %d are still on justice", n, pending, count(`{responses: [NOTED], issues: ["justice"]}`))
		}
		o.mustSend(t, "undoChange", "UndoChangeInput", map[string]any{"change": o.rowOf(t, `SELECT MAX(id) FROM changes`), "reason": "too broad"})
		if n := count(`{responses: [NOTED], issues: ["justice"]}`); n != justice {
			t.Errorf("undone: %d on justice, want %d", n, justice)
		}
		o.checkReplay(t)
	})
}

func TestBulkEditOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		input := map[string]any{"filter": map[string]any{"responses": []string{"NOTED"}}, "reason": "a rule", "source": "UPR Info",
			"response": map[string]any{"response": "SUPPORTED", "sourceWord": "so"}}
		var p struct {
			Desk struct {
				BulkPreview struct {
					Version string
					Total   int
				}
			}
		}
		o.must(t, with(viewer.Editor), `query($i: BulkEditInput!) { desk { bulkPreview(input: $i) { version total } } }`, map[string]any{"i": input}, &p)
		input["version"] = p.Desk.BulkPreview.Version
		const events = `SELECT COUNT(*) FROM response_events`
		before := o.rowOf(t, events)
		var all sync.WaitGroup
		outs, codes := make([]struct{ Out outcomeOf }, 3), make([]string, 3)
		for i := range outs {
			all.Go(func() {
				codes[i] = o.ask(t, with(viewer.Editor), `mutation($i: BulkEditInput!) { out: bulkEdit(input: $i) { changed userErrors { code } } }`, map[string]any{"i": input}, &outs[i])
			})
		}
		all.Wait()
		done := 0
		for i, out := range outs {
			switch {
			case codes[i] != "":
				t.Errorf("refused as %s", codes[i])
			case len(out.Out.UserErrors) == 0:
				done++
			case out.Out.UserErrors[0].Code != "CONFLICT":
				t.Errorf("refused: %+v", out)
			}
		}
		if got := o.rowOf(t, events) - before; done != 1 || got != p.Desk.BulkPreview.Total {
			t.Errorf("done %d times, %d responses recorded, want once and %d", done, got, p.Desk.BulkPreview.Total)
		}
		o.checkReplay(t)
	})
}
