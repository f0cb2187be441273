package strip_test

import (
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/file/strip"
)

// TestCroppedInDOCX: what was cropped away of a picture is not published with it.
func TestCroppedInDOCX(t *testing.T) {
	picture := func(crop string) string {
		return `<w:r><w:drawing><wp:inline><wp:docPr id="1" name="a"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:blipFill><a:blip r:embed="rId1"/>` + crop + `</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`
	}
	drawn := func(crop string) string {
		return `<w:r><w:pict><v:shape><v:imagedata r:id="rId1" ` + crop + `/></v:shape></w:pict></w:r>`
	}
	hidden := `<w:r><w:rPr><w:vanish/></w:rPr>` + picture(`<a:srcRect l="50000"/>`)[len("<w:r>"):]
	cropped := picture(`<a:srcRect l="50000"/>`)
	theme := []member{{"word/theme/theme1.xml", `<a:theme ` + wordSpace + `><a:blipFill><a:blip r:embed="rId1"/><a:srcRect l="5"/></a:blipFill></a:theme>`}}
	header := []member{{"word/header1.xml", `<w:hdr ` + wordSpace + `><w:p>` + cropped + `</w:p></w:hdr>`}, {"word/_rels/header1.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + relation("rId1", "image", "media/image1.jpeg", "") + `</Relationships>`}}
	for name, c := range map[string]struct {
		body    string
		more    []member
		refused bool
	}{
		"on the left":            {cropped, nil, true},
		"at the bottom":          {picture(`<a:srcRect l="0" b="1"/>`), nil, true},
		"in per cent":            {picture(`<a:srcRect t="12.5%"/>`), nil, true},
		"moved":                  {picture(`<a:srcRect l="-20000" r="20000"/>`), nil, true},
		"beyond its frame":       {picture(`<a:stretch><a:fillRect l="-50000" r="10000"/></a:stretch>`), nil, true},
		"what nobody can read":   {picture(`<a:srcRect r="1e3"/>`), nil, true},
		"of a former Word":       {drawn(`cropright="13107f"`), nil, true},
		"a share of it":          {drawn(`croptop=".2"`), nil, true},
		"a header":               {"", header, true},
		"an alternative":         {`<w:r><mc:AlternateContent><mc:Choice Requires="wps">` + cropped + `</mc:Choice><mc:Fallback/></mc:AlternateContent></w:r>`, nil, true},
		"another alternative":    {`<w:r><mc:AlternateContent><mc:Choice Requires="wps">` + picture("") + `</mc:Choice><mc:Fallback>` + drawn(`croptop="9f"`) + `</mc:Fallback></mc:AlternateContent></w:r>`, nil, false},
		"nothing":                {picture(`<a:srcRect/><a:stretch><a:fillRect/></a:stretch>`), nil, false},
		"zeros":                  {picture(`<a:srcRect l="0" t="0%" r="0.0" b=""/><a:stretch><a:fillRect l="0" t="-0"/></a:stretch>`), nil, false},
		"a margin":               {picture(`<a:srcRect l="-5000" t="-5%"/><a:stretch><a:fillRect l="5000"/></a:stretch>`), nil, false},
		"nothing in former Word": {drawn(`croptop="0" cropleft="-3277f" cropbottom="0f"`), nil, false},
		"a hidden picture":       {hidden + `<w:del>` + cropped + `</w:del>`, nil, false},
		"a picture of a theme":   {"", theme, false},
	} {
		t.Run(name, func(t *testing.T) {
			dirty := withBody(t, paragraph("Normal", run("seen"), c.body), c.more...)
			if c.refused {
				refused(t, strip.DOCX, dirty, "shown cropped")
			} else if got := visible(unpack(t, must(t, strip.DOCX, dirty))["word/document.xml"]); got != "seen" {
				t.Errorf("readers see %q", got)
			}
		})
	}
}

// TestCroppedInODT is the same for ODT, where styles say so.
func TestCroppedInODT(t *testing.T) {
	style := func(name, parent, clip string) string {
		return `<style:style style:family="graphic" style:name="` + name + `" style:parent-style-name="` + parent + `"><style:graphic-properties fo:clip="` + clip + `"/></style:style>`
	}
	const whole = "rect(0cm, 0cm, 0cm, 0cm)"
	frame := func(style string) string {
		return `<draw:frame draw:style-name="` + style + `"><draw:image xlink:href="Pictures/a.jpg"/></draw:frame>`
	}
	for name, c := range map[string]struct {
		own, common, text string
		refused           bool
	}{
		"on the left":              {style("fr1", "", "rect(0cm, 0cm, 0cm, 1.2cm)"), "", frame("fr1"), true},
		"without commas":           {style("fr1", "", "rect(0cm 0.01in auto 0cm)"), "", frame("fr1"), true},
		"moved":                    {style("fr1", "", "rect(0cm, -1cm, 0cm, 1cm)"), "", frame("fr1"), true},
		"by a style of the style":  {style("fr1", "Mine", ""), style("Mine", "", "rect(2pt,0pt,0pt,0pt)"), frame("fr1"), true},
		"by what all frames have":  {"", `<style:default-style style:family="graphic"><style:graphic-properties fo:clip="rect(2pt,0pt,0pt,0pt)"/></style:default-style>`, frame(""), true},
		"whole by its own style":   {style("fr1", "Mine", whole), style("Mine", "", "rect(2pt,0pt,0pt,0pt)"), frame("fr1"), false},
		"nothing":                  {style("fr1", "", whole) + style("fr2", "fr3", "auto") + style("fr3", "fr2", "rect(auto, auto, auto, auto)"), "", frame("fr1") + frame("fr2") + frame("fr3"), false},
		"a margin":                 {style("fr1", "", "rect(-1cm, -0.5cm, 0in, 0.00cm)"), "", frame("fr1"), false},
		"styles in a ring":         {style("fr1", "fr2", "") + style("fr2", "fr1", ""), "", frame("fr1"), false},
		"a picture that is hidden": {style("fr1", "", "rect(1cm, 0cm, 0cm, 0cm)"), "", strings.Replace(frame("fr1"), " draw:", ` draw:display="none" draw:`, 1) + `<text:span text:style-name="T1">` + frame("fr1") + `</text:span>`, false},
	} {
		t.Run(name, func(t *testing.T) {
			const spaces = ` xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"`
			hidden := `<style:style style:family="text" style:name="T1"><style:text-properties text:display="none"/></style:style>`
			content := `<office:document-content ` + odtSpace + spaces + `><office:automatic-styles>` + hidden + c.own + `</office:automatic-styles><office:body><office:text><text:p>seen` + c.text + `</text:p></office:text></office:body></office:document-content>`
			sheet := `<office:document-styles ` + odtSpace + spaces + `><office:styles>` + c.common + `</office:styles></office:document-styles>`
			dirty := pack(t, without(odt(t), member{"content.xml", content}, member{"styles.xml", sheet})...)
			if c.refused {
				refused(t, strip.ODT, dirty, "shown cropped")
			} else if got := visible(unpack(t, must(t, strip.ODT, dirty))["content.xml"]); got != "seen" {
				t.Errorf("readers see %q", got)
			}
		})
	}
}
