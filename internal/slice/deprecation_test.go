package slice_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/deprecation"
	"github.com/upr-info/upr/internal/server"
	"github.com/upr-info/upr/internal/slice"
)

// TestExportsSayWhatIsGoingToGo deprecates a kind, a column and a route, none of which is.
func TestExportsSayWhatIsGoingToGo(t *testing.T) {
	t.Cleanup(slice.Deprecate("pledges", "", deprecation.Notice{What: "pledges", Since: "2027-01-01", Gone: "2028-01-01", Use: "statements"}))
	t.Cleanup(slice.Deprecate("states", "m49", deprecation.Notice{What: "states.m49", Since: "2027-01-01", Gone: "2028-01-01", Use: "states.code"}))
	h := openSQLite(t)
	srv := httptest.NewServer(server.New(h.db, h.record, h.people, server.Options{Deprecated: map[string]deprecation.Notice{
		"GET /changes": {What: "/changes", Since: "2027-03-01", Gone: "2027-09-01", Use: "/feed"}}}))
	t.Cleanup(srv.Close)
	h.url = srv.URL
	for path, test := range map[string]struct {
		query  url.Values
		sunset string
	}{
		"/export/pledges.csv":    {nil, "Sat, 01 Jan 2028 00:00:00 GMT"},
		"/export/states.csv":     {url.Values{"columns": {"code,m49"}}, "Sat, 01 Jan 2028 00:00:00 GMT"},
		"/export/states.ndjson":  {url.Values{"columns": {"code"}}, ""},
		"/export/states.parquet": {nil, ""},
		"/changes":               {url.Values{"first": {"1"}}, "Wed, 01 Sep 2027 00:00:00 GMT"},
	} {
		a := h.must(t, path, test.query)
		links := strings.Join(a.header.Values("Link"), ", ")
		if a.header.Get("Sunset") != test.sunset || (test.sunset != "") != strings.HasPrefix(a.header.Get("Deprecation"), "@") || (test.sunset != "") != strings.Contains(links, `rel="deprecation"`) {
			t.Errorf("%s: %v", path, a.header)
		}
	}
	list := string(h.must(t, deprecation.Path, nil).body)
	if want := `{"deprecations":[{"what":"/changes","since":"2027-03-01","gone":"2027-09-01","use":"/feed"},{"what":"pledges"`; !strings.HasPrefix(list, want) || !strings.Contains(list, "states.m49") {
		t.Errorf("the list is %s", list)
	}
	if catalogue := string(h.must(t, "/export/", nil).body); !strings.Contains(catalogue, `"deprecated":{"what":"states.m49"`) {
		t.Error("the catalogue does not say it")
	}
}
