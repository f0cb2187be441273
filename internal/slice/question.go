package slice

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"github.com/upr-info/upr/internal/deprecation"
	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/record"
)

// Question is what somebody wants to have exported.
type Question struct {
	Kind     *Kind
	Filter   any      // of the type that the kind takes; nil: everything
	Columns  []string // by name; empty: those that the format has by itself
	Values   Values
	Language *record.Language // of labels; nil: English
	Order    record.RecommendationOrder
}

// Values says whether codes, what people read for them, or both are wanted.
type Values string

// What columns can be chosen by, where they are not named.
const (
	Both   Values = "both"
	Codes  Values = "codes"
	Labels Values = "labels"
)

// parameters are what a question may have, so that a typing error is not taken for everything.
var parameters = []string{"filter", "columns", "values", "language", "order"}

// Parse reads a question from the parameters of an address. Returns Invalid, which says which
// one is wrong, and NotFound for a kind that there is not.
func Parse(kind string, values url.Values) (*Question, error) {
	k, err := Find(kind)
	if err != nil {
		return nil, err
	}
	for name, given := range values {
		if !slices.Contains(parameters, name) {
			return nil, fault.Invalid(name, "is no parameter of an export; there are %s", strings.Join(parameters, ", "))
		}
		if len(given) > 1 {
			return nil, fault.Invalid(name, "is given %d times", len(given))
		}
	}
	q := &Question{Kind: k, Values: Values(values.Get("values")), Order: record.RecommendationOrder(values.Get("order"))}
	if err := q.setFilter(values.Get("filter")); err != nil {
		return nil, err
	}
	if err := q.setColumns(values.Get("columns")); err != nil {
		return nil, err
	}
	if code := values.Get("language"); code != "" {
		language := record.Language(strings.ToUpper(code))
		if !slices.Contains([]record.Language{record.English, record.French, record.Spanish, record.Arabic, record.Russian, record.Chinese}, language) {
			return nil, fault.Invalid("language", "is EN, FR, ES, AR, RU or ZH, not %q", code)
		}
		q.Language = &language
	}
	switch q.Values {
	case "":
		q.Values = Both
	case Both, Codes, Labels:
	default:
		return nil, fault.Invalid("values", "is both, codes or labels, not %q", string(q.Values))
	}
	if q.Order != "" && k.Filter != ofStatements {
		return nil, fault.Invalid("order", "%s have one order only", k.Name)
	}
	return q, nil
}

func (q *Question) setFilter(text string) (err error) {
	if q.Kind.Filter == nil {
		if strings.TrimSpace(text) != "" {
			return fault.Invalid("filter", "%s take none", q.Kind.Name)
		}
		return nil
	}
	q.Filter, err = q.Kind.Filter.parse(text)
	return err
}

func (q *Question) setColumns(text string) error {
	if text == "" {
		return nil
	}
	for name := range strings.SplitSeq(text, ",") {
		name = strings.TrimSpace(name)
		if q.Kind.column(name) < 0 {
			return fault.Invalid("columns", "%s have no %q; there are %s", q.Kind.Name, name,
				strings.Join(words(q.Kind.Columns, func(c Column) string { return c.Name }), ", "))
		}
		if slices.Contains(q.Columns, name) {
			return fault.Invalid("columns", "%q is named twice", name)
		}
		q.Columns = append(q.Columns, name)
	}
	return nil
}

// FilterText is the filter as JSON, in one way only.
func (q *Question) FilterText() string {
	if q.Filter == nil {
		return "{}"
	}
	return record.WriteInput(q.Filter)
}

// chosen returns the places of the columns that are exported. Lists come only to formats that
// have lists, unless they are named.
func (q *Question) chosen(lists bool) (places []int) {
	if len(q.Columns) > 0 {
		for _, name := range q.Columns {
			places = append(places, q.Kind.column(name))
		}
		return places
	}
	for i, c := range q.Kind.Columns {
		switch {
		case c.Type == List && !lists:
		case q.Values == Codes && c.Label:
		case q.Values == Labels && q.Kind.hasLabel(c):
		default:
			places = append(places, i)
		}
	}
	return places
}

// withKey is the question with the columns that tell rows apart, also where it does not name them.
func (q *Question) withKey() *Question {
	keyed := *q
	if len(q.Columns) == 0 {
		return &keyed
	}
	keyed.Columns = slices.Clone(q.Columns)
	for _, name := range q.Kind.Key {
		if !slices.Contains(keyed.Columns, name) {
			keyed.Columns = append(keyed.Columns, name)
		}
	}
	return &keyed
}

// deprecations are notices about the kind, and about columns that are asked for by name.
func (q *Question) deprecations() (all []deprecation.Notice) {
	if q.Kind.Deprecated != nil {
		all = append(all, *q.Kind.Deprecated)
	}
	for _, name := range q.Columns {
		if n := q.Kind.Columns[q.Kind.column(name)].Deprecated; n != nil {
			all = append(all, *n)
		}
	}
	return all
}

// hasLabel says whether another column has what people read for a code.
func (k *Kind) hasLabel(c Column) bool {
	for _, suffix := range []string{"_name", "_title"} {
		if i := k.column(c.Name + suffix); i >= 0 && k.Columns[i].Label {
			return true
		}
	}
	return false
}

// Query writes the question as the parameters of an address, in one way only.
func (q *Question) Query() url.Values {
	values := url.Values{}
	if text := q.FilterText(); text != "{}" {
		values.Set("filter", text)
	}
	if len(q.Columns) > 0 {
		values.Set("columns", strings.Join(q.Columns, ","))
	}
	if q.Values != "" && q.Values != Both {
		values.Set("values", string(q.Values))
	}
	if q.Language != nil {
		values.Set("language", string(*q.Language))
	}
	if q.Order != "" {
		values.Set("order", string(q.Order))
	}
	return values
}

// layout changes whenever the same data would be written otherwise.
const layout = "2"

// Tag names the bytes that answer the question: they are others with the record, and, where it
// asks for what holds today, with the day; where it names groups of partners, with those.
func (q *Question) Tag(s *record.Snapshot, f *Format, about About) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{layout, q.Kind.Name, f.Extension, q.Query().Encode(), q.beyond(s), about.PublicURL, about.Licence, about.LicenceURL}, "\n")))
	return `"` + s.Version().String() + "." + hex.EncodeToString(sum[:8]) + `"`
}
