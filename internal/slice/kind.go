// Package slice is how partners take data out of the platform: whole lists of public things in
// the formats that they use, and everything needed to understand and cite them.
//
// A Kind says what can be taken (kind.go); the kinds of the record register themselves in
// statements.go, places.go, vocabularies.go and institutions.go, and later ones in their own
// packages, by Register. A Question is what somebody asks for (question.go), a Table the answer
// before it has a format (table.go), and the formats are in csv.go, json.go, xlsx.go,
// parquet.go and package.go. http.go serves them.
//
// Everything is read from handles of the record: what readers do not see cannot come in.
package slice

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/upr-info/upr/internal/civil"
	"github.com/upr-info/upr/internal/deprecation"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
)

// Type says what the cells of a column hold.
type Type string

// Types of columns. A List holds texts: formats without lists leave it out unless it is asked
// for by name, and write it as JSON then.
const (
	Text     Type = "text"
	Integer  Type = "integer"
	Number   Type = "number"
	Boolean  Type = "boolean"
	Date     Type = "date"
	DateTime Type = "datetime"
	List     Type = "list"
)

// Column is a column of a kind.
type Column struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Type        Type   `json:"type"`
	// Label says that it is what people read for a code in another column, in the language asked for.
	Label bool `json:"label,omitempty"`
	// References names the column of another kind that has each value, as in states.code.
	References string `json:"references,omitempty"`
	// Required says that no cell is empty.
	Required bool `json:"required,omitempty"`
	// Deprecated says that it is going to go; nil: it is not.
	Deprecated *deprecation.Notice `json:"deprecated,omitempty"`
}

// Cell is a value; its column says which of the members holds it.
type Cell struct {
	Null    bool
	Text    string // also dates
	Integer int64
	Number  float64
	Boolean bool
	Time    time.Time
	List    []string
}

// Kind is one sort of public things, as they are exported.
type Kind struct {
	Name  string `json:"name"` // as in recommendations: the name of its files
	Title string `json:"title"`
	// Description says what a row is: the unit that is counted.
	Description string `json:"description"`
	// Of names the kind whose edges or translations these are: they come with it in a package.
	Of string `json:"of,omitempty"`
	// Scope is what a key needs to read it, as in recommendations of recommendations:read.
	Scope   string   `json:"scope"`
	Key     []string `json:"key"` // the columns that tell rows apart
	Columns []Column `json:"columns"`
	// Filter is the one that it takes.
	Filter *FilterType `json:"filter,omitempty"`
	// Deprecated says that it is going to go; nil: it is not.
	Deprecated *deprecation.Notice `json:"deprecated,omitempty"`

	rows func(s *record.Snapshot, q *Question) (int, iter.Seq[rowOf], error)
}

// rowOf reads a cell of the row at which a list stands. scratch is room for the texts of a list.
type rowOf func(column int, scratch []string) Cell

// Of is a column whose cells are read from a T. scratch is room for the texts of a list.
type Of[T any] struct {
	Column
	Cell func(row T, in *record.Language, scratch []string) Cell
}

// Required says that no cell of the column is empty.
func (c Of[T]) Required() Of[T] { c.Column.Required = true; return c }

// Refers says which column of another kind has the values of this one.
func (c Of[T]) Refers(to string) Of[T] { c.References = to; return c }

// Label says that the column is what people read for a code.
func (c Of[T]) Label() Of[T] { c.Column.Label = true; return c }

// Rows returns how many things a question is about, and the things in an order that is the same
// in every process.
type Rows[T any] func(s *record.Snapshot, q *Question) (int, iter.Seq[T], error)

// kinds by name, in the order in which they were registered.
var (
	kinds   = map[string]*Kind{}
	listing []string
)

