package strip_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/file/strip"
)

// without are members but for some, which stand in their place.
func without(members []member, instead ...member) []member {
	members = slices.DeleteFunc(members, func(m member) bool {
		return slices.ContainsFunc(instead, func(other member) bool { return other.name == m.name })
	})
	return append(members, instead...)
}

// found is what an expression finds, by its first group.
func found(t *testing.T, expression, text string) string {
	t.Helper()
	match := regexp.MustCompile(expression).FindStringSubmatch(text)
	if match == nil {
		t.Errorf("there is no %s in %s", expression, text)
		return ""
	}
	return match[1]
}

// TestStylesOfDOCX: what people call their styles is gone, everything is drawn by the style that it had, and Word knows its own.
func TestStylesOfDOCX(t *testing.T) {
	style := func(kind, id, name, more string) string {
		return `<w:style w:type="` + kind + `" w:customStyle="1" w:styleId="` + id + `"><w:name w:val="` + name + `"/>` + more + `</w:style>`
	}
	sheet := `<w:styles ` + wordSpace + `><w:latentStyles w:count="3"><w:lsdException w:name="heading 1" w:qFormat="1"/><w:lsdException w:name="` + canary + `"/></w:latentStyles>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:next w:val="` + canary + `"/></w:style>` +
		`<w:style w:type="paragraph" w:styleId="Titre1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:link w:val="Titre1` + canary + `"/><w:rPr><w:sz w:val="31"/></w:rPr></w:style>` +
		style("paragraph", canary, "Words of "+canary, `<w:basedOn w:val="Titre1"/><w:next w:val="Nobody`+canary+`"/><w:rPr><w:sz w:val="32"/></w:rPr>`) +
		style("character", "Titre1"+canary, "Titre 1 "+canary, `<w:link w:val="Titre1"/><w:rPr><w:sz w:val="33"/></w:rPr>`) +
		style("table", canary+"2", "Grid Table 4 - "+canary, `<w:rPr><w:sz w:val="34"/></w:rPr>`) +
		style("numbering", "L"+canary, "List of "+canary, `<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>`) +
		`<w:style w:type="table" w:styleId="GridTable4-Accent1"><w:name w:val="Grid Table 4 Accent 1"/></w:style></w:styles>`
	lists := `<w:numbering ` + wordSpace + `><w:abstractNum w:abstractNumId="0"><w:name w:val="` + canary + `"/><w:styleLink w:val="L` + canary + `"/><w:lvl w:ilvl="0"><w:pStyle w:val="` + canary + `"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`
	body := `<w:document ` + wordSpace + `><w:body><w:p><w:pPr><w:pStyle w:val="Titre1"/></w:pPr><w:r><w:t>one</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val="` + canary + `"/></w:pPr><w:r><w:rPr><w:rStyle w:val="Titre1` + canary + `"/></w:rPr><w:t> two</w:t></w:r></w:p>` +
		`<w:tbl><w:tblPr><w:tblStyle w:val="` + canary + `2"/></w:tblPr><w:tr><w:tc><w:p><w:pPr><w:pStyle w:val="Nobody` + canary + `"/></w:pPr><w:r><w:t> three</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>`
	relations := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + relation("rId7", "styles", "styles.xml", "") + relation("rId8", "numbering", "numbering.xml", "") + `</Relationships>`
	dirty := pack(t, without(docx(t), member{"word/styles.xml", sheet}, member{"word/numbering.xml", lists}, member{"word/document.xml", body}, member{"word/_rels/document.xml.rels", relations})...)
	clean := unpack(t, must(t, strip.DOCX, dirty))
	document, styles := clean["word/document.xml"], clean["word/styles.xml"]
	if got := visible(document); got != "one two three" {
		t.Errorf("readers see %q", got)
	}
	sized := func(id string) string {
		return found(t, `w:styleId="`+id+`">.*?<w:sz w:val="(\d+)">`, styles)
	}
	for reference, size := range map[string]string{
		`<w:pStyle w:val="([^"]*)"></w:pStyle></w:pPr><w:r><w:t>one`: "31", `<w:pStyle w:val="([^"]*)"></w:pStyle></w:pPr><w:r><w:rPr>`: "32",
		`<w:rStyle w:val="([^"]*)">`: "33", `<w:tblStyle w:val="([^"]*)">`: "34",
	} {
		if got := sized(found(t, reference, document)); got != size {
			t.Errorf("%s leads to size %s, want %s", reference, got, size)
		}
	}
	custom := found(t, `<w:rStyle w:val="Style(\d+)">`, document)
	if heading := found(t, `w:styleId="([^"]*)"><w:name w:val="heading 1">`, styles); sized(found(t, `<w:link w:val="([^"]*)"></w:link><w:rPr><w:sz w:val="31">`, styles)) != "33" || !strings.Contains(styles, `<w:link w:val="`+heading+`"></w:link><w:rPr><w:sz w:val="33">`) {
		t.Errorf("the heading and its characters (%s) are not linked: %s", custom, styles)
	}
	if got := sized(found(t, `<w:pStyle w:val="([^"]*)">`, clean["word/numbering.xml"])); got != "32" {
		t.Errorf("numbers are for paragraphs of size %s", got)
	}
	if list := found(t, `<w:styleLink w:val="([^"]*)">`, clean["word/numbering.xml"]); !strings.Contains(styles, `w:styleId="`+list+`"><w:name`) {
		t.Errorf("the list %s is nowhere in %s", list, styles)
	}
	for _, kept := range []string{`w:styleId="Normal"><w:name w:val="Normal">`, `<w:name w:val="heading 1">`, `<w:name w:val="Grid Table 4 Accent 1">`, `<w:lsdException w:name="heading 1"`} {
		if !strings.Contains(styles, kept) {
			t.Errorf("%s is missing in %s", kept, styles)
		}
	}
	if n := strings.Count(document+styles, "<w:pStyle") + strings.Count(styles, "<w:next"); n != 3 { // two paragraphs, and Normal: the rest leads nowhere
		t.Errorf("%d lead to a style: %s %s", n, document, styles)
	}
}

