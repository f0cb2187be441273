package graph_test

import (
	"sync"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

func TestCorrectResponses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		made := o.statementStep(t, "createRecommendation", "CreateRecommendationInput", map[string]any{"review": "rev_EGY_1", "text": "Protect the quokka", "source": "UPR Info", "reason": "was missing",
			"response": map[string]any{"response": "PENDING", "sourceWord": "considered", "date": "2010-01-01"}})
		for _, date := range []any{"2010-05-05", nil, "2009-01-01"} {
			made = o.statementStep(t, "recordResponse", "RecordResponseInput", map[string]any{"id": made.Statement.ID, "revision": made.Statement.Revision, "reason": "checked",
				"source": "UPR Info", "event": made.Statement.Responses[0].ID, "response": map[string]any{"response": "NOTED", "sourceWord": "noted", "date": date}})
			if made.Statement == nil || len(made.Statement.Responses) != 1 || made.Statement.Responses[0].Response != "NOTED" {
				t.Fatalf("corrected to %v: %+v", date, made)
			}
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
