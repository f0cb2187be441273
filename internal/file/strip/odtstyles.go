package strip

import (
	"context"
	"encoding/xml"
	"slices"
	"strings"
)

// odtBuiltIn are the styles of LibreOffice, which writes their names in English in every language.
var odtBuiltIn = builtIn(`standard default defaultstyle heading(?:10|[1-9])? textbody textbodyindent firstlineindent hangingindent listindent marginalia salutation signature addressee sender
	caption illustration table text drawing figure (?:header|footer)(?:left|right)? headerandfooter tablecontents tableheading framecontents footnote endnote title subtitle appendix quotations
	preformattedtext horizontalline comment contentsheading contents(?:10|[1-9]) userindex(?:heading|10|[1-9]) index index(?:heading|separator|link|[1-3])
	(?:illustration|object|table)index(?:heading|1) bibliography(?:heading|1) list list(?:contents|heading) (?:list|numbering)[1-5](?:start|end|cont\.)? numbering(?:123|abc|ivx)
	internetlink visitedinternetlink (?:footnote|endnote)(?:symbol|anchor|characters) pagenumber (?:numbering|bullet|verticalnumbering)symbols captioncharacters linenumbering placeholder
	mainindexentry dropcaps rubies emphasis citation strongemphasis sourcetext example userentry variable definition teletype frame graphics ole formula labels watermark
	(?:first|left|right)page envelope html landscape nolist outline`)

// renameODTStyles gives styles that people have made, and those that belong to one text, names that tell nothing, in both
// parts the same, and leaves out what leads to no style.
func renameODTStyles(ctx context.Context, kept archive) error {
	parts := slices.DeleteFunc([]string{"styles.xml", "content.xml"}, func(part string) bool { return kept[part] == nil })
	names := styleNames{to: map[string]string{}, known: odtBuiltIn}
	for _, part := range parts {
		_, err := editor{attr: func(element string, a xml.Attr) (string, bool) {
			if isStyleInODT(element, a) {
				names.add(a.Value)
			}
			return a.Value, true
		}}.edit(ctx, kept[part])
		if err != nil {
			return err
		}
	}
	for _, part := range parts {
		var err error
		kept[part], err = editor{attr: func(element string, a xml.Attr) (string, bool) {
			if a.Value != "" && (isStyleInODT(element, a) || leadsToStyleInODT(a)) {
				return names.named(a.Value)
			}
			return a.Value, true
		}}.edit(ctx, kept[part])
		if err != nil {
			return err
		}
	}
	return nil
}

// isStyleInODT says whether an attribute names a style. Fonts are named in the same way.
func isStyleInODT(element string, a xml.Attr) bool {
	return written(a.Name) == "style:name" && element != "style:font-face"
}

func leadsToStyleInODT(a xml.Attr) bool {
	name := a.Name.Local
	return strings.HasSuffix(name, "style-name") && name != "font-style-name" ||
		slices.Contains([]string{"master-page-name", "page-layout-name", "leader-text-style", "text-line-through-text-style"}, name)
}
