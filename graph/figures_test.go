package graph_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// The figures in testdata/figures are UPR Info's own, or were counted from its export
// by other means. They are quoted: each must come out exactly.

const statisticsQuery = `query($filter: RecommendationFilter) { statistics(filter: $filter) {
	total statesUnderReview recommendingStates pairs perPair
	responses: groups(by: RESPONSE) { key share }
	categories: groups(by: ACTION_CATEGORY) { key count share }
	sessions: groups(by: SESSION) { key } } }`

type statisticsAnswer struct {
	Statistics struct {
		Total, StatesUnderReview, RecommendingStates, Pairs int
		PerPair                                             float64
		Responses, Categories                               []struct {
			Key   string
			Count int
			Share float64
		}
		Sessions []struct{ Key string }
	}
}

func TestPublishedFigures(t *testing.T) {
	eachRealRecord(t, func(t *testing.T, c *client) {
		t.Run("sessions", func(t *testing.T) { checkSessions(t, c) })
		t.Run("top", func(t *testing.T) { checkTop(t, c) })
		t.Run("regions", func(t *testing.T) { checkRegions(t, c) })
	})
}

// scopeFilter reads "13" as a session and "cycle 1" as a cycle.
func scopeFilter(scope string) map[string]any {
	if cycle, ok := strings.CutPrefix(scope, "cycle "); ok {
		return map[string]any{"cycles": []int{number(cycle)}}
	}
	return map[string]any{"sessions": []int{number(scope)}}
}

func checkSessions(t *testing.T, c *client) {
	for _, row := range figures(t, "sessions.csv") {
		var answer statisticsAnswer
		c.ask(t, statisticsQuery, map[string]any{"filter": scopeFilter(row["scope"])}, &answer)
		s := answer.Statistics
		shares := map[string]float64{}
		for _, b := range s.Responses {
			shares[b.Key] = b.Share
		}
		same := func(what string, got float64, decimals int) {
			t.Helper()
			if text := fmt.Sprintf("%.*f", decimals, got); text != row[what] {
				t.Errorf("%s, %s: got %s, want %s", row["scope"], what, text, row[what])
			}
		}
		same("total", float64(s.Total), 0)
		same("under_review", float64(s.StatesUnderReview), 0)
		same("recommending", float64(s.RecommendingStates), 0)
		same("supported_percent", 100*shares["SUPPORTED"], 2)
		same("noted_percent", 100*shares["NOTED"], 2)
		for _, b := range s.Categories {
			same("cat"+b.Key, float64(b.Count), 0)
			if b.Key == "5" {
				same("cat5_percent", 100*b.Share, 2)
			}
		}
		same("per_review", roundHalfUp(float64(s.Total)/float64(s.StatesUnderReview), 1), 1)
		if strings.Contains(row["pairs_or_per_pair"], ".") {
			same("pairs_or_per_pair", s.PerPair, 2)
		} else {
			same("pairs_or_per_pair", float64(s.Pairs), 0)
		}
	}
}

func checkTop(t *testing.T, c *client) {
	seen := map[string]int{}
	for _, row := range figures(t, "top.csv") {
		var answer struct {
			Statistics struct {
				Groups []struct {
					Key   string
					Count int
				}
			}
		}
		c.ask(t, `query($filter: RecommendationFilter, $by: Dimension!) { statistics(filter: $filter) { groups(by: $by, first: 20) { key count } } }`,
			map[string]any{"filter": scopeFilter(row["scope"]), "by": row["dimension"]}, &answer)
		rank := seen[row["scope"]+row["dimension"]]
		seen[row["scope"]+row["dimension"]]++
		got := answer.Statistics.Groups[rank]
		tied := false // equals may stand in either order
		for _, b := range answer.Statistics.Groups {
			tied = tied || b.Key == row["key"] && b.Count == got.Count
		}
		if got.Count != number(row["count"]) || !tied {
			t.Errorf("%s by %s, place %d: got %s %d, want %s %s", row["scope"], row["dimension"], rank+1, got.Key, got.Count, row["key"], row["count"])
		}
	}
}

func checkRegions(t *testing.T, c *client) {
	all, supported := crossTab(t, c, nil), crossTab(t, c, []string{"SUPPORTED"})
	for _, row := range figures(t, "regions.csv") {
		for region, want := range row {
			if region == "recommending" {
				continue
			}
			if row["recommending"] == "total" {
				if got := all.columns[region]; got != number(want) {
					t.Errorf("received by %s: got %d, want %s", region, got, want)
				}
				continue
			}
			cell := row["recommending"] + " to " + region
			n := all.cells[cell]
			if got := fmt.Sprintf("%d, %.1f", n, 100*float64(supported.cells[cell])/float64(n)); got != want {
				t.Errorf("%s: got %s, want %s", cell, got, want)
			}
		}
	}
}

type table struct{ columns, cells map[string]int }

func crossTab(t *testing.T, c *client, responses []string) table {
	t.Helper()
	var answer struct {
		Statistics struct {
			CrossTab struct {
				Rows, Columns []struct {
					Key   string
					Count int
				}
				Cells [][]int
			}
		}
	}
	c.ask(t, `query($r: [Response!]) { statistics(filter: {cycles: [1], responses: $r}) {
		crossTab(rows: RECOMMENDING_STATE_GROUP, columns: STATE_UNDER_REVIEW_GROUP) { rows { key count } columns { key count } cells } } }`,
		map[string]any{"r": responses}, &answer)
	tab := table{map[string]int{}, map[string]int{}}
	for j, column := range answer.Statistics.CrossTab.Columns {
		tab.columns[column.Key] = column.Count
		for i, row := range answer.Statistics.CrossTab.Rows {
			tab.cells[row.Key+" to "+column.Key] = answer.Statistics.CrossTab.Cells[i][j]
		}
	}
	return tab
}

// figures reads a table of testdata/figures as maps from column to cell.
func figures(t *testing.T, name string) []map[string]string {
	t.Helper()
	file, err := os.Open("testdata/figures/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows := []map[string]string{}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, column := range lines[0] {
			row[column] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		panic(err) // our own file
	}
	return n
}

// roundHalfUp rounds as people do on paper, which is how averages were published.
func roundHalfUp(x float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Floor(x*scale+0.5) / scale
}
