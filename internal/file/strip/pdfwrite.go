package strip

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// pdfWriter writes what it reaches from the catalogue, in the order in which it is reached: so that
// a second time gives the same numbers, and what nobody reaches is gone.
type pdfWriter struct {
	ctx      context.Context
	table    *model.XRefTable
	pages    map[int]bool
	outlines int  // number of their root
	redraws  bool // readers draw forms by themselves
	numbers  map[reached]int
	queue    []reached
	left     budget // for unpacking
	size     int    // of what was written
}

// reached is an object in the role in which it was reached.
type reached struct {
	number int
	kind   string
}

func writePDF(ctx context.Context, table *model.XRefTable) ([]byte, error) {
	root, err := table.DereferenceDict(*table.Root)
	if err != nil || root == nil {
		return nil, refused(Damaged, "cannot be read as a PDF file: it is damaged; save it anew")
	}
	pages, err := pageSet(table, root)
	if err != nil {
		return nil, err
	}
	w := &pdfWriter{ctx: ctx, table: table, pages: pages, redraws: redrawsForms(table, root), numbers: map[reached]int{}, left: budget{maxPDFUnpacked}}
	if outlines, ok := root["Outlines"].(types.IndirectRef); ok {
		w.outlines = int(outlines.ObjectNumber)
	}
	w.reach(int(table.Root.ObjectNumber), "catalog")
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var offsets []int
	for number := 0; number < len(w.queue); number++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(w.queue) > maxPDFObjects || out.Len() > maxPDFWritten {
			return nil, refused(TooMuch, "grows beyond all measure when it is written anew")
		}
		at := w.queue[number]
		object, err := table.Dereference(*types.NewIndirectRef(at.number, generation(table, at.number)))
		if err != nil {
			return nil, err
		}
		body, err := w.object(object, at.kind)
		if err != nil {
			return nil, err
		}
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", number+1, body)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, offset := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, start)
	return out.Bytes(), nil
}

// reach returns the new number of an object.
func (w *pdfWriter) reach(number int, kind string) int {
	at := reached{number, kind}
	if w.numbers[at] == 0 {
		w.queue = append(w.queue, at)
		w.numbers[at] = len(w.queue)
	}
	return w.numbers[at]
}

// object is what stands in place of an object: null where it is not of its kind.
func (w *pdfWriter) object(object types.Object, kind string) (string, error) {
	text, err := w.direct(object, kind, 0)
	if text == "" && err == nil {
		text = "null"
	}
	return text, err
}

// value is a value of a kind, empty where it is left out. Simple values are written in place; things
// are referred to as they were.
func (w *pdfWriter) value(object types.Object, kind string, depth int) (string, error) {
	ref, indirect := object.(types.IndirectRef)
	if !indirect {
		return w.direct(object, kind, depth+1)
	}
	if !w.mayReach(int(ref.ObjectNumber), kind) {
		return "", nil
	}
	target, err := w.table.Dereference(ref)
	if err != nil || target == nil {
		return "", err
	}
	if kind == "annotation" && !staysOnPage(target) {
		return "", nil
	}
	if _, list := target.(types.Array); kind[0] == '[' && !list {
		return w.value(object, strings.Trim(kind, "[]"), depth)
	}
	if kind[0] == '[' || kind[0] == '{' || slices.Contains(inPlace, kind) {
		return w.direct(target, kind, depth+1)
	}
	if kind == "outlineparent" {
		kind = "outline"
		if int(ref.ObjectNumber) == w.outlines {
			kind = "outlines"
		}
	}
	return strconv.Itoa(w.reach(int(ref.ObjectNumber), kind)) + " 0 R", nil
}

// mayReach says whether an object may be reached as what it is taken for.
func (w *pdfWriter) mayReach(number int, kind string) bool { return kind != "page" || w.pages[number] }

// inPlace are the kinds that are written where they are used.
var inPlace = []string{"atom", "destination", "colour", "action"}

const maxPDFDepth = 60