// Register adds a kind. It is called while the program starts; a name that is taken, a key or a
// reference that is not there is a mistake in the program, and panics.
func Register[T any](k Kind, rows Rows[T], columns ...Of[T]) {
	for _, c := range columns {
		k.Columns = append(k.Columns, c.Column)
	}
	if kinds[k.Name] != nil {
		panic("slice: two kinds are called " + k.Name)
	}
	for _, name := range k.Key {
		if k.column(name) < 0 {
			panic("slice: " + k.Name + " has no column " + name)
		}
	}
	k.rows = func(s *record.Snapshot, q *Question) (int, iter.Seq[rowOf], error) {
		n, things, err := rows(s, q)
		if err != nil {
			return 0, nil, err
		}
		return n, func(yield func(rowOf) bool) {
			var current T // one for all rows: a million leave nothing behind
			cell := func(column int, scratch []string) Cell { return columns[column].Cell(current, q.Language, scratch) }
			for current = range things {
				if !yield(cell) {
					return
				}
			}
		}, nil
	}
	kinds[k.Name] = &k
	listing = append(listing, k.Name)
}

// Deprecations are all notices of kinds and columns.
func Deprecations() (all []deprecation.Notice) {
	for _, k := range Kinds() {
		if k.Deprecated != nil {
			all = append(all, *k.Deprecated)
		}
		for _, c := range k.Columns {
			if c.Deprecated != nil {
				all = append(all, *c.Deprecated)
			}
		}
	}
	return all
}

func (k *Kind) column(name string) int {
	return slices.IndexFunc(k.Columns, func(c Column) bool { return c.Name == name })
}

// Find returns the kind with a name. Returns NotFound, which lists them.
func Find(name string) (*Kind, error) {
	if k := kinds[name]; k != nil {
		return k, nil
	}
	return nil, fault.NotFound("there is no export of %q; there are %s", name, kindNames())
}

func kindNames() string { return strings.Join(slices.Sorted(slices.Values(listing)), ", ") }

// Kinds returns all kinds, in the order in which they were registered.
func Kinds() []*Kind {
	all := make([]*Kind, len(listing))
	for i, name := range listing {
		all[i] = kinds[name]
	}
	return all
}

// FilterType is the type of filter that a kind takes: by the name that it has in the schema.
type FilterType struct {
	Name  string
	parse func(string) (any, error)
	today func(any) bool // whether what it admits depends on the day
}

// MarshalText is its name.
func (f *FilterType) MarshalText() ([]byte, error) { return []byte(f.Name), nil }

func filterType[T any](name string, today func(*T) bool) *FilterType {
	return &FilterType{Name: name, today: func(f any) bool { return today(f.(*T)) }, parse: func(text string) (any, error) {
		return record.ParseInput[T](text)
	}}
}

// The filters that the schema has.
var (
	ofStatements = filterType("RecommendationFilter", func(f *record.RecommendationFilter) bool {
		return f.GroupMembership != nil && *f.GroupMembership == record.Today
	})
	ofStates        = filterType("StateFilter", func(f *record.StateFilter) bool { return len(f.Groups) > 0 })
	ofReviews       = filterType("ReviewFilter", func(*record.ReviewFilter) bool { return false })
	ofOrganisations = filterType("OrganisationFilter", func(*record.OrganisationFilter) bool { return false })
)

// filter returns a question's filter, nil where it has none.
func filter[T any](q *Question) *T {
	f, _ := q.Filter.(*T)
	return f
}

// listed makes Rows of a list that is at hand.
func listed[T any](list func(*record.Snapshot) []T) Rows[T] {
	return func(s *record.Snapshot, _ *Question) (int, iter.Seq[T], error) {
		all := list(s)
		return len(all), slices.Values(all), nil
	}
}

// Edge is one of the things that belong to another, with its place among them.
type Edge[P, C any] struct {
	Parent P
	Child  C
	Place  int // from 1
}

// edges makes Rows of what belongs to other things, which are looked through once to count it.
func edges[P, C any](parents Rows[P], children func(P) []C) Rows[Edge[P, C]] {
	return func(s *record.Snapshot, q *Question) (int, iter.Seq[Edge[P, C]], error) {
		_, all, err := parents(s, q)
		if err != nil {
			return 0, nil, err
		}
		n := 0
		for p := range all {
			n += len(children(p))
		}
		return n, func(yield func(Edge[P, C]) bool) {
			for p := range all {
				for i, c := range children(p) {
					if !yield(Edge[P, C]{p, c, i + 1}) {
						return
					}
				}
			}
		}, nil
	}
}

