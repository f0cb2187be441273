package strip_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/file/strip"
)

// objects are those of a PDF file by number; each is what stands between obj and endobj.
type objects map[int]string

func streamOf(dictionary, body string) string {
	return fmt.Sprintf("<<%s/Length %d>>stream\n%s\nendstream", dictionary, len(body), body)
}

// pdf writes a file by hand, with a table and a trailer.
func pdf(o objects, trailer string) []byte {
	return update([]byte("%PDF-1.6\n% "+canary+"\n"), o, trailer, 0)
}

// update adds to a file as programs do that keep what was there.
func update(before []byte, o objects, trailer string, previous int) []byte {
	out := bytes.NewBuffer(bytes.Clone(before))
	var table strings.Builder
	most := 0
	for number := 1; number < 100; number++ {
		body, given := o[number]
		if !given {
			continue
		}
		fmt.Fprintf(&table, "%d 1\n%010d 00000 n \n", number, out.Len())
		fmt.Fprintf(out, "%d 0 obj\n%s\nendobj\n", number, body)
		most = number
	}
	if previous > 0 {
		trailer += fmt.Sprintf("/Prev %d", previous)
	}
	start := out.Len()
	fmt.Fprintf(out, "xref\n0 1\n0000000000 65535 f \n%strailer\n<<%s/Size %d>>\nstartxref\n%d\n%%%%EOF\n", &table, trailer, most+50, start)
	return out.Bytes()
}

