package slice

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
)

// ServeSlice serves /slices/{id}, which says what a slice is, and /slices/{id}.{format}.
func (s *Service) ServeSlice(w http.ResponseWriter, r *http.Request) {
	if err := s.serveSlice(w, r); err != nil {
		Refuse(w, r, err)
	}
}

func (s *Service) serveSlice(w http.ResponseWriter, r *http.Request) error {
	id, extension, formatted := strings.Cut(r.PathValue("file"), ".")
	saved, err := s.Find(r.Context(), id)
	if err != nil {
		return err
	}
	if r.URL.RawQuery != "" {
		return fault.Invalid("", "a slice takes no parameters: it is what was saved")
	}
	q, err := s.questionOf(r.Context(), saved)
	if err != nil {
		return err
	}
	keep := "private, no-cache"
	if saved.Public {
		keep = "public, no-cache"
	}
	if !formatted {
		return s.describe(w, r, saved, q, keep)
	}
	f, err := FindFormat(extension)
	if err != nil {
		return err
	}
	t, tag, err := s.answer(r, saved, q, f)
	if err != nil {
		return err
	}
	return s.send(w, r, f, t, tag, keep)
}

// answer answers a slice for a format.
func (s *Service) answer(r *http.Request, saved *Saved, q *Question, f *Format) (*Table, string, error) {
	if saved.Version != nil {
		t, digest, err := s.pinned(r.Context(), saved, q, f.lists)
		if err != nil {
			return nil, "", err
		}
		if f.Extension == "zip" {
			digests, err := s.parts(r.Context(), saved, t)
			if err != nil {
				return nil, "", err
			}
			sum := sha256.Sum256([]byte(digest + digests))
			digest = hex.EncodeToString(sum[:])
		}
		return t, `"` + layout + "." + digest[:16] + "." + f.Extension + `"`, nil
	}
	snapshot := s.record.Snapshot()
	t, err := f.Answer(snapshot, q, s.about)
	if err != nil {
		return nil, "", err
	}
	t.link = saved.URL()
	return t, q.Tag(snapshot, f, s.about), nil
}

// describe says what a slice is.
func (s *Service) describe(w http.ResponseWriter, r *http.Request, saved *Saved, q *Question, keep string) error {
	t, _, err := s.answer(r, saved, q, formats[0])
	if err != nil {
		return err
	}
	addresses := map[string]string{}
	for _, f := range formats {
		addresses[f.Extension] = t.Address(f.Extension)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", keep)
	return json.NewEncoder(w).Encode(map[string]any{
		"id": saved.ID, "name": saved.Name, "kind": saved.Kind, "filter": json.RawMessage(q.FilterText()), "columns": t.Columns, "pinned": saved.Version != nil,
		"groups": words(q.groups(), describeGroup), "version": t.Version.String(), "published": t.Published, "count": t.Count, "licence": t.Licence(), "citation": t.Citation(), "addresses": addresses,
	})
}

// maxTouched is how many changes are looked at one by one.
const maxTouched = 20_000

// ServeSliceChanges serves /slices/{id}/changes?since=: what became of the rows of a live slice,
// as they are now. Rows that the filter does not admit any more are deleted ones. Where something
// changed to which the rows refer, or too much, it says that all of it is to be taken anew.
func (s *Service) ServeSliceChanges(w http.ResponseWriter, r *http.Request) {
	err := s.serveSliceChanges(w, r)
	if gone := (*Gone)(nil); errors.As(err, &gone) {
		answer(w, http.StatusGone, gone.Fault.Code, gone.Error(), map[string]any{"export": "/slices/" + r.PathValue("id") + ".ndjson"})
	} else if err != nil {
		Refuse(w, r, err)
	}
}

// RowChanges are what became of the rows of a slice.
type RowChanges struct {
	Rows    []json.RawMessage `json:"rows"`
	Deleted []string          `json:"deleted"`
	Anew    bool              `json:"anew"`
	Cursor  string            `json:"cursor"`
}

func (s *Service) serveSliceChanges(w http.ResponseWriter, r *http.Request) error {
	saved, err := s.Find(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	q, err := s.questionOf(r.Context(), saved)
	if err != nil {
		return err
	}
	if saved.Version != nil {
		return fault.Invalid("", "a pinned slice does not change")
	}
	id := q.Kind.column("id")
	if id < 0 || q.Kind.Of != "" {
		return fault.Invalid("", "%s have no ids of their own: take them whole, or follow /changes", q.Kind.Name)
	}
	snapshot := s.record.Snapshot()
	parameters, err := ParametersOf(r, "since")
	if err != nil {
		return err
	}
	since, before, _ := strings.Cut(parameters.Get("since"), "~")
	touched, anew, err := s.touched(r, since, snapshot, q.Kind)
	if err != nil {
		return err
	}
	changes := RowChanges{Rows: []json.RawMessage{}, Deleted: []string{}, Anew: anew, Cursor: snapshot.Version().String()}
	if now := short(q.beyond(snapshot)); now != "" || before != "" { // a group of a partner, or the day
		changes.Anew, changes.Cursor = anew || now != before, changes.Cursor+"~"+now
	}
	if !changes.Anew && len(touched) > 0 {
		if err := changes.collect(snapshot, q, id, touched); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(changes)
}

// touched returns the ids of things of a kind that changed after a cursor.
func (s *Service) touched(r *http.Request, since string, snapshot *record.Snapshot, k *Kind) (ids []string, anew bool, err error) {
	if since == "" {
		return nil, true, nil
	}
	ctx, cancel := database.Patient(r.Context())
	defer cancel()
	err = database.Snapshot(ctx, s.db, func(tx *database.Tx) error {
		head, err := changelog.ReadHead(ctx, tx)
		if err != nil {
			return err
		}
		from, err := readCursor(since, head)
		if err != nil {
			return err
		}
		nodes, tooMany, err := changelog.Touched(ctx, tx, from, maxTouched)
		anew = tooMany || snapshot.Version().Epoch != head.Epoch
		for _, node := range nodes {
			switch name := changelog.NameOfNode(node); {
			case name == k.Name:
				ids = append(ids, node)
			case !standsAlone(name):
				anew = true
			}
		}
		return err
	})
	return ids, anew, err
}

func (c *RowChanges) collect(snapshot *record.Snapshot, q *Question, id int, touched []string) error {
	gone := make(map[string]bool, len(touched))
	for _, node := range touched {
		gone[node] = true
	}
	_, rows, err := q.Kind.rows(snapshot, q)
	if err != nil {
		return err
	}
	places := q.chosen(true)
	columns, cells := make([]Column, len(places)), make([]Cell, len(places))
	for i, p := range places {
		columns[i] = q.Kind.Columns[p]
	}
	names := quotedNames(columns)
	for cell := range rows {
		node := cell(id, nil).Text
		if !gone[node] {
			continue
		}
		delete(gone, node)
		for i, p := range places {
			cells[i] = cell(p, nil)
		}
		c.Rows = append(c.Rows, appendRow(nil, names, columns, cells))
	}
	for _, node := range touched {
		if gone[node] {
			c.Deleted = append(c.Deleted, node)
		}
	}
	return nil
}
