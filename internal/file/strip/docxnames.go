package strip

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// What the editor wrote has one form, in which no text and no value has quotes or brackets.
var (
	idsOfRelations = regexp.MustCompile(` [^ =">]+:[^ =">]+="([^"]*)"`)
	idsOfNotes     = regexp.MustCompile(`:(footnote|endnote)Reference (?:[^>]* )?\w+:id="([^"]*)"`)
	titlePages     = regexp.MustCompile(`<\w+:titlePg(?: \w+:val="(?:1|true|on)")?>`)
	evenPages      = regexp.MustCompile(`<\w+:evenAndOddHeaders(?: \w+:val="(?:1|true|on)")?>`)
)

// dropUnseenNotes leaves out the notes to which no text that is seen refers, and the headers and
// footers of pages that the document does not have.
func dropUnseenNotes(ctx context.Context, kept archive) error {
	const document, settings = "word/document.xml", "word/settings.xml"
	shown := map[string]bool{"default": true, "first": titlePages.Match(kept[document]), "even": evenPages.Match(kept[settings])}
	var err error
	lost := false
	kept[document], err = editor{drop: func(name string, as []xml.Attr) bool {
		if !slices.Contains([]string{"headerReference", "footerReference"}, local(name)) {
			return false
		}
		lost = lost || shown[valueOf(as, "type")] && valueOf(as, "id") == ""
		return !shown[valueOf(as, "type")]
	}}.edit(ctx, kept[document])
	if lost {
		return refused(Damaged, "has a header or footer that cannot be read: save it anew as DOCX")
	}
	referred := map[string]bool{}
	for _, match := range idsOfNotes.FindAllSubmatch(kept[document], -1) {
		referred[string(match[1])+" "+string(match[2])] = true
	}
	for _, kind := range []string{"footnote", "endnote"} {
		part := "word/" + kind + "s.xml"
		if kept[part] == nil || err != nil {
			continue
		}
		kept[part], err = editor{drop: func(name string, as []xml.Attr) bool {
			separates := slices.Contains([]string{"separator", "continuationSeparator", "continuationNotice"}, valueOf(as, "type"))
			return local(name) == kind && !separates && !referred[kind+" "+valueOf(as, "id")]
		}}.edit(ctx, kept[part])
	}
	return err
}

// dropUnrelated leaves out relations that no part uses, and pictures, headers and footers to which
// none leads.
func dropUnrelated(ctx context.Context, kept archive) error {
	used := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(kept)) {
		if path.Dir(name) != "word/_rels" {
			continue
		}
		part, ids := kept["word/"+strings.TrimSuffix(path.Base(name), ".rels")], map[string]bool{}
		if part == nil {
			delete(kept, name)
			continue
		}
		for _, match := range idsOfRelations.FindAllSubmatch(part, -1) {
			ids[string(match[1])] = true
		}
		var err error
		kept[name], err = editor{drop: func(element string, as []xml.Attr) bool {
			if local(element) != "Relationship" {
				return false
			}
			kind := path.Base(valueOf(as, "Type"))
			if !isRelationOfDOCX(name, kept, as) || !ids[valueOf(as, "Id")] && slices.Contains([]string{"header", "footer", "image", "hyperlink"}, kind) {
				return true
			}
			used[targetOf(name, valueOf(as, "Target"))] = true
			return false
		}}.edit(ctx, kept[name])
		if err != nil {
			return err
		}
	}
	for name := range kept {
		if (strings.HasPrefix(name, docxMedia) || isHeader(name)) && !used[name] {
			delete(kept, name)
			delete(kept, relationsFile(name))
		}
	}
	var err error
	kept[contentTypes], err = editor{drop: func(name string, as []xml.Attr) bool {
		return local(name) == "Override" && kept[strings.TrimPrefix(valueOf(as, "PartName"), "/")] == nil
	}}.edit(ctx, kept[contentTypes])
	return err
}

// bookmarks are the places to which something that is kept leads, with the names that they get: what
// people called them tells of them. Case makes no difference to names.
type bookmarks map[string]string

func (b bookmarks) mark(name string) (string, bool) {
	to, known := b[strings.ToLower(name)]
	return to, known
}

