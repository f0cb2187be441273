package strip_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"image/gif"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/upr-info/upr/internal/fault"
	"github.com/upr-info/upr/internal/file/strip"
)

type member struct{ name, content string }

// pack makes a package with comments, times and extra fields that tell something.
func pack(t testing.TB, members ...member) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, m := range members {
		header := &zip.FileHeader{Name: m.name, Method: zip.Deflate, Modified: time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC), Comment: canary, Extra: []byte("\x01\x02\x0d\x00" + canary)}
		if m.name == "mimetype" {
			header = &zip.FileHeader{Name: m.name, Method: zip.Store}
		}
		to, err := w.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(to, m.content)
	}
	_ = w.SetComment(canary)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func refused(t *testing.T, s stripper, content []byte, because string) {
	t.Helper()
	_, err := s(t.Context(), content)
	if err == nil || fault.CodeOf(err) != fault.CodeInvalid || !strings.Contains(err.Error(), because) {
		t.Errorf("got %v, want a refusal because: %s", err, because)
	}
	if refusal := (*strip.Refusal)(nil); !errors.As(err, &refusal) || !slices.Contains(strip.Whys, refusal.Why) {
		t.Errorf("%v is refused for nothing of the list, for which pages have words", err)
	}
}

const (
	officeRelations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	wordSpace       = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="` + officeRelations + `" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" ` +
		`xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"`
	head = `<?xml version="1.0" encoding="UTF-8"?>` + "\n<!-- " + canary + " -->"
)

func relation(id, kind, target, mode string) string {
	return `<Relationship Id="` + id + `" Type="` + officeRelations + "/" + kind + `" Target="` + target + `" ` + mode + `/>`
}

