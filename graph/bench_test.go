package graph

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/partnergroup"
	"github.com/upr-info/upr/internal/record"
	"github.com/upr-info/upr/internal/slice"
	"github.com/upr-info/upr/internal/viewer"
)

// BenchmarkQuestions asks the questions of make bench, through the whole handler but for
// the network.
func BenchmarkQuestions(b *testing.B) {
	_, r := sampleRecord(b, 110_000)
	handler := NewHandler(&Resolver{Record: r}, Options{})
	files, err := filepath.Glob("../internal/bench/questions/*.graphql")
	if err != nil || len(files) == 0 {
		b.Fatalf("found no questions: %v", err)
	}
	for _, file := range files {
		bodies := bodiesOf(b, file)
		b.Run(strings.TrimSuffix(filepath.Base(file), ".graphql"), func(b *testing.B) {
			asked, size := 0, 0
			for b.Loop() {
				request := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(bodies[asked%len(bodies)]))
				request.Header.Set("Content-Type", "application/json")
				answer := httptest.NewRecorder()
				handler.ServeHTTP(answer, request)
				asked, size = asked+1, size+answer.Body.Len()
				if bytes.HasPrefix(answer.Body.Bytes(), []byte(`{"errors"`)) {
					b.Fatal(answer.Body.String())
				}
			}
			b.ReportMetric(float64(size)/float64(asked), "answer-bytes")
		})
	}
}

// BenchmarkGroups asks the same of a group of the record and of its copy by a partner.
func BenchmarkGroups(b *testing.B) {
	db, r := sampleRecord(b, 110_000)
	partners := slice.New(db, r, slice.About{})
	var members []record.PartnerGroupMember
	for _, g := range r.Snapshot().StateGroups() {
		for _, m := range g.Memberships() {
			if g.Code == "AFRICA" {
				members = append(members, record.PartnerGroupMember{State: m.State().Code, From: m.From(), Until: m.To()})
			}
		}
	}
	g, err := partners.Groups.Create(viewer.NewContext(b.Context(), newOwner(b, db)), partnergroup.CreateInput{Name: "Copy", Public: true, Members: members})
	if err != nil {
		b.Fatal(err)
	}
	handler := NewHandler(&Resolver{Record: r, Partners: partners}, Options{})
	for name, group := range map[string]string{"record": "AFRICA", "partner": g.ID} {
		body := []byte(`{"query": "{ recommendations(filter: {recommendingStateGroups: [\"` + group + `\"]}) { totalCount } }"}`)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				request := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
				request.Header.Set("Content-Type", "application/json")
				answer := httptest.NewRecorder()
				if handler.ServeHTTP(answer, request); bytes.HasPrefix(answer.Body.Bytes(), []byte(`{"errors"`)) {
					b.Fatal(answer.Body.String())
				}
			}
		})
	}
}

// bodiesOf puts the variables beside a question together with it.
func bodiesOf(b *testing.B, file string) (bodies [][]byte) {
	b.Helper()
	query, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	text, err := os.ReadFile(strings.TrimSuffix(file, "graphql") + "json")
	if err != nil {
		b.Fatal(err)
	}
	var variables []json.RawMessage
	if err := json.Unmarshal(text, &variables); err != nil {
		b.Fatal(err)
	}
	for _, v := range variables {
		body, err := json.Marshal(map[string]any{"query": string(query), "variables": v})
		if err != nil {
			b.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	return bodies
}
