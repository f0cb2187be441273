package graph_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/viewer"
)

// changeOf reads the number of the last change of a thing.
func (o *office) changeOf(t *testing.T, id string) int {
	t.Helper()
	var p struct {
		Desk struct {
			History struct{ Nodes []struct{ Change int } }
		}
	}
	o.must(t, with(viewer.Editor), `query($id: ID!) { desk { history(filter: {id: $id}, first: 1) { nodes { change } } } }`, map[string]any{"id": id}, &p)
	return p.Desk.History.Nodes[0].Change
}

func (o *office) undo(t *testing.T, change int) outcomeOf {
	t.Helper()
	return o.editorSends(t, "undoChange", "UndoChangeInput", map[string]any{"change": change, "reason": "a mistake"})
}

func (o *office) retire(t *testing.T, old string, into ...string) outcomeOf {
	t.Helper()
	return o.editorSends(t, "retireIssue", "RetireTermInput", map[string]any{"id": "iss_" + old, "revision": o.revision(t, "iss_"+old), "successors": into, "reason": "asked for"})
}

func (o *office) restoreTo(t *testing.T, id string, revision int) outcomeOf {
	t.Helper()
	return o.editorSends(t, "restoreVersion", "RestoreVersionInput", map[string]any{"id": id, "revision": o.revision(t, id), "restored": revision, "reason": "asked for"})
}

func (o *office) countIssue(t *testing.T, code string) int {
	t.Helper()
	var p struct{ Recommendations struct{ TotalCount int } }
	o.must(t, nil, `query($c: [String!]) { recommendations(filter: {issues: $c}) { totalCount } }`, map[string]any{"c": []string{code}}, &p)
	return p.Recommendations.TotalCount
}

func refusedAs(out outcomeOf, code string) bool {
	return len(out.UserErrors) == 1 && out.UserErrors[0].Code == code
}

// TestNothingLeadsBackToItself tries it by undoing and by restoring.
func TestNothingLeadsBackToItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		for _, code := range []string{"one", "two", "three", "four"} {
			o.mustSend(t, "createIssue", "CreateTermInput", map[string]any{"code": code, "name": map[string]any{"en": code}, "reason": "new"})
		}
		mustBe := func(what string, out outcomeOf, refused bool) {
			t.Helper()
			if refused != refusedAs(out, "CONFLICT") || !refused && len(out.UserErrors) > 0 {
				t.Errorf("%s: %+v", what, out)
			}
		}
		mustBe("retire", o.retire(t, "one", "two"), false)
		mustBe("undo", o.undo(t, o.changeOf(t, "iss_one")), false)
		undone := o.changeOf(t, "iss_one")
		mustBe("retire the other way", o.retire(t, "two", "one"), false)
		mustBe("undo the undoing", o.undo(t, undone), true)

		created := o.revision(t, "iss_three")
		mustBe("retire", o.retire(t, "three", "four"), false)
		retired := o.revision(t, "iss_three")
		mustBe("restore", o.restoreTo(t, "iss_three", created), false)
		mustBe("retire the other way", o.retire(t, "four", "three"), false)
		mustBe("restore what was retired", o.restoreTo(t, "iss_three", retired), true)
		for _, code := range []string{"one", "two", "three", "four"} {
			if n := o.countIssue(t, code); n != 0 {
				t.Errorf("%s has %d recommendations", code, n)
			}
		}
		o.checkReplay(t)
	})
}

// TestMergeUndoMerge demands that no tag is lost on the way.
func TestMergeUndoMerge(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		const old, other = "womens-rights", "justice"
		before, kept := o.countIssue(t, old), o.countIssue(t, other)
		if out := o.retire(t, old, other); len(out.UserErrors) > 0 {
			t.Fatalf("%+v", out)
		}
		merged := o.countIssue(t, other)
		if out := o.undo(t, o.changeOf(t, "iss_"+old)); len(out.UserErrors) > 0 {
			t.Fatalf("undo: %+v", out)
		}
		if o.countIssue(t, old) != before || o.countIssue(t, other) != kept {
			t.Errorf("undone: %d and %d, want %d and %d", o.countIssue(t, old), o.countIssue(t, other), before, kept)
		}
		if n := o.rowOf(t, `SELECT COUNT(*) FROM issue_tags WHERE rejected`); n != 0 {
			t.Errorf("%d tags are rejected, which nobody did", n)
		}
		if out := o.retire(t, old, other); len(out.UserErrors) > 0 {
			t.Fatalf("again: %+v", out)
		}
		if got := o.countIssue(t, other); got != merged || o.countIssue(t, old) != merged {
			t.Errorf("merged again: %d, want %d", got, merged)
		}
		id := o.someID(t)
		first := o.revision(t, id)
		correctText(t, o, id, "Another text.")
		if out := o.restoreTo(t, id, first); len(out.UserErrors) > 0 {
			t.Errorf("restore: %+v", out)
		}
		o.checkReplay(t)
	})
}

func (o *office) someID(t *testing.T) string {
	t.Helper()
	var p struct {
		Recommendations struct{ Nodes []struct{ ID string } }
	}
	o.must(t, nil, `{ recommendations(first: 1) { nodes { id } } }`, nil, &p)
	return p.Recommendations.Nodes[0].ID
}

func correctText(t *testing.T, o *office, id, text string) {
	t.Helper()
	o.mustSend(t, "correctStatement", "CorrectStatementInput", map[string]any{"id": id, "revision": o.revision(t, id), "text": text, "reason": "asked for"})
}

