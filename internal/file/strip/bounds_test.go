package strip_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/file/strip"
)

// TestDOCXThatLosesOrGrows: what would lose answers, or take memory without measure, is refused.
func TestDOCXThatLosesOrGrows(t *testing.T) {
	begin := `<w:r><w:fldChar w:fldCharType="begin"/></w:r>`
	for name, c := range map[string]struct{ body, because string }{
		"fields that do not end": {"<w:p>" + strings.Repeat(begin, 10_000) + "</w:p>", "fields within one another"},
		"text without measure":   {paragraph("Normal", run(strings.Repeat("a", 2<<20))), "beyond all measure"},
		"a box":                  {paragraph("Normal", begin+`<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`), "whose answers would be lost"},
		"a list":                 {paragraph("Normal", wordField("one", " formdropdown ")), "whose answers would be lost"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, strip.DOCX, withBody(t, c.body), c.because) })
	}
}

// TestNumbersThatAreDrawn: programs work them out from the instructions, which therefore keep what they are worked out from.
func TestNumbersThatAreDrawn(t *testing.T) {
	for dirty, want := range map[string]string{
		`LISTNUM \l 2`:                           `LISTNUM \l "2"`,
		`LISTNUM LegalDefault \l 2`:              `LISTNUM LegalDefault \l "2"`,
		`LISTNUM "outlinedefault" \l 1 \s 4`:     `LISTNUM outlinedefault \l "1" \s "4"`,
		`LISTNUM ` + canary + ` \l 3`:            `LISTNUM \l "3"`,
		`LISTNUM`:                                `LISTNUM`,
		`AUTONUM \* Arabic \s )`:                 `AUTONUM \* Arabic \s )`,
		`AUTONUMLGL \e \s "-"`:                   `AUTONUMLGL \e \s -`,
		`AUTONUMLGL \s`:                          `AUTONUMLGL`,
		`AUTONUM \s ` + canary + ` \* ` + canary: `AUTONUM`,
		`AUTONUM \s a`:                           `AUTONUM`,
	} {
		got := unpack(t, must(t, strip.DOCX, withBody(t, paragraph("Normal", prompted("", " "+dirty+" ")))))["word/document.xml"]
		if got = strings.ReplaceAll(visible(got), "&#34;", `"`); got != want {
			t.Errorf("%s becomes %s, want %s", dirty, got, want)
		}
	}
}

// TestSymbolsThatAreDrawn: a sign that stands in the instruction alone stays, with the font that it is of.
func TestSymbolsThatAreDrawn(t *testing.T) {
	for dirty, want := range map[string]string{
		`SYMBOL 183 \f Symbol`:                                      `SYMBOL 183 \f Symbol`,
		`symbol 0xF0FE \f "Wingdings 2" \s 12 \h`:                   `SYMBOL 0xF0FE \f "Wingdings 2" \s "12" \h`,
		`SYMBOL 8364 \u \x ` + canary + ` \* MERGEFORMAT ` + canary: `SYMBOL 8364 \u`,
		`SYMBOL ` + canary + ` \f Symbol`:                           ``,
	} {
		for form, body := range map[string]string{"runs": prompted("", " "+dirty+" "), "simple": `<w:fldSimple w:instr="` + strings.ReplaceAll(dirty, `"`, "&quot;") + `"/>`} {
			document := unpack(t, must(t, strip.DOCX, withBody(t, paragraph("Normal", body))))["word/document.xml"]
			got := visible(document)
			if form == "simple" {
				got = strings.TrimSpace(found(t, `w:instr="([^"]*)"`, document))
			}
			if got = strings.ReplaceAll(got, "&#34;", `"`); got != want {
				t.Errorf("%s in %s becomes %s, want %s", dirty, form, got, want)
			}
		}
	}
}

