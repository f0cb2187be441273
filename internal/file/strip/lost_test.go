package strip_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/file/strip"
)

// TestPrefixesOfODT: a document may call its namespaces as it likes, and the same prefix may be of another one further in.
func TestPrefixesOfODT(t *testing.T) {
	const no = canary
	content := `<document-content xmlns="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:text="urn:` + no + `" xmlns:d="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:l="http://www.w3.org/1999/xlink">` +
		`<body><text><t:p text:who="` + no + `" text:display="none">seen <t:span>here<annotation><t:p>` + no + `</t:p></annotation></t:span><text:p>` + no + `</text:p><t:hidden-text t:is-hidden="true">` + no + `</t:hidden-text><d:frame><d:image l:href="Pictures/a.jpg"/></d:frame></t:p>` +
		`<t:p><t:span xmlns:t="urn:` + no + `">` + no + `</t:span> <d:a xmlns:d="urn:oasis:names:tc:opendocument:xmlns:text:1.0" l:href="https://www.upr-info.org/">and there</d:a></t:p></text></body></document-content>`
	clean := unpack(t, must(t, strip.ODT, pack(t, without(odt(t), member{"content.xml", content})...)))
	if got := visible(clean["content.xml"]); got != "seen here and there" {
		t.Errorf("readers see %q", got)
	}
	for _, kept := range []string{`<office:document-content xmlns:`, ` xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"`, `<office:body><office:text><text:p>seen <text:span>here</text:span>`,
		`<draw:image xlink:href="Pictures/image1.jpg">`, `<text:a xlink:href="https://www.upr-info.org/">and there</text:a>`} {
		if !strings.Contains(clean["content.xml"], kept) {
			t.Errorf("%s is missing in %s", kept, clean["content.xml"])
		}
	}
}

// TestODTWithoutText: what has no words that can be read is no reason to publish nothing.
func TestODTWithoutText(t *testing.T) {
	declared := regexp.MustCompile(` xmlns:text="[^"]*"`)
	for name, c := range map[string]struct{ part, content, because string }{
		"another body":           {"content.xml", `<office:document-content ` + odtSpace + `><office:body><office:drawing/></office:body></office:document-content>`, "no text that can be read"},
		"another kind of office": {"content.xml", `<office:document-content xmlns:office="urn:o"><office:body><office:text/></office:body></office:document-content>`, "no text that can be read"},
		"styles of another kind": {"styles.xml", `<office:document-styles xmlns:office="urn:o"/>`, "no text that can be read"},
		"no declaration":         {"content.xml", `<office:document-content ` + declared.ReplaceAllString(odtSpace, "") + `><office:body><office:text><text:p>lost</text:p></office:text></office:body></office:document-content>`, "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, strip.ODT, pack(t, without(odt(t), member{c.part, c.content})...), c.because)
		})
	}
}