// Columns of each type. A text that is empty is an empty cell.

func textual[T any](name, description string, value func(T) string) Of[T] {
	return Of[T]{Column{Name: name, Description: description, Type: Text}, func(row T, _ *record.Language, _ []string) Cell { return TextCell(value(row)) }}
}

func labelled[T any](name, description string, value func(T, *record.Language) string) Of[T] {
	return Of[T]{Column{Name: name, Description: description, Type: Text, Label: true}, func(row T, in *record.Language, _ []string) Cell { return TextCell(value(row, in)) }}
}

func whole[T any](name, description string, value func(T) int) Of[T] {
	return Of[T]{Column{Name: name, Description: description, Type: Integer, Required: true}, func(row T, _ *record.Language, _ []string) Cell { return Cell{Integer: int64(value(row))} }}
}

func wholeOrNone[T any](name, description string, value func(T) *int) Of[T] {
	return Of[T]{Column{Name: name, Description: description, Type: Integer}, func(row T, _ *record.Language, _ []string) Cell {
		n := value(row)
		if n == nil {
			return Cell{Null: true}
		}
		return Cell{Integer: int64(*n)}
	}}
}

func number[T any](name, description string, value func(T) float64) Of[T] {
	return Of[T]{Column{Name: name, Description: description, Type: Number, Required: true}, func(row T, _ *record.Language, _ []string) Cell { return Cell{Number: value(row)} }}
}

func boolean[T any](name, description string, value func(T) bool) Of[T] {
	return Of[T]{Column{Name: name, Description: description, Type: Boolean, Required: true}, func(row T, _ *record.Language, _ []string) Cell { return Cell{Boolean: value(row)} }}
}

func date[T any](name, description string, value func(T) *civil.Date) Of[T] {
	return Of[T]{Column{Name: name, Description: description, Type: Date}, func(row T, _ *record.Language, _ []string) Cell {
		d := value(row)
		if d == nil {
			return Cell{Null: true}
		}
		return Cell{Text: string(*d)}
	}}
}

func moment[T any](name, description string, value func(T) time.Time) Of[T] {
	return Of[T]{Column{Name: name, Description: description, Type: DateTime, Required: true}, func(row T, _ *record.Language, _ []string) Cell {
		return Cell{Time: value(row).UTC().Truncate(time.Second)}
	}}
}

func list[T any](name, description string, value func(T) []string) Of[T] {
	return appended(name, description, func(row T, into []string) []string { return append(into, value(row)...) })
}

// appended is a list whose texts are appended, for kinds with very many rows.
func appended[T any](name, description string, value func(row T, into []string) []string) Of[T] {
	return Of[T]{Column{Name: name, Description: description, Type: List}, func(row T, _ *record.Language, scratch []string) Cell { return Cell{List: value(row, scratch)} }}
}

// TextCell is a text; an empty one is an empty cell.
func TextCell(text string) Cell { return Cell{Text: text, Null: text == ""} }

// words turns things into texts.
func words[T any](things []T, word func(T) string) []string {
	texts := make([]string, len(things))
	for i, thing := range things {
		texts[i] = word(thing)
	}
	return texts
}

// codeOf is the code of a State that may not be known.
func codeOf(s *record.State) string {
	if s == nil {
		return ""
	}
	return s.Code
}

func nameOf(s *record.State, in *record.Language) string {
	if s == nil {
		return ""
	}
	return s.Name(in)
}

// checkReferences panics where a column refers to what is not there.
func checkReferences() error {
	for _, k := range Kinds() {
		for _, c := range k.Columns {
			if c.References == "" {
				continue
			}
			name, column, _ := strings.Cut(c.References, ".")
			if to := kinds[name]; to == nil || to.column(column) < 0 {
				return fmt.Errorf("%s.%s refers to %s, which there is not", k.Name, c.Name, c.References)
			}
		}
		if k.Of != "" && kinds[k.Of] == nil {
			return fmt.Errorf("%s belongs to %s, which there is not", k.Name, k.Of)
		}
	}
	return nil
}
