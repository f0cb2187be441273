package strip_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/file/strip"
)

// styles are some that hide what they are for, and some that do not.
const styles = `<w:styles ` + wordSpace + `><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="20"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:styleId="Normal" w:default="1"><w:name w:val="Normal"/><w:aliases w:val="` + canary + `"/></w:style>
<w:style w:type="paragraph" w:styleId="Secret"><w:basedOn w:val="Normal"/><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Heir"><w:basedOn w:val="Secret"/></w:style>
<w:style w:type="paragraph" w:styleId="Open"><w:basedOn w:val="Heir"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Ring"><w:basedOn w:val="Gnir"/></w:style><w:style w:type="character" w:styleId="Gnir"><w:basedOn w:val="Ring"/></w:style>
<w:style w:type="character" w:styleId="Whisper"><w:rPr><w:specVanish/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Mute"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="table" w:styleId="Veil"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>`

func run(text string) string { return "<w:r><w:t>" + text + "</w:t></w:r>" }

func styled(properties, text string) string {
	return "<w:r><w:rPr>" + properties + "</w:rPr><w:t>" + text + "</w:t></w:r>"
}

func paragraph(style string, runs ...string) string {
	return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>` + strings.Join(runs, "") + "</w:p>"
}

// wordField is a field whose instruction is cut into pieces.
func wordField(result string, pieces ...string) string {
	at := func(kind string) string { return `<w:r><w:fldChar w:fldCharType="` + kind + `"/></w:r>` }
	return at("begin") + `<w:r><w:instrText xml:space="preserve">` + strings.Join(pieces, `</w:instrText></w:r><w:r><w:instrText xml:space="preserve">`) + "</w:instrText></w:r>" + at("separate") + result + at("end")
}

// prompted is a field that may have no result.
func prompted(result string, pieces ...string) string {
	whole := wordField(result, pieces...)
	if result == "" {
		whole = strings.Replace(whole, `<w:r><w:fldChar w:fldCharType="separate"/></w:r>`, "", 1)
	}
	return whole
}

// withBody is a document with other words, and with what its parts may have.
func withBody(t testing.TB, body string, more ...member) []byte {
	t.Helper()
	parts := append([]member{{"word/styles.xml", styles}}, docx(t)...)
	members := slices.DeleteFunc(parts, func(m member) bool {
		return m.name == "word/document.xml" || m.name == "word/styles.xml" && m.content != styles || slices.ContainsFunc(more, func(other member) bool { return other.name == m.name })
	})
	const spaces = wordSpace + ` xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" ` +
		`xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"`
	document := `<w:document ` + spaces + `><w:body>` + body + `</w:body></w:document>`
	return pack(t, append(append(members, member{"word/document.xml", document}), more...)...)
}

// hidingBody has of each kind of what hides something.
var hidingBody = paragraph("Secret", run("no"), styled(`<w:vanish w:val="0"/>`, "seen")) + paragraph("Normal", `<w:bookmarkStart w:id="1" w:name="a"/><w:bookmarkEnd w:id="1"/>`,
	wordField(wordField(run("1"), "PAGEREF a"), "TOC \\b a \\h"), wordField(run("x"), "IF ", `</w:instrText></w:r>`+wordField(run("no"), "REF a")+`<w:r><w:instrText>`),
	`<w:hyperlink w:anchor="a">`+run("link")+`</w:hyperlink>`, `<w:r><w:rPr><w:vanish/></w:rPr><w:fldChar w:fldCharType="end"/></w:r>`)

