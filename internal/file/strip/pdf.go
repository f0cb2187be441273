package strip

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// Limits of a PDF file. Tests lower those of bytes.
const maxPDFObjects = 300_000

var (
	maxPDFUnpacked int64 = 256 << 20 // of all streams that are unpacked
	maxPDFContent        = 32 << 20  // of what draws a page
	maxPDFWritten        = 128 << 20
)

func init() { model.ConfigPath = "disable" } // the library keeps its settings in the user's folder otherwise

// PDF writes a document anew: the pages and what they need, as pdfschema.go names it, and nothing
// else. So it has no title, author or dates, no former versions, no structure for other programs,
// no signatures, no layers and no marks that say how a part reads. Annotations stay as they look, without whose they are. Colours that a profile
// describes become those of the device.
func PDF(ctx context.Context, content []byte) ([]byte, error) {
	return guarded("PDF", func() ([]byte, error) {
		if !bytes.HasPrefix(content, []byte("%PDF-")) {
			return nil, refused(NotItsKind, "has something before its beginning: save it anew")
		}
		if err := isAlso(content, "PDF"); err != nil {
			return nil, err
		}
		return settledPDF(ctx, content)
	})
}

// settledPDF writes a document anew until that changes nothing: mostly once. A damaged one may have
// to be cleaned several times, and what was written is known to be read.
func settledPDF(ctx context.Context, content []byte) ([]byte, error) {
	for range 4 {
		document, err := readPDF(ctx, content)
		if err != nil {
			return nil, err
		}
		if err := refusePDF(ctx, document.XRefTable); err != nil {
			return nil, err
		}
		if err := refuseLayers(document.XRefTable); err != nil {
			return nil, err
		}
		clean, err := writePDF(ctx, document.XRefTable)
		if err != nil || bytes.Equal(clean, content) {
			return clean, err
		}
		content = clean
	}
	return nil, refused(Damaged, "cannot be read as a PDF file: it is damaged; save it anew")
}

func readPDF(ctx context.Context, content []byte) (*model.Context, error) {
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode, conf.Offline = model.ValidationRelaxed, true
	conf.Limits.MaxStreamBytes, conf.Limits.MaxDecodeBytes = int64(len(content)), maxPDFUnpacked
	conf.Limits.MaxObjectCount, conf.Limits.MaxXRefEntries, conf.Limits.MaxRecursionDepth = maxPDFObjects, maxPDFObjects, 200
	document, err := pdfcpu.ReadWithContext(ctx, bytes.NewReader(content), conf)
	if errors.Is(err, pdfcpu.ErrWrongPassword) || err == nil && document.Encrypt != nil {
		return nil, refused(Protected, "is protected by a password or by permissions: save it without")
	}
	if err != nil && bytes.Contains(content, []byte("/Encrypt")) {
		return nil, refused(Protected, "is protected, or damaged: save it anew, without a password")
	}
	if err != nil || document.Root == nil {
		return nil, refused(Damaged, "cannot be read as a PDF file: it is damaged; save it anew")
	}
	return document, nil
}

// Sentences for what may do harm.
var (
	pdfActions = map[string]string{
		"JavaScript": "has a script", "Rendition": "has a script", "Launch": "starts other programs", "SubmitForm": "sends what is filled in",
		"ImportData": "reads other files", "GoToE": "has other files embedded",
	}
	pdfTypes    = map[string]string{"EmbeddedFile": "has other files embedded"}
	pdfSubtypes = map[string]string{
		"FileAttachment": "has other files attached", "RichMedia": "has media embedded", "Movie": "has media embedded", "Sound": "has media embedded",
		"Screen": "has media embedded", "3D": "has media embedded",
	}
	pdfKeys = map[string]string{"EmbeddedFiles": "has other files embedded", "XFA": "is a form that programs draw (XFA)", "JS": "has a script"}
)