// TestHeadersThatAreNoXML: what stands on each page is not lost, and nothing is taken for it that is cleaned as something else.
func TestHeadersThatAreNoXML(t *testing.T) {
	header := `<w:hdr ` + wordSpace + `><w:p>` + wordField(run("top"), `INCLUDEPICTURE "C:\Users\`+canary+`\a.png"`) + `<w:del>` + run(canary) + `</w:del></w:p></w:hdr>`
	for _, name := range []string{"header1.bin", "header1", "header1.XML", "top.xml", "_rels/header1.xml", "_rels/header1.xml.rels", "_rels/document.xml.rels", "header2.xml"} {
		t.Run(name, func(t *testing.T) {
			leads := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + relation("rId6", "header", name, "") + `</Relationships>`
			more := []member{{"word/_rels/document.xml.rels", leads}, {"word/" + name, header}}
			if more[0].name == more[1].name || name == "header2.xml" { // which is not there
				more = more[:1]
			}
			body := paragraph("Normal", run("seen")) + `<w:sectPr><w:headerReference w:type="default" r:id="rId6"/></w:sectPr>`
			refused(t, strip.DOCX, withBody(t, body, more...), "a header or footer that cannot be read")
		})
	}
}

// TestPartsThatNobodyNeeds: what is left out is not unpacked, so that its size does not matter.
func TestPartsThatNobodyNeeds(t *testing.T) {
	font := strings.Repeat(canary, 210<<20/strip.Lower/len(canary))
	must(t, strip.DOCX, pack(t, append(docx(t), member{"word/fonts/font1.odttf", font})...))
	must(t, strip.ODT, pack(t, append(odt(t), member{"Fonts/font1.ttf", font}, member{"Configurations2/menu.xml", font})...))
}

// TestPicturesWithinAPage: a picture in the content of a page keeps how it is packed, and says nothing else.
func TestPicturesWithinAPage(t *testing.T) {
	o := dirtyPDF(t)
	o[6] = streamOf("", "BI /W 8 /Author ("+canary+") /H 1 /IM true /CS [/Indexed /RGB 1 <000000ffffff>] /DP [null <</K -1 /Columns 8 /By ("+canary+") /BlackIs1 true>>] /F [/AHx /CCF] /Note "+
		"["+"("+canary+") 1] ID 00> EI Q")
	clean := must(t, strip.PDF, pdf(o, dirtyTrailer))
	text := tool(t, clean, "qpdf", "--qdf", "--object-streams=disable", "--warning-exit-0", "FILE", "-")
	want := "/W 8 /H 1 /IM true /CS [ /Indexed /RGB 1 <000000ffffff> ] /DP [ null <</K -1 /Columns 8 /BlackIs1 true >> ] /F [ /AHx /CCF ] ID"
	if !strings.Contains(text, want) {
		t.Errorf("want %s in %s", want, fmt.Sprintf("%.4000s", text))
	}
	if strings.Contains(text, canary) {
		t.Error("it names somebody")
	}
}

// TestPicturesThatSayMore: what is no part of how a picture is packed is gone, wherever it stands.
func TestPicturesThatSayMore(t *testing.T) {
	const asIs = "/W 8 /H 1 /BPC 8 /CS /G "
	for more, want := range map[string]string{
		"":                                   asIs,
		"/H <" + hexOf([]byte(canary)) + ">": asIs,
		"/D [(" + canary + ")]":              asIs,
		"/D [0 1]":                           asIs + "/D [ 0 1 ] ",
		"/F [(" + canary + ")]":              asIs,
		"/F /" + canary:                      asIs,
		"/F [/AHx /" + canary + "]":          asIs,
		"/I 1" + canary:                      asIs,
		"/IM [/" + canary + "]":              asIs,
		"/DP <</K /" + canary + ">>":         asIs + "/DP <<>> ",
		"/ColorSpace [/I /RGB 1" + canary + " <00>]": asIs,
		"/ColorSpace (" + canary + ")":               asIs,
		"/ColorSpace [/I /RGB 1 (abcdef)]":           asIs + "/ColorSpace [ /I /RGB 1 (abcdef) ] ",
	} {
		o := dirtyPDF(t)
		o[6] = streamOf("", " 600 cm Q BI "+asIs+more+" ID abcdefgh EI Q")
		text := tool(t, must(t, strip.PDF, pdf(o, dirtyTrailer)), "qpdf", "--qdf", "--object-streams=disable", "--warning-exit-0", "FILE", "-")
		if !strings.Contains(text, "\nBI\n"+want+"ID abcdefgh\nEI\n") {
			t.Errorf("%s: want %s in %s", more, want, fmt.Sprintf("%.4000s", text))
		}
	}
}

// TestPicturesInPieces: of a picture that does not begin and end in one content nobody knows what it says.
func TestPicturesInPieces(t *testing.T) {
	o := dirtyPDF(t)
	for name, pieces := range map[string][2]string{
		"two contents":      {"q BI /W 8 /H 1 /BPC 8 /CS /G /Author (" + canary + ") /DP <<>>", "ID abcdefgh EI Q"},
		"an operator in it": {"q BI /W 8 /Author (" + canary + ") Tj /H 1 ID abcdefgh EI Q", ""},
		"two beginnings":    {"q BI /W 8 /Author (" + canary + ") BI /H 1 ID abcdefgh EI Q", ""},
	} {
		t.Run(name, func(t *testing.T) {
			o[5], o[6] = streamOf("", pieces[0]), streamOf("", pieces[1])
			refused(t, strip.PDF, pdf(o, dirtyTrailer), "a picture that is damaged or in pieces")
		})
	}
	o[5], o[6] = streamOf("", "ID /Span <</ActualText("+canary+")>> BDC EMC EI BT /F1 12 Tf 72 720 Td (moratorium) Tj ET"), streamOf("", "")
	if got := words(t, must(t, strip.PDF, pdf(o, dirtyTrailer))); !strings.Contains(got, "moratorium") {
		t.Errorf("behind a picture that has not begun readers see %q", got)
	}
}

// TestFormsThatNobodyDraws: answers that readers draw by themselves would be lost; what has no answer is no reason to refuse.
func TestFormsThatNobodyDraws(t *testing.T) {
	const (
		plain, redrawn = "", "/NeedAppearances true"
		blank          = "/AP<</N 17 0 R>>"
	)
	for name, c := range map[string]struct {
		form, field string
		lost        bool
	}{
		"by itself":            {plain, "/FT/Tx/V(filled)", true},
		"by its field":         {plain, "/Parent 26 0 R", true},
		"a long text":          {plain, "/FT/Tx/V 27 0 R", true},
		"a box that is ticked": {plain, "/FT/Btn/V/Yes", true},
		"one of a list":        {plain, "/FT/Ch/V[(one)]", true},
		"a drawing of nothing": {plain, "/FT/Tx/V(filled)/AP<<>>", true},
		"drawn before":         {redrawn, "/FT/Tx/V(filled)" + blank, true},
		"ticked, drawn before": {redrawn, "/FT/Btn/V/Yes/AS/Off" + blank, true},
		"drawn":                {plain, "/FT/Tx/V(filled)" + blank, false},
		"drawn, as it says":    {"/NeedAppearances false", "/FT/Tx/V(filled)" + blank, false},
		"redrawn, but empty":   {redrawn, "/FT/Tx/V()" + blank, false},
		"empty":                {plain, "/FT/Tx/V()", false},
		"empty in UTF-16":      {plain, "/FT/Tx/V<FEFF>", false},
		"empty in UTF-8":       {plain, "/FT/Tx/V<efbbbf>", false},
		"none of a list":       {plain, "/FT/Ch/V[]", false},
		"a box":                {plain, "/FT/Btn/V/Off", false},
	} {
		t.Run(name, func(t *testing.T) {
			o := dirtyPDF(t)
			o[1] = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[13 0 R]" + c.form + ">>>>"
			o[13] = "<</Type/Annot/Subtype/Widget/Rect[10 50 200 80]" + c.field + ">>"
			o[26], o[27] = "<</FT/Tx/V(filled)>>", streamOf("", "filled")
			if dirty := pdf(o, dirtyTrailer); c.lost {
				refused(t, strip.PDF, dirty, "a form that was filled in")
			} else {
				must(t, strip.PDF, dirty)
			}
		})
	}
}
