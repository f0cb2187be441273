package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	metricNames  = regexp.MustCompile(`\b(?:upr|go|process)_\w+`)
	groupedBy    = regexp.MustCompile(`by \(([^)]*)\)`)
	measured     = regexp.MustCompile(`(?m)^# TYPE (upr_\w+) `)
	ofHistograms = regexp.MustCompile(`_(?:bucket|sum|count)$`)
)

// checkDashboard looks for every metric and label of docs/grafana.json among those that are served,
// and for every metric of ours in it.
func checkDashboard(t *testing.T, served string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "grafana.json"))
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			for _, name := range metricNames.FindAllString(target.Expr, -1) {
				shown[ofHistograms.ReplaceAllString(name, "")] = true
				if !regexp.MustCompile(`(?m)^` + name + `[ {]`).MatchString(served) {
					t.Errorf("%s is not served: %s", name, target.Expr)
				}
			}
			for _, by := range groupedBy.FindAllStringSubmatch(target.Expr, -1) {
				for label := range strings.SplitSeq(by[1], ", ") {
					if !strings.Contains(served, label+`="`) {
						t.Errorf("no metric has the label %s: %s", label, target.Expr)
					}
				}
			}
		}
	}
	for _, name := range measured.FindAllStringSubmatch(served, -1) {
		if !shown[name[1]] {
			t.Errorf("the dashboard does not show %s", name[1])
		}
	}
}
