package strip

import (
	"context"
	"encoding/xml"
	"maps"
	"path"
	"slices"
	"strings"
)

// docxBuiltIn are the styles of Word, which writes their names in English in every language.
var docxBuiltIn = builtIn(`normal normalindent normal\(web\) normalweb normaltable tablenormal defaultparagraphfont nolist heading[1-9] index[1-9] toc[1-9] title subtitle
	(?:toc|toa|index|note)heading header footer messageheader caption (?:footnote|endnote|annotation)(?:text|reference|subject) balloontext plaintext documentmap macro macrotext
	(?:table|tables)of(?:figures|authorities) envelope(?:address|return) (?:line|page)number bodytext[23]? bodytextindent[23]? bodytextfirstindent2? blocktext
	list[2-5]? list(?:bullet|number|continue)[2-5]? listparagraph outlinelist[1-3] closing signature e-mailsignature salutation date hyperlink followedhyperlink smarthyperlink smartlink
	strong emphasis quote (?:subtle|intense)(?:emphasis|reference|quote) booktitle bibliography nospacing placeholdertext revision mention unresolvedmention hashtag
	html(?:topofform|bottomofform|acronym|address|cite|code|definition|keyboard|preformatted|sample|typewriter|variable)
	table(?:grid|theme|contemporary|elegant|professional) table(?:simple|classic|colorful|columns|grid|list|3deffects|subtle|web)[1-8] plaintable[1-5] gridtablelight
	(?:light|medium|dark|colorful)(?:shading|list|grid)[1-3]?(?:accent[1-6])? (?:grid|list)table[1-7](?:light|dark|colorful)?(?:accent[1-6])?`)

// docxStyled are the elements that refer to a style by its id.
var docxStyled = words("pStyle rStyle tblStyle basedOn next link numStyleLink styleLink")

// renameStyles gives styles that people have made, and all ids that are not those of Word's own, names that tell nothing, and
// leaves out what leads to no style.
func renameStyles(ctx context.Context, kept archive) error {
	const sheet, lists = "word/styles.xml", "word/numbering.xml"
	ids, names := styleNames{to: map[string]string{}, known: docxBuiltIn}, styleNames{to: map[string]string{}, known: docxBuiltIn}
	isID := func(element string, a xml.Attr) bool { return local(element) == "style" && a.Name.Local == "styleId" }
	isName := func(element string, a xml.Attr) bool { return local(element) == "name" && a.Name.Local == "val" }
	if kept[sheet] != nil {
		_, err := editor{attr: func(element string, a xml.Attr) (string, bool) {
			if isID(element, a) {
				ids.add(a.Value)
			} else if isName(element, a) {
				names.add(a.Value)
			}
			return a.Value, true
		}}.edit(ctx, kept[sheet])
		if err != nil {
			return err
		}
	}
	for _, part := range slices.Sorted(maps.Keys(kept)) {
		if path.Dir(part) != "word" || !strings.HasSuffix(part, ".xml") {
			continue
		}
		var err error
		kept[part], err = editor{
			attr: func(element string, a xml.Attr) (string, bool) {
				switch {
				case part == sheet && isName(element, a):
					return names.named(a.Value)
				case part == sheet && isID(element, a), docxStyled[local(element)] && a.Name.Local == "val":
					return ids.named(a.Value)
				}
				return a.Value, true
			},
			drop: func(name string, as []xml.Attr) bool {
				switch {
				case docxStyled[local(name)]:
					_, known := ids.named(valueOf(as, "val"))
					return !known
				case local(name) == "lsdException":
					return !docxBuiltIn.MatchString(plainStyle(valueOf(as, "name")))
				}
				return part == lists && local(name) == "name"
			},
		}.edit(ctx, kept[part])
		if err != nil {
			return err
		}
	}
	return nil
}