// dirtyPDF has the canary wherever a PDF file can have it beside what is drawn.
func dirtyPDF(t testing.TB) objects {
	t.Helper()
	secret := "(" + canary + ")"
	xmp := streamOf("/Type/Metadata/Subtype/XML", "<x:xmpmeta>"+canary+"</x:xmpmeta>")
	return objects{
		1: "<</Type/Catalog/Pages 2 0 R/Metadata 10 0 R/PieceInfo<</A<</Private " + secret + ">>>>/Lang(en)/Outlines 20 0 R/AcroForm<</Fields[13 0 R]>>/StructTreeRoot 21 0 R/Dests<</a[3 0 R/Fit]>>" +
			"/OutputIntents[<</Info " + secret + ">>]/OCProperties<</OCGs[22 0 R]/D<</Name " + secret + "/Creator " + secret + "/ON[22 0 R]/Order[" + secret + " 22 0 R]>>>>/Invented " + secret + ">>",
		2:  "<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2/MediaBox[0 0 595.32 841.89]/LastModified " + secret + ">>",
		3:  "<</Type/Page/Parent 2 0 R/Contents[5 0 R 6 0 R]/Resources 7 0 R/Thumb 11 0 R/Annots[12 0 R 13 0 R 14 0 R 15 0 R]/Tabs/S/Metadata 10 0 R/PieceInfo<</A " + secret + ">>/AA<<>>>>",
		4:  "<</Type/Page/Parent 2 0 R/Contents 8 0 R/Resources 7 0 R/Rotate 90>>",
		5:  streamOf("", "% "+canary+"\nBT /F1 12 Tf 72 720 Td (We recommend % a) Tj ET /Artifact <</Author "+secret+" /MCID 3 /X [("+canary+") 1] /ActualText (moratorium)>> BDC BT /F1 12 Tf 72 700 Td (moratorium) Tj ET EMC /Mark <</A "+secret+">> DP q 10 0 0 10 72"),
		6:  streamOf("/Filter/FlateDecode", string(deflate(" 600 cm /Im1 Do Q q 5 0 0 5 20 20 cm BI /W 2 /H 2 /BPC 8 /CS /G ID \x01EI\xff EI Q\nBT /F1 10 Tf 72 500 Td (second stream) Tj ET %"+canary))),
		7:  "<</Font<</F1 9 0 R>>/XObject<</Im1 16 0 R/Fm1 17 0 R>>/ColorSpace<</CS0[/ICCBased 18 0 R]>>/Properties<</MC0 22 0 R/MC1<</Author " + secret + "/Lang(fr)>>>>/ProcSet[/PDF/Text]>>",
		8:  streamOf("", "BT /F1 12 Tf 72 720 Td (page two) Tj ET /OC /MC0 BDC BT (hidden) Tj ET EMC /Fm1 Do"),
		9:  "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Name/" + canary + "/Encoding/WinAnsiEncoding>>",
		10: xmp,
		11: streamOf("/Width 1/Height 1/ColorSpace/DeviceRGB/BitsPerComponent 8", canary),
		12: "<</Type/Annot/Subtype/FreeText/Rect[10 10 200 40]/Contents(free text)/T " + secret + "/M " + secret + "/CreationDate " + secret + "/NM " + secret + "/RC " + secret + "/Subj " + secret + "/DA(/Helv 10 Tf 0 g)/AP<</N 17 0 R/R 19 0 R>>/Popup 15 0 R>>",
		13: "<</Type/Annot/Subtype/Widget/FT/Tx/T " + secret + "/TU " + secret + "/V(filled)/Rect[10 50 200 80]/AP<</N 23 0 R>>/P 3 0 R>>",
		14: "<</Type/Annot/Subtype/Link/Rect[1 1 9 9]/A<</S/URI/URI(https://www.upr-info.org/)/Next<</S/URI/URI " + secret + ">>>>/Contents " + secret + ">>",
		15: "<</Type/Annot/Subtype/Popup/Parent 12 0 R/Rect[0 0 1 1]/Contents " + secret + ">>",
		16: streamOf("/Type/XObject/Subtype/Image/Width 48/Height 32/ColorSpace[/ICCBased 18 0 R]/BitsPerComponent 8/Filter/DCTDecode/Metadata 10 0 R/Name/"+canary, string(dirtyJPEG(t, 1))),
		17: streamOf("/Type/XObject/Subtype/Form/BBox[0 0 100 100]/Resources<</Font<</F1 9 0 R>>>>/LastModified "+secret+"/PieceInfo<</A "+secret+">>", "%"+canary+"\nBT /F1 8 Tf 5 5 Td (in a form) Tj ET"),
		18: streamOf("/N 3/Alternate/DeviceRGB", "ICC "+canary),
		19: streamOf("/Type/XObject/Subtype/Form/BBox[0 0 1 1]", "%"+canary),
		20: "<</Type/Outlines/First 24 0 R/Last 24 0 R/Count 1>>",
		21: "<</Type/StructTreeRoot/K<</S/P/T " + secret + "/Alt " + secret + ">>>>",
		22: "<</Type/OCG/Name " + secret + "/Usage<</CreatorInfo<</Creator " + secret + ">>>>>>",
		23: streamOf("/Type/XObject/Subtype/Form/BBox[0 0 190 30]/Resources<</Font<</F1 9 0 R>>>>", "BT /F1 8 Tf 5 5 Td (filled) Tj ET"),
		24: "<</Title(Chapter one)/Parent 20 0 R/Dest[4 0 R/XYZ 0 700 0]/SE " + secret + ">>",
		25: "<</Author " + secret + "/Title <feff004b0061006e0061007200690065006e0056006f00670065006c>/Producer " + secret + "/CreationDate " + secret + ">>",
		26: "<</Nobody " + secret + ">>",
	}
}

const dirtyTrailer = "/Root 1 0 R/Info 25 0 R/ID[(" + canary + ")(" + canary + ")]"

