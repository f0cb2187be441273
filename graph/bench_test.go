package graph

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkQuestions asks through the whole handler but for the network.
func BenchmarkQuestions(b *testing.B) {
	handler := NewHandler(sampleRecord(b, 110_000), 0)
	for name, query := range map[string]string{
		"page of 50 nested": `{ recommendations(first: 50) { nodes { id text response review { cycle session { number } state { code name } }
			recommendingState { code name } issues { code name } sdgTargets { code goal { number } } } } }`,
		"filtered list with total": `{ recommendations(first: 20, filter: {stateUnderReviewGroups: ["AFRICA"], issues: ["womens-rights"], cycles: [2]}) {
			totalCount nodes { id text response stateUnderReview { code } recommendingState { code } } } }`,
		"one by id": `{ node(id: "rec_k55xv64aq3egin4d") { id ... on Recommendation { text response review { id cycle session { number startDate } state { code name } } recommendingState { code name } issues { code name } sdgTargets { code } } } }`,
		"four grouped counts": `{ statistics(filter: {stateUnderReviewGroups: ["AFRICA"], cycles: [2, 3]}) { total
			r: groups(by: RESPONSE) { key count share } i: groups(by: ISSUE) { key count share }
			g: groups(by: RECOMMENDING_STATE_GROUP) { key count share } a: groups(by: ACTION_CATEGORY) { key count share } } }`,
		"States and their reviews": `{ states(first: 10) { nodes { code name reviews { nodes { cycle recommendations(first: 10) { nodes {
			text response issues { code name } sdgTargets { code } } } } } } } }`,
	} {
		body, _ := json.Marshal(map[string]string{"query": query})
		b.Run(name, func(b *testing.B) {
			size := 0
			for b.Loop() {
				request := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
				request.Header.Set("Content-Type", "application/json")
				answer := httptest.NewRecorder()
				handler.ServeHTTP(answer, request)
				size = answer.Body.Len()
				if bytes.HasPrefix(answer.Body.Bytes(), []byte(`{"errors"`)) {
					b.Fatal(answer.Body.String())
				}
			}
			b.ReportMetric(float64(size), "answer-bytes")
		})
	}
}
