package strip

import (
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"
)

// refuseLayers refuses a file that has something on a layer which is not shown: layers are not kept, and everybody would see
// it, as everybody can who reads what draws the page.
func refuseLayers(table *model.XRefTable) error {
	hidden := refused(Hidden, "has a layer that is hidden, with words that readers do not see: show the layer or delete it, and save the file anew")
	if table.Root == nil {
		return nil
	}
	root, err := table.DereferenceDict(*table.Root)
	if err != nil {
		return hidden
	}
	layers, err := table.DereferenceDict(root["OCProperties"])
	if err != nil {
		return hidden
	}
	state, err := table.DereferenceDict(layers["D"])
	if err != nil {
		return hidden
	}
	on, off, all := layersIn(table, state["ON"]), layersIn(table, state["OFF"]), layersIn(table, layers["OCGs"])
	base, err := table.Dereference(state["BaseState"])
	if err != nil || len(off) > 0 {
		return hidden
	}
	for number := range all {
		if base == types.Name("OFF") && !on[number] || isOffInUse(table, number) {
			return hidden
		}
	}
	for number := range table.Table {
		object, err := table.Dereference(*types.NewIndirectRef(number, generation(table, number)))
		if err != nil || turnsLayers(object, 0) {
			return hidden
		}
	}
	return nil
}

// layersIn are the numbers of the layers in a list.
func layersIn(table *model.XRefTable, object types.Object) map[int]bool {
	layers := map[int]bool{}
	list, err := table.DereferenceArray(object)
	if err != nil {
		return layers
	}
	for _, item := range list {
		if ref, ok := item.(types.IndirectRef); ok {
			layers[int(ref.ObjectNumber)] = true
		}
	}
	return layers
}

// isOffInUse says whether a layer says of itself that screens do not show it.
func isOffInUse(table *model.XRefTable, number int) bool {
	at := types.Object(*types.NewIndirectRef(number, generation(table, number)))
	for _, key := range []string{"Usage", "View"} {
		d, err := table.DereferenceDict(at)
		if err != nil {
			return true
		}
		at = d[key]
	}
	view, err := table.DereferenceDict(at)
	if err != nil {
		return true
	}
	state, err := table.Dereference(view["ViewState"])
	return err != nil || state == types.Name("OFF")
}

// turnsLayers says whether something shows a part where others are hidden, or by an expression.
func turnsLayers(object types.Object, depth int) bool {
	var d types.Dict
	switch o := object.(type) {
	case types.Array:
		for _, item := range o {
			if depth < maxPDFDepth && turnsLayers(item, depth+1) {
				return true
			}
		}
	case types.Dict:
		d = o
	case types.StreamDict:
		d = o.Dict
	}
	if d["Type"] == types.Name("OCMD") && (d["VE"] != nil || d["P"] != nil && d["P"] != types.Name("AnyOn") && d["P"] != types.Name("AllOn")) {
		return true
	}
	for _, value := range d {
		if depth < maxPDFDepth && turnsLayers(value, depth+1) {
			return true
		}
	}
	return false
}