// refusePDF looks at every object, also at those that no page uses.
func refusePDF(ctx context.Context, table *model.XRefTable) error {
	if len(table.Table) > maxPDFObjects {
		return refused(TooMuch, "has more than %d objects: save it anew", maxPDFObjects)
	}
	numbers := make([]int, 0, len(table.Table))
	for number := range table.Table {
		numbers = append(numbers, number)
	}
	slices.Sort(numbers)
	for _, number := range numbers {
		if err := ctx.Err(); err != nil {
			return err
		}
		object, err := table.Dereference(*types.NewIndirectRef(number, generation(table, number)))
		if err != nil {
			return refused(Damaged, "cannot be read as a PDF file: it is damaged; save it anew")
		}
		if harm := harmIn(table, object, 0); harm != "" {
			return refused(Active, "%s: save it without, for example by printing it into a PDF file", harm)
		}
	}
	return nil
}

func generation(table *model.XRefTable, number int) int {
	if entry := table.Table[number]; entry != nil && entry.Generation != nil {
		return *entry.Generation
	}
	return 0
}

func harmIn(table *model.XRefTable, object types.Object, depth int) string {
	if depth > 200 {
		return "is nested too deeply"
	}
	switch o := object.(type) {
	case types.Array:
		for _, item := range o {
			if harm := harmIn(table, item, depth+1); harm != "" {
				return harm
			}
		}
	case types.Dict:
		return harmInDict(table, o, depth)
	case types.StreamDict:
		return harmInDict(table, o.Dict, depth)
	case types.ObjectStreamDict:
		return ""
	}
	return ""
}

func harmInDict(table *model.XRefTable, d types.Dict, depth int) string {
	for key, known := range map[string]map[string]string{"S": pdfActions, "Type": pdfTypes, "Subtype": pdfSubtypes} {
		if name, ok := d[key].(types.Name); ok && known[string(name)] != "" {
			return known[string(name)]
		}
	}
	_, specification := d["EF"]
	if name, ok := d["Type"].(types.Name); specification && ok && (name == "Filespec" || name == "F") {
		return "has other files embedded"
	}
	for key, value := range d {
		if key == "EmbeddedFiles" && embedsNothing(table, value) {
			continue
		}
		// Only what does something has these keys and no type: a font may be called JS.
		if harm := pdfKeys[key]; harm != "" && d["S"] == nil && key != "JS" || harm != "" && d["S"] != nil {
			return harm
		}
		if harm := harmIn(table, value, depth+1); harm != "" {
			return harm
		}
	}
	return ""
}

// embedsNothing says whether a tree of names is empty: some libraries write one into every file.
func embedsNothing(table *model.XRefTable, object types.Object) bool {
	tree, err := table.Dereference(object)
	if err != nil {
		return false
	}
	root, ok := tree.(types.Dict)
	if !ok {
		return tree == nil
	}
	for key, value := range root {
		list, err := table.Dereference(value)
		if items, ok := list.(types.Array); err != nil || key != "Names" && key != "Kids" || !ok || len(items) > 0 {
			return false
		}
	}
	return true
}

// pageSet are the objects of the tree of pages: nothing else may be taken for a page.
func pageSet(table *model.XRefTable, root types.Dict) (map[int]bool, error) {
	tree := map[int]bool{}
	var walk func(object types.Object, depth int) error
	walk = func(object types.Object, depth int) error {
		ref, ok := object.(types.IndirectRef)
		if !ok || depth > 100 || tree[int(ref.ObjectNumber)] {
			return fmt.Errorf("the tree of pages is none")
		}
		node, err := table.DereferenceDict(ref)
		if err != nil || node == nil {
			return nil //nolint:nilerr // a page that is missing is not shown
		}
		tree[int(ref.ObjectNumber)] = true
		kids, err := table.DereferenceArray(node["Kids"])
		if err != nil {
			return err
		}
		for _, kid := range kids {
			if err := walk(kid, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk(root["Pages"], 0); err != nil || len(tree) < 2 {
		return nil, refused(Damaged, "cannot be read as a PDF file: it has no pages; save it anew")
	}
	return tree, nil
}
