package slice

import "github.com/upr-info/upr/internal/deprecation"

// Deprecate says of a kind, or of one of its columns, that it is going to go, until undo is called.
func Deprecate(kind, column string, n deprecation.Notice) (undo func()) {
	k := kinds[kind]
	if column == "" {
		k.Deprecated = &n
		return func() { k.Deprecated = nil }
	}
	p := k.column(column)
	k.Columns[p].Deprecated = &n
	return func() { k.Columns[p].Deprecated = nil }
}
