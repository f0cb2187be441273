package slice

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
)

// exportRecord serves the record as the changes have it, all of it or what is wanted of it: what a
// copy begins with. Each line is a change without a cursor; the version of all is in a header, and
// is the cursor to go on with.
func (s *Service) exportRecord(w http.ResponseWriter, r *http.Request) error {
	if err := may(r.Context(), "changes"); err != nil {
		return err
	}
	wanted, err := wantedOf(r)
	if err != nil {
		return err
	}
	if err := s.Name(r.Context(), wanted); err != nil {
		return err
	}
	snapshot := s.record.Snapshot()
	admits, err := wanted.admits(snapshot)
	if err != nil {
		return err
	}
	version, at, n := record.Version{}, time.Time{}, 0
	begin := func(ctx context.Context, tx *database.Tx) (err error) {
		if version, err = wanted.version(ctx, tx, snapshot); err != nil {
			return err
		}
		w.Header().Set("ETag", wanted.tag(version, snapshot))
		at, err = changelog.Committed(ctx, tx, version.Number)
		return err
	}
	if r.Header.Get("If-None-Match") != "" {
		if err := database.Hear(r.Context(), func(ctx context.Context, _ func()) error {
			return database.Snapshot(ctx, s.db, func(tx *database.Tx) error { return begin(ctx, tx) })
		}); err != nil {
			return err
		}
		if Holds(r, w.Header().Get("ETag")) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	// Its place comes first: who waits for one holds no snapshot.
	file, err := s.copied(r.Context(), func(write func([]byte) error) error {
		return database.Hear(r.Context(), func(ctx context.Context, heard func()) error {
			return database.Snapshot(ctx, s.db, func(tx *database.Tx) error {
				if err := begin(ctx, tx); err != nil {
					return err
				}
				line := []byte{}
				return changelog.Latest(ctx, tx, func(node, projection string) error {
					heard()
					kind := changelog.NameOfNode(node)
					if !admits(node, kind) {
						return nil
					}
					n++
					line = appendText(append(line[:0], `{"id":`...), node)
					line = appendText(append(line, `,"kind":`...), kind)
					line = append(append(append(line, `,"object":`...), projection...), '}', '\n')
					return write(line)
				})
			})
		})
	})
	if err != nil {
		return err
	}
	defer file.Close()
	h := w.Header()
	h.Set("Cache-Control", wanted.keep())
	h.Set("Content-Type", "application/x-ndjson")
	h.Set(countHeader, strconv.Itoa(n))
	h.Set(versionHeader, wanted.Cursor(version.Epoch, version.Number))
	h.Set("Last-Modified", at.Format(http.TimeFormat))
	if r.Header.Get("Range") == "" && r.Method == http.MethodGet {
		h.Set(RowsTrailer, strconv.Itoa(n))
	}
	http.ServeContent(patient(w), r, "", time.Time{}, file)
	return nil
}

func wantedOf(r *http.Request) (*Wanted, error) {
	query, err := ParametersOf(r, "kinds", "filter")
	if err != nil {
		return nil, err
	}
	var kinds []string
	if text := query.Get("kinds"); text != "" {
		kinds = strings.Split(text, ",")
	}
	return Want(kinds, query.Get("filter"))
}

// admits returns what says whether a thing is wanted.
func (w *Wanted) admits(snapshot *record.Snapshot) (func(node, kind string) bool, error) {
	if w.Question == nil {
		return func(_, kind string) bool { return len(w.Kinds) == 0 || slices.Contains(w.Kinds, kind) }, nil
	}
	n, rows, err := w.Question.Kind.rows(snapshot, w.Question)
	if err != nil {
		return nil, err
	}
	admitted, id := make(map[string]bool, n), w.Question.Kind.column("id")
	for cell := range rows {
		admitted[cell(id, nil).Text] = true
	}
	return func(node, _ string) bool { return admitted[node] }, nil
}

// version is that of which all is known: of the log, and of the record where it says what is
// admitted. What one of them has beyond it is told again by the changes after it.
func (w *Wanted) version(ctx context.Context, tx *database.Tx, snapshot *record.Snapshot) (record.Version, error) {
	head, err := changelog.ReadHead(ctx, tx)
	if err != nil {
		return record.Version{}, err
	}
	version := record.Version{Epoch: head.Epoch, Number: head.Version}
	if w.Question == nil {
		return version, nil
	}
	if snapshot.Version().Epoch != head.Epoch {
		return version, fault.Unavailable("the record is loaded again: try again in a moment")
	}
	version.Number = min(version.Number, snapshot.Version().Number)
	return version, nil
}

// keep says who may keep the answer.
func (w *Wanted) keep() string {
	if w.Question == nil {
		return "public, no-cache"
	}
	return w.Question.keep()
}

func (w *Wanted) tag(version record.Version, snapshot *record.Snapshot) string {
	query := w.Query().Encode()
	if query == "" {
		return `"` + layout + "." + version.String() + `"`
	}
	sum := sha256.Sum256([]byte(query + string(snapshot.Day()) + w.groups()))
	return `"` + layout + "." + version.String() + "." + hex.EncodeToString(sum[:8]) + `"`
}