// TestDOCXHides has the canary where readers do not look, and nothing else than what they see left.
func TestDOCXHides(t *testing.T) {
	no, note := canary, `<w:r><w:footnoteReference w:id="2"/></w:r>`
	table := func(properties, text string) string {
		return "<w:tbl><w:tblPr>" + properties + "</w:tblPr><w:tr><w:tc>" + paragraph("Normal", run(text)) + "</w:tc></w:tr></w:tbl>"
	}
	notes := member{"word/footnotes.xml", `<w:footnotes ` + wordSpace + `><w:footnote w:type="separator" w:id="0"/><w:footnote w:id="1"><w:p>` + run(no) + `</w:p></w:footnote><w:footnote w:id="2"><w:p>` + run("seen") + `</w:p></w:footnote></w:footnotes>`}
	firstPages := member{"word/header1.xml", `<w:hdr ` + wordSpace + `><w:p>` + run(no) + `</w:p></w:hdr>`}
	cases := map[string]struct {
		body, seen string
		more       []member
		has        []string
	}{
		"a table's caption":           {body: table(`<w:tblCaption w:val="`+no+`"/><w:tblDescription w:val="`+no+`"/>`, "seen"), seen: "seen"},
		"hidden runs":                 {body: paragraph("Normal", styled("<w:vanish/>", no), styled(`<w:vanish w:val="true"/>`, no), styled("<w:specVanish/>", no), styled(`<w:vanish w:val="0"/>`, "seen")), seen: "seen"},
		"hidden on the web alone":     {body: paragraph("Normal", styled("<w:webHidden/>", "12")), seen: "12"},
		"a mark alone":                {body: `<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>` + run("seen") + `</w:p>`, seen: "seen"},
		"a style":                     {body: paragraph("Secret", run(no), styled(`<w:vanish w:val="false"/>`, "seen")), seen: "seen"},
		"a style of a style":          {body: paragraph("Heir", "<w:ins>"+run(no)+"</w:ins>", `<w:hyperlink r:id="rId2">`+run(no)+`</w:hyperlink>`), seen: ""},
		"a style that shows":          {body: paragraph("Open", run("seen")), seen: "seen"},
		"styles in a ring":            {body: paragraph("Normal", styled(`<w:rStyle w:val="Ring"/>`, "seen")), seen: "seen"},
		"a style of words":            {body: paragraph("Normal", styled(`<w:rStyle w:val="Whisper"/>`, no), run("seen")), seen: "seen"},
		"hidden twice, so shown":      {body: paragraph("Secret", styled(`<w:rStyle w:val="Mute"/>`, "seen"), run(no), styled(`<w:rStyle w:val="Whisper"/>`, no), styled(`<w:rStyle w:val="Mute"/><w:vanish/>`, no)) + paragraph("Normal", styled(`<w:rStyle w:val="Mute"/>`, no), styled(`<w:vanish w:val="0"/><w:rStyle w:val="Mute"/>`, " too")), seen: "seen too"},
		"a style of a table":          {body: table(`<w:tblStyle w:val="Veil"/>`, no) + paragraph("Normal", run("seen")), seen: "seen"},
		"all but what shows itself":   {body: `<w:p>` + run(no) + styled(`<w:vanish w:val="off"/>`, "seen") + `</w:p>`, seen: "seen", more: []member{{"word/styles.xml", `<w:styles ` + wordSpace + `><w:docDefaults><w:rPrDefault><w:rPr><w:vanish/></w:rPr></w:rPrDefault></w:docDefaults></w:styles>`}}},
		"a picture in a hidden run":   {body: paragraph("Normal", run("seen"), `<w:r><w:rPr><w:vanish/></w:rPr><w:drawing><a:blip r:embed="rId1"/></w:drawing></w:r>`), seen: "seen"},
		"a hidden drawing":            {body: paragraph("Normal", `<w:r><w:drawing><wp:inline><wp:docPr id="1" hidden="1"/>`+paragraph("Normal", run(no))+`</wp:inline></w:drawing></w:r>`, run("seen")), seen: "seen"},
		"a hidden shape":              {body: paragraph("Normal", `<w:r><w:pict><v:shape id="`+no+`" alt="`+no+`" style="width:1; Visibility: hidden">`+paragraph("Normal", run(no))+`</v:shape><v:oval id="`+no+`" o:title="`+no+`"/></w:pict></w:r>`, run("seen")), seen: "seen"},
		"alternatives":                {body: paragraph("Normal", `<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>`+paragraph("Normal", run("seen"))+`</w:drawing></mc:Choice><mc:Fallback><w:pict>`+paragraph("Normal", run(no))+`</w:pict></mc:Fallback></mc:AlternateContent></w:r>`), seen: "seen"},
		"what nobody understands":     {body: paragraph("Normal", `<w:r><mc:AlternateContent><mc:Choice Requires="wps new">`+run(no)+`</mc:Choice><mc:Fallback>`+run("seen")+`</mc:Fallback></mc:AlternateContent></w:r>`), seen: "seen"},
		"a row that was deleted":      {body: `<w:tbl><w:tr><w:trPr><w:del w:id="1"/></w:trPr><w:tc>` + paragraph("Normal", run(no)) + `</w:tc></w:tr></w:tbl>` + paragraph("Normal", run("seen")), seen: "seen"},
		"a cell that was deleted":     {body: `<w:tbl><w:tr><w:sdt><w:sdtContent><w:tc><w:tcPr><w:cellDel w:id="1"/></w:tcPr>` + paragraph("Normal", run(no)) + `</w:tc></w:sdtContent></w:sdt><w:tc>` + paragraph("Normal", run("seen")) + `</w:tc></w:tr><w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:cellDel w:id="2"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>`, seen: "seen", has: []string{`<w:tbl><w:tr><w:tc><w:p>`, `</w:tc></w:tr></w:tbl>`}},
		"rows that are hidden":        {body: `<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>` + paragraph("Normal", run(no)) + `</w:tc></w:tr></w:tbl><w:tbl><w:tr><w:trPr><w:hidden w:val="0"/></w:trPr><w:sdt><w:sdtContent><w:tc>` + paragraph("Normal", run("seen")) + `</w:tc></w:sdtContent></w:sdt></w:tr></w:tbl>`, seen: "seen", has: []string{`<w:body><w:tbl><w:tr>`}},
		"text that is no text":        {body: `<w:p><w:r><w:invented>` + no + `</w:invented>` + no + `<w:fldChar w:fldCharType="begin"><w:fldData>` + no + `</w:fldData><w:ffData><w:name w:val="` + no + `"/><w:helpText w:val="` + no + `"/><w:textInput><w:default w:val="` + no + `"/></w:textInput></w:ffData></w:fldChar></w:r>` + run("seen") + `</w:p>`, seen: "seen"},
		"parts of other files":        {body: `<w:customXml w:element="` + no + `"><w:customXmlPr><w:placeholder w:val="` + no + `"/></w:customXmlPr><w:sdt><w:sdtPr><w:tag w:val="` + no + `"/><w:placeholder><w:docPart w:val="` + no + `"/></w:placeholder><w:docPartObj><w:docPartGallery w:val="` + no + `"/></w:docPartObj></w:sdtPr><w:sdtContent>` + paragraph("Normal", run("seen")) + `</w:sdtContent></w:sdt></w:customXml>`, seen: "seen"},
		"ruby, which is seen":         {body: paragraph("Normal", `<w:r><w:ruby><w:rt>`+run("above")+`</w:rt><w:rubyBase>`+run("below")+`</w:rubyBase></w:ruby></w:r>`), seen: "abovebelow"},
		"an index":                    {body: paragraph("Normal", run("seen"), wordField("", ` XE "`, no, `"`)), seen: "seen"},
		"a path":                      {body: paragraph("Normal", wordField(run("seen"), ` HYPERLINK "`, `file:///C:/`+no, `"`), wordField(run(" and seen"), `HYPERLINK "https://www.upr-info.org/" \o "`+no+`" \t "`+no+`"`)), seen: `seen HYPERLINK "https://www.upr-info.org/"  and seen`},
		"a link that nobody sees":     {body: paragraph("Normal", run("seen"), wordField("", `HYPERLINK "https://`+no+`.org/"`), `<w:hyperlink r:id="rId2" w:tooltip="`+no+`"><w:del>`+run(no)+`</w:del></w:hyperlink>`), seen: "seen"},
		"a field in an instruction":   {body: paragraph("Normal", wordField(run("seen"), "IF ", `</w:instrText></w:r>`+wordField(run(no), "DOCPROPERTY "+no)+`<w:r><w:instrText>`, ` = "`+no+`" "seen" "`+no+`"`)), seen: "seen"},
		"a field that is half hidden": {body: paragraph("Normal", `<w:r><w:rPr><w:vanish/></w:rPr><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText></w:r><w:r><w:instrText>`+no+`</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`, run("seen"), `<w:r><w:fldChar w:fldCharType="end"/></w:r>`), seen: "seen"},
		"switches":                    {body: paragraph("Normal", wordField(run("3"), `PAGE \* MERGEFORMAT \* `+no+` \# "`+no+`"`), wordField(run("4"), "SEQ Table \\* ARABIC "), wordField(run("5"), "SEQ "+no)), seen: `PAGE \* MERGEFORMAT 3 SEQ Table \* ARABIC 45`},
		"buttons":                     {body: paragraph("Normal", prompted("", " MACROBUTTON "+no+" Click ", "here "), prompted(run(" result"), " MACROBUTTON "+no+" "+no)), seen: "Click here result", has: []string{`<w:t xml:space="preserve">Click here</w:t>`}},
		"formulas":                    {body: paragraph("Normal", prompted("", ` EQ \f(1;2) `), prompted("", ` EQ \`+no+`(1)`), run("seen")), seen: `EQ \f(1;2) seen`},
		"bookmarks": {
			body: paragraph("Normal", `<w:bookmarkStart w:id="1" w:name="`+no+`1"/>`+run("seen")+`<w:bookmarkEnd w:id="1"/><w:bookmarkStart w:id="2" w:name="`+no+`2"/><w:bookmarkEnd w:id="2"/><w:bookmarkStart w:id="3" w:name="`+no+`3"/><w:bookmarkEnd w:id="3"/>`,
				`<w:hyperlink w:anchor="`+no+`3">`+run(" a link")+`</w:hyperlink><w:hyperlink w:anchor="`+no+`4">`+run(" astray")+`</w:hyperlink>`, wordField(run("page"), "PAGEREF ", strings.ToUpper(no)+`1 \h`), wordField(run("nowhere"), "REF "+no+`5 \h`)),
			seen: `seen a link astray PAGEREF bm1 \h pagenowhere`,
			has:  []string{`w:id="1" w:name="bm1"`, `<w:bookmarkEnd w:id="1">`, `w:id="3" w:name="bm2"`, `w:anchor="bm2"`},
		},
		"notes":                {body: paragraph("Normal", run("seen"), note, `<w:r><w:rPr><w:vanish/></w:rPr><w:footnoteReference w:id="1"/></w:r>`), seen: "seen", more: []member{notes}, has: []string{`footnoteReference w:id="2"`}},
		"pages that are not":   {body: paragraph("Normal", run("seen")) + `<w:sectPr><w:headerReference w:type="first" r:id="rId6"/></w:sectPr>`, seen: "seen", more: []member{firstPages}},
		"words of list levels": {body: paragraph("Normal", run("seen")), seen: "seen", more: []member{{"word/numbering.xml", `<w:numbering ` + wordSpace + `><w:abstractNum><w:lvl w:ilvl="0"><w:lvlText w:val="` + no + `"/><w:rPr><w:vanish/></w:rPr></w:lvl></w:abstractNum></w:numbering>`}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			clean := unpack(t, must(t, strip.DOCX, withBody(t, c.body, c.more...)))
			if got := strings.ReplaceAll(visible(clean["word/document.xml"]), "&#34;", `"`); got != c.seen {
				t.Errorf("readers see %q, want %q", got, c.seen)
			}
			for _, part := range c.has {
				if !strings.Contains(clean["word/document.xml"], part) {
					t.Errorf("%s is missing in %s", part, clean["word/document.xml"])
				}
			}
			for _, part := range slices.Sorted(maps.Keys(clean)) {
				if strings.HasPrefix(part, "word/media/") {
					t.Errorf("%s is there, which nobody sees", part)
				}
			}
		})
	}
	seen := unpack(t, must(t, strip.DOCX, withBody(t, paragraph("Normal", run("seen"))+`<w:sectPr><w:headerReference w:type="first" r:id="rId6"/><w:titlePg/></w:sectPr>`)))
	if got := visible(seen["word/header1.xml"]); got != "Visible header" {
		t.Errorf("the header of a title page is %q", got)
	}
	notesSeen := unpack(t, must(t, strip.DOCX, withBody(t, paragraph("Normal", note), notes)))
	if got := visible(notesSeen["word/footnotes.xml"]); got != "seen" {
		t.Errorf("the notes are %q", got)
	}
}

