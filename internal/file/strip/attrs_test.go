package strip_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/file/strip"
)

// TestAttributesOfDOCX: what is not known to have no words of people's own is not written, wherever it stands.
func TestAttributesOfDOCX(t *testing.T) {
	const foreign = ` xmlns:x="urn:` + canary + `" x:who="` + canary + `" w:invented="` + canary + `" w16:who="` + canary + `"`
	spaces := strings.Replace(wordSpace, ` xmlns:a=`, ` xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w16="http://schemas.microsoft.com/office/word/2018/wordml" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="w14 w16 x" xmlns:a=`, 1) + foreign
	numbers := `<w:numbering ` + spaces + `><w:abstractNum w:abstractNumId="0"` + foreign + `><w:name w:val="` + canary + `"/><w:lvl w:ilvl="0" w:tplc="` + canary + `"><w:numFmt w:val="custom" w:format="` + canary + `"/><w:lvlText w:val="Article %1 of"/></w:lvl></w:abstractNum></w:numbering>`
	theme := `<a:theme ` + spaces + ` name="` + canary + `"><a:themeElements><a:clrScheme name="` + canary + `"/><a:fontScheme name="` + canary + `"><a:majorFont><a:latin typeface="Calibri Light" panose="020F0302"/></a:majorFont></a:fontScheme></a:themeElements><a:custClrLst><a:custClr name="` + canary + `"/></a:custClrLst></a:theme>`
	fonts := `<w:fonts ` + spaces + `><w:font w:name="` + canary + `"><w:altName w:val="` + canary + `"/></w:font><w:font w:name="Noto Naskh Arabic"><w:altName w:val="` + canary + `"/><w:pitch w:val="variable"/></w:font><w:font w:name="Calibri Light"/></w:fonts>`
	body := `<w:document ` + spaces + `><w:body><w:p` + foreign + ` w14:docId="` + canary + `"><w:pPr><w:ind w:left="-720" w:firstLine="360"/><w:jc w:val="both"/></w:pPr><w:r` + foreign + `><w:rPr><w:rFonts w:ascii="Noto Naskh Arabic"/><w:color w:val="C00000" w:themeColor="accent1"/><w:lang w:val="fr-CH"/><w:em w:val="of ` + canary + `"/></w:rPr><w:t xml:space="preserve" xml:lang="` + canary + `">seen </w:t></w:r>` +
		`<x:thing who="` + canary + `"` + foreign + `><w:r><w:t>` + canary + `</w:t></w:r></x:thing><w:r><w:drawing><wp:anchor distT="5" behindDoc="1" wp14:editId="` + canary + `" who="` + canary + `"><wp:extent cx="100" cy="200"/><wp:docPr id="1" name="` + canary + `" descr="` + canary + `"><a:hlinkClick r:id="rId2" tooltip="` + canary + `" action="` + canary + `"/></wp:docPr><a:graphic><a:graphicData uri="` + canary + `"><pic:pic><pic:spPr bwMode="auto"><a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r>` +
		`<w:r><w:pict><v:shape type="#_x0000_t202" style="width:9pt" o:title="` + canary + `" o:gfxdata="` + canary + `"><o:lock v:ext="edit" aspectratio="t"/><v:textpath string="drawn"/></v:shape></w:pict></w:r><w:r><w:sym w:font="Wingdings" w:char="F0E0"/></w:r></w:p></w:body></w:document>`
	relations := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + relation("rId1", "numbering", "numbering.xml", "") + relation("rId3", "theme", "theme/theme1.xml", "") + relation("rId4", "fontTable", "fontTable.xml", "") + relation("rId2", "hyperlink", "https://www.upr-info.org/", `TargetMode="External"`) + `</Relationships>`
	clean := unpack(t, must(t, strip.DOCX, pack(t, without(docx(t), member{"word/document.xml", body}, member{"word/numbering.xml", numbers}, member{"word/theme/theme1.xml", theme}, member{"word/fontTable.xml", fonts}, member{"word/_rels/document.xml.rels", relations})...)))
	if got := visible(clean["word/document.xml"]); got != "seen" {
		t.Errorf("readers see %q", got)
	}
	for part, all := range map[string][]string{
		"word/document.xml": {`mc:Ignorable="w14"`, `<w:ind w:left="-720" w:firstLine="360">`, `<w:jc w:val="both">`, `<w:rFonts w:ascii="Noto Naskh Arabic">`, `<w:color w:val="C00000" w:themeColor="accent1">`, `<w:lang w:val="fr-CH">`,
			`xml:space="preserve"`, `<wp:anchor distT="5" behindDoc="1">`, `<wp:docPr id="1" name="Picture">`, `<a:hlinkClick r:id="rId`, `<a:prstGeom prst="rect">`, `<w:sym w:font="Wingdings" w:char="F0E0">`, `<v:shape type="#_x0000_t202" style="width:9pt">`, `<o:lock v:ext="edit" aspectratio="t">`, `<v:textpath string="drawn">`},
		"word/numbering.xml":    {`<w:lvlText w:val="Article %1 of">`, `<w:lvl w:ilvl="0">`},
		"word/theme/theme1.xml": {`typeface="Calibri Light"`, `<a:clrScheme name="Theme">`},
		"word/fontTable.xml":    {`<w:font w:name="Noto Naskh Arabic"><w:pitch w:val="variable">`, `<w:font w:name="Calibri Light">`},
	} {
		for _, kept := range all {
			if !strings.Contains(clean[part], kept) {
				t.Errorf("%s is missing in %s: %s", kept, part, clean[part])
			}
		}
	}
	refused(t, strip.DOCX, pack(t, without(docx(t), member{"word/document.xml", `<w:document xmlns:w="urn:w"><w:body/></w:document>`})...), "no text that can be read")
	other := unpack(t, must(t, strip.DOCX, pack(t, without(docx(t), member{"word/document.xml", strings.ReplaceAll(strings.ReplaceAll(`<w:document `+wordSpace+`><w:body><w:p><w:r><w:rPr><w:b w:val="1"/></w:rPr><w:t>seen</w:t></w:r></w:p></w:body></w:document>`, "w:", "ns0:"), "xmlns:w=", "xmlns:ns0=")})...)))
	if got := other["word/document.xml"]; visible(got) != "seen" || !strings.Contains(got, `<ns0:b ns0:val="1">`) {
		t.Errorf("by another prefix readers see %s", got)
	}
}

