package slice_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestParametersThatCannotBeReadAreRefused: without it, what cannot be read was left out, and a
// partner who wrote a % or a semicolon as it is was sent everything instead of what was asked for.
func TestParametersThatCannotBeReadAreRefused(t *testing.T) {
	h := openSQLite(t)
	version := h.record.Snapshot().Version().String()
	for _, path := range []string{
		`/export/recommendations.csv?filter=%7B%22text%22:%22100%%22%7D`,
		`/export/recommendations.csv?columns=id;filter=%7B%22cycles%22:[1]%7D`,
		`/export/record.ndjson?filter=%zz`,
		`/changes?since=` + version + `;kinds=states`,
		`/changes?since=%zz`,
	} {
		a := h.get(t, path, nil)
		if a.status != http.StatusBadRequest || !strings.Contains(string(a.body), `"INVALID"`) || !strings.Contains(string(a.body), "%25") {
			t.Errorf("%s: %d %.200s", path, a.status, a.body)
		}
	}
	twice := h.get(t, `/export/recommendations.csv?filter=`+url.QueryEscape(`{"cycles": [1], "issues": ["women"], "cycles": [2]}`), nil)
	if twice.status != http.StatusBadRequest || !strings.Contains(string(twice.body), "filter.cycles") {
		t.Errorf("a field that is given twice: %d %.200s", twice.status, twice.body)
	}
	for _, filter := range []string{`null`, `[]`, `{`, `{"cycles": [1]`, `{"cycles": [1],}`, `{"cycles" [1]}`, `{"cycles": }`, `{1: 2}`, `{"cycles": [1]} {}`, `{"cycles": [1]}]`} {
		a := h.get(t, `/export/recommendations.csv?filter=`+url.QueryEscape(filter), nil)
		if a.status != http.StatusBadRequest || !strings.Contains(string(a.body), "is not a JSON object") {
			t.Errorf("%s: %d %.200s", filter, a.status, a.body)
		}
	}
	spaced := h.get(t, `/export/recommendations.csv?filter=`+url.QueryEscape(" {\n\"cycles\" :\t 1 } \n"), nil)
	if spaced.status != http.StatusOK {
		t.Errorf("with spaces: %d %.200s", spaced.status, spaced.body)
	}
}
