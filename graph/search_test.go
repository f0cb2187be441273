package graph_test

import (
	"os"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/upr-info/upr/internal/database/dbtest"
)

// judgedQuery says what a person expects of a search; see testdata/judged/queries.yml.
type judgedQuery struct {
	Query             string
	First, Finds, Not []string
}

const (
	minJudged = 60
	firstTen  = 10
)

func TestJudgedQueries(t *testing.T) {
	text, err := os.ReadFile("testdata/judged/queries.yml")
	if err != nil {
		t.Fatal(err)
	}
	var judged []judgedQuery
	if err := yaml.UnmarshalWithOptions(text, &judged, yaml.DisallowUnknownField()); err != nil {
		t.Fatal(err)
	}
	if len(judged) < minJudged {
		t.Errorf("%d queries are judged, want %d", len(judged), minJudged)
	}
	c := serve(t, dbtest.SQLite(t), realExport(t)...)
	for _, j := range judged {
		t.Run(j.Query, func(t *testing.T) { checkJudged(t, c, j) })
	}
}

func checkJudged(t *testing.T, c *client, j judgedQuery) {
	found := c.search(t, j.Query)
	if len(j.First) == 0 {
		t.Error("nothing is expected to come first")
	}
	for _, id := range j.First {
		switch at := slices.Index(found, id); {
		case at < 0:
			t.Errorf("%s is not found", id)
		case at >= firstTen:
			t.Errorf("%s is number %d, want it among the first %d", id, at+1, firstTen)
		}
	}
	for _, id := range j.Finds {
		if !slices.Contains(found, id) {
			t.Errorf("%s is not found", id)
		}
	}
	for _, id := range j.Not {
		if at := slices.Index(found, id); at >= 0 {
			t.Errorf("%s is found, as number %d", id, at+1)
		}
		if !c.exists(t, id) {
			t.Errorf("there is no %s, so it says nothing that it is not found", id)
		}
	}
}

// search returns the ids of all recommendations that a text finds, best first.
func (c *client) search(t *testing.T, text string) (ids []string) {
	t.Helper()
	var after *string
	for {
		var page struct {
			Recommendations struct {
				TotalCount int
				Nodes      []struct{ ID string }
				PageInfo   struct {
					HasNextPage bool
					EndCursor   *string
				}
			}
		}
		c.ask(t, `query($text: String, $after: String) { recommendations(filter: {text: $text}, first: 500, after: $after) {
			totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`, map[string]any{"text": text, "after": after}, &page)
		for _, node := range page.Recommendations.Nodes {
			ids = append(ids, node.ID)
		}
		if !page.Recommendations.PageInfo.HasNextPage {
			if len(ids) != page.Recommendations.TotalCount {
				t.Errorf("totalCount is %d, there are %d", page.Recommendations.TotalCount, len(ids))
			}
			return ids
		}
		after = page.Recommendations.PageInfo.EndCursor
	}
}

func (c *client) exists(t *testing.T, id string) bool {
	t.Helper()
	var answer struct{ Node *struct{ ID string } }
	c.ask(t, `query($id: ID!) { node(id: $id) { id } }`, map[string]any{"id": id}, &answer)
	return answer.Node != nil
}
