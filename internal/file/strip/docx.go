package strip

import (
	"context"
	"encoding/xml"
	"path"
	"regexp"
	"slices"
	"strings"
)

const (
	contentTypes   = "[Content_Types].xml"
	mimetypeMember = "mimetype"
)

// docxRelations are the ends of the types of relations that are kept.
var docxRelations = []string{"/officeDocument", "/styles", "/settings", "/fontTable", "/numbering", "/footnotes", "/endnotes", "/theme",
	"/header", "/footer", "/image", "/hyperlink"}

// DOCX writes a document anew from the parts that readers see. Changes that were tracked are
// accepted and comments are left out: a published text has neither. So are alternative texts of
// pictures, which programs fill with names and paths of files.
func DOCX(ctx context.Context, content []byte) ([]byte, error) {
	return guarded("DOCX", func() ([]byte, error) {
		members, err := openArchive(ctx, "DOCX", content, isOfDOCX, isDOCXPicture)
		if err != nil {
			return nil, err
		}
		if members["word/document.xml"] == nil || members[contentTypes] == nil {
			return nil, refused(NotItsKind, "is no DOCX file, though its name says so")
		}
		if err := refuseDOCX(members); err != nil {
			return nil, err
		}
		kept, err := seenOfDOCX(ctx, members)
		if err != nil {
			return nil, err
		}
		if err := kept.cleanImages(ctx, docxMedia); err != nil {
			return nil, err
		}
		return kept.write(contentTypes, "_rels/.rels")
	})
}

var docxBody = regexp.MustCompile(`<(?:[^ >:]+:)?body>`)

