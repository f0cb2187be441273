package strip_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/file/strip"
)

// TestPartsOfDOCX: files in a package may be called as whoever made them, and so may what leads to them.
func TestPartsOfDOCX(t *testing.T) {
	relations := func(list ...string) string {
		return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + strings.Join(list, "") + `</Relationships>`
	}
	var body strings.Builder
	leads, more := []string{}, []member{}
	for i := range 12 { // of ten and more, the order of names is not that of numbers
		id, name := fmt.Sprintf("%s%d", canary, i), fmt.Sprintf("media/%d%s.PNG", 12-i, canary)
		fmt.Fprintf(&body, `<w:r><w:drawing><wp:inline><a:blip r:embed="%s"/></wp:inline></w:drawing></w:r>`, id)
		leads, more = append(leads, relation(id, "image", name, "")), append(more, member{"word/" + name, string(dirtyPNG(t, 1))})
	}
	leads = append(leads, relation("a"+canary, "header", "header"+canary+".xml", ""), relation("b"+canary, "footer", "/word/footerOf"+canary+".xml", ""), relation("c"+canary, "hyperlink", "https://www.upr-info.org/?a&amp;b", `TargetMode="External"`))
	types := strings.Replace(docx(t)[0].content, "</Types>", `<Default Extension="PNG" ContentType="image/png"/><Default Extension="`+canary+`" ContentType="`+canary+`"/><Override PartName="/word/header`+canary+`.xml" ContentType="`+canary+`"/></Types>`, 1)
	dirty := withBody(t, `<w:p>`+body.String()+`<w:hyperlink r:id="c`+canary+`">`+run("seen")+`</w:hyperlink></w:p><w:sectPr><w:headerReference w:type="default" r:id="a`+canary+`"/><w:footerReference w:type="default" r:id="b`+canary+`"/></w:sectPr>`,
		append(more, member{"[Content_Types].xml", types}, member{"word/_rels/document.xml.rels", relations(leads...)}, member{"_rels/.rels", relations(relation(canary, "officeDocument", "word/document.xml", ""))},
			member{"word/header" + canary + ".xml", `<w:hdr ` + wordSpace + `><w:p>` + run("top") + `<w:r><a:blip r:embed="` + canary + `"/></w:r></w:p></w:hdr>`}, member{"word/_rels/header" + canary + ".xml.rels", relations(relation(canary, "image", "media/1"+canary+".PNG", ""))},
			member{"word/footerOf" + canary + ".xml", `<w:ftr ` + wordSpace + `><w:p>` + run("bottom") + `</w:p></w:ftr>`})...)
	clean := unpack(t, must(t, strip.DOCX, dirty))
	if visible(clean["word/header1.xml"]) != "top" || visible(clean["word/footer1.xml"]) != "bottom" || clean["word/media/image12.png"] == "" {
		t.Errorf("parts: %s", slices.Sorted(maps.Keys(clean)))
	}
	document, list := clean["word/document.xml"], clean["word/_rels/document.xml.rels"]
	for expression, want := range map[string]string{
		`<w:headerReference w:type="default" r:id="([^"]*)"`: "header1.xml", `<w:hyperlink r:id="([^"]*)"`: "https://www.upr-info.org/?a&amp;b", `<a:blip r:embed="([^"]*)"`: "media/image1.png",
	} {
		if got := found(t, `Id="`+found(t, expression, document)+`" [^>]*Target="([^"]*)"`, list); got != want {
			t.Errorf("%s leads to %s, want %s", expression, got, want)
		}
	}
	if got := found(t, `Id="`+found(t, `r:embed="([^"]*)"`, clean["word/header1.xml"])+`" [^>]*Target="([^"]*)"`, clean["word/_rels/header1.xml.rels"]); got != "media/image12.png" {
		t.Errorf("the header shows %s", got)
	}
	for _, part := range []string{`Extension="png" ContentType="image/png"`, `PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"`} {
		if !strings.Contains(clean["[Content_Types].xml"], part) {
			t.Errorf("%s is missing in %s", part, clean["[Content_Types].xml"])
		}
	}
}

// TestPicturesOfODT is the same for ODT, whose manifest lists the parts.
func TestPicturesOfODT(t *testing.T) {
	members := slices.DeleteFunc(odt(t), func(m member) bool { return m.name == "META-INF/manifest.xml" || m.name == "content.xml" })
	dirty := pack(t, append(members, member{"Pictures/" + canary + ".PNG", string(dirtyPNG(t, 1))}, member{"media/word.png", string(dirtyPNG(t, 1))}, member{"Pictures/fill.png", string(dirtyPNG(t, 1))},
		member{"META-INF/manifest.xml", `<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" m:version="1.3" who="` + canary + `"><m:file-entry m:full-path="/" m:version="1.3" m:media-type="application/vnd.oasis.opendocument.text"/><m:file-entry m:full-path="Pictures/` + canary + `.PNG" m:media-type="` + canary + `" who="` + canary + `"/></m:manifest>`},
		member{"content.xml", `<office:document-content ` + odtSpace + `><office:automatic-styles><draw:fill-image draw:name="a" xlink:href="Pictures/fill.png"/></office:automatic-styles><office:body><office:text><text:p>seen<draw:frame><draw:image xlink:href="./Pictures/` + canary + `.PNG"/></draw:frame><draw:frame><draw:image xlink:href="Pictures/a.jpg"/></draw:frame><draw:frame><draw:image xlink:href="media/word.png"/></draw:frame></text:p></office:text></office:body></office:document-content>`})...)
	clean := unpack(t, must(t, strip.ODT, dirty))
	if !strings.Contains(clean["content.xml"], `xlink:href="Pictures/image1.png"`) || clean["Pictures/image1.png"] == "" || clean["Pictures/image2.jpg"] == "" || clean["Pictures/image3.png"] == "" {
		t.Errorf("parts: %s", slices.Sorted(maps.Keys(clean)))
	}
	if clean["Pictures/image4.png"] != "" {
		t.Error("a picture is there that fills shapes, none of which says so any more")
	}
	for _, part := range []string{`full-path="/" manifest:version="1.3"`, `full-path="Pictures/image1.png" manifest:media-type="image/png"`, `full-path="content.xml" manifest:media-type="text/xml"`} {
		if !strings.Contains(clean["META-INF/manifest.xml"], part) {
			t.Errorf("%s is missing in %s", part, clean["META-INF/manifest.xml"])
		}
	}
}
