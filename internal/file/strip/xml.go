package strip

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
)

// editor says what becomes of the elements and attributes of an XML document, by their names with
// prefixes as they are written.
type editor struct {
	drop   func(name string, attributes []xml.Attr) bool   // with all that is in it
	unwrap func(name string) bool                          // but for what is in it
	attr   func(element string, a xml.Attr) (string, bool) // the value, and whether it stays
	text   func(parent, text string) string                // nil: as it is
	// look sees each element before the others do, with those that it is in, and may mark these as
	// hidden. It says whether what is in the element is veiled, and whether the element is hidden.
	look func(open []element, name string, attributes []xml.Attr) (veiled, hidden bool)
	// refuse says why a document is refused that shows an element.
	refuse func(name string, attributes []xml.Attr) error
	// end says whether an element is left out after all.
	end func(name string, empty bool) bool
	// name is what an element is written as.
	name func(name string) string
	// needs are elements, by names without prefixes, that are nothing without another one in them.
	needs map[string]string
	// prefixes are what namespaces are called, by their addresses, whatever the document calls them.
	// Elements of others have foreign, and attributes of others are left out. nil: as it is.
	prefixes map[string]string
}

const foreign = "foreign"

// element is one that is being read.
type element struct {
	name, shown string // as it was, and as it is written
	unwrapped   bool
	start, body int    // where it, and what is in it, begin in what is written
	hidden      bool   // it is left out with all that is in it
	veiled      bool   // what is in it is hidden, if it does not say otherwise
	taken       bool   // of the things that it offers, one is there
	filled      bool   // what it needs is in it
	says        bool   // of itself whether it is hidden
	toggled     bool   // what is in it is hidden, unless that is turned round
	instead     string // what is written where it is hidden
}

const maxDepth = 400

// edit writes a document anew: without comments and instructions, in one form.
func (e editor) edit(ctx context.Context, document []byte) ([]byte, error) {
	damaged := refused(Damaged, "is damaged inside: save it anew")
	in := xml.NewDecoder(stopping{ctx, bytes.NewReader(document)})
	in.CharsetReader = nil // UTF-8 alone is read
	var out bytes.Buffer
	out.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n")
	read := e.reader(in)
	var open []element
	for {
		token, err := read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || len(open) > maxDepth {
			return nil, damaged
		}
		switch t := token.(type) {
		case xml.StartElement:
			name := written(t.Name)
			next := element{name: name, start: out.Len()}
			if e.look != nil {
				next.veiled, next.hidden = e.look(open, name, t.Attr)
			}
			if e.refuse != nil && !next.hidden && !slices.ContainsFunc(open, func(outer element) bool { return outer.hidden }) {
				if err := e.refuse(name, t.Attr); err != nil {
					return nil, err
				}
			}
			if e.drop != nil && e.drop(name, t.Attr) {
				if err := skip(read); err != nil {
					return nil, damaged
				}
				continue
			}
			if next.shown = name; e.name != nil {
				next.shown = e.name(name)
			}
			if next.unwrapped = e.unwrap != nil && e.unwrap(name); !next.unwrapped {
				e.start(&out, next.shown, t.Attr)
			}
			next.body = out.Len()
			open = append(open, next)
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1].name != written(t.Name) {
				return nil, damaged
			}
			last := open[len(open)-1]
			open = open[:len(open)-1]
			empty := out.Len() == last.body
			if !last.unwrapped {
				out.WriteString("</" + last.shown + ">")
			}
			need := e.needs[local(last.name)]
			if e.end != nil && e.end(last.name, empty) || last.hidden || need != "" && !last.filled {
				out.Truncate(last.start)
				out.WriteString(last.instead)
			} else {
				e.fill(open, last)
			}
		case xml.CharData:
			if len(open) == 0 {
				continue
			}
			text := string(t)
			if open[len(open)-1].veiled {
				text = ""
			}
			if e.text != nil {
				text = e.text(parentOf(open), text)
			}
			_ = xml.EscapeText(&out, []byte(text)) // a buffer takes all
		case xml.Directive:
			return nil, refused(NotItsKind, "has a document type inside, which no office program writes")
		}
	}
	if len(open) != 0 {
		return nil, damaged
	}
	return out.Bytes(), nil
}

// reader reads tokens, by the names that namespaces have in prefixes: the first element declares them all.
func (e editor) reader(in *xml.Decoder) func() (xml.Token, error) {
	if e.prefixes == nil {
		return in.RawToken
	}
	declared := make([]xml.Attr, 0, len(e.prefixes))
	for _, space := range slices.Sorted(maps.Keys(e.prefixes)) {
		declared = append(declared, xml.Attr{Name: xml.Name{Space: "xmlns", Local: e.prefixes[space]}, Value: space})
	}
	const ownSpace = "http://www.w3.org/XML/1998/namespace" // of xml, which nobody declares
	return func() (xml.Token, error) {
		token, err := in.Token()
		switch t := token.(type) {
		case xml.StartElement:
			if _, known := e.prefixes[t.Name.Space]; !known && slices.Contains(slices.Collect(maps.Values(e.prefixes)), t.Name.Space) {
				return nil, errors.New("a prefix that nothing declares")
			}
			t.Name.Space = cmp.Or(e.prefixes[t.Name.Space], foreign)
			attributes := declared
			declared = nil
			for _, a := range t.Attr {
				if a.Name.Space == ownSpace {
					a.Name.Space = "xml"
				} else if a.Name.Space = e.prefixes[a.Name.Space]; a.Name.Space == "" {
					continue
				}
				attributes = append(attributes, a)
			}
			t.Attr = attributes
			return t, err
		case xml.EndElement:
			t.Name.Space = cmp.Or(e.prefixes[t.Name.Space], foreign)
			return t, err
		}
		return token, err
	}
}

// fill marks the element that needs the one that has ended.
func (e editor) fill(open []element, last element) {
	for outer, inner := range e.needs {
		for i := len(open) - 1; i >= 0 && inner == local(last.name); i-- {
			if local(open[i].name) == outer {
				open[i].filled = true
				break
			}
		}
	}
}

// parentOf is the innermost element that is written.
func parentOf(open []element) string {
	for _, one := range slices.Backward(open) {
		if !one.unwrapped {
			return one.name
		}
	}
	return ""
}

// up is the element n levels up: one that nobody asks for where there is none.
func up(open []element, n int) *element {
	if len(open) < n {
		return &element{}
	}
	return &open[len(open)-n]
}

func (e editor) start(out *bytes.Buffer, name string, attributes []xml.Attr) {
	out.WriteString("<" + name)
	for _, a := range attributes {
		value, stays := a.Value, true
		if e.attr != nil {
			value, stays = e.attr(name, a)
		}
		if !stays {
			continue
		}
		out.WriteString(" " + written(a.Name) + `="`)
		_ = xml.EscapeText(out, []byte(value)) // a buffer takes all
		out.WriteString(`"`)
	}
	out.WriteString(">")
}

// skip reads to the end of an element.
func skip(read func() (xml.Token, error)) error {
	for depth := 1; depth > 0; {
		token, err := read()
		if err == nil && depth > maxDepth {
			err = errors.New("too deep")
		}
		if err != nil {
			return err
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

// written is a name with its prefix, as it stands in the document.
func written(name xml.Name) string {
	if name.Space == "" {
		return name.Local
	}
	return name.Space + ":" + name.Local
}

// local is a name without its prefix.
func local(name string) string { return name[strings.LastIndex(name, ":")+1:] }

func valueOf(attributes []xml.Attr, name string) string {
	for _, a := range attributes {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
