package record

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/upr-info/upr/internal/fault"
)

const (
	defaultPage = 20
	// MaxPage is how many items one page may have, nested lists included.
	MaxPage = 500
)

// window is the part of a list that was asked for.
type window struct {
	first  *int
	after  *string
	last   *int
	before *string
}

// check refuses sizes outside 0 to MaxPage and fills in the default.
func (w window) check() (window, error) {
	for _, given := range []struct {
		name string
		size *int
	}{{"first", w.first}, {"last", w.last}} {
		if given.size != nil && (*given.size < 0 || *given.size > MaxPage) {
			return w, fault.Invalid(given.name, "%d is outside 0 to %d", *given.size, MaxPage)
		}
	}
	if w.first == nil && w.last == nil {
		size := defaultPage
		w.first = &size
	}
	return w, nil
}

// PageSize is how many items a page of a list has that is kept elsewhere: the default, or
// what was asked for. Returns Invalid outside 0 to MaxPage.
func PageSize(first *int) (int, error) {
	w, err := window{first: first}.check()
	if err != nil {
		return 0, err
	}
	return *w.first, nil
}

// PageInfo says where a page lies in its list.
type PageInfo struct {
	HasNextPage, HasPreviousPage bool
	StartCursor, EndCursor       *string
}

// list is one page of a short list that is kept in memory as it is.
type list[T any] struct {
	Nodes      []T
	TotalCount int
	PageInfo   PageInfo
	cursors    []string
}

// paginate cuts a page out of items, which are sorted by their key.
func paginate[T any](kind string, items []T, key func(T) string, w window) (*list[T], error) {
	w, err := w.check()
	if err != nil {
		return nil, err
	}
	from, to := 0, len(items)
	locate := func(field string, cursor *string, found int) (int, error) {
		var wanted string
		if err := decodeCursor(field, kind, *cursor, &wanted); err != nil {
			return 0, err
		}
		at, exact := slices.BinarySearchFunc(items, wanted, func(item T, wanted string) int { return strings.Compare(key(item), wanted) })
		if exact {
			at += found
		}
		return at, nil
	}
	if w.after != nil {
		if from, err = locate("after", w.after, 1); err != nil {
			return nil, err
		}
	}
	if w.before != nil {
		if to, err = locate("before", w.before, 0); err != nil {
			return nil, err
		}
	}
	from, to = w.cut(from, max(from, to))
	page := &list[T]{Nodes: items[from:to:to], TotalCount: len(items), cursors: make([]string, to-from)}
	for i, item := range page.Nodes {
		page.cursors[i] = encodeCursor(kind, key(item))
	}
	page.PageInfo = PageInfo{HasNextPage: to < len(items), HasPreviousPage: from > 0}
	page.PageInfo.span(page.cursors)
	return page, nil
}

// cut applies first, then last, to what lies between the cursors.
func (w window) cut(from, to int) (int, int) {
	if w.first != nil {
		to = min(to, from+*w.first)
	}
	if w.last != nil {
		from = max(from, to-*w.last)
	}
	return from, to
}

func (p *PageInfo) span(cursors []string) {
	if len(cursors) > 0 {
		p.StartCursor, p.EndCursor = &cursors[0], &cursors[len(cursors)-1]
	}
}

// edges pairs the items of a page with their cursors.
func edges[T, E any](page *list[T], edge func(cursor string, node T) E) []E {
	list := make([]E, len(page.Nodes))
	for i, node := range page.Nodes {
		list[i] = edge(page.cursors[i], node)
	}
	return list
}

// A cursor is the kind of list that it belongs to and the sort key of an item, so
// that it keeps its place when items come and go.
type cursor struct {
	Kind string          `json:"k"`
	Key  json.RawMessage `json:"v"`
}

func encodeCursor(kind string, key any) string {
	value, err := json.Marshal(key)
	if err != nil {
		panic(err) // keys are strings and numbers of ours
	}
	text, err := json.Marshal(cursor{kind, value})
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func decodeCursor(field, kind, text string, key any) error {
	var c cursor
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err == nil && c.Kind == kind {
		err = json.Unmarshal(c.Key, key)
	}
	if err != nil || c.Kind != kind {
		return fault.Invalid(field, "%q is not a cursor of this list and order", text)
	}
	return nil
}
