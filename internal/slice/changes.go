package slice

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
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
}

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
func (s *Service) Changes(ctx context.Context, since string, kinds []string, most int) (page *Changes, err error) {
	if err := may(ctx, "changes"); err != nil {
		return nil, err
	}
	for _, kind := range kinds {
		if !isChanging(kind) {
			return nil, fault.Invalid("kinds", "there are no changes of %q", kind)
		}
	}
	leave, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	err = database.Snapshot(ctx, s.db, func(tx *database.Tx) error {
		page, err = changesIn(ctx, tx, since, kinds, most)
		return err
	})
	return page, err
}

// read waits for one of the few places of those who read the log at the same time: pages of it
// are long, and come from the database that staff work with.
func (s *Service) read(ctx context.Context) (leave func(), err error) {
	wait, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	select {
	case s.reading <- struct{}{}:
		return func() { <-s.reading }, nil
	case <-wait.Done():
		return nil, fault.Unavailable("more is read at the moment than can be answered: try again in a minute")
	}
}

// What GraphQL gives, as of its other lists.
const (
	pageByDefault = 100
	pageAtMost    = 500
)

// ChangesPage is Changes by the rules that lists of the graph have.
func (s *Service) ChangesPage(ctx context.Context, since *string, first *int, kinds []string) (*Changes, error) {
	most := pageByDefault
	if first != nil {
		most = *first
	}
	if most < 1 || most > pageAtMost {
		return nil, fault.Invalid("first", "is a number from 1 to %d", pageAtMost)
	}
	return s.Changes(ctx, orEmpty(since), kinds, most)
}

func isChanging(kind string) bool {
	return slices.ContainsFunc(changelog.Kinds(), func(prefix string) bool { return changelog.NameOf(prefix) == kind })
}

func changesIn(ctx context.Context, tx *database.Tx, since string, kinds []string, most int) (*Changes, error) {
	head, err := changelog.ReadHead(ctx, tx)
	if err != nil {
		return nil, err
	}
	from, err := readCursor(since, head)
	if err != nil {
		return nil, err
	}
	entries, err := changelog.Since(ctx, tx, from, most)
	if err != nil {
		return nil, err
	}
	page := &Changes{Changes: []Change{}}
	for _, e := range entries {
		from = e.Version
		kind := changelog.NameOfNode(e.Node)
		taken := e.Redacted && e.Projection == nil
		if kind == "" || taken || len(kinds) > 0 && !slices.Contains(kinds, kind) {
			continue
		}
		c := Change{Cursor: cursor(head.Epoch, e.Version), ID: e.Node, Kind: kind, Deleted: e.Projection == nil}
		if e.Projection != nil {
			c.Object = json.RawMessage(*e.Projection)
		}
		page.Changes = append(page.Changes, c)
	}
	page.Cursor, page.More = cursor(head.Epoch, from), from < head.Version
	return page, nil
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
		refuse(w, r, err)
	}
}

func (s *Service) serveChanges(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	for name, given := range query {
		if !slices.Contains([]string{"since", "first", "kinds"}, name) || len(given) > 1 {
			return fault.Invalid(name, "is not taken: there are since, first and kinds, each once")
		}
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
	page, err := s.Changes(r.Context(), query.Get("since"), kinds, most)
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

// exportRecord serves the whole record as the changes have it: what a copy begins with. Each line
// is a change without a cursor; the version of all is in a header, and is the cursor to go on with.
func (s *Service) exportRecord(w http.ResponseWriter, r *http.Request) error {
	if err := may(r.Context(), "changes"); err != nil {
		return err
	}
	if len(r.URL.Query()) > 0 {
		return fault.Invalid("", "the whole record takes no parameters")
	}
	var head changelog.Head
	file, n, at := (*os.File)(nil), 0, time.Time{}
	err := database.Snapshot(r.Context(), s.db, func(tx *database.Tx) (err error) {
		if head, err = changelog.ReadHead(r.Context(), tx); err != nil {
			return err
		}
		if at, err = changelog.Committed(r.Context(), tx, head.Version); err != nil {
			return err
		}
		tag := `"` + layout + "." + cursor(head.Epoch, head.Version) + `"`
		w.Header().Set("ETag", tag)
		if named(r.Header.Values("If-None-Match"), tag) {
			return nil
		}
		file, err = s.spool(r.Context(), func(write func([]byte) error) error {
			line := []byte{}
			return changelog.Latest(r.Context(), tx, func(node, projection string) error {
				n++
				line = appendText(append(line[:0], `{"id":`...), node)
				line = appendText(append(line, `,"kind":`...), changelog.NameOfNode(node))
				line = append(append(append(line, `,"object":`...), projection...), '}', '\n')
				return write(line)
			})
		})
		return err
	})
	if err != nil {
		return err
	}
	if file == nil {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	defer file.Close()
	h := w.Header()
	h.Set("Cache-Control", "public, no-cache")
	h.Set("Content-Type", "application/x-ndjson")
	h.Set(countHeader, strconv.Itoa(n))
	h.Set(versionHeader, cursor(head.Epoch, head.Version))
	h.Set("Last-Modified", at.Format(http.TimeFormat))
	http.ServeContent(patient(w), r, "", time.Time{}, file)
	return nil
}
