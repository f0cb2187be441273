package slice

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/upr-info/upr/internal/changelog"
	"github.com/upr-info/upr/internal/database"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
)

// Wanted are the changes that somebody wants: of some kinds, of all where none is named, or of
// the things of one kind that a question admits.
type Wanted struct {
	Kinds    []string
	Question *Question // nil: whatever it is
}

// Want reads which changes are wanted. A filter, as JSON, is that of one kind: of recommendations
// where none is named. Returns Invalid.
func Want(kinds []string, filter string) (*Wanted, error) {
	for _, kind := range kinds {
		if !isChanging(kind) {
			return nil, fault.Invalid("kinds", "there are no changes of %q; there are %s", kind, strings.Join(changing(), ", "))
		}
	}
	if filter == "" {
		return &Wanted{Kinds: kinds}, nil
	}
	if len(kinds) == 0 {
		kinds = []string{"recommendations"}
	}
	if len(kinds) > 1 {
		return nil, fault.Invalid("kinds", "a filter is that of one kind: name one, or follow each by itself")
	}
	q, err := Parse(kinds[0], url.Values{"filter": {filter}})
	if err != nil {
		return nil, err
	}
	return WantAnswers(q)
}

// WantAnswers wants the changes of what a question admits. Returns Invalid for a kind whose rows
// have no ids of their own.
func WantAnswers(q *Question) (*Wanted, error) {
	if !isChanging(q.Kind.Name) || q.Kind.Of != "" || q.Kind.column("id") < 0 {
		return nil, fault.Invalid("kinds", "%s have no ids of their own: follow the kind that they belong to", q.Kind.Name)
	}
	return &Wanted{Kinds: []string{q.Kind.Name}, Question: q}, nil
}

// Query writes what is wanted as parameters of /changes.
func (w *Wanted) Query() url.Values {
	values := url.Values{}
	if len(w.Kinds) > 0 {
		values.Set("kinds", strings.Join(w.Kinds, ","))
	}
	if w.Question != nil {
		values.Set("filter", w.Question.FilterText())
	}
	return values
}

func changing() []string {
	var all []string
	for _, prefix := range changelog.Kinds() {
		all = append(all, changelog.NameOf(prefix))
	}
	slices.Sort(all)
	return all
}

func isChanging(kind string) bool { return slices.Contains(changing(), kind) }

// Page is Changes for the program itself, whoever it is for.
func (s *Service) Page(ctx context.Context, since string, wanted *Wanted, most int) (page *Changes, err error) {
	ctx, cancel := database.Patient(ctx)
	defer cancel()
	snapshot := s.record.Snapshot()
	err = database.Snapshot(ctx, s.db, func(tx *database.Tx) error {
		page, err = wanted.page(ctx, tx, snapshot, since, most)
		return err
	})
	return page, err
}

func (w *Wanted) page(ctx context.Context, tx *database.Tx, snapshot *record.Snapshot, since string, most int) (*Changes, error) {
	head, err := changelog.ReadHead(ctx, tx)
	if err != nil {
		return nil, err
	}
	groups, before := w.groups(), ""
	if w.Question != nil {
		since, before, _ = strings.Cut(since, "~")
	}
	from, err := readCursor(since, head)
	if err != nil {
		return nil, err
	}
	end := head.Version
	if w.Question != nil { // the record says what is admitted, and tells nothing that it does not have
		if snapshot.Version().Epoch != head.Epoch {
			return nil, fault.Unavailable("the record is loaded again: try again in a moment")
		}
		end = min(end, snapshot.Version().Number)
		if since == "" || before != groups {
			return w.anew(snapshot, head.Epoch, end)
		}
	}
	entries, err := changelog.Since(ctx, tx, from, most)
	if err != nil {
		return nil, err
	}
	for len(entries) > 0 && entries[len(entries)-1].Version > end {
		entries = entries[:len(entries)-1]
	}
	admitted, known, err := w.admitted(snapshot, entries)
	if err != nil {
		return nil, err
	}
	if !known {
		return w.anew(snapshot, head.Epoch, end)
	}
	page := &Changes{Changes: []Change{}}
	for _, e := range entries {
		from = e.Version
		kind := changelog.NameOfNode(e.Node)
		taken := e.Redacted && e.Projection == nil
		if kind == "" || taken || len(w.Kinds) > 0 && !slices.Contains(w.Kinds, kind) {
			continue
		}
		c := Change{Cursor: cursor(head.Epoch, e.Version), ID: e.Node, Kind: kind}
		if c.Deleted = e.Projection == nil || w.Question != nil && !admitted[e.Node]; !c.Deleted {
			c.Object = json.RawMessage(*e.Projection)
		}
		page.Changes = append(page.Changes, c)
	}
	page.Cursor, page.More, page.end = w.Cursor(head.Epoch, from), from < end, w.Cursor(head.Epoch, end)
	return page, nil
}

