package strip

import (
	"context"
	"encoding/xml"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

const (
	docxDocument     = "word/document.xml"
	relationsSpace   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	strictSpace      = "http://purl.oclc.org/ooxml/officeDocument/relationships"
	packageSpace     = "http://schemas.openxmlformats.org/package/2006/"
	wordType         = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	xmlHead          = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	docxMedia        = "word/media/"
	relationshipType = "application/vnd.openxmlformats-package.relationships+xml"
)

// docxTypes are the types of the parts that a document has once, and pictureTypes those of pictures. Parts that tell who wrote it
// (docProps, customXml, people), or that only the program that wrote it needs, are not kept.
var (
	docxTypes = map[string]string{
		docxDocument: wordType + "document.main+xml", "word/styles.xml": wordType + "styles+xml", "word/settings.xml": wordType + "settings+xml",
		"word/fontTable.xml": wordType + "fontTable+xml", "word/numbering.xml": wordType + "numbering+xml", "word/footnotes.xml": wordType + "footnotes+xml",
		"word/endnotes.xml": wordType + "endnotes+xml", "word/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
	}
	pictureTypes = map[string]string{"png": "image/png", "gif": "image/gif", "jpg": "image/jpeg", "jpeg": "image/jpeg", "jpe": "image/jpeg", "jfif": "image/jpeg"}
)

type docxRelation struct {
	ID     string `xml:"Id,attr"`
	Kind   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
	Mode   string `xml:"TargetMode,attr"`
}

// relationsFile is where the relations of a part are.
func relationsFile(part string) string {
	return path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")
}

// renameParts numbers pictures, headers and footers, which may be called as whoever made them, and relations, in the order in
// which the document leads to them; and writes anew what leads from part to part.
func renameParts(ctx context.Context, kept archive) error {
	names, counts := map[string]string{docxDocument: docxDocument}, map[string]int{}
	relations, order := map[string][]docxRelation{}, []string{docxDocument}
	for _, part := range slices.Sorted(maps.Keys(kept)) {
		if docxTypes[part] != "" && part != docxDocument {
			names[part], order = part, append(order, part)
		}
	}
	for i := 0; i < len(order); i++ {
		var list struct {
			Relations []docxRelation `xml:"Relationship"`
		}
		file := relationsFile(order[i])
		if kept[file] != nil && xml.Unmarshal(kept[file], &list) != nil {
			return refused(Damaged, "is damaged inside: save it anew")
		}
		relations[order[i]] = list.Relations
		for _, relation := range list.Relations {
			to := targetOf(file, relation.Target)
			if kept[to] == nil || names[to] != "" || relation.Mode == "External" {
				continue
			}
			names[to], order = neutralName(to, counts), append(order, to)
		}
	}
	written := archive{"_rels/.rels": packageRelations(relations[docxDocument])}
	for part, name := range names {
		written[name] = kept[part]
		if strings.HasPrefix(name, docxMedia) {
			continue
		}
		ids := map[string]string{}
		if body := writtenRelations(relationsFile(part), relations[part], names, ids); len(ids) > 0 {
			written[relationsFile(name)] = body
		}
		var err error
		if written[name], err = relationsEditor(ids).edit(ctx, kept[part]); err != nil {
			return err
		}
	}
	written[contentTypes] = typesOf(written)
	clear(kept)
	maps.Copy(kept, written)
	return nil
}

// neutralName is what a part is called that a document may have several of.
func neutralName(part string, counts map[string]int) string {
	kind, form := "image", docxMedia+"image%d"+strings.ToLower(path.Ext(part))
	if !strings.HasPrefix(part, docxMedia) {
		kind = path.Base(part)[:len("header")] // or footer
		form = "word/" + kind + "%d.xml"
	}
	counts[kind]++
	return fmt.Sprintf(form, counts[kind])
}

// writtenRelations are those of a part as they are written, and learns what their ids become.
func writtenRelations(file string, all []docxRelation, names map[string]string, ids map[string]string) []byte {
	var out strings.Builder
	for _, relation := range all {
		target, mode := strings.TrimPrefix(names[targetOf(file, relation.Target)], "word/"), ""
		if relation.Mode == "External" {
			target, _ = linked(relation.Target)
			mode = ` TargetMode="External"`
		}
		if target == "" || ids[relation.ID] != "" {
			continue
		}
		ids[relation.ID] = fmt.Sprintf("rId%d", len(ids)+1)
		fmt.Fprintf(&out, `<Relationship Id="%s" Type="%s/%s" Target="`, ids[relation.ID], spaceOf(relation.Kind), path.Base(relation.Kind))
		_ = xml.EscapeText(&out, []byte(target)) // a builder takes all
		out.WriteString(`"` + mode + `></Relationship>`)
	}
	return relationships(out.String())
}

func relationships(list string) []byte {
	return []byte(xmlHead + `<Relationships xmlns="` + packageSpace + `relationships">` + list + `</Relationships>`)
}

// packageRelations lead to the document, in the standard's form that its own relations have.
func packageRelations(all []docxRelation) []byte {
	space := relationsSpace
	if len(all) > 0 {
		space = spaceOf(all[0].Kind)
	}
	return relationships(`<Relationship Id="rId1" Type="` + space + `/officeDocument" Target="` + docxDocument + `"></Relationship>`)
}

func spaceOf(kind string) string {
	if strings.HasPrefix(kind, strictSpace+"/") {
		return strictSpace
	}
	return relationsSpace
}

// relationsEditor writes a part with the new ids of its relations.
func relationsEditor(ids map[string]string) editor {
	prefixes := map[string]bool{}
	return editor{
		look: func(_ []element, _ string, as []xml.Attr) (veiled, hidden bool) {
			for _, a := range as {
				if a.Name.Space == "xmlns" {
					prefixes[a.Name.Local] = a.Value == relationsSpace || a.Value == strictSpace
				}
			}
			return false, false
		},
		attr: func(_ string, a xml.Attr) (string, bool) {
			if a.Name.Space == "" || !prefixes[a.Name.Space] {
				return a.Value, true
			}
			return ids[a.Value], ids[a.Value] != ""
		},
	}
}

// typesOf says of which type each part is.
func typesOf(parts archive) []byte {
	var out strings.Builder
	extensions := map[string]string{"rels": relationshipType, "xml": "application/xml"}
	for name := range parts {
		if extension := strings.TrimPrefix(path.Ext(name), "."); pictureTypes[extension] != "" {
			extensions[extension] = pictureTypes[extension]
		}
	}
	out.WriteString(xmlHead + `<Types xmlns="` + packageSpace + `content-types">`)
	for _, extension := range slices.Sorted(maps.Keys(extensions)) {
		fmt.Fprintf(&out, `<Default Extension="%s" ContentType="%s"></Default>`, extension, extensions[extension])
	}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		kind := docxTypes[name]
		if isHeader(name) {
			kind = wordType + path.Base(name)[:len("header")] + "+xml"
		}
		if kind != "" {
			fmt.Fprintf(&out, `<Override PartName="/%s" ContentType="%s"></Override>`, name, kind)
		}
	}
	out.WriteString("</Types>")
	return []byte(out.String())
}
