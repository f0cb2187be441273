// Package genqlient asks as programs in Go do that generate their client with genqlient.
package genqlient

//go:generate go tool genqlient

import (
	"errors"
	"net/http"
	"os"
	"testing"

	"github.com/Khan/genqlient/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

func client(t *testing.T) graphql.Client {
	t.Helper()
	url := os.Getenv("UPR_CLIENTS_URL")
	if url == "" {
		t.Fatal("UPR_CLIENTS_URL names no server: run .ci/clients")
	}
	return graphql.NewClient(url+"/graphql", http.DefaultClient)
}

func TestPages(t *testing.T) {
	filter := &RecommendationFilter{Cycles: []int{1, 2, 3}, Responses: []Response{ResponseSupported, ResponseNoted}}
	seen, after := map[string]bool{}, (*string)(nil)
	for {
		answer, err := Received(t.Context(), client(t), "EGY", filter, 7, after)
		if err != nil {
			t.Fatal(err)
		}
		page := answer.State.RecommendationsReceived
		for _, node := range page.Nodes {
			if node.Text == "" || seen[node.Id] {
				t.Errorf("%+v", node)
			}
			seen[node.Id] = true
		}
		if !page.PageInfo.HasNextPage {
			if len(seen) != page.TotalCount || len(seen) == 0 {
				t.Errorf("%d of %d came", len(seen), page.TotalCount)
			}
			return
		}
		after = page.PageInfo.EndCursor
	}
}

func TestErrorsHaveCodes(t *testing.T) {
	_, err := Received(t.Context(), client(t), "EGY", nil, -1, nil)
	var list gqlerror.List
	if !errors.As(err, &list) || list[0].Extensions["code"] != "INVALID" {
		t.Errorf("got %v", err)
	}
}
