package main

import (
	"embed"
	"encoding/json"
	"fmt"
)

//go:embed questions
var files embed.FS

// goals are what issue 3 asks of a question: our throughput as a share of the bare
// handler's, and as a multiple of the SQL's.
type goals struct{ ofBare, timesSQL float64 }

// question is one query with the variables that clients send in turn.
type question struct {
	name, about string
	goals       goals
	// exact are variables with which upr and SQL must answer alike to the letter, where
	// they may not with the ones that are measured.
	exact map[string]any

	query     string
	variables []map[string]any
}

// questions are those of issue 3. Files of their names have the query and the variables.
var questions = []question{
	{name: "q1", about: "one recommendation with review, States, issues", goals: goals{0.30, 1.5}},
	{name: "q2", about: "page of 50 with States, issues, targets", goals: goals{0.20, 5}},
	{name: "q3", about: "filtered list of 20 with total", goals: goals{0.25, 15}},
	{name: "q4", about: "four grouped counts under a filter", goals: goals{0.10, 40}},
	{name: "q5", about: "ten States, their reviews, ten recommendations each", goals: goals{0.15, 8}},
	// PostgreSQL has no BM25, so the best matches differ. In the order of sessions everything is the same.
	{name: "q6", about: "text search with total and six facets", goals: goals{0.08, 5}, exact: map[string]any{"orderBy": "SESSION"}},
}

// loadQuestions reads the files of all questions.
func loadQuestions() ([]question, error) {
	loaded := make([]question, len(questions))
	for i, q := range questions {
		query, err := files.ReadFile("questions/" + q.name + ".graphql")
		if err != nil {
			return nil, err
		}
		variables, err := files.ReadFile("questions/" + q.name + ".json")
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(variables, &q.variables); err != nil {
			return nil, fmt.Errorf("questions/%s.json: %w", q.name, err)
		}
		q.query = string(query)
		loaded[i] = q
	}
	return loaded, nil
}

// body is what a client sends.
func (q question) body(variables map[string]any) []byte {
	body, err := json.Marshal(map[string]any{"query": q.query, "variables": variables})
	if err != nil {
		panic(err) // strings and numbers of ours
	}
	return body
}

func (q question) bodies() [][]byte {
	bodies := make([][]byte, len(q.variables))
	for i, v := range q.variables {
		bodies[i] = q.body(v)
	}
	return bodies
}
