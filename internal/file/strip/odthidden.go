package strip

import (
	"encoding/xml"
	"strings"
)

// odtVeils says of the styles of a part, by family and name, what they say of what is shown.
type odtVeils map[string]odtStyle

type odtStyle struct {
	Name   string `xml:"name,attr"`
	Family string `xml:"family,attr"`
	Parent string `xml:"parent-style-name,attr"`
	Text   []struct {
		Display string `xml:"display,attr"`
	} `xml:"text-properties"`
	Graphic []struct {
		Clip string `xml:"clip,attr"`
	} `xml:"graphic-properties"`
}

// readODTVeils reads the styles that people see in a list, and those that a part has for itself, which
// may be called as another part's.
func readODTVeils(styles, part []byte) (odtVeils, error) {
	type sheet struct {
		Defaults []odtStyle `xml:"styles>default-style"`
		Common   []odtStyle `xml:"styles>style"`
		Own      []odtStyle `xml:"automatic-styles>style"`
	}
	var common, own sheet
	if styles != nil && xml.Unmarshal(styles, &common) != nil || xml.Unmarshal(part, &own) != nil {
		return nil, refused(Damaged, "is damaged inside: save it anew")
	}
	veils := odtVeils{}
	for _, all := range [][]odtStyle{common.Defaults, common.Common, own.Own} {
		for _, style := range all {
			veils[style.Family+" "+style.Name] = style
		}
	}
	return veils, nil
}

// hides is what a style, or the one that it is made from, says of text; and whether one does.
func (v odtVeils) hides(family, name string) (hidden, says bool) {
	for range 20 { // styles may be made from each other, in a circle too
		style, known := v[family+" "+name]
		for _, properties := range style.Text {
			if properties.Display != "" {
				return properties.Display != "true", true
			}
		}
		if !known || name == "" {
			return false, false
		}
		name = style.Parent // of none the default is named ""
	}
	return false, false
}

// look finds text that is hidden by a style, and paragraphs that say that they are. What stands among
// hidden words, such as a picture, is hidden with them.
func (v odtVeils) look(open []element, name string, as []xml.Attr) (veiled, hidden bool) {
	veiled = up(open, 1).veiled
	style := valueOf(as, "style-name")
	switch name {
	case "text:p", "text:h":
		hidden, _ := v.hides("paragraph", style)
		return hidden, veiled
	case "text:span":
		if hidden, says := v.hides("text", style); says && style != "" {
			veiled = hidden
		}
		return veiled, false
	case "text:hidden-paragraph":
		if valueOf(as, "is-hidden") == "true" {
			hide(open, "p", "h")
		}
	}
	return veiled, veiled && name != "text:a"
}

// isHiddenInODT says whether an element itself says that it is not shown.
func isHiddenInODT(name string, as []xml.Attr) bool {
	display := valueOf(as, "display")
	switch {
	case name == "style:text-properties", name == "text:hidden-paragraph": // hides others
		return false
	case isMargin(name):
		return display == "false"
	case name == "table:table-row":
		return !isVisible(as)
	case name == "table:table-row-group":
		return display == "false"
	}
	return display == "none" || valueOf(as, "is-hidden") == "true"
}

// isMargin says whether an element is a header or footer, which some programs have in a space of theirs.
func isMargin(name string) bool {
	return strings.HasPrefix(local(name), "header") || strings.HasPrefix(local(name), "footer")
}