// cleanFields keeps of fields the instructions that docxFields has, and drops what else stands where
// an instruction does; and of bookmarks those to which something leads.
func cleanFields(ctx context.Context, kept archive) error {
	parts := slices.DeleteFunc(slices.Sorted(maps.Keys(kept)), func(name string) bool {
		return path.Dir(name) != "word" || !strings.HasSuffix(name, ".xml") || name == "word/settings.xml"
	})
	for range 4 { // what one field loses, another may have led to
		changed, err := cleanFieldsOnce(ctx, kept, parts)
		if err != nil || !changed {
			return err
		}
	}
	return nil
}

func cleanFieldsOnce(ctx context.Context, kept archive, parts []string) (changed bool, err error) {
	fields, wanted, all := map[string][]*field{}, map[string]bool{}, []string{}
	want := func(name string) (string, bool) {
		wanted[strings.ToLower(name)] = true
		return name, true
	}
	for _, part := range parts {
		found := &fieldReader{}
		reader := editor{text: found.text, look: func(_ []element, name string, as []xml.Attr) (bool, bool) {
			switch found.look(name, as); local(name) {
			case "bookmarkStart":
				all = append(all, strings.ToLower(valueOf(as, "name")))
			case "hyperlink":
				if valueOf(as, "id") == "" {
					want(valueOf(as, "anchor"))
				}
			case "fldSimple":
				instruction(valueOf(as, "instr"), want)
			}
			return false, false
		}}
		if _, err := reader.edit(ctx, kept[part]); err != nil {
			return false, err
		}
		if found.tooDeep {
			return false, refused(TooMuch, "has more than %d fields within one another: save it anew", maxOpenFields)
		}
		for _, f := range found.fields {
			if f.isAnswer() {
				return false, refused(Form, "has a form with boxes or lists, whose answers would be lost: print it into a PDF file")
			}
			f.clean(want)
		}
		fields[part] = found.fields
	}
	names := bookmarks{}
	for _, name := range all {
		if _, known := names[name]; wanted[name] && !known {
			names[name] = fmt.Sprintf("bm%d", len(names)+1)
		}
	}
	met := map[string]bool{}
	for _, part := range parts {
		for _, f := range fields[part] {
			f.clean(names.mark)
		}
		written, err := namesEditor(fields[part], names, met).edit(ctx, kept[part])
		if err != nil {
			return false, err
		}
		changed = changed || !bytes.Equal(written, kept[part])
		kept[part] = written
	}
	return changed, nil
}

// namesEditor writes a part with the instructions of its fields, and the names of bookmarks, of which
// each is met once.
func namesEditor(fields []*field, names bookmarks, met map[string]bool) editor {
	reader, ids, leads := &fieldReader{known: fields}, map[string]bool{}, false
	return editor{
		look: func(_ []element, name string, as []xml.Attr) (veiled, hidden bool) {
			of := reader.look(name, as)
			leads = valueOf(as, "id") != "" && local(name) == "hyperlink" // out of the document: the anchor belongs to the address
			switch local(name) {
			case "instrText":
				return false, of == nil || of.written == "" && of.prompt == ""
			case "fldChar": // of a field that has no instruction left, the result is text
				return false, of == nil || of.written == ""
			}
			return false, slices.Contains([]string{"drawing", "pict"}, local(name)) && reader.instructs()
		},
		drop: func(name string, as []xml.Attr) bool {
			switch local(name) {
			case "bookmarkStart":
				to, known := names.mark(valueOf(as, "name"))
				if !known || met[to] {
					return true
				}
				met[to], ids[valueOf(as, "id")] = true, true
			case "bookmarkEnd":
				return !ids[valueOf(as, "id")]
			}
			return false
		},
		attr: func(element string, a xml.Attr) (string, bool) {
			switch {
			case local(element) == "bookmarkStart" && a.Name.Local == "name", local(element) == "hyperlink" && a.Name.Local == "anchor" && !leads:
				return names.mark(a.Value)
			case local(element) == "fldSimple" && a.Name.Local == "instr":
				return instruction(a.Value, names.mark), true
			}
			return a.Value, true
		},
		text: reader.written,
		name: func(name string) string {
			if local(name) == "instrText" && reader.prompts() { // what it says is seen
				return strings.TrimSuffix(name, "instrText") + "t"
			}
			return name
		},
		end: func(name string, empty bool) bool {
			return empty && slices.Contains([]string{"r", "hyperlink"}, local(name)) // of which a field was all
		},
	}
}

// targetOf is the part that a relation leads to.
func targetOf(relations, target string) string {
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(target, "/")
	}
	return path.Join(strings.TrimSuffix(path.Dir(relations), "_rels"), target)
}