// anew says that all is to be taken again, where the question can be answered at all.
func (w *Wanted) anew(snapshot *record.Snapshot, epoch string, end int64) (*Changes, error) {
	if _, _, err := w.Question.Kind.rows(snapshot, w.Question); err != nil {
		return nil, err
	}
	return &Changes{Changes: []Change{}, Cursor: w.Cursor(epoch, end), Anew: true, end: w.Cursor(epoch, end)}, nil
}

// groups is a digest of the groups of partners that a filter names: when they change, no thing of
// the record does, and all that it admits is to be taken again. Empty where it names none.
func (w *Wanted) groups() string {
	if w.Question == nil {
		return ""
	}
	return short(strings.Join(words(w.Question.groups(), describeGroup), "\n"))
}

// NamesPartnerGroups says whether a filter names any.
func (w *Wanted) NamesPartnerGroups() bool {
	if w.Question == nil {
		return false
	}
	naming, names := w.Question.Filter.(record.GroupNaming)
	return names && len(naming.NamedPartnerGroups()) > 0
}

// Cursor is that of a version, with the groups of partners as they were named.
func (w *Wanted) Cursor(epoch string, version int64) string {
	if groups := w.groups(); groups != "" {
		return cursor(epoch, version) + "~" + groups
	}
	return cursor(epoch, version)
}

// Name looks up the groups of partners that a filter names, as they are now for whoever asks.
// Returns Invalid for one that they may not use, or that was withdrawn.
func (s *Service) Name(ctx context.Context, w *Wanted) error {
	if w.Question == nil {
		return nil
	}
	return s.Groups.NameAll(ctx, w.Question.Filter)
}

// admitted returns which of the things that changed the question admits now. It is not known
// where something else changed that may decide it.
func (w *Wanted) admitted(snapshot *record.Snapshot, entries []changelog.Entry) (admitted map[string]bool, known bool, err error) {
	if w.Question == nil {
		return nil, true, nil
	}
	touched := map[string]bool{}
	for _, e := range entries {
		switch kind := changelog.NameOfNode(e.Node); {
		case kind == w.Question.Kind.Name:
			touched[e.Node] = true
		case !standsAlone(kind):
			return nil, false, nil
		}
	}
	_, rows, err := w.Question.Kind.rows(snapshot, w.Question)
	if err != nil {
		return nil, false, err
	}
	admitted = map[string]bool{}
	if len(touched) == 0 {
		return admitted, true, nil
	}
	id := w.Question.Kind.column("id")
	for cell := range rows {
		if node := cell(id, nil).Text; touched[node] {
			admitted[node] = true
		}
	}
	return admitted, true, nil
}

// standsAlone says whether no row of another kind shows anything of a kind.
func standsAlone(kind string) bool {
	return slices.Contains([]string{"", "recommendations", "pledges", "organisations", "programmes"}, kind)
}

// WantSlice wants the changes of what a live slice admits. Returns NotFound for a slice that
// whoever asks may not read, and Conflict where a group that it names was withdrawn.
func (s *Service) WantSlice(ctx context.Context, id string) (*Wanted, error) {
	saved, err := s.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	if saved.Version != nil {
		return nil, fault.Invalid("slice", "a pinned slice does not change: name a live one")
	}
	q, err := s.questionOf(ctx, saved)
	if err != nil {
		return nil, err
	}
	return WantAnswers(q)
}
