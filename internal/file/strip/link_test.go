package strip_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/file/strip"
)

// TestLinksFromMail: a link that was copied from mail tells who got it; readers are led where it leads, or nowhere.
func TestLinksFromMail(t *testing.T) {
	const who = "data=05%7C02%7C" + canary + "%40example.org%7C1&sdata=x&reserved=0"
	for name, c := range map[string]struct{ link, want string }{
		"plain":             {"https://www.upr-info.org/a?url=https%3A%2F%2Fb.example", "https://www.upr-info.org/a?url=https%3A%2F%2Fb.example"},
		"Outlook":           {"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.upr-info.org%2Fa%3Fb%3Dc%23d&" + who, "https://www.upr-info.org/a?b=c#d"},
		"Outlook, shouting": {"HTTPS://EUR01.SafeLinks.Protection.Outlook.com/GetUrlReputation?Url=x&url=https%3A%2F%2Fwww.upr-info.org%2F&" + who, "https://www.upr-info.org/"},
		"Outlook, later":    {"https://eur01.safelinks.protection.outlook.com/ap/w-59584e83/?url=https%3A%2F%2Fwww.upr-info.org%2F&" + who, "https://www.upr-info.org/"},
		"Teams":             {"https://statics.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?url=https%3A%2F%2Fwww.upr-info.org%2F&locale=en&dest=" + canary, "https://www.upr-info.org/"},
		"twice":             {"https://a.safelinks.protection.outlook.com/?url=https%3A%2F%2Fb.safelinks.protection.outlook.com%2F%3Furl%3Dhttps%253A%252F%252Fwww.upr-info.org%252F%26data%3D" + canary + "&" + who, "https://www.upr-info.org/"},
		"Proofpoint, v2":    {"https://urldefense.proofpoint.com/v2/url?u=https-3A__www.upr-2Dinfo.org_a&d=DwMF&r=" + canary, "https://www.upr-info.org/a"},
		"Proofpoint, v3":    {"https://urldefense.com/v3/__https://www.upr-info.org/a?b=c__;!!" + canary + "$", "https://www.upr-info.org/a?b=c"},
		"Proofpoint, coded": {"https://urldefense.com/v3/__https://www.upr-info.org/*a__;Iw!!" + canary + "$", ""},
		"nowhere":           {"https://eur01.safelinks.protection.outlook.com/?" + who, ""},
		"to a disk":         {"https://eur01.safelinks.protection.outlook.com/?url=file%3A%2F%2F%2FC%3A%2F" + canary + "&" + who, ""},
		"not to be read":    {"https://eur01.safelinks.protection.outlook.com:x/?url=%&" + who, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := strings.ReplaceAll(c.link, "&", "&amp;")
			want := strings.ReplaceAll(c.want, "&", "&amp;")
			relations := head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + relation("rId2", "hyperlink", in, `TargetMode="External"`) + `</Relationships>`
			body := `<w:document ` + wordSpace + `><w:body><w:p><w:hyperlink r:id="rId2"><w:r><w:t>there</w:t></w:r></w:hyperlink></w:p>` +
				paragraph("Normal", `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "`+in+`" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`+run("here")+`<w:r><w:fldChar w:fldCharType="end"/></w:r>`) + `</w:body></w:document>`
			word := unpack(t, must(t, strip.DOCX, pack(t, without(docx(t), member{"word/document.xml", body}, member{"word/_rels/document.xml.rels", relations})...)))
			open := unpack(t, must(t, strip.ODT, withText(t, `<text:p><text:a xlink:href="`+in+`">there</text:a></text:p>`)))
			o := dirtyPDF(t)
			o[14] = fmt.Sprintf(`<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(%s)>>>>`, c.link)
			pdf := string(must(t, strip.PDF, pdf(o, dirtyTrailer)))
			for part, got := range map[string]struct{ text, want string }{
				"DOCX's relations": {word["word/_rels/document.xml.rels"], `Target="` + want + `"`}, "DOCX's fields": {word["word/document.xml"], `HYPERLINK &#34;` + want + `&#34;`},
				"ODT": {open["content.xml"], `xlink:href="` + want + `"`}, "PDF": {pdf, fmt.Sprintf("<%x>", c.want)},
			} {
				if c.want != "" && !strings.Contains(got.text, got.want) {
					t.Errorf("%s does not lead to %s: %s", part, got.want, got.text)
				}
				if strings.Contains(got.text, "outlook") || strings.Contains(got.text, canary) || strings.Contains(got.text, fmt.Sprintf("%x", "outlook")) || strings.Contains(got.text, fmt.Sprintf("%x", canary)) {
					t.Errorf("%s tells who got the mail: %s", part, got.text)
				}
			}
			if seen := visible(word["word/document.xml"]); !strings.HasPrefix(seen, "there") || !strings.HasSuffix(seen, "here") || visible(open["content.xml"]) != "there" {
				t.Errorf("words are lost: %q, %q", seen, visible(open["content.xml"]))
			}
		})
	}
}