// withText is a document with other words.
func withText(t testing.TB, text string, more ...member) []byte {
	t.Helper()
	const spaces = odtSpace + ` xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:math="http://www.w3.org/1998/Math/MathML" xmlns:form="urn:oasis:names:tc:opendocument:xmlns:form:1.0" xmlns:field="urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0"`
	style := func(family, name, parent, display string) string {
		return `<style:style style:family="` + family + `" style:name="` + name + `" style:display-name="` + canary + `" style:parent-style-name="` + parent + `"><style:text-properties text:display="` + display + `"/></style:style>`
	}
	content := `<office:document-content ` + spaces + `><office:automatic-styles>` + style("text", "T1", "", "none") + style("text", "T2", "Secret", "") + style("text", "T3", "", "true") + style("paragraph", "P1", "Secret", "") + style("text", "T4", "T5", "") + style("text", "T5", "T4", "") +
		`</office:automatic-styles><office:body><office:text>` + text + `</office:text></office:body></office:document-content>`
	sheet := `<office:document-styles ` + spaces + `><office:styles>` + style("text", "Secret", "", "none") + style("paragraph", "Secret", "", "none") + `</office:styles><office:automatic-styles>` + style("text", "T3", "", "none") +
		`</office:automatic-styles><office:master-styles><style:master-page style:name="Standard"><style:header><text:p>top <text:span text:style-name="T3">` + canary + `</text:span></text:p></style:header><loext:header-first><text:p> first</text:p></loext:header-first><style:footer style:display="false"><text:p>` + canary + `</text:p></style:footer></style:master-page></office:master-styles></office:document-styles>`
	members := slices.DeleteFunc(odt(t), func(m member) bool { return m.name == "content.xml" || m.name == "styles.xml" })
	return pack(t, append(append(members, member{"content.xml", content}, member{"styles.xml", sheet}), more...)...)
}