func TestPDF(t *testing.T) {
	plain := pdf(dirtyPDF(t), dirtyTrailer)
	hidesCanary(t, plain, 50)
	start := bytes.LastIndex(plain, []byte("xref\n0 1"))
	changed := dirtyPDF(t)[8]
	updated := update(plain, objects{8: strings.Replace(changed, "page two", "page 2  ", 1)}, dirtyTrailer, start)
	for name, dirty := range map[string][]byte{"as it is": plain, "with another version": updated, "packed by qpdf": packedByQPDF(t, plain)} {
		t.Run(name, func(t *testing.T) {
			clean := must(t, strip.PDF, dirty)
			if got, want := words(t, clean), words(t, dirty); got != want {
				t.Errorf("readers see\n%s\nand saw\n%s", got, want)
			}
			if got := words(t, clean); !strings.Contains(got, "moratorium") || !strings.Contains(got, "second stream") || !strings.Contains(got, "in a form") {
				t.Errorf("readers see only\n%s", got)
			}
			tool(t, clean, "qpdf", "--check", "FILE")
			if seen := tool(t, clean, "pdfinfo", "FILE"); strings.Contains(seen, "Title") || strings.Contains(seen, "CreationDate") || !strings.Contains(seen, "Pages:           2") {
				t.Errorf("pdfinfo sees\n%s", seen)
			}
			if seen := metadata(t, clean); strings.Contains(seen, "XMP") || strings.Contains(seen, "Author") {
				t.Errorf("exiftool sees\n%s", seen)
			}
			for _, kept := range []string{"/DCTDecode", "/Outlines", hexOf([]byte("https://www.upr-info.org/")), hexOf([]byte("Chapter one")), "/Rotate 90", "595.32"} {
				if !bytes.Contains(clean, []byte(kept)) {
					t.Errorf("%s is missing", kept)
				}
			}
		})
	}
	if bytes.Contains(must(t, strip.PDF, updated), deflate("page two")[:8]) || strings.Contains(words(t, must(t, strip.PDF, updated)), "page two") {
		t.Error("the version before is still there")
	}
}

// TestPDFThatEmbedsNothing cleans what go-pdf/fpdf writes: a tree of embedded files without any.
func TestPDFThatEmbedsNothing(t *testing.T) {
	for _, tree := range []string{"<</Names[]>>", "<<>>", "26 0 R"} {
		o := dirtyPDF(t)
		o[26] = "<</Names[\n]/Kids[]>>"
		o[1] = "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles " + tree + ">>>>"
		clean := must(t, strip.PDF, pdf(o, dirtyTrailer))
		if !strings.Contains(words(t, clean), "moratorium") || bytes.Contains(clean, []byte("EmbeddedFiles")) {
			t.Errorf("%s: the text is gone, or the tree is not", tree)
		}
	}
}

// layered is a catalogue with a layer and what it says of it.
func layered(state string) string {
	return "<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[22 0 R]/D<<" + state + ">>>>>>"
}

// TestPDFReadsAsItLooks: what marks say a part reads as is gone, what they mark is not; and layers that are shown are parts as others.
func TestPDFReadsAsItLooks(t *testing.T) {
	o, marks := dirtyPDF(t), "/ActualText("+canary+")/Alt("+canary+")/E("+canary+")/Lang("+canary+")"
	o[1] = strings.Replace(layered("/BaseState/ON"), "/Pages", "/Lang("+canary+")/Pages", 1)
	o[3] = strings.Replace(o[3], "6 0 R]", "6 0 R 27 0 R]", 1)
	o[6] = streamOf("", "600 cm Q BT /F1 10 Tf 72 500 Td (second stream) Tj ET /Span <<"+marks+">>")
	o[27] = streamOf("", "BDC BT /F1 10 Tf 72 400 Td (marked) Tj ET EMC /"+canary+" BMC /Span /MC1 BDC BT /F1 10 Tf 72 380 Td (twice) Tj ET EMC EMC BX ("+canary+") /"+canary+" "+canary+" EX /OC /MC0 BDC BT /F1 10 Tf 72 360 Td (layer) Tj ET EMC")
	o[7] = strings.Replace(o[7], "/Lang(fr)", marks, 1)
	clean := must(t, strip.PDF, pdf(o, dirtyTrailer))
	if got := words(t, clean); !strings.Contains(got, "second stream marked twice layer") {
		t.Errorf("readers see %q", got)
	}
	tool(t, clean, "qpdf", "--check", "FILE")
}

