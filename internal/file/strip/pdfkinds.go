package strip

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// pdfKinds are the kinds of which the schema alone does not tell enough.
var pdfKinds map[string]func(w *pdfWriter, object types.Object, depth int) (string, error)

func init() {
	pdfKinds = map[string]func(w *pdfWriter, object types.Object, depth int) (string, error){
		"xobject": (*pdfWriter).xobject, "colour": (*pdfWriter).colour, "mask": (*pdfWriter).mask,
		"encoding": orName("encoding"), "map": orName("map"), "table": orName("table"), "function": orName("function"), "softmask": orName("softmask"),
		"fontsize": (*pdfWriter).fontSize, "language": (*pdfWriter).language, "appearance": (*pdfWriter).appearance,
		"annotation": (*pdfWriter).annotation, "action": (*pdfWriter).action, "destination": (*pdfWriter).destination,
	}
}

// orName writes a name, a text, or a thing of a kind.
func orName(kind string) func(w *pdfWriter, object types.Object, depth int) (string, error) {
	return func(w *pdfWriter, object types.Object, depth int) (string, error) {
		switch object.(type) {
		case types.Name, types.StringLiteral, types.HexLiteral:
			return w.atom(object, depth)
		}
		return w.known(object, kind, depth)
	}
}

func (w *pdfWriter) xobject(object types.Object, depth int) (string, error) {
	stream, ok := object.(types.StreamDict)
	if !ok {
		return "", nil
	}
	switch subtype, _ := stream.Dict["Subtype"].(types.Name); subtype {
	case "Image":
		return w.known(stream, "image", depth)
	case "Form":
		return w.known(stream, "form", depth)
	}
	return "", nil
}

// mask is a picture, or a range of colours.
func (w *pdfWriter) mask(object types.Object, depth int) (string, error) {
	if list, ok := object.(types.Array); ok {
		return w.atom(list, depth)
	}
	return w.xobject(object, depth)
}

// colourParts are the kinds of what stands in the list of a colour space, after its name.
var colourParts = map[string][]string{
	"Indexed": {"colour", "atom", "table"}, "I": {"colour", "atom", "table"}, "Separation": {"atom", "colour", "function"}, "DeviceN": {"atom", "colour", "function"},
	"Pattern": {"colour"}, "CalGray": {"calibrated"}, "CalRGB": {"calibrated"}, "Lab": {"calibrated"}, "DeviceGray": {}, "DeviceRGB": {}, "DeviceCMYK": {},
}

// colour writes a colour space. A profile, which tells of a device, becomes the space of any.
func (w *pdfWriter) colour(object types.Object, depth int) (string, error) {
	list, ok := object.(types.Array)
	if !ok || len(list) == 0 {
		return w.atom(object, depth)
	}
	family, _ := list[0].(types.Name)
	if family == "ICCBased" && len(list) > 1 {
		return w.deviceColour(list[1])
	}
	parts, known := colourParts[string(family)]
	if !known {
		return "", nil
	}
	out := []string{nameOf(string(family))}
	for i, part := range parts {
		if i+1 >= len(list) {
			break
		}
		text, err := w.value(list[i+1], part, depth)
		if err != nil || text == "" {
			return "", err
		}
		out = append(out, text)
	}
	return w.count("[" + strings.Join(out, " ") + "]")
}

func (w *pdfWriter) deviceColour(profile types.Object) (string, error) {
	object, err := w.table.Dereference(profile)
	if err != nil {
		return "", err
	}
	stream, _ := object.(types.StreamDict)
	components, err := w.table.Dereference(stream.Dict["N"])
	if err != nil {
		return "", err
	}
	n, _ := components.(types.Integer)
	return map[types.Integer]string{1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}[n], nil
}

func (w *pdfWriter) fontSize(object types.Object, depth int) (string, error) {
	list, ok := object.(types.Array)
	if !ok || len(list) != 2 {
		return "", nil
	}
	font, err := w.value(list[0], "font", depth)
	if err != nil || font == "" {
		return "", err
	}
	size, err := w.value(list[1], "atom", depth)
	return "[" + font + " " + size + "]", err
}

// languages are codes such as en or zh-Hant-TW.
var languages = regexp.MustCompile(`^(?i:[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?)$`)

func (w *pdfWriter) language(object types.Object, depth int) (string, error) {
	code, err := bytesOf(object)
	if err != nil || !languages.Match(code) {
		return "", nil //nolint:nilerr // a language that is none
	}
	return w.atom(object, depth)
}