func (w *pdfWriter) direct(object types.Object, kind string, depth int) (string, error) {
	if depth > maxPDFDepth {
		return "", refused(TooMuch, "is nested too deeply: save it anew")
	}
	if err := w.ctx.Err(); err != nil {
		return "", err
	}
	switch {
	case kind == "atom":
		return w.atom(object, depth)
	case kind[0] == '[':
		return w.oneOrMore(object, strings.Trim(kind, "[]"), depth)
	case kind[0] == '{':
		return w.named(object, strings.Trim(kind, "{}"), depth)
	}
	if special := pdfKinds[kind]; special != nil {
		return special(w, object, depth)
	}
	return w.known(object, kind, depth)
}

// known writes a dictionary or a stream by its row of the schema.
func (w *pdfWriter) known(object types.Object, kind string, depth int) (string, error) {
	var stream *types.StreamDict
	d, ok := object.(types.Dict)
	if s, is := object.(types.StreamDict); is && pdfStreams[kind] {
		d, stream, ok = s.Dict, &s, true
	}
	if !ok {
		return "", nil
	}
	var out strings.Builder
	for _, key := range slices.Sorted(maps.Keys(pdfSchema[kind])) {
		if d[key] == nil {
			continue
		}
		value, err := w.value(d[key], pdfSchema[kind][key], depth)
		if err != nil {
			return "", err
		}
		if value != "" {
			out.WriteString("/" + key + " " + value)
		}
	}
	if stream == nil {
		return w.count("<<" + out.String() + ">>")
	}
	filters, body, err := w.body(stream, kind)
	if err != nil {
		return "", err
	}
	return w.count(fmt.Sprintf("<<%s%s/Length %d>>stream\n%s\nendstream", out.String(), filters, len(body), body))
}

// count bounds what is written: lists that refer to each other could grow without end.
func (w *pdfWriter) count(text string) (string, error) {
	if w.size += len(text); w.size > 2*maxPDFWritten {
		return "", refused(TooMuch, "grows beyond all measure when it is written anew")
	}
	return text, nil
}

func (w *pdfWriter) oneOrMore(object types.Object, kind string, depth int) (string, error) {
	list, ok := object.(types.Array)
	if !ok {
		return w.direct(object, kind, depth+1)
	}
	return w.list(list, kind, depth)
}

func (w *pdfWriter) list(list types.Array, kind string, depth int) (string, error) {
	var out []string
	for _, item := range list {
		text, err := w.value(item, kind, depth)
		if err != nil {
			return "", err
		}
		if text == "" && kind == "atom" {
			text = "null" // places in the list count
		}
		if text != "" {
			out = append(out, text)
		}
	}
	return w.count("[" + strings.Join(out, " ") + "]")
}

func (w *pdfWriter) named(object types.Object, kind string, depth int) (string, error) {
	d, ok := object.(types.Dict)
	if !ok {
		return "", nil
	}
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(d)) {
		value, err := w.value(d[name], kind, depth)
		if err != nil {
			return "", err
		}
		if value != "" {
			out.WriteString(nameOf(name) + " " + value)
		}
	}
	return w.count("<<" + out.String() + ">>")
}

func nameOf(name string) string { return "/" + types.EncodeName(name) }

// atom writes a simple value in one form.
func (w *pdfWriter) atom(object types.Object, depth int) (string, error) {
	switch o := object.(type) {
	case types.Boolean:
		return strconv.FormatBool(bool(o)), nil
	case types.Integer:
		return strconv.Itoa(int(o)), nil
	case types.Float:
		return strconv.FormatFloat(float64(o), 'f', -1, 64), nil
	case types.Name:
		return w.count(nameOf(string(o)))
	case types.StringLiteral, types.HexLiteral:
		text, err := bytesOf(o)
		if err != nil {
			return "", refused(Damaged, "cannot be read as a PDF file: it is damaged; save it anew")
		}
		return w.count("<" + hex.EncodeToString(text) + ">")
	case types.Array:
		return w.list(o, "atom", depth)
	}
	return "", nil
}

func bytesOf(object types.Object) ([]byte, error) {
	switch o := object.(type) {
	case types.StringLiteral:
		return types.Unescape(string(o))
	case types.HexLiteral:
		digits := strings.Map(func(r rune) rune {
			if strings.ContainsRune(" \t\r\n\f\x00", r) {
				return -1
			}
			return r
		}, string(o))
		if len(digits)%2 == 1 {
			digits += "0"
		}
		return hex.DecodeString(digits)
	}
	return nil, nil
}