// TestStylesOfODT is the same for ODT, where a part has styles of its own beside those of all.
func TestStylesOfODT(t *testing.T) {
	const spaces = odtSpace + ` xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"`
	style := func(family, name, more, size string) string {
		return `<style:style style:family="` + family + `" style:name="` + name + `" style:display-name="` + canary + `" ` + more + `><style:text-properties style:font-style-name="Bold" fo:font-size="` + size + `"/></style:style>`
	}
	sheet := `<office:document-styles ` + spaces + `><office:styles>` + style("paragraph", "Standard", `style:next-style-name="`+canary+`"`, "30pt") + style("paragraph", "Heading_20_1", `style:parent-style-name="Standard"`, "31pt") +
		style("paragraph", canary, `style:parent-style-name="Heading_20_1" style:list-style-name="L`+canary+`" style:master-page-name=""`, "32pt") + style("text", canary, "", "33pt") +
		`<text:list-style style:name="L` + canary + `"><text:list-level-style-number text:level="1" text:style-name="` + canary + `"/></text:list-style><number:date-style style:name="N` + canary + `"/></office:styles>` +
		`<office:automatic-styles><style:page-layout style:name="Mpm` + canary + `"/>` + style("paragraph", "P1", `style:parent-style-name="`+canary+`"`, "34pt") + `</office:automatic-styles>` +
		`<office:master-styles><style:master-page style:name="` + canary + `_20_page" style:page-layout-name="Mpm` + canary + `" draw:style-name="Nobody` + canary + `"><style:header><text:p text:style-name="P1">top</text:p></style:header></style:master-page></office:master-styles></office:document-styles>`
	content := `<office:document-content ` + spaces + `><office:automatic-styles>` + style("paragraph", "P1", `style:parent-style-name="`+canary+`" style:master-page-name="`+canary+`_20_page" style:data-style-name="N`+canary+`"`, "35pt") +
		`</office:automatic-styles><office:body><office:text><text:h text:style-name="Heading_20_1">one</text:h><text:p text:style-name="P1" text:class-names="` + canary + `"> two<text:span text:style-name="` + canary + `"> three</text:span></text:p>` +
		`<text:list text:style-name="L` + canary + `"><text:list-item><text:p text:style-name="` + canary + `"> four</text:p></text:list-item></text:list><text:p text:style-name="Nobody` + canary + `"> five</text:p></office:text></office:body></office:document-content>`
	dirty := pack(t, without(odt(t), member{"styles.xml", sheet}, member{"content.xml", content})...)
	clean := unpack(t, must(t, strip.ODT, dirty))
	text, styles := clean["content.xml"], clean["styles.xml"]
	if got := visible(text); got != "one two three four five" {
		t.Errorf("readers see %q", got)
	}
	sized := func(family, name, of string) string {
		return found(t, `style:family="`+family+`" style:name="`+name+`"[^>]*><style:text-properties style:font-style-name="Bold" fo:font-size="([^"]*)"`, of)
	}
	own, named := found(t, `<text:p text:style-name="([^"]*)"> two`, text), found(t, `<text:p text:style-name="([^"]*)"> four`, text)
	for what, is := range map[string][2]string{
		"a heading":       {sized("paragraph", found(t, `<text:h text:style-name="([^"]*)"`, text), styles), "31pt"},
		"a paragraph":     {sized("paragraph", named, styles), "32pt"},
		"words":           {sized("text", found(t, `<text:span text:style-name="([^"]*)"`, text), styles), "33pt"},
		"a style of text": {sized("paragraph", own, text), "35pt"},
		"one of a header": {sized("paragraph", found(t, `<text:p text:style-name="([^"]*)">top`, styles), styles), "34pt"},
		"its parent":      {found(t, `style:name="`+own+`" style:parent-style-name="([^"]*)"`, text), named},
		"what is next":    {found(t, `style:name="Standard" style:next-style-name="([^"]*)"`, styles), named},
		"its page":        {found(t, `style:name="`+own+`"[^>]* style:master-page-name="([^"]*)"`, text), found(t, `<style:master-page style:name="([^"]*)"`, styles)},
		"its dates":       {found(t, `style:name="`+own+`"[^>]* style:data-style-name="([^"]*)"`, text), found(t, `<number:date-style style:name="([^"]*)"`, styles)},
		"a list":          {found(t, `<text:list text:style-name="([^"]*)"`, text), found(t, `<text:list-style style:name="([^"]*)"`, styles)},
		"a page's layout": {found(t, `style:page-layout-name="([^"]*)"`, styles), found(t, `<style:page-layout style:name="([^"]*)"`, styles)},
		"no page":         {found(t, `style:name="`+named+`"[^>]* style:master-page-name="([^"]*)"`, styles), ""},
		"the heading":     {found(t, `style:name="(Heading_20_1)"`, styles), "Heading_20_1"},
		"what is nowhere": {found(t, `(<text:p[^>]*>) five`, text), "<text:p>"},
	} {
		if is[0] != is[1] {
			t.Errorf("%s is %q, want %q", what, is[0], is[1])
		}
	}
}