// docx are the parts of a document that has the canary in all places where Word and others put what
// tells of people.
func docx(t testing.TB) []member {
	t.Helper()
	var g bytes.Buffer
	if err := gif.Encode(&g, picture(), nil); err != nil {
		t.Fatal(err)
	}
	external := `TargetMode="External"`
	return []member{
		{"[Content_Types].xml", head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="jpeg" ContentType="image/jpeg"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/><Override PartName="/word/people.xml" ContentType="` + canary + `"/></Types>`},
		{"_rels/.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + relation("rId1", "officeDocument", "word/document.xml", "") + relation("rId2", "metadata/core-properties", "docProps/core.xml", "") + relation("rId3", "metadata/thumbnail", "docProps/thumbnail.jpeg", "") + relation("rId4", "custom-properties", "docProps/"+canary+".xml", "") + `</Relationships>`},
		{"docProps/core.xml", `<cp:coreProperties><dc:creator>` + canary + `</dc:creator></cp:coreProperties>`},
		{"docProps/app.xml", `<Properties><Company>` + canary + `</Company><Template>` + canary + `</Template></Properties>`},
		{"docProps/custom.xml", `<Properties>` + canary + `</Properties>`},
		{"docProps/thumbnail.jpeg", string(dirtyJPEG(t, 1))},
		{"customXml/item1.xml", `<a>` + canary + `</a>`},
		{"word/people.xml", `<w15:person w15:author="` + canary + `"/>`},
		{"word/comments.xml", `<w:comments ` + wordSpace + `><w:comment w:author="` + canary + `" w:initials="K"><w:p><w:r><w:t>` + canary + `</w:t></w:r></w:p></w:comment></w:comments>`},
		{"word/commentsExtended.xml", `<a>` + canary + `</a>`},
		{"word/printerSettings/printerSettings1.bin", canary},
		{"word/webSettings.xml", `<a>` + canary + `</a>`},
		{"word/settings.xml", head + `<w:settings ` + wordSpace + `><w:zoom w:percent="100"/><w:attachedTemplate r:id="rId1"/><w:docVars><w:docVar w:name="a" w:val="` + canary + `"/></w:docVars><w:rsids><w:rsidRoot w:val="` + canary + `"/></w:rsids><w:mailMerge><w:query w:val="` + canary + `"/></w:mailMerge><w:defaultTabStop w:val="708"/><w14:docId w14:val="` + canary + `"/></w:settings>`},
		{"word/_rels/settings.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + relation("rId1", "attachedTemplate", "file:///C:/Users/"+canary+"/Normal.dotm", external) + `</Relationships>`},
		{"word/styles.xml", head + `<w:styles ` + wordSpace + `><w:style w:type="paragraph" w:styleId="Normal"><w:name w:val="Normal"/><w:rsid w:val="` + canary + `"/></w:style></w:styles>`},
		{"word/header1.xml", `<w:hdr ` + wordSpace + `><w:p w:rsidR="` + canary + `"><w:r><w:t>Visible header</w:t></w:r></w:p></w:hdr>`},
		{"word/media/image1.jpeg", string(dirtyJPEG(t, 6))}, {"word/media/image2.png", string(dirtyPNG(t, 1))}, {"word/media/image3.gif", g.String() + canary},
		{"word/_rels/document.xml.rels", head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + relation("rId1", "image", "media/image1.jpeg", "") + relation("rId2", "hyperlink", "https://www.upr-info.org/", external) + relation("rId3", "hyperlink", "file:///C:/Users/"+canary, external) + relation("rId4", "image", "file:///C:/Users/"+canary+"/a.png", external) + relation("rId5", "comments", "comments.xml", "") + relation("rId6", "header", "header1.xml", "") + relation("rId7", "styles", "styles.xml", "") + relation("rId8", "settings", "settings.xml", "") + relation("rId9", "image", "media/image2.png", "") + relation("rId10", "image", "media/image3.gif", "") + `</Relationships>`},
		{"word/document.xml", head + `<?mso ` + canary + `?><w:document ` + wordSpace + `><w:body><w:p w:rsidR="` + canary + `" w14:paraId="` + canary + `"><w:pPr><w:pPrChange w:author="` + canary + `"><w:pPr/></w:pPrChange></w:pPr>
<w:r><w:t xml:space="preserve">We recommend &amp; ask </w:t></w:r><w:ins w:id="1" w:author="` + canary + `" w:date="2026-01-02T03:04:05Z"><w:r><w:t>for a moratorium</w:t></w:r></w:ins><w:del w:author="` + canary + `"><w:r><w:delText>` + canary + `</w:delText></w:r></w:del>
<w:commentRangeStart w:id="0"/><w:r><w:commentReference w:id="0"/></w:r><w:hyperlink r:id="rId2" w:history="1"><w:r><w:t>our site</w:t></w:r></w:hyperlink><w:hyperlink r:id="rId3" w:docLocation="` + canary + `"><w:r><w:t> a path</w:t></w:r></w:hyperlink>
<w:sdt><w:sdtPr><w:alias w:val="` + canary + `"/><w:dataBinding w:xpath="` + canary + `"/></w:sdtPr><w:sdtContent><w:r><w:t> in a field</w:t></w:r></w:sdtContent></w:sdt>
<w:r><w:instrText> INCLUDEPICTURE "C:\\Users\\` + canary + `\\a.png" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:fldSimple w:instr=" FILENAME \\p ` + canary + `"><w:r><w:t>name</w:t></w:r></w:fldSimple>
<w:r><w:drawing><wp:inline><wp:docPr id="1" name="` + canary + `.jpg" descr="C:\\Users\\` + canary + `"/><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="` + canary + `" title="` + canary + `"/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rId1"><a:extLst><a:ext uri="` + canary + `"/></a:extLst></a:blip></pic:blipFill></pic:pic></wp:inline></w:drawing></w:r>
<w:r><a:blip r:link="rId4" r:embed="rId9"/><a:blip r:embed="rId9"/><a:blip r:embed="rId10"/></w:r></w:p><w:sectPr w:rsidR="` + canary + `"><w:headerReference w:type="default" r:id="rId6"/></w:sectPr></w:body></w:document>`},
	}
}

func TestDOCX(t *testing.T) {
	dirty := pack(t, docx(t)...)
	hidesCanary(t, dirty, 60)
	clean := unpack(t, must(t, strip.DOCX, dirty))
	want := []string{"[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels", "word/document.xml", "word/header1.xml",
		"word/media/image1.jpeg", "word/media/image2.png", "word/media/image3.gif", "word/settings.xml", "word/styles.xml"}
	if got := slices.Sorted(maps.Keys(clean)); !slices.Equal(got, want) {
		t.Errorf("parts: got %s, want %s", got, want)
	}
	if got, want := visible(clean["word/document.xml"]), "We recommend & ask for a moratoriumour site a path in a field PAGE name"; got != want {
		t.Errorf("readers see %q, want %q", got, want)
	}
	if got := visible(clean["word/header1.xml"]); got != "Visible header" {
		t.Errorf("the header is %q", got)
	}
	for _, kept := range []string{`<w:hyperlink r:id="rId2"`, `<a:blip r:embed="rId1"`, `<w:headerReference w:type="default" r:id="rId3"`} {
		if !strings.Contains(clean["word/document.xml"], kept) {
			t.Errorf("%s is missing", kept)
		}
	}
	leads := regexp.MustCompile(`/([a-z]+)" Target="([^"]*)"`).FindAllString(clean["word/_rels/document.xml.rels"], -1)
	if want := []string{`/image" Target="media/image1.jpeg"`, `/hyperlink" Target="https://www.upr-info.org/"`, `/header" Target="header1.xml"`, `/styles" Target="styles.xml"`,
		`/settings" Target="settings.xml"`, `/image" Target="media/image2.png"`, `/image" Target="media/image3.gif"`}; !slices.Equal(leads, want) {
		t.Errorf("the document leads to %s", leads)
	}
}

const odtSpace = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:officeooo="http://openoffice.org/2009/office"`

func odt(t testing.TB) []member {
	t.Helper()
	return []member{
		{"mimetype", "application/vnd.oasis.opendocument.text"},
		{"META-INF/manifest.xml", head + `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="` + canary + `"/></manifest:manifest>`},
		{"meta.xml", `<office:document-meta>` + canary + `</office:document-meta>`}, {"settings.xml", `<a>` + canary + `</a>`},
		{"Thumbnails/thumbnail.png", string(dirtyPNG(t, 1))}, {"layout-cache", canary}, {"Configurations2/a.xml", canary}, {"manifest.rdf", canary},
		{"Pictures/a.jpg", string(dirtyJPEG(t, 3))},
		{"styles.xml", head + `<office:document-styles ` + odtSpace + `><office:styles officeooo:rsid="` + canary + `"/></office:document-styles>`},
		{"content.xml", head + `<office:document-content ` + odtSpace + `><office:scripts><office:event-listeners>` + canary + `</office:event-listeners></office:scripts><office:body><office:text><text:tracked-changes><text:changed-region xml:id="a"><text:deletion><office:change-info><dc:creator>` + canary + `</dc:creator></office:change-info><text:p>` + canary + `</text:p></text:deletion></text:changed-region></text:tracked-changes>
<text:p officeooo:rsid="` + canary + `" xml:id="` + canary + `">We <text:change text:change-id="a"/>ask<office:annotation office:name="1"><dc:creator>` + canary + `</dc:creator><text:p>` + canary + `</text:p></office:annotation> <text:a xlink:href="https://www.upr-info.org/">here</text:a><text:a xlink:href="file:///home/` + canary + `"> there</text:a></text:p><draw:frame draw:name="` + canary + `"><draw:image xlink:href="Pictures/a.jpg"/><svg:desc>` + canary + `</svg:desc></draw:frame></office:text></office:body></office:document-content>`},
	}
}

func TestODT(t *testing.T) {
	dirty := pack(t, odt(t)...)
	hidesCanary(t, dirty, 30)
	clean := unpack(t, must(t, strip.ODT, dirty))
	if got := visible(clean["content.xml"]); got != "We ask here there" {
		t.Errorf("readers see %q", got)
	}
	if got := slices.Sorted(maps.Keys(clean)); !slices.Equal(got, []string{"META-INF/manifest.xml", "Pictures/image1.jpg", "content.xml", "mimetype", "styles.xml"}) {
		t.Errorf("parts: %s", got)
	}
}

func unpack(t *testing.T, content []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	members := map[string]string{}
	for _, f := range r.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if members[f.Name] = string(b); !f.Modified.IsZero() && f.Modified.Year() > 1980 {
			t.Errorf("%s has a time: %v", f.Name, f.Modified)
		}
	}
	return members
}

var tags = regexp.MustCompile(`<[^>]*>`)

func visible(document string) string {
	text := strings.ReplaceAll(tags.ReplaceAllString(document, ""), "&#xA;", "")
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(text, "\n", ""), "&amp;", "&"))
}

func TestPackagesThatAreRefused(t *testing.T) {
	with := func(members []member, more ...member) []byte { return pack(t, append(members, more...)...) }
	bomb := strings.Repeat("\x00", 210<<20/strip.Lower)
	cases := map[string]struct {
		strip   stripper
		content []byte
		because string
	}{
		"macros":           {strip.DOCX, with(docx(t), member{"word/vbaProject.bin", "a"}), "macros"},
		"macros of ODT":    {strip.ODT, with(odt(t), member{"Basic/Standard/Module1.xml", "a"}), "macros"},
		"embedded":         {strip.DOCX, with(docx(t), member{"word/embeddings/oleObject1.bin", "a"}), "embedded"},
		"embedded in ODT":  {strip.ODT, with(changed(odt(t), "content.xml", "</office:text>", `<draw:object xlink:href="./Object 1"/></office:text>`), member{"Object 1/content.xml", "a"}), "embedded"},
		"a bomb":           {strip.DOCX, with(docx(t), member{"word/media/a.png", bomb}), "beyond all measure"},
		"entities":         {strip.DOCX, with(docx(t), member{"word/header2.xml", `<!DOCTYPE a [<!ENTITY b "c">]><a/>`}), "document type"},
		"another picture":  {strip.DOCX, with(changed(docx(t), "word/_rels/document.xml.rels", "media/image1.jpeg", "media/a.emf"), member{"word/media/a.emf", "a"}), `"emf"`},
		"a table":          {strip.DOCX, pack(t, member{"xl/workbook.xml", "a"}), "no DOCX file"},
		"DOCX as ODT":      {strip.ODT, with(docx(t)), "no ODT file"},
		"a name twice":     {strip.DOCX, with(docx(t), member{"word/document.xml", "a"}), "damaged"},
		"a path":           {strip.DOCX, with(docx(t), member{"../../etc/passwd", "a"}), "damaged"},
		"before it":        {strip.DOCX, append([]byte("MZ"), with(docx(t))...), "damaged"},
		"behind it":        {strip.DOCX, append(with(docx(t)), "something"...), "before or after"},
		"a password":       {strip.ODT, with(odt(t)[:1], member{"content.xml", "a"}, member{"META-INF/manifest.xml", "<manifest:encryption-data/>"}), "password"},
		"elements in each": {strip.DOCX, with(docx(t), member{"word/header2.xml", strings.Repeat("<a>", 5000)}), "damaged"},
		"many parts":       {strip.DOCX, with(many(2100)), "2000 at most"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { refused(t, c.strip, c.content, c.because) })
	}
}

// changed is a document of which a part has another text.
func changed(members []member, name, from, to string) []member {
	for i := range members {
		if members[i].name == name {
			members[i].content = strings.Replace(members[i].content, from, to, 1)
		}
	}
	return members
}

func many(n int) (members []member) {
	for i := range n {
		members = append(members, member{strings.Repeat("a", 1+i%200) + strings.Repeat("b", i/200), "a"})
	}
	return members
}
