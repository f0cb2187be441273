package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/upr-info/upr/internal/fault"
)

// ParseInput reads a filter that is written as JSON, by the names and rules of GraphQL: a
// single value stands for a list of one, null for what is absent, and a field that the
// filter does not have is an error. Empty text is the filter that admits everything.
func ParseInput[T any](text string) (*T, error) {
	filter := new(T)
	if strings.TrimSpace(text) == "" {
		return filter, nil
	}
	given, twice, valid := fieldsOf(text)
	switch {
	case !valid:
		return nil, fault.Invalid("filter", `is not a JSON object, as in {"cycles": [3]}`)
	case len(twice) > 0:
		return nil, fault.Invalid("filter."+twice[0], "is given twice: name all its values in one list")
	}
	fields := inputFields(reflect.ValueOf(filter).Elem())
	for name, raw := range given {
		field, known := fields[name]
		if !known {
			return nil, fault.Invalid("filter", "has no field %q; it has %s", name, strings.Join(InputNames[T](), ", "))
		}
		if field.Kind() == reflect.Slice && !bytes.HasPrefix(raw, []byte("[")) && !bytes.Equal(raw, []byte("null")) {
			raw = slices.Concat([]byte("["), raw, []byte("]"))
		}
		if err := json.Unmarshal(raw, field.Addr().Interface()); err != nil || hasNull(raw) {
			return nil, fault.Invalid("filter."+name, "cannot be %s: the schema says what it takes", clip(raw))
		}
	}
	return filter, validEnums(filter)
}

// fieldsOf reads the fields of what is a JSON object and nothing else, and those that it has twice, of which one
// would be left out.
func fieldsOf(object string) (fields map[string]json.RawMessage, twice []string, valid bool) {
	decoder := json.NewDecoder(strings.NewReader(object))
	if brace, err := decoder.Token(); err != nil || brace != json.Delim('{') {
		return nil, nil, false
	}
	fields = map[string]json.RawMessage{}
	for decoder.More() {
		token, err := decoder.Token()
		name, isName := token.(string)
		var value json.RawMessage
		if err != nil || !isName || decoder.Decode(&value) != nil {
			return nil, nil, false
		}
		if _, before := fields[name]; before {
			twice = append(twice, name)
		}
		fields[name] = value
	}
	if _, err := decoder.Token(); err != nil { // the brace
		return nil, nil, false
	}
	_, err := decoder.Token()
	return fields, twice, errors.Is(err, io.EOF)
}

// hasNull says whether a list has a null in it, which JSON would read as an empty value.
func hasNull(raw json.RawMessage) bool {
	var list []any
	return json.Unmarshal(raw, &list) == nil && slices.Contains(list, nil)
}

func clip(raw json.RawMessage) string {
	const most = 60
	if len(raw) > most {
		return strings.ToValidUTF8(string(raw[:most]), "") + "…"
	}
	return string(raw)
}

// validEnums refuses values of enums that no dimension looks up.
func validEnums(filter any) error {
	switch f := filter.(type) {
	case *RecommendationFilter:
		if m := f.GroupMembership; m != nil && *m != AtReview && *m != Today {
			return fault.Invalid("filter.groupMembership", "is AT_REVIEW or TODAY, not %q", string(*m))
		}
	case *OrganisationFilter:
		for _, kind := range f.Kinds {
			if kind == "" || strings.ContainsFunc(string(kind), func(r rune) bool { return r != '_' && !unicode.IsUpper(r) }) {
				return fault.Invalid("filter.kinds", "%q is no kind of organisation", string(kind))
			}
		}
	}
	return nil
}

// InputNames lists the fields of a filter as GraphQL names them.
func InputNames[T any]() []string {
	var names []string
	of := reflect.TypeFor[T]()
	for i := range of.NumField() {
		if field := of.Field(i); field.IsExported() {
			names = append(names, inputName(field.Name))
		}
	}
	return names
}

// WriteInput writes a filter as JSON in one way only: its fields in their order, without
// those that do not restrict.
func WriteInput(filter any) string {
	value := reflect.ValueOf(filter)
	if value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return "{}"
		}
		value = value.Elem()
	}
	var parts []string
	for i := range value.NumField() {
		field := value.Field(i)
		if !value.Type().Field(i).IsExported() || field.IsZero() || field.Kind() == reflect.Slice && field.Len() == 0 {
			continue
		}
		text, err := json.Marshal(field.Interface())
		if err != nil {
			panic(err) // texts, numbers and booleans
		}
		parts = append(parts, `"`+inputName(value.Type().Field(i).Name)+`":`+string(text))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func inputFields(value reflect.Value) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	for i := range value.NumField() {
		if field := value.Type().Field(i); field.IsExported() {
			fields[inputName(field.Name)] = value.Field(i)
		}
	}
	return fields
}

// inputName turns StatesUnderReview into statesUnderReview and SDGGoals into sdgGoals.
func inputName(name string) string {
	runes := []rune(name)
	for i := range runes {
		if i > 0 && i+1 < len(runes) && unicode.IsLower(runes[i+1]) || !unicode.IsUpper(runes[i]) {
			break
		}
		runes[i] = unicode.ToLower(runes[i])
	}
	return string(runes)
}
