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
	numbered := withBody(t, paragraph("Normal", begin+`<w:r><w:instrText> LISTNUM \l 2 </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`))
	if got := unpack(t, must(t, strip.DOCX, numbered))["word/document.xml"]; !strings.Contains(got, `LISTNUM \l &#34;2&#34;`) {
		t.Errorf("a number that is drawn: %s", got)
	}
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

// TestFormsThatNobodyDraws: answers that readers draw by themselves would be lost.
func TestFormsThatNobodyDraws(t *testing.T) {
	for name, field := range map[string]string{
		"by itself":    "<</Type/Annot/Subtype/Widget/FT/Tx/V(filled)/Rect[10 50 200 80]>>",
		"by its field": "<</Type/Annot/Subtype/Widget/Parent 26 0 R/Rect[10 50 200 80]>>",
	} {
		t.Run(name, func(t *testing.T) {
			o := dirtyPDF(t)
			o[13], o[26] = field, "<</FT/Tx/V(filled)>>"
			refused(t, strip.PDF, pdf(o, dirtyTrailer), "a form that was filled in")
		})
	}
}