// TestPDFAnnotationsThatNobodySees: what screens do not show is gone, and words stay as they are drawn.
func TestPDFAnnotationsThatNobodySees(t *testing.T) {
	o := dirtyPDF(t)
	box := func(more string) string {
		return "<</Type/Annot/Subtype/FreeText/Rect[10 10 200 40]/DA(/Helv 10 Tf 0 g)" + more + ">>"
	}
	o[27] = streamOf("/Type/XObject/Subtype/Form/BBox[0 0 190 30]/Resources<</Font<</F1 9 0 R>>>>", "BT /F1 8 Tf 5 5 Td ("+canary+") Tj ET")
	o[12], o[13], o[15] = box("/F 2/AP<</N 27 0 R>>"), box("/F 36/AP<</N 27 0 R>>"), box("/F 4/Contents("+canary+")/AP<</N 23 0 R>>")
	if got := words(t, must(t, strip.PDF, pdf(o, dirtyTrailer))); !strings.Contains(got, "filled") {
		t.Errorf("readers see %q", got)
	}
}

func words(t *testing.T, content []byte) string {
	t.Helper()
	return strings.Join(strings.Fields(tool(t, content, "pdftotext", "-layout", "FILE", "-")), " ")
}

func packedByQPDF(t *testing.T, content []byte) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.pdf")
	tool(t, content, "qpdf", "--object-streams=generate", "--compress-streams=y", "--warning-exit-0", "FILE", out)
	packed, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

func TestPDFsThatAreRefused(t *testing.T) {
	with := func(number int, body string) []byte {
		o := dirtyPDF(t)
		o[number] = body
		return pdf(o, dirtyTrailer)
	}
	bomb := strings.Repeat("0 0 m\n", 45<<20/strip.Lower)
	cases := map[string]struct {
		content []byte
		because string
	}{
		"a script at the start": {with(1, "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"), "has a script"},
		"a script by its name":  {with(1, "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/J#61vaScript/JS(app.alert(1))>>>>"), "has a script"},
		"a script nobody uses":  {with(26, "<</S/JavaScript/JS(app.alert(1))>>"), "has a script"},
		"a program":             {with(14, "<</Type/Annot/Subtype/Link/Rect[1 1 9 9]/A<</S/Launch/F(cmd.exe)>>>>"), "starts other programs"},
		"an embedded file":      {with(26, "<</Type/Filespec/F(a.exe)/EF<</F 10 0 R>>>>"), "embedded"},
		"embedded files":        {with(1, "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a)26 0 R]>>>>>>"), "embedded"},
		"embedded files apart":  {with(1, "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Kids[26 0 R]>>>>>>"), "embedded"},
		"embedded, and limits":  {with(1, "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[]/Limits[(a)(b)]>>>>>>"), "embedded"},
		"an attached file":      {with(14, "<</Type/Annot/Subtype/FileAttachment/Rect[1 1 9 9]>>"), "attached"},
		"a form of a program":   {with(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA 10 0 R/Fields[]>>>>"), "XFA"},
		"a film":                {with(14, "<</Type/Annot/Subtype/RichMedia/Rect[1 1 9 9]>>"), "media"},
		"a bomb":                {with(8, streamOf("/Filter/FlateDecode", string(deflate(bomb)))), "beyond all measure"},
		"no pages":              {with(2, "<</Type/Pages/Kids[2 0 R]/Count 1>>"), "no pages"},
		"before it":             {append([]byte("MZ"), with(26, "null")...), "before its beginning"},
		"an archive behind it":  {append(with(26, "null"), pack(t, member{"a", "a"})...), "an archive at the same time"},
		"nothing else":          {[]byte("%PDF-1.4\n"), "damaged"},
		"a hidden layer":        {with(1, layered("/OFF[22 0 R]")), "a layer that is hidden"},
		"none but one":          {with(1, layered("/BaseState/OFF/ON[24 0 R]")), "a layer that is hidden"},
		"hidden on screens":     {with(22, "<</Type/OCG/Usage<</View<</ViewState/OFF>>>>>>"), "a layer that is hidden"},
		"layers by turns":       {with(7, "<</Properties<</MC0<</Type/OCMD/OCGs[22 0 R]/P/AllOff>>>>>>"), "a layer that is hidden"},
		"a password":            {encryptedByQPDF(t, with(26, "null")), "password"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { refused(t, strip.PDF, c.content, c.because) })
	}
}

func encryptedByQPDF(t *testing.T, content []byte) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.pdf")
	tool(t, content, "qpdf", "--encrypt", "", "owner", "256", "--", "--warning-exit-0", "FILE", out)
	encrypted, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return encrypted
}
