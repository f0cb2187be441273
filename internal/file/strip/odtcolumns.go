package strip

import (
	"encoding/xml"
	"strconv"
)

// odtColumns are the tables that are being read, of which each may be in a cell of the one before.
type odtColumns []*odtTable

type odtTable struct {
	depth  int // how many elements it is in
	hidden []odtSpan
	column int // that the next one of the columns, and later the next cell of a row, is
}

// odtSpan are columns that are not shown.
type odtSpan struct{ from, to int }

// look finds the cells of columns that are collapsed: what is in them is hidden.
func (c *odtColumns) look(open []element, name string, as []xml.Attr) (hidden bool) {
	for len(*c) > 0 && (*c)[len(*c)-1].depth >= len(open) {
		*c = (*c)[:len(*c)-1]
	}
	if name == "table:table" {
		*c = append(*c, &odtTable{depth: len(open)})
	}
	if len(*c) == 0 {
		return false
	}
	t := (*c)[len(*c)-1]
	switch name {
	case "table:table-column-group":
		return valueOf(as, "display") == "false"
	case "table:table-column":
		from := t.column
		t.column += repeated(as, "number-columns-repeated")
		if up(open, 1).veiled || !isVisible(as) {
			t.hidden = append(t.hidden, odtSpan{from, t.column})
		}
	case "table:table-row":
		t.column = 0
	case "table:table-cell", "table:covered-table-cell":
		from := t.column
		t.column += repeated(as, "number-columns-repeated")
		return t.hides(from, max(t.column, from+repeated(as, "number-columns-spanned")))
	}
	return false
}

// hides says whether all of some columns are hidden.
func (t *odtTable) hides(from, to int) bool {
	for _, span := range t.hidden {
		if span.from <= from && from < span.to {
			from = span.to
		}
	}
	return from >= to
}

// repeated is how many things an element stands for: one, if it does not say.
func repeated(as []xml.Attr, name string) int {
	n, err := strconv.Atoi(valueOf(as, name))
	if err != nil || n < 1 {
		return 1
	}
	return min(n, 1<<20) // more than a text has, and few enough to add up
}

// isVisible says whether a row, or a column, is not collapsed.
func isVisible(as []xml.Attr) bool {
	visibility := valueOf(as, "visibility")
	return visibility != "collapse" && visibility != "filter"
}
