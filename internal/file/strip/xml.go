package strip

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// editor says what becomes of the elements and attributes of an XML document, by their names with
// prefixes as they are written.
type editor struct {
	drop   func(name string, attributes []xml.Attr) bool   // with all that is in it
	unwrap func(name string) bool                          // but for what is in it
	attr   func(element string, a xml.Attr) (string, bool) // the value, and whether it stays
	text   func(parent, text string) string                // nil: as it is
}

const maxDepth = 400

// edit writes a document anew: without comments and instructions, in one form.
func (e editor) edit(ctx context.Context, document []byte) ([]byte, error) {
	damaged := refused("is damaged inside: save it anew")
	in := xml.NewDecoder(stopping{ctx, bytes.NewReader(document)})
	in.CharsetReader = nil // UTF-8 alone is read
	var out bytes.Buffer
	out.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n")
	var open []string // elements, those that are left out as ""
	for {
		token, err := in.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || len(open) > maxDepth {
			return nil, damaged
		}
		switch t := token.(type) {
		case xml.StartElement:
			name := written(t.Name)
			if e.drop(name, t.Attr) {
				if err := skip(in); err != nil {
					return nil, damaged
				}
				continue
			}
			if e.unwrap != nil && e.unwrap(name) {
				open = append(open, "")
				continue
			}
			open = append(open, name)
			e.start(&out, name, t.Attr)
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1] != "" && open[len(open)-1] != written(t.Name) {
				return nil, damaged
			}
			if name := open[len(open)-1]; name != "" {
				out.WriteString("</" + name + ">")
			}
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) == 0 {
				continue
			}
			text := string(t)
			if e.text != nil {
				text = e.text(open[len(open)-1], text)
			}
			_ = xml.EscapeText(&out, []byte(text)) // a buffer takes all
		case xml.Directive:
			return nil, refused("has a document type inside, which no office program writes")
		}
	}
	if len(open) != 0 {
		return nil, damaged
	}
	return out.Bytes(), nil
}

func (e editor) start(out *bytes.Buffer, name string, attributes []xml.Attr) {
	out.WriteString("<" + name)
	for _, a := range attributes {
		value, stays := e.attr(name, a)
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
func skip(in *xml.Decoder) error {
	for depth := 1; depth > 0; {
		token, err := in.RawToken()
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