// seenOfDOCX are the parts of a document, first without what is not seen, then without what nothing
// that is seen points to.
func seenOfDOCX(ctx context.Context, members archive) (archive, error) {
	veils, err := readDOCXVeils(members["word/styles.xml"])
	if err != nil {
		return nil, err
	}
	kept := archive{}
	for name, part := range members {
		if !isOfDOCX(name) {
			continue
		}
		if kept[name] = part; strings.HasPrefix(name, docxMedia) {
			continue
		}
		if kept[name], err = docxEditor(name, members, veils).edit(ctx, part); err != nil {
			return nil, err
		}
	}
	if !docxBody.Match(kept[docxDocument]) {
		return nil, refused(NoText, "has no text that can be read: save it anew as DOCX")
	}
	for _, step := range []func(context.Context, archive) error{dropUnseenNotes, dropUnrelated, cleanFields, dropUnrelated, dropUnusedFonts, renameStyles, renameParts} {
		if err := step(ctx, kept); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

func isDOCXPicture(name string) bool { return strings.HasPrefix(name, docxMedia) }

// isOfDOCX says whether a member is a part that is kept, or lists types or relations of such.
func isOfDOCX(name string) bool {
	if dir, base := path.Split(name); dir == "word/_rels/" {
		part, isList := strings.CutSuffix(base, ".rels")
		return isList && isPartOfDOCX("word/"+part)
	}
	return name == contentTypes || name == "_rels/.rels" || isPartOfDOCX(name)
}

// isPartOfDOCX says whether a member is one to which relations may lead.
func isPartOfDOCX(name string) bool {
	return docxTypes[name] != "" || strings.HasPrefix(name, docxMedia) || isHeader(name)
}

// isHeader says whether a part is a header or a footer: one that all steps take for such, which go by names.
func isHeader(name string) bool {
	dir, base := path.Split(name)
	return dir == "word/" && path.Ext(base) == ".xml" && (strings.HasPrefix(base, "header") || strings.HasPrefix(base, "footer"))
}

// Sentences for what is seen by its element, or by the name of its part.
const (
	hasEmbedded = "has other files or programs embedded: leave them out, or send a PDF file"
	hasParts    = "has charts, diagrams or parts of other files, whose metadata cannot be removed: put them in as pictures, or send a PDF file"
)

// refuseInDOCX refuses what is drawn from parts that are not kept, whatever these are called.
func refuseInDOCX(name string) error {
	switch local(name) {
	case "object", "control":
		return refused(Embedded, hasEmbedded)
	case "altChunk", "chart", "relIds":
		return refused(Embedded, hasParts)
	}
	return nil
}

// refuseDOCX refuses what runs or hides other files.
func refuseDOCX(members archive) error {
	for name := range members {
		lower := strings.ToLower(name)
		switch {
		case strings.Contains(lower, "vbaproject"), strings.Contains(lower, "vbadata"), strings.Contains(lower, "macrosheets"):
			return refused(Active, "has macros: save it as a document without macros")
		case strings.Contains(lower, "activex"), strings.Contains(lower, "oleobject"), strings.HasPrefix(lower, "word/embeddings/"):
			return refused(Embedded, hasEmbedded)
		case strings.HasPrefix(lower, "word/charts/"), strings.HasPrefix(lower, "word/diagrams/"), strings.HasPrefix(lower, "word/afchunk"):
			return refused(Embedded, hasParts)
		}
	}
	if types := string(members[contentTypes]); strings.Contains(types, "macroEnabled") {
		return refused(Active, "has macros: save it as a document without macros")
	}
	return nil
}

// docxDropped are elements that readers do not see.
var docxDropped = map[string]bool{
	"tblCaption": true, "tblDescription": true, "ffData": true, "fldData": true, "binData": true, "aliases": true, "subDoc": true, "contentPart": true, "movie": true,
	"customXmlMoveFromRangeStart": true, "customXmlMoveFromRangeEnd": true, "customXmlMoveToRangeStart": true, "customXmlMoveToRangeEnd": true,
	"del": true, "moveFrom": true, "delText": true, "delInstrText": true, "rPrChange": true, "pPrChange": true, "sectPrChange": true, "tblPrChange": true,
	"trPrChange": true, "tcPrChange": true, "tblGridChange": true, "tblPrExChange": true, "numberingChange": true, "cellIns": true, "cellDel": true, "cellMerge": true,
	"moveFromRangeStart": true, "moveFromRangeEnd": true, "moveToRangeStart": true, "moveToRangeEnd": true,
	"commentRangeStart": true, "commentRangeEnd": true, "commentReference": true, "annotationRef": true,
	"customXmlInsRangeStart": true, "customXmlInsRangeEnd": true, "customXmlDelRangeStart": true, "customXmlDelRangeEnd": true,
	"sdtPr": true, "sdtEndPr": true, "customXmlPr": true, "smartTagPr": true, "proofErr": true, "permStart": true, "permEnd": true,
	"lastRenderedPageBreak": true, "extLst": true, "rsid": true, "rsids": true,
	"printerSettings": true, "saveThroughXslt": true,
	"altName": true, "custClrLst": true, "nsid": true, "tmpl": true, "embedRegular": true, "embedBold": true, "embedItalic": true, "embedBoldItalic": true,
}

// isLinkedInDOCX says whether an element has a picture that is not in the file: it is on somebody's disk, or on the web.
func isLinkedInDOCX(name string, as []xml.Attr) bool {
	switch local(name) {
	case "blip":
		return valueOf(as, "link") != "" && valueOf(as, "embed") == ""
	case "imagedata":
		return (valueOf(as, "href") != "" || valueOf(as, "src") != "") && valueOf(as, "id") == ""
	}
	return false
}

// docxUnwrapped are elements of which what is in them stays.
var docxUnwrapped = map[string]bool{"ins": true, "moveTo": true, "sdt": true, "sdtContent": true, "customXml": true, "smartTag": true}

// docxTexts are the elements whose text is kept: what is drawn, instructions that are looked at later,
// and the places of drawings.
var docxTexts = []string{"t", "instrText", "posOffset", "align", "pctWidth", "pctHeight", "pctPosHOffset", "pctPosVOffset"}

// docxSettings are the settings that change what readers see.
var docxSettings = map[string]bool{
	"settings": true, "zoom": true, "evenAndOddHeaders": true, "mirrorMargins": true, "defaultTabStop": true, "autoHyphenation": true, "characterSpacingControl": true,
	"footnotePr": true, "endnotePr": true, "footnote": true, "endnote": true, "numFmt": true, "pos": true, "numStart": true, "numRestart": true, "compat": true,
	"compatSetting": true, "themeFontLang": true, "clrSchemeMapping": true, "decimalSymbol": true, "listSeparator": true,
}

// docxEditor says how a part is edited.
func docxEditor(part string, members archive, veils docxVeils) editor {
	prefixes := docxPrefixes{}
	look := func(_ []element, _ string, as []xml.Attr) (veiled, hidden bool) {
		prefixes.look(as)
		return false, false
	}
	switch {
	case part == contentTypes:
		return editor{attr: asItIs, drop: func(name string, as []xml.Attr) bool {
			return local(name) == "Override" && !isOfDOCX(strings.TrimPrefix(valueOf(as, "PartName"), "/"))
		}}
	case strings.HasSuffix(part, ".rels"):
		return editor{attr: asItIs, drop: func(name string, as []xml.Attr) bool {
			return local(name) == "Relationship" && !isRelationOfDOCX(part, members, as)
		}}
	case part == "word/settings.xml":
		return editor{look: look, attr: prefixes.attr, drop: func(name string, _ []xml.Attr) bool { return prefixes.of(name) != "w" || !docxSettings[local(name)] }}
	}
	relations := relationsOf(part, members)
	return editor{
		look: func(open []element, name string, as []xml.Attr) (veiled, hidden bool) {
			prefixes.look(as)
			return veils.look(open, name, as)
		},
		attr: func(element string, a xml.Attr) (string, bool) {
			if prefixes[a.Name.Space] == "r" && !relations[a.Value] {
				return "", false // what it led to is gone
			}
			return prefixes.attr(element, a)
		},
		refuse: func(name string, as []xml.Attr) error {
			if len(relations) > 0 && isCroppedInDOCX(name, as) { // a theme's pictures do not stay
				return refused(Cropped, isCropped)
			}
			if isLinkedInDOCX(name, as) {
				return refused(Picture, "has a picture that is only linked, and would be lost: put it in (in Word, File, Info, Edit Links to Files, Break Link), or send a PDF file")
			}
			return refuseInDOCX(name)
		},
		drop:   func(name string, _ []xml.Attr) bool { return docxDropped[local(name)] || prefixes.of(name) == "" },
		unwrap: func(name string) bool { return docxUnwrapped[local(name)] },
		text: func(parent, text string) string {
			if !slices.Contains(docxTexts, local(parent)) {
				return ""
			}
			return text
		},
		end:   func(name string, empty bool) bool { return empty && local(name) == "hyperlink" }, // its words were hidden
		needs: map[string]string{"tbl": "tr", "tr": "tc"},                                        // the others were hidden
	}
}

func asItIs(_ string, a xml.Attr) (string, bool) { return a.Value, true }

// relationsOf are the ids of the relations of a part that are kept.
func relationsOf(part string, members archive) map[string]bool {
	file := path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")
	var list struct {
		Relations []struct {
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"Relationship"`
	}
	kept := map[string]bool{}
	if xml.Unmarshal(members[file], &list) != nil {
		return kept
	}
	for _, relation := range list.Relations {
		if isRelationOfDOCX(file, members, relation.Attrs) {
			kept[valueOf(relation.Attrs, "Id")] = true
		}
	}
	return kept
}

func isRelationOfDOCX(part string, members archive, as []xml.Attr) bool {
	kind, target := valueOf(as, "Type"), valueOf(as, "Target")
	if !slices.ContainsFunc(docxRelations, func(end string) bool { return strings.HasSuffix(kind, end) }) {
		return false
	}
	if valueOf(as, "TargetMode") == "External" {
		_, stays := linked(target)
		return strings.HasSuffix(kind, "/hyperlink") && stays
	}
	name := targetOf(part, target)
	return isPartOfDOCX(name) && members[name] != nil
}