// TestAttributesOfODT is the same for ODT, where lists still go on with others.
func TestAttributesOfODT(t *testing.T) {
	no := `="` + canary + `" `
	foreign := ` xmlns:xhtml` + no + `xmlns:x` + no + `xhtml:about` + no + `xhtml:content` + no + `xhtml:property` + no + `xhtml:datatype` + no + `x:who` + no + `who` + no + `form:x` + no + `loext:who` + no + `text:who` + no + `table:who` + no + `xml:lang` + no
	text := `<text:p` + foreign + `>seen<text:note text:id` + no + `text:note-class="footnote"><text:note-citation text:label="*">*</text:note-citation><text:note-body><text:p> below</text:p></text:note-body></text:note></text:p>` +
		`<draw:frame text:anchor-type="paragraph" svg:width="5cm"` + foreign + `><draw:text-box draw:chain-next-name` + no + `><text:p> boxed</text:p></draw:text-box></draw:frame><draw:frame><draw:image draw:filter-name` + no + `xlink:href="Pictures/a.jpg" xlink:type="simple" xlink:title` + no + `/></draw:frame>` +
		`<table:table table:template-name` + no + `><table:table-column table:number-columns-repeated="2"/><table:table-row><table:table-cell table:number-columns-spanned="2"` + foreign + `><text:p> cell</text:p></table:table-cell></table:table-row></table:table>` +
		`<text:list xml:id` + no + `text:style-name="L"><text:list-item text:start-value="3"><text:p> three</text:p></text:list-item></text:list><text:list xml:id="b` + canary + `" text:continue-list` + no + `><text:list-item><text:p> four<text:s text:c="2"/></text:p></text:list-item></text:list>`
	dirty := withText(t, text)
	hidesCanary(t, dirty, 50)
	clean := unpack(t, must(t, strip.ODT, dirty))["content.xml"]
	if got := visible(clean); got != "seen* below boxed cell three four" {
		t.Errorf("readers see %q", got)
	}
	for _, kept := range []string{`<text:note text:note-class="footnote"><text:note-citation text:label="*">`, `<draw:frame text:anchor-type="paragraph" svg:width="5cm">`, `xlink:href="Pictures/image1.jpg" xlink:type="simple"`,
		`table:number-columns-repeated="2"`, `table:number-columns-spanned="2"`, `<text:list xml:id="list1"`, `<text:list-item text:start-value="3">`, `<text:list xml:id="list2" text:continue-list="list1">`, `<text:s text:c="2">`} {
		if !strings.Contains(clean, kept) {
			t.Errorf("%s is missing in %s", kept, clean)
		}
	}
}

// TestFontsOfODT: fonts in which nothing is written are not named.
func TestFontsOfODT(t *testing.T) {
	content := `<office:document-content ` + odtSpace + ` xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><office:font-face-decls><style:font-face style:name="` + canary + `" svg:font-family="` + canary + `"/><style:font-face style:name="Nyala" svg:font-family="Nyala" style:font-adornments="` + canary + `" style:font-pitch="variable"/></office:font-face-decls>` +
		`<office:automatic-styles><style:style style:name="T1" style:family="text"><style:text-properties style:font-name-complex="Nyala"/></style:style></office:automatic-styles><office:body><office:text><text:p>seen</text:p></office:text></office:body></office:document-content>`
	clean := unpack(t, must(t, strip.ODT, pack(t, without(odt(t), member{"content.xml", content})...)))["content.xml"]
	if !strings.Contains(clean, `<style:font-face style:name="Nyala" svg:font-family="Nyala" style:font-pitch="variable">`) || !strings.Contains(clean, `style:font-name-complex="Nyala"`) || visible(clean) != "seen" {
		t.Errorf("the font in use is gone: %s", clean)
	}
}