// TestODTThatLoses: what is drawn from elsewhere than the text is not lost without a word, and what is not seen is no reason.
func TestODTThatLoses(t *testing.T) {
	const form, embedded, picture = "a form, whose answers would be lost", "embedded", "a picture that would be lost"
	elsewhere := []member{{"Formula-1/content.xml", "<math/>"}, {"Bilder/a.png", string(dirtyPNG(t, 1))}, {"Pictures/more/a.png", string(dirtyPNG(t, 1))}}
	for name, c := range map[string]struct{ text, because string }{
		"a field of a form":         {`<office:forms><form:form><form:textarea form:id="a" form:current-value="lost"/></form:form></office:forms><text:p><draw:control draw:control="a"/></text:p>`, form},
		"a box":                     {`<text:p><field:fieldmark field:type="vnd.oasis.opendocument.field.FORMCHECKBOX"><field:param field:value="true"/></field:fieldmark></text:p>`, form},
		"a formula":                 {`<text:p><draw:frame><draw:object xlink:href="Formula-1/"/></draw:frame></text:p>`, embedded},
		"a formula in place":        {`<text:p><draw:frame><draw:object><math:math><math:mi>lost</math:mi></math:math></draw:object></draw:frame></text:p>`, embedded},
		"a chart":                   {`<text:p><draw:frame><draw:object xlink:href="./Object 1"/><draw:image xlink:href="./ObjectReplacements/Object 1"/></draw:frame></text:p>`, embedded},
		"another file":              {`<text:p><draw:frame><draw:object-ole xlink:href="./Object 1"/></draw:frame></text:p>`, embedded},
		"a film":                    {`<text:p><draw:frame><draw:plugin xlink:href="Media/a.mp4"/></draw:frame></text:p>`, embedded},
		"a program":                 {`<text:p><draw:frame><draw:applet/></draw:frame></text:p>`, embedded},
		"a page":                    {`<text:p><draw:frame><draw:floating-frame xlink:href="a.html"/></draw:frame></text:p>`, embedded},
		"a picture in the text":     {`<text:p><draw:frame><draw:image><office:binary-data>iVBORw0KGgo=</office:binary-data></draw:image></draw:frame></text:p>`, picture},
		"a picture elsewhere":       {`<text:p><draw:frame><draw:image xlink:href="./Bilder/a.png"/></draw:frame></text:p>`, picture},
		"a picture further in":      {`<text:p><draw:frame><draw:image xlink:href="Pictures/more/a.png"/></draw:frame></text:p>`, picture},
		"a picture on a disk":       {`<text:p><draw:frame><draw:image xlink:href="file:///C:/Users/a.png"/></draw:frame></text:p>`, "only linked"},
		"a picture on the web":      {`<text:p><draw:frame><draw:image xlink:href="https://example.org/a.png"/></draw:frame></text:p>`, "only linked"},
		"a picture beside it":       {`<text:p><draw:frame><draw:image xlink:href="../a.png"/></draw:frame></text:p>`, "only linked"},
		"a picture before items":    {`<text:list-style><text:list-level-style-image xlink:href="Bilder/a.png"/></text:list-style>`, picture},
		"a picture behind the text": {`<style:paragraph-properties><style:background-image><office:binary-data>iVBORw0KGgo=</office:binary-data></style:background-image></style:paragraph-properties>`, picture},
		"no form": {`<office:forms form:automatic-focus="false"/><text:p>seen<field:fieldmark-start field:type="vnd.oasis.opendocument.field.FORMTEXT"/> answer<field:fieldmark-end/></text:p>` +
			`<text:p text:style-name="P1"><draw:frame><draw:object><math:mi>` + canary + `</math:mi></draw:object></draw:frame><draw:frame><draw:image xlink:href="Bilder/a.png"/></draw:frame></text:p><text:tracked-changes><draw:control/></text:tracked-changes>`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dirty := withText(t, c.text, elsewhere...)
			if c.because != "" {
				refused(t, strip.ODT, dirty, c.because)
			} else if got := visible(unpack(t, must(t, strip.ODT, dirty))["content.xml"]); got != "seen answer" {
				t.Errorf("readers see %q", got)
			}
		})
	}
}

// TestDOCXThatLoses is the same for DOCX.
func TestDOCXThatLoses(t *testing.T) {
	const parts, embedded = "parts of other files", "embedded"
	chart := `<w:r><w:drawing><wp:inline><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="rId1"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`
	diagram := strings.ReplaceAll(strings.Replace(chart, "c:chart", `d:relIds xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram"`, 1), "2006/chart", "2006/diagram")
	object := `<w:r><w:object><v:shape><v:imagedata r:id="rId1"/></v:shape><o:OLEObject Type="Link" r:id="rId3"/></w:object></w:r>`
	for name, c := range map[string]struct{ body, because string }{
		"a page":              {paragraph("Normal", run("seen")) + `<w:altChunk r:id="rId1"/>`, parts},
		"a chart":             {paragraph("Normal", chart), parts},
		"a diagram":           {paragraph("Normal", diagram), parts},
		"an object":           {paragraph("Normal", object), embedded},
		"a picture on a disk": {paragraph("Normal", `<w:r><w:drawing><a:blip r:link="rId4"/></w:drawing></w:r>`), "only linked"},
		"an old picture":      {paragraph("Normal", `<w:r><w:pict><v:shape><v:imagedata r:href="rId4"/></v:shape></w:pict></w:r>`), "only linked"},
		"a control":           {paragraph("Normal", `<w:r><w:pict><w:control r:id="rId3"/></w:pict></w:r>`), embedded},
		"nothing":             {paragraph("Normal", run("seen"), `<w:r><w:rPr><w:vanish/></w:rPr>`+object[len("<w:r>"):]) + paragraph("Secret", object) + `<w:del>` + chart + `</w:del>`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dirty := withBody(t, c.body, member{"chunk1.htm", "<p>lost</p>"})
			if c.because != "" {
				refused(t, strip.DOCX, dirty, c.because)
			} else if got := visible(unpack(t, must(t, strip.DOCX, dirty))["word/document.xml"]); got != "seen" {
				t.Errorf("readers see %q", got)
			}
		})
	}
}
