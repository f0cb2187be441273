package strip

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
)

// docxVeils are the styles whose text is hidden, by id, and of which kinds the default one is.
type docxVeils struct {
	styles   map[string]bool
	toggles  map[string]bool // of these, those that hide by a toggle, which another one turns round
	all      bool            // what no style shows
	standard bool            // paragraphs without a style
}

// toggle is a property that is on where it says nothing else.
type toggle struct {
	Val string `xml:"val,attr"`
}

func (t toggle) on() bool { return isOn(t.Val) }

func isOn(value string) bool { return !slices.Contains([]string{"0", "false", "off"}, value) }

type docxStyle struct {
	ID        string   `xml:"styleId,attr"`
	Type      string   `xml:"type,attr"`
	Default   string   `xml:"default,attr"`
	BasedOn   toggle   `xml:"basedOn"`
	Vanish    []toggle `xml:"rPr>vanish"`
	Special   []toggle `xml:"rPr>specVanish"`
	OfParts   []toggle `xml:"tblStylePr>rPr>vanish"`
	SpecParts []toggle `xml:"tblStylePr>rPr>specVanish"`
}

// hides is what a style itself says, if it says so.
func (s docxStyle) hides() (hidden, says bool) {
	all := slices.Concat(s.Vanish, s.Special, s.OfParts, s.SpecParts)
	return slices.ContainsFunc(all, toggle.on), len(all) > 0
}

func readDOCXVeils(styles []byte) (docxVeils, error) {
	veils := docxVeils{styles: map[string]bool{}, toggles: map[string]bool{}}
	if styles == nil {
		return veils, nil
	}
	var sheet struct {
		Defaults []toggle    `xml:"docDefaults>rPrDefault>rPr>vanish"`
		Styles   []docxStyle `xml:"style"`
	}
	if xml.Unmarshal(styles, &sheet) != nil {
		return veils, refused(Damaged, "is damaged inside: save it anew")
	}
	veils.all = slices.ContainsFunc(sheet.Defaults, toggle.on)
	veils.standard = veils.all
	byID := map[string]docxStyle{}
	for _, style := range sheet.Styles {
		byID[style.ID] = style
	}
	for _, style := range sheet.Styles {
		at, hidden := style, veils.all
		for range 20 { // styles may be based on each other, in a circle too
			var says bool
			if hidden, says = at.hides(); says {
				break
			}
			hidden = veils.all
			next, known := byID[at.BasedOn.Val]
			if !known {
				break
			}
			at = next
		}
		veils.toggles[style.ID] = hidden && !veils.all && len(at.Special)+len(at.OfParts)+len(at.SpecParts) == 0
		if veils.styles[style.ID] = hidden; style.Type == "paragraph" && style.Default != "" && isOn(style.Default) {
			veils.standard = hidden
		}
	}
	return veils, nil
}

func (v docxVeils) hides(style string) bool {
	hidden, known := v.styles[style]
	return hidden || !known && v.all
}

// docxUnderstood are what programs draw of the alternatives that a document offers.
var docxUnderstood = []string{"wps", "wpg", "wpc", "wp14", "w14", "w15", "a14"}

// look finds what readers do not see: hidden text (w:vanish), whether it says so itself or by a
// style, rows and cells that were deleted or are hidden, drawings that are hidden, and alternatives to what is drawn. Text
// that is hidden on the web alone (w:webHidden) is seen on paper: tables of contents have it.
func (v docxVeils) look(open []element, name string, as []xml.Attr) (veiled, hidden bool) {
	parent, grand := up(open, 1), up(open, 2)
	veiled = parent.veiled
	within := func(inner, outer string) bool { return local(parent.name) == inner && local(grand.name) == outer }
	switch local(name) {
	case "p":
		return veiled || v.standard, false
	case "pStyle":
		if within("pPr", "p") {
			grand.toggled = !up(open, 3).veiled && v.toggles[valueOf(as, "val")]
			grand.veiled = up(open, 3).veiled || v.hides(valueOf(as, "val"))
		}
	case "tblStyle":
		if within("tblPr", "tbl") && v.hides(valueOf(as, "val")) {
			grand.veiled = true
		}
	case "r":
		return false, veiled
	case "rStyle":
		if style := valueOf(as, "val"); within("rPr", "r") && v.hides(style) && !grand.says {
			grand.hidden = !v.toggles[style] || !isToggled(open)
		}
	case "vanish", "specVanish":
		if within("rPr", "r") {
			grand.hidden, grand.says = isOn(valueOf(as, "val")), true
		} else if within("rPr", "lvl") {
			grand.hidden = isOn(valueOf(as, "val")) // the words of a list's numbers
		}
	case "fldChar":
		if kind := valueOf(as, "fldCharType"); local(parent.name) == "r" && slices.Contains([]string{"begin", "separate", "end"}, kind) {
			// Other runs of the field may be seen: it keeps its ends.
			prefix := strings.TrimSuffix(name, "fldChar")
			parent.instead += fmt.Sprintf(`<%[1]sr><%[1]sfldChar %[1]sfldCharType="%[2]s"></%[1]sfldChar></%[1]sr>`, prefix, kind)
		}
	case "del":
		if within("trPr", "tr") {
			grand.hidden = true
		}
	case "hidden":
		if within("trPr", "tr") && isOn(valueOf(as, "val")) {
			grand.hidden = true
		}
	case "cellDel":
		if within("tcPr", "tc") {
			grand.hidden = true
		}
	case "anchor", "docPr", "cNvPr":
		if value := valueOf(as, "hidden"); value != "" && isOn(value) {
			hide(open, "drawing", "wsp", "pic", "sp", "grpSp", "wgp", "cxnSp", "graphicFrame")
		}
	case "Choice":
		taken := parent.taken || slices.ContainsFunc(strings.Fields(valueOf(as, "Requires")), func(space string) bool { return !slices.Contains(docxUnderstood, space) })
		parent.taken = parent.taken || !taken
		return veiled, taken
	case "Fallback":
		return veiled, parent.taken
	}
	return veiled, strings.Contains(strings.ReplaceAll(strings.ToLower(valueOf(as, "style")), " ", ""), "visibility:hidden")
}

// isToggled says whether the style of the paragraph has what is in it hidden, by a toggle.
func isToggled(open []element) bool {
	for _, one := range slices.Backward(open) {
		if local(one.name) == "p" {
			return one.toggled
		}
	}
	return false
}

// hide hides the innermost element that has one of the names.
func hide(open []element, names ...string) {
	for i := len(open) - 1; i >= 0; i-- {
		if slices.Contains(names, local(open[i].name)) {
			open[i].hidden = true
			return
		}
	}
}
