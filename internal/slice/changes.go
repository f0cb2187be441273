package slice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
)

// Sizes of pages of changes.
const (
	changesByDefault = 1000
	changesAtMost    = 10_000
)

// Change is what became of one thing that readers see.
type Change struct {
	Cursor  string          `json:"cursor"` // of the record that has it, as <epoch>.<version>
	ID      string          `json:"id"`
	Kind    string          `json:"kind"`             // as in recommendations
	Deleted bool            `json:"deleted"`          // readers do not see it any more
	Object  json.RawMessage `json:"object,omitempty"` // what they see; nothing where deleted
}

// Changes are one page of them.
type Changes struct {
	Changes []Change `json:"changes"`
	// Cursor is where the next page begins.
	Cursor string `json:"cursor"`
	// More says that there is something behind it already.
	More bool `json:"more"`
	// Anew says that what a filter admits may have changed in another way than things tell: all
	// that it admits is to be taken again, and Cursor is where to go on.
	Anew bool `json:"anew,omitempty"`

	end string
}

// End is the cursor of all that there was when the page was read.
func (c *Changes) End() string { return c.end }

// Gone says that a cursor means nothing any more: whoever has it begins anew.
type Gone struct{ Fault *fault.Error }

func (g *Gone) Error() string { return g.Fault.Error() }

// Unwrap is the fault, which has the code and the sentence.
func (g *Gone) Unwrap() error { return g.Fault }

// wholeRecord is the file that a copy begins with.
const wholeRecord = "/export/record.ndjson"

// Changes returns what changed after a cursor, in the order of versions; from the very beginning
// where there is none. What was redacted since is not told as it was: a later change says what
// is left of it. Returns Gone for a cursor of another epoch, and Invalid for what is none.
func (s *Service) Changes(ctx context.Context, since string, wanted *Wanted, most int) (*Changes, error) {
	if err := may(ctx, "changes"); err != nil {
		return nil, err
	}
	if err := s.Name(ctx, wanted); err != nil {
		return nil, err
	}
	leave, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	return s.Page(ctx, since, wanted, most)
}

// read waits for one of the few places of those who read the log at the same time: pages of it
// are long, and come from the database that staff work with.
func (s *Service) read(ctx context.Context) (leave func(), err error) {
	return s.reading.Take(ctx, "more is read at the moment than can be answered: try again in a minute")
}

// What GraphQL gives, as of its other lists.
const (
	pageByDefault = 100
	pageAtMost    = 500
)

// ChangesPage is Changes by the rules that lists of the graph have.
func (s *Service) ChangesPage(ctx context.Context, since *string, first *int, kinds []string, filter *record.RecommendationFilter) (*Changes, error) {
	most := pageByDefault
	if first != nil {
		most = *first
	}
	if most < 1 || most > pageAtMost {
		return nil, fault.Invalid("first", "is a number from 1 to %d", pageAtMost)
	}
	text := ""
	if filter != nil {
		text = record.WriteInput(filter)
	}
	wanted, err := Want(kinds, text)
	if err != nil {
		return nil, err
	}
	return s.Changes(ctx, orEmpty(since), wanted, most)
}

func cursor(epoch string, version int64) string {
	return record.Version{Epoch: epoch, Number: version}.String()
}

// readCursor returns the version that a cursor names.
func readCursor(since string, head changelog.Head) (int64, error) {
	if since == "" {
		return 0, nil
	}
	epoch, number, cut := strings.Cut(since, ".")
	version, err := strconv.ParseInt(number, 10, 64)
	if !cut || err != nil || version < 0 {
		return 0, fault.Invalid("since", "%q is no cursor: send one that an answer had, or none to begin with", since)
	}
	if epoch != head.Epoch || version > head.Version {
		return 0, &Gone{&fault.Error{Code: fault.CodeConflict, Field: "since", Message: fmt.Sprintf(
			"%s is of a record that there is not any more, as after a restore: take %s and go on from its X-Record-Version", since, wholeRecord)}}
	}
	return version, nil
}

// ServeChanges serves /changes?since=.
func (s *Service) ServeChanges(w http.ResponseWriter, r *http.Request) {
	if err := s.serveChanges(w, r); err != nil {
		if gone := (*Gone)(nil); errors.As(err, &gone) {
			answer(w, http.StatusGone, gone.Fault.Code, gone.Error(), map[string]any{"export": wholeRecord})
			return
		}
		Refuse(w, r, err)
	}
}

func (s *Service) serveChanges(w http.ResponseWriter, r *http.Request) error {
	query, err := ParametersOf(r, "since", "first", "kinds", "filter")
	if err != nil {
		return err
	}
	most := changesByDefault
	if text := query.Get("first"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > changesAtMost {
			return fault.Invalid("first", "is a number from 1 to %d", changesAtMost)
		}
		most = n
	}
	var kinds []string
	if text := query.Get("kinds"); text != "" {
		kinds = strings.Split(text, ",")
	}
	wanted, err := Want(kinds, query.Get("filter"))
	if err != nil {
		return err
	}
	page, err := s.Changes(r.Context(), query.Get("since"), wanted, most)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	query.Set("since", page.Cursor)
	h.Add("Link", `</changes?`+query.Encode()+`>; rel="next"`)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false) // objects are byte for byte what a copy holds
	return encoder.Encode(page)
}