// TestUndoWhatCameBeforeWhatWasUndone undoes one change after the other.
func TestUndoWhatCameBeforeWhatWasUndone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		id := o.someID(t)
		text := func() string {
			t.Helper()
			var p struct{ Node struct{ Text string } }
			o.must(t, nil, `query($id: ID!) { node(id: $id) { ... on Recommendation { text } } }`, map[string]any{"id": id}, &p)
			return p.Node.Text
		}
		original := text()
		correctText(t, o, id, "The first correction.")
		first := o.changeOf(t, id)
		correctText(t, o, id, "The second correction.")
		second := o.changeOf(t, id)
		if out := o.undo(t, first); !refusedAs(out, "CONFLICT") {
			t.Errorf("undo what was changed since: %+v", out)
		}
		for _, change := range []int{second, first} {
			if out := o.undo(t, change); len(out.UserErrors) > 0 {
				t.Errorf("undo %d: %+v", change, out)
			}
		}
		if text() != original {
			t.Errorf("all undone: %q, want %q", text(), original)
		}
		o.checkReplay(t)
	})
}

// TestUndoAReviewOfATag demands that nobody has looked at it then.
func TestUndoAReviewOfATag(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		type tag struct {
			Reviewed bool
			Source   string
			Issue    struct{ Code string }
		}
		var id string
		var p struct {
			Recommendations struct {
				Nodes []struct {
					ID        string
					IssueTags []tag
				}
			}
		}
		o.must(t, nil, `{ recommendations(first: 200) { nodes { id issueTags { reviewed source issue { code } } } } }`, nil, &p)
		var suggested tag
		for _, node := range p.Recommendations.Nodes {
			for _, candidate := range node.IssueTags {
				if !candidate.Reviewed {
					id, suggested = node.ID, candidate
				}
			}
		}
		read := func() (tags []tag) {
			t.Helper()
			var p struct{ Node struct{ IssueTags []tag } }
			o.must(t, nil, `query($id: ID!) { node(id: $id) { ... on Recommendation { issueTags { reviewed source issue { code } } } } }`, map[string]any{"id": id}, &p)
			return p.Node.IssueTags
		}
		before := len(read())
		for _, verdict := range []string{"ACCEPT", "REJECT"} {
			o.mustSend(t, "tagStatement", "TagStatementInput", map[string]any{"id": id, "revision": o.revision(t, id), "reason": "looked at it",
				"tags": []any{map[string]any{"kind": "ISSUE", "code": suggested.Issue.Code, "verdict": verdict, "source": suggested.Source}}})
			if out := o.undo(t, o.changeOf(t, id)); len(out.UserErrors) > 0 {
				t.Fatalf("undo %s: %+v", verdict, out)
			}
			tags := read()
			if len(tags) != before {
				t.Errorf("%s undone: %+v", verdict, tags)
			}
			for _, got := range tags {
				if got.Reviewed {
					t.Errorf("%s undone, and somebody has looked at it: %+v", verdict, got)
				}
			}
		}
		o.checkReplay(t)
	})
}

// TestNoStatementIsPublishedWithoutItsReview tries it by restoring and by undoing.
func TestNoStatementIsPublishedWithoutItsReview(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		var p struct {
			Recommendations struct {
				Nodes []struct {
					ID     string
					Review struct {
						ID              string
						Recommendations struct{ Nodes []struct{ ID string } }
						Pledges         struct{ Nodes []struct{ ID string } }
					}
				}
			}
		}
		o.must(t, nil, `{ recommendations(first: 1) { nodes { id review { id recommendations(first: 500) { nodes { id } } pledges(first: 500) { nodes { id } } } } } }`, nil, &p)
		id, review := p.Recommendations.Nodes[0].ID, p.Recommendations.Nodes[0].Review
		published := o.revision(t, id)
		for _, statement := range append(review.Recommendations.Nodes, review.Pledges.Nodes...) {
			o.mustSend(t, "withdrawStatement", "StepInput", map[string]any{"id": statement.ID, "revision": o.revision(t, statement.ID), "reason": "x"})
		}
		withdrawn := o.changeOf(t, id)
		o.mustSend(t, "withdrawReview", "StepInput", map[string]any{"id": review.ID, "revision": o.revision(t, review.ID), "reason": "x"})
		if out := o.restoreTo(t, id, published); !refusedAs(out, "CONFLICT") || !strings.Contains(out.UserErrors[0].Message, "restore the review first") {
			t.Errorf("restored without its review: %+v", out)
		}
		if out := o.undo(t, withdrawn); !refusedAs(out, "CONFLICT") {
			t.Errorf("undone without its review: %+v", out)
		}
		o.checkReplay(t)
	})
}

// TestOddTextsAndMoments sends what no text and no moment is.
func TestOddTextsAndMoments(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, url string) {
		o := newOffice(t, url)
		editor := with(viewer.Editor)
		const history = `query($since: Time, $id: ID) { desk { history(filter: {since: $since, id: $id}) { totalCount } } }`
		for _, wrong := range []string{"2026-13-01T00:00:00Z", "2026-01-01T00:00:00", "not", ""} {
			if code := o.ask(t, editor, history, map[string]any{"since": wrong}, nil); code != "INVALID" {
				t.Errorf("since %q: %s", wrong, code)
			}
		}
		for _, right := range []string{"2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5+02:00"} {
			if code := o.ask(t, editor, history, map[string]any{"since": right}, nil); code != "" {
				t.Errorf("since %q: %s", right, code)
			}
		}
		for _, variables := range []map[string]any{{"id": "rec_\x00"}, {"id": "\x00"}} {
			if code := o.ask(t, editor, history, variables, nil); code != "INVALID" {
				t.Errorf("%q: %s", variables, code)
			}
		}
		if code := o.ask(t, nil, `mutation { signIn(input: {email: "\u0000@example.org", password: "x"}) { userErrors { message } } }`, nil, nil); code != "INVALID" {
			t.Errorf("in the document: %s", code)
		}
	})
}