// hidingText has of each kind of what hides something.
const hidingText = `<text:p text:style-name="P1">no<text:span text:style-name="T3">seen</text:span></text:p><text:p><text:bookmark text:name="a"/><text:bookmark text:name="b"/><text:a xlink:href="#b">link</text:a><text:hidden-text text:is-hidden="true">no</text:hidden-text></text:p>`

// TestODTHides has the canary where readers do not look, and nothing else than what they see left.
func TestODTHides(t *testing.T) {
	const no = canary
	cases := map[string]struct {
		text, seen string
		has        []string
	}{
		"hidden text":          {text: `<text:p>seen<text:hidden-text text:condition="` + no + `" text:string-value="` + no + `" text:is-hidden="true">` + no + `</text:hidden-text><text:hidden-text text:condition="` + no + `" text:string-value="` + no + `"> too</text:hidden-text></text:p>`, seen: "seen too"},
		"a hidden paragraph":   {text: `<text:p>` + no + `<text:hidden-paragraph text:condition="a" text:is-hidden="true"/></text:p><text:p>seen<text:hidden-paragraph text:condition="` + no + `"/></text:p>`, seen: "seen"},
		"words by style":       {text: `<text:p>seen<text:span text:style-name="T1">` + no + `<text:span text:style-name="T3"> too</text:span><draw:frame><draw:image xlink:href="Pictures/a.jpg"/></draw:frame></text:span><text:span text:style-name="T2">` + no + `</text:span><text:span text:style-name="T4"> here</text:span></text:p>`, seen: "seen too here"},
		"a paragraph by style": {text: `<text:h text:style-name="P1">` + no + `<text:a xlink:href="https://` + no + `.org">` + no + `</text:a><text:date text:date-value="` + no + `">` + no + `</text:date></text:h><text:p text:style-name="Secret">` + no + `</text:p><text:p>seen</text:p>`, seen: "seen"},
		"sections":             {text: `<text:section text:name="` + no + `" text:display="none"><text:p>` + no + `</text:p></text:section><text:section text:name="` + no + `" text:display="condition" text:condition="` + no + `" text:is-hidden="true"><text:p>` + no + `</text:p></text:section><text:section text:name="` + no + `" text:protection-key="` + no + `"><text:p>seen</text:p></text:section>`, seen: "seen", has: []string{`text:name="Part1"`}},
		"a condition":          {text: `<text:p><text:conditional-text text:condition="` + no + `" text:string-value-if-true="seen" text:string-value-if-false="` + no + `">seen</text:conditional-text></text:p>`, seen: "seen"},
		"fields":               {text: `<text:variable-decls><text:variable-decl text:name="` + no + `"/></text:variable-decls><text:p><text:placeholder text:description="` + no + `">&lt;Name&gt;</text:placeholder><text:variable-set text:name="` + no + `" text:display="none" text:formula="` + no + `">` + no + `</text:variable-set><text:variable-get text:name="` + no + `"> 3</text:variable-get><text:user-field-input text:name="` + no + `" text:description="` + no + `"> 4</text:user-field-input><text:page-number> 5</text:page-number><text:sequence text:ref-name="` + no + `" text:name="` + no + `"> 6</text:sequence></text:p>`, seen: "&lt;Name&gt; 3 4 5 6"},
		"bookmarks":            {text: `<text:p><text:bookmark-start text:name="` + no + ` &amp; 1" loext:condition="` + no + `"/>seen<text:bookmark-end text:name="` + no + ` &amp; 1"/><text:bookmark text:name="` + no + `2"/><text:reference-mark text:name="` + no + `"/><text:a xlink:href="#` + no + ` &amp; 1" office:name="` + no + `" office:title="` + no + `"> link</text:a><text:a xlink:href="#` + no + `|outline"> astray</text:a><text:bookmark-ref text:ref-name="` + no + `2"> p. 1</text:bookmark-ref></text:p>`, seen: "seen link astray p. 1", has: []string{`<text:bookmark-start text:name="bm1">`, `<text:bookmark-end text:name="bm1">`, `xlink:href="#bm1"`}},
		"marks of an index":    {text: `<text:p>seen<text:toc-mark text:string-value="` + no + `"/><text:alphabetical-index-mark-start text:key1="` + no + `"/><text:bibliography-mark text:author="` + no + `"> [1]</text:bibliography-mark></text:p>`, seen: "seen [1]"},
		"tables":               {text: `<table:table table:name="` + no + `"><table:title>` + no + `</table:title><table:desc>` + no + `</table:desc><table:table-row><table:table-cell table:formula="` + no + `" office:string-value="` + no + `"><text:p>seen</text:p></table:table-cell></table:table-row><table:table-row table:visibility="collapse"><table:table-cell><text:p>` + no + `</text:p></table:table-cell></table:table-row></table:table>`, seen: "seen"},
		"columns": {text: `<table:table><table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/><table:table-column-group table:display="false"><table:table-column/></table:table-column-group><table:table-column/><table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>seen</text:p></table:table-cell><table:covered-table-cell/><table:table-cell><text:p>` + no + `</text:p><table:table table:is-sub-table="true"><table:table-column/><table:table-row><table:table-cell><text:p>` + no + `</text:p></table:table-cell></table:table-row></table:table></table:table-cell><table:table-cell><text:list><text:list-item><text:p>` + no + `</text:p></text:list-item></text:list></table:table-cell><table:table-cell><table:table><table:table-column/><table:table-header-rows><table:table-row><table:table-cell><text:p> in</text:p></table:table-cell></table:table-row></table:table-header-rows></table:table></table:table-cell></table:table-row>` +
			`<table:table-row><table:table-cell table:number-columns-repeated="2"><text:p/></table:table-cell><table:table-cell table:number-columns-spanned="3"><text:p> wide</text:p></table:table-cell><table:covered-table-cell table:number-columns-repeated="2"/></table:table-row></table:table>`, seen: "seen in wide"},
		"groups of rows":        {text: `<text:p>seen</text:p><table:table><table:table-column/><table:table-row-group table:display="false"><table:table-row><table:table-cell><text:p>` + no + `</text:p></table:table-cell></table:table-row></table:table-row-group></table:table>`, seen: "seen"},
		"drawings":              {text: `<draw:frame draw:name="` + no + `" draw:display="none"><draw:text-box><text:p>` + no + `</text:p></draw:text-box><draw:image><office:binary-data>` + no + `</office:binary-data></draw:image></draw:frame><draw:frame draw:name="` + no + `"><svg:title>` + no + `</svg:title><draw:text-box><text:p>seen</text:p></draw:text-box><draw:image-map>` + no + `</draw:image-map></draw:frame><draw:a xlink:href="file:///` + no + `" office:name="` + no + `"><draw:frame/></draw:a>`, seen: "seen"},
		"what nobody knows":     {text: `<text:p>seen<math:secret>` + no + `</math:secret><loext:content-control loext:alias="` + no + `"><loext:list-item loext:value="` + no + `"/> too</loext:content-control><text:invented text:a="` + no + `"> here</text:invented></text:p>` + no, seen: "seen too here"},
		"templates of an index": {text: `<text:table-of-content text:name="` + no + `"><text:table-of-content-source><text:index-title-template>` + no + `</text:index-title-template></text:table-of-content-source><text:index-body><text:p>seen</text:p></text:index-body></text:table-of-content>`, seen: "seen"},
		"text beside the tags":  {text: hidingText, seen: "seenlink"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			clean := unpack(t, must(t, strip.ODT, withText(t, c.text)))
			if got := visible(clean["content.xml"]); got != c.seen {
				t.Errorf("readers see %q, want %q", got, c.seen)
			}
			if got := visible(clean["styles.xml"]); got != "top  first" || !strings.Contains(clean["styles.xml"], "<loext:header-first>") {
				t.Errorf("on top readers see %q", got)
			}
			for _, part := range c.has {
				if !strings.Contains(clean["content.xml"], part) {
					t.Errorf("%s is missing in %s", part, clean["content.xml"])
				}
			}
			if clean["Pictures/image1.jpg"] != "" {
				t.Error("a picture is there, which nobody sees")
			}
		})
	}
}
