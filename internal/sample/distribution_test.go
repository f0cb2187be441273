package sample_test

import (
	"testing"

	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/database/dbtest"
	"github.com/upr-info/upr/internal/sample"
)

// The sample with its defaults looks like the real thing. It is the same on every
// machine, so the bounds are not about chance but about what the model may become.
func TestDistribution(t *testing.T) {
	db := prepare(t, dbtest.SQLite(t))
	fill(t, db, sample.Options{Now: someTime})
	for _, c := range []struct {
		what      string
		low, high float64
		query     string
	}{
		{"recommendations", 20_000, 20_000, `SELECT COUNT(*) FROM recommendations`},
		{"pledges", 800, 800, `SELECT COUNT(*) FROM pledges`},
		{"public ids", 20_800, 20_800, `SELECT COUNT(DISTINCT uid) FROM (SELECT uid FROM recommendations UNION ALL SELECT uid FROM pledges)
			WHERE LENGTH(uid) = 20 AND uid = LOWER(uid)`},
		{"unlabelled texts", 0, 0, `SELECT COUNT(*) FROM (SELECT text FROM recommendations UNION ALL SELECT text FROM pledges)
			WHERE text NOT LIKE '[Synthetic] %'`},
		{"rows without a synthetic run", 0, 0, `SELECT COUNT(*) FROM (SELECT run_id FROM recommendations UNION ALL
			SELECT run_id FROM pledges UNION ALL SELECT run_id FROM response_events) x
			LEFT JOIN import_runs i ON i.id = x.run_id AND i.synthetic AND i.source = 'Synthetic sample' WHERE i.id IS NULL`},
		{"tags by others", 0, 0, `SELECT COUNT(*) FROM (SELECT source FROM issue_tags UNION ALL SELECT source FROM sdg_tags UNION ALL
			SELECT source FROM affected_group_tags) WHERE source <> 'Synthetic sample'`},
		{"recommendations to oneself", 0, 0, `SELECT COUNT(*) FROM recommendations r JOIN reviews v ON v.id = r.review_id
			WHERE v.state_id = r.recommending_state_id`},
		{"sessions", 52, 52, `SELECT COUNT(DISTINCT s.number) FROM recommendations r JOIN reviews v ON v.id = r.review_id
			JOIN sessions s ON s.id = v.session_id WHERE s.number BETWEEN 1 AND 52`},
		{"recommendations later than session 52", 0, 0, `SELECT COUNT(*) FROM recommendations r JOIN reviews v ON v.id = r.review_id
			JOIN sessions s ON s.id = v.session_id WHERE s.number > 52`},
		{"pledges after the second cycle", 0, 0, `SELECT COUNT(*) FROM pledges p JOIN reviews v ON v.id = p.review_id WHERE cycle > 2`},
		{"unknown recommending States", 1, 30, `SELECT COUNT(*) FROM recommendations WHERE recommending_state_id IS NULL`},
		{"recommending States", 140, 165, `SELECT COUNT(DISTINCT recommending_state_id) FROM recommendations`},
		{"share of Canada", .03, .07, `SELECT COUNT(*) / 20000.0 FROM recommendations r JOIN states s ON s.id = r.recommending_state_id WHERE iso3 = 'CAN'`},
		{"recommendations by observers", 60, 400, `SELECT COUNT(*) FROM recommendations r JOIN states s ON s.id = r.recommending_state_id WHERE iso3 IN ('VAT', 'PSE')`},
		{"recommendations per pair in a review", 2.2, 3.8, `SELECT COUNT(*) * 1.0 / COUNT(DISTINCT review_id * 1000 + recommending_state_id) FROM recommendations`},
		{"joint recommendations", .02, .04, `SELECT SUM(n) / 20000.0 FROM (SELECT COUNT(*) n FROM recommendations
			GROUP BY review_id, text HAVING COUNT(DISTINCT recommending_state_id) > 1) x`},
		{"two response events", .015, .025, `SELECT COUNT(*) / 20000.0 FROM (SELECT 1 FROM response_events GROUP BY recommendation_id HAVING COUNT(*) = 2) x`},
		{"responses before the review", 0, 0, `SELECT COUNT(*) FROM response_events e JOIN recommendations r ON r.id = e.recommendation_id
			JOIN reviews v ON v.id = r.review_id JOIN sessions s ON s.id = v.session_id WHERE e.date < COALESCE(v.date, s.start_date)`},
		{"no response", 0, 0, `SELECT COUNT(*) FROM recommendations WHERE id NOT IN (SELECT recommendation_id FROM response_events)`},
		{"share with SDG targets", .62, .70, `SELECT COUNT(DISTINCT recommendation_id) / 20000.0 FROM sdg_tags`},
		{"most SDG targets", 3, 3, `SELECT MAX(n) FROM (SELECT COUNT(*) n FROM sdg_tags GROUP BY recommendation_id, pledge_id) x`},
		{"least confidence", .5, .5, `SELECT MIN(confidence) FROM sdg_tags WHERE method = 'MODEL'`},
		{"most confidence", .99, .99, `SELECT MAX(confidence) FROM sdg_tags WHERE method = 'MODEL'`},
		{"tags per recommendation", 1.7, 1.9, `SELECT COUNT(*) / 20000.0 FROM issue_tags WHERE recommendation_id IS NOT NULL`},
		{"most issues", 6, 6, `SELECT MAX(n) FROM (SELECT COUNT(*) n FROM issue_tags GROUP BY recommendation_id, pledge_id) x`},
		{"issues in use", 54, 54, `SELECT COUNT(DISTINCT issue_id) FROM issue_tags`},
		{"International instruments", .19, .23, issueShare("international-instruments")},
		{"Women's rights", .16, .20, issueShare("womens-rights")},
		{"Rights of the Child", .15, .19, issueShare("rights-of-the-child")},
		{"Torture", .07, .10, issueShare("torture-and-other-cid-treatment")},
		{"category 1", .015, .03, categoryShare(1)},
		{"category 2", .13, .16, categoryShare(2)},
		{"category 3", .08, .11, categoryShare(3)},
		{"category 4", .37, .42, categoryShare(4)},
		{"category 5", .32, .37, categoryShare(5)},
		{"supported in category 1", .93, .99, supportedShare(1)},
		{"supported in category 2", .93, .98, supportedShare(2)},
		{"supported in category 3", .53, .62, supportedShare(3)},
		{"supported in category 4", .81, .88, supportedShare(4)},
		{"supported in category 5", .51, .59, supportedShare(5)},
	} {
		if got := number(t, db, c.query); got < c.low || got > c.high {
			t.Errorf("%s: %v, want %v to %v", c.what, got, c.low, c.high)
		}
	}
}

func issueShare(code string) string {
	return `SELECT COUNT(*) / 20000.0 FROM issue_tags t JOIN issues i ON i.id = t.issue_id
		WHERE recommendation_id IS NOT NULL AND code = '` + code + `'`
}

func categoryShare(n int) string { return ofCategory(n, `COUNT(*) / 20000.0`, "") }

// supportedShare is of those that have a position, by their latest event.
func supportedShare(n int) string {
	return ofCategory(n, `AVG(CASE WHEN response = 'SUPPORTED' THEN 1.0 ELSE 0.0 END)`,
		`JOIN response_events e ON e.recommendation_id = r.id AND e.response <> 'PENDING'`)
}

func ofCategory(n int, figure, join string) string {
	return `SELECT ` + figure + ` FROM recommendations r JOIN action_categories a ON a.id = r.action_category_id ` +
		join + ` WHERE a.number = ` + string(rune('0'+n))
}

func number(t *testing.T, db *database.DB, query string) float64 {
	t.Helper()
	var n float64
	if err := db.SQL.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}
