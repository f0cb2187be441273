// Package deprecation says what is going to go, since when, until when and what to use instead:
// in the schema, in headers and in a list.
package deprecation

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/civil"
)

// Notice says that something is going to go.
type Notice struct {
	// What it is, as in Query.states(first:), or recommendations.number of an export.
	What string `json:"what"`
	// Since is the day from which it is not to be used any more.
	Since civil.Date `json:"since"`
	// Gone is the day from which it may be missing.
	Gone civil.Date `json:"gone"`
	// Use is what to use instead.
	Use string `json:"use"`
}

// form is how the schema writes a notice, in the reason of @deprecated.
var form = regexp.MustCompile(`^Since (\d{4}-\d\d-\d\d), gone on (\d{4}-\d\d-\d\d): use (.+)\.$`)

// Parse reads a notice about something from the reason of @deprecated, as in "Since 2027-01-01,
// gone on 2028-01-01: use Query.states."
func Parse(what, reason string) (Notice, error) {
	parts := form.FindStringSubmatch(reason)
	if parts == nil {
		return Notice{}, fmt.Errorf("%s: the reason is not of the form \"Since 2027-01-01, gone on 2028-01-01: use this.\": %q", what, reason)
	}
	since, err := civil.Parse(parts[1])
	if err != nil {
		return Notice{}, fmt.Errorf("%s: %w", what, err)
	}
	gone, err := civil.Parse(parts[2])
	if err != nil {
		return Notice{}, fmt.Errorf("%s: %w", what, err)
	}
	if gone <= since {
		return Notice{}, fmt.Errorf("%s is gone on %s, not after %s", what, gone, since)
	}
	return Notice{what, since, gone, parts[3]}, nil
}

// Path is where all notices are listed.
const Path = "/deprecations"

// Announce says in the headers of an answer that what was asked used something that is going to
// go: the first day of all, and the first on which any is gone (RFC 9745, RFC 8594).
func Announce(h http.Header, notices []Notice) {
	if len(notices) == 0 {
		return
	}
	since, gone := notices[0].Since, notices[0].Gone
	for _, n := range notices {
		since, gone = min(since, n.Since), min(gone, n.Gone)
	}
	h.Set("Deprecation", fmt.Sprintf("@%d", midnight(since).Unix()))
	h.Set("Sunset", midnight(gone).Format(http.TimeFormat))
	h.Add("Link", "<"+Path+`>; rel="deprecation"; type="application/json"`)
}

func midnight(d civil.Date) time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		panic(err) // a notice is written in the program
	}
	return t
}

// Handler announces a notice about all that next serves.
func Handler(n Notice, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Announce(w.Header(), []Notice{n})
		next.ServeHTTP(w, r)
	})
}

// List serves all notices, those first that are gone first.
func List(notices []Notice) http.HandlerFunc {
	sorted := slices.SortedFunc(slices.Values(notices), func(a, b Notice) int {
		return strings.Compare(string(a.Gone)+a.What, string(b.Gone)+b.What)
	})
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Cache-Control", "no-cache")
		_ = json.NewEncoder(w).Encode(map[string]any{"deprecations": append([]Notice{}, sorted...)})
	}
}
