package graph_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

type reviewPayload struct {
	outcomeOf
	Review *struct {
		ID, Status string
		Revision   int
	}
}

// reviewStep sends a mutation on a review and returns what it says.
func (o *office) reviewStep(t *testing.T, mutation, inputType string, input map[string]any) reviewPayload {
	t.Helper()
	var out struct{ Out reviewPayload }
	o.must(t, with(viewer.Editor), `mutation($i: `+inputType+`!) { out: `+mutation+`(input: $i) { review { id status revision } userErrors { field message code } conflict { read { revision } current { revision } } } }`,
		map[string]any{"i": input}, &out)
	return out.Out
}

func TestEditReviews(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		type public struct {
			Review *struct {
				Date      *string
				Troika    []struct{ Code string }
				Documents []struct{ Symbol string }
			}
			Reviews struct{ TotalCount int }
		}
		seen := func() (p public) {
			t.Helper()
			o.must(t, nil, `{ review(state: "EGY", cycle: 5) { date troika { code } documents { symbol } } reviews(filter: {cycles: [5]}) { totalCount } }`, nil, &p)
			return p
		}
		o.change(t, changelog.Session, o.rowOf(t, `SELECT MAX(id) + 1 FROM sessions`), `INSERT INTO sessions (number, cycle, start_date, end_date) VALUES (60, 5, '2028-05-01', '2028-05-12')`)

		refused := o.reviewStep(t, "createReview", "CreateReviewInput", map[string]any{"state": "EGY", "cycle": 5, "session": 60, "date": "2028-06-01", "source": "A/HRC/DEC/1", "reason": "new cycle"})
		if refused.Review != nil || len(refused.UserErrors) != 1 || refused.UserErrors[0].Field != "date" {
			t.Fatalf("a day outside the session: %+v", refused)
		}
		made := o.reviewStep(t, "createReview", "CreateReviewInput", map[string]any{"state": "EGY", "cycle": 5, "session": 60, "date": "2028-05-03",
			"troika": []string{"FRA", "KEN", "CHL"}, "source": "A/HRC/DEC/1", "reason": "new cycle"})
		if made.Review == nil || made.Review.Status != "DRAFT" {
			t.Fatalf("created: %+v", made)
		}
		if p := seen(); p.Review != nil || p.Reviews.TotalCount != 0 {
			t.Errorf("readers see a draft: %+v", p)
		}
		id, step := made.Review.ID, map[string]any{"id": made.Review.ID, "revision": made.Review.Revision, "reason": "decided"}
		published := o.reviewStep(t, "publishReview", "StepInput", step)
		if p := seen(); published.Review.Status != "PUBLISHED" || p.Review == nil || *p.Review.Date != "2028-05-03" || len(p.Review.Troika) != 3 || p.Reviews.TotalCount != 1 {
			t.Errorf("published: %+v, readers see %+v", published, p)
		}
		if stale := o.reviewStep(t, "withdrawReview", "StepInput", step); stale.Conflict == nil || stale.UserErrors[0].Code != "CONFLICT" {
			t.Errorf("a stale step: %+v", stale)
		}
		document := map[string]any{"review": id, "revision": published.Review.Revision, "type": "WORKING_GROUP_REPORT", "symbol": "A/HRC/80/1", "reason": "issued"}
		saved := o.reviewStep(t, "saveDocument", "DocumentInput", document)
		document = map[string]any{"review": id, "revision": saved.Review.Revision, "type": "WORKING_GROUP_REPORT", "symbol": "A/HRC/80/2", "reason": "misprint",
			"replaces": map[string]any{"type": "WORKING_GROUP_REPORT", "symbol": "A/HRC/80/1"}}
		saved = o.reviewStep(t, "saveDocument", "DocumentInput", document)
		if p := seen(); len(p.Review.Documents) != 1 || p.Review.Documents[0].Symbol != "A/HRC/80/2" {
			t.Errorf("documents: %+v", p.Review.Documents)
		}
		both := map[string]any{"id": id, "revision": saved.Review.Revision, "date": "2028-05-04", "clear": []string{"DATE"}, "reason": "which?"}
		if out := o.editorSends(t, "correctReview", "CorrectReviewInput", both); len(out.UserErrors) != 1 || out.UserErrors[0].Field != "clear" {
			t.Errorf("a day given and cleared: %+v", out)
		}
		corrected := o.reviewStep(t, "correctReview", "CorrectReviewInput", map[string]any{"id": id, "revision": saved.Review.Revision, "clear": []string{"DATE"}, "troika": []string{}, "reason": "not settled"})
		if p := seen(); p.Review.Date != nil || len(p.Review.Troika) != 0 {
			t.Errorf("corrected: %+v", p.Review)
		}
		o.reviewStep(t, "withdrawReview", "StepInput", map[string]any{"id": id, "revision": corrected.Review.Revision, "reason": "postponed"})
		if p := seen(); p.Review != nil || p.Reviews.TotalCount != 0 {
			t.Errorf("readers see a withdrawn review: %+v", p)
		}
		var used string
		if err := o.db.SQL.QueryRow(`SELECT 'rev_' || s.iso3 || '_' || r.cycle FROM reviews r JOIN states s ON s.id = r.state_id
			WHERE r.id = (SELECT MIN(review_id) FROM recommendations)`).Scan(&used); err != nil {
			t.Fatal(err)
		}
		var desk struct {
			Desk struct{ Review struct{ Revision int } }
		}
		o.must(t, with(viewer.Editor), `query($id: ID!) { desk { review(id: $id) { revision } } }`, map[string]any{"id": used}, &desk)
		kept := o.reviewStep(t, "withdrawReview", "StepInput", map[string]any{"id": used, "revision": desk.Desk.Review.Revision, "reason": "x"})
		if len(kept.UserErrors) != 1 || kept.UserErrors[0].Code != "CONFLICT" {
			t.Errorf("withdrawing a review with recommendations: %+v", kept)
		}
		o.checkReplay(t)
	})
}

// checkReplay demands that the public part of the log gives what the tables give.
func (o *office) checkReplay(t *testing.T) {
	t.Helper()
	replayed, exported, version := map[string]string{}, map[string]string{}, int64(0)
	for {
		entries, err := changelog.Since(t.Context(), o.db.SQL, version, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			version = e.Version
			if e.Projection != nil {
				replayed[e.Node] = *e.Projection
			} else if !e.Redacted {
				delete(replayed, e.Node)
			}
		}
		if len(entries) == 0 {
			break
		}
	}
	err := changelog.Export(t.Context(), o.db.SQL, func(node string, projection []byte) error {
		exported[node] = string(projection)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(exported, replayed); diff != "" {
		t.Errorf("the log does not give the record (-tables +log):\n%s", diff)
	}
}