// appearance is a drawing, or one for each state.
func (w *pdfWriter) appearance(object types.Object, depth int) (string, error) {
	if _, states := object.(types.Dict); states {
		return w.named(object, "xobject", depth)
	}
	return w.xobject(object, depth)
}

// pdfAnnotations are the kinds that stay: what is drawn on pages, and links. Notes that open are
// comments, which a published text has not.
var pdfAnnotations = []types.Name{"Link", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight", "Underline", "Squiggly", "StrikeOut", "Stamp",
	"Caret", "Ink", "Widget", "Watermark"}

func staysOnPage(object types.Object) bool {
	d, _ := object.(types.Dict)
	subtype, _ := d["Subtype"].(types.Name)
	const hidden, noView = 1 << 1, 1 << 5
	flags, isNumber := d["F"].(types.Integer)
	return slices.Contains(pdfAnnotations, subtype) && (d["F"] == nil || isNumber && flags&(hidden|noView) == 0)
}

func (w *pdfWriter) annotation(object types.Object, depth int) (string, error) {
	if !staysOnPage(object) {
		return "", nil
	}
	d := maps.Clone(object.(types.Dict))
	if d["Subtype"] != types.Name("FreeText") || d["AP"] != nil {
		delete(d, "Contents") // what somebody says of it, or what programs read in place of what is drawn
	}
	if d["Subtype"] == types.Name("Widget") {
		drawn, _ := w.table.DereferenceDict(d["AP"])
		if (w.redraws || drawn["N"] == nil) && w.isFilledIn(d) {
			return "", refused(Form, "has a form that was filled in, whose answers some readers alone would draw: print it into a PDF file")
		}
		d["Subtype"] = types.Name("Stamp") // a field that was filled in, without its form
	}
	return w.known(d, "annotation", depth)
}

// redrawsForms says whether readers are to draw what is filled in anew, whatever the file has drawn.
func redrawsForms(table *model.XRefTable, root types.Dict) bool {
	form, _ := table.DereferenceDict(root["AcroForm"])
	redraws, _ := table.Dereference(form["NeedAppearances"])
	return redraws == types.Boolean(true)
}

// isFilledIn says whether a field has an answer, by itself or by the field that it is a part of.
func (w *pdfWriter) isFilledIn(d types.Dict) bool {
	for range 10 { // a field may be a part of itself
		if value, _ := w.table.Dereference(d["V"]); isAnswer(value) {
			return true
		}
		parent, _ := w.table.Dereference(d["Parent"])
		above, isField := parent.(types.Dict)
		if !isField {
			return false
		}
		d = above
	}
	return false
}

// isAnswer says whether the value of a field is one that readers draw: words, or a box that is ticked.
func isAnswer(value types.Object) bool {
	switch v := value.(type) {
	case types.StreamDict:
		return true
	case types.Name:
		return v != "Off"
	case types.Array:
		return len(v) > 0
	}
	words, err := bytesOf(value)
	return err != nil || !slices.Contains([]string{"", "\xfe\xff", "\xef\xbb\xbf"}, string(words)) // what says how words are coded is none
}

// action is one that leads to an address or a page.
func (w *pdfWriter) action(object types.Object, depth int) (string, error) {
	d, _ := object.(types.Dict)
	switch d["S"] {
	case types.Name("URI"):
		target, err := w.table.Dereference(d["URI"])
		if err != nil {
			return "", err
		}
		written, err := bytesOf(target)
		address, stays := linked(string(written))
		if err != nil || !stays {
			return "", nil //nolint:nilerr // an address that is none leads nowhere
		}
		return w.count(fmt.Sprintf("<</S/URI/URI<%x>>>", address))
	case types.Name("GoTo"):
		to, err := w.value(d["D"], "destination", depth)
		if err != nil || to == "" {
			return "", err
		}
		return "<</S/GoTo/D " + to + ">>", nil
	}
	return "", nil
}

// destination is a place on a page. Names of places are not kept.
func (w *pdfWriter) destination(object types.Object, depth int) (string, error) {
	list, ok := object.(types.Array)
	if !ok || len(list) == 0 {
		return "", nil
	}
	if _, ok := list[0].(types.IndirectRef); !ok {
		return "", nil
	}
	page, err := w.value(list[0], "page", depth)
	if err != nil || page == "" {
		return "", err
	}
	place, err := w.list(list[1:], "atom", depth)
	return "[" + page + " " + strings.TrimPrefix(place, "["), err
}
