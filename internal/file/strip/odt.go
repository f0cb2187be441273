package strip

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

const (
	odtType     = "application/vnd.oasis.opendocument.text"
	odtManifest = "META-INF/manifest.xml"
	odtPictures = "Pictures/"
)

// ODT writes a document anew from its text, styles and pictures, as DOCX does.
func ODT(ctx context.Context, content []byte) ([]byte, error) {
	return guarded("ODT", func() ([]byte, error) {
		members, err := openArchive(ctx, "ODT", content, isOfODT, isODTPicture)
		if err != nil {
			return nil, err
		}
		if string(members[mimetypeMember]) != odtType || members["content.xml"] == nil || members[odtManifest] == nil {
			return nil, refused(NotItsKind, "is no ODT file, though its name says so")
		}
		if err := refuseODT(members); err != nil {
			return nil, err
		}
		kept, err := seenOfODT(ctx, members)
		if err != nil {
			return nil, err
		}
		if err := kept.cleanImages(ctx, odtPictures); err != nil {
			return nil, err
		}
		return kept.write(mimetypeMember)
	})
}

// odtRoots are how what programs read of a part begins.
var odtRoots = map[string]string{"content.xml": "<office:text", "styles.xml": "<office:document-styles "}

// seenOfODT are the parts of a document without what is not seen, and then without the bookmarks and
// pictures that nothing leads to.
func seenOfODT(ctx context.Context, members archive) (archive, error) {
	kept := archive{mimetypeMember: []byte(odtType)}
	for _, part := range []string{"content.xml", "styles.xml"} {
		if members[part] == nil {
			continue
		}
		veils, err := readODTVeils(members["styles.xml"], members[part])
		if err != nil {
			return nil, err
		}
		seen, err := odtEditor(members, veils).edit(ctx, members[part])
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(seen, []byte(odtRoots[part])) {
			return nil, refused(NoText, "has no text that can be read: save it anew as ODT")
		}
		for range 4 { // what one link loses, another may have led to
			before := seen
			if seen, err = bookmarksEditor(before).edit(ctx, before); err != nil {
				return nil, err
			}
			if bytes.Equal(seen, before) {
				break
			}
		}
		kept[part] = seen
	}
	for _, step := range []func(context.Context, archive) error{dropUnusedODTFonts, renameODTStyles} {
		if err := step(ctx, kept); err != nil {
			return nil, err
		}
	}
	if err := renameODTPictures(ctx, kept, members); err != nil {
		return nil, err
	}
	kept[odtManifest] = manifestOf(kept, members[odtManifest])
	return kept, nil
}

func isOfODT(name string) bool {
	return slices.Contains([]string{mimetypeMember, odtManifest, "content.xml", "styles.xml"}, name) || isODTPicture(name)
}

// isODTPicture: Word has a folder of its own for them.
func isODTPicture(name string) bool {
	return slices.Contains([]string{"Pictures", "media"}, path.Dir(name))
}

func refuseODT(members archive) error {
	manifest := string(members[odtManifest])
	if strings.Contains(manifest, "encryption-data") {
		return refused(Protected, "is protected by a password: save it without")
	}
	for name := range members {
		switch {
		case strings.HasPrefix(name, "Basic/"), strings.HasPrefix(name, "Scripts/"), strings.HasPrefix(name, "Dialogs/"):
			return refused(Active, "has macros: save it as a document without macros")
		}
	}
	return nil
}

// refuseInODT refuses what is drawn from elsewhere than the text, of which nothing would be left.
func refuseInODT(name string) error {
	switch local(name) {
	case "control", "fieldmark":
		return refused(Form, "has a form, whose answers would be lost: print it into a PDF file")
	case "object", "object-ole", "plugin", "applet", "floating-frame":
		return refused(Embedded, "has other files, charts or formulas embedded: put them in as pictures, or send a PDF file")
	}
	return nil
}

// odtDropped are elements that readers do not see.
var odtDropped = map[string]bool{
	"office:meta": true, "office:settings": true, "office:scripts": true, "office:event-listeners": true, "office:annotation": true, "office:annotation-end": true,
	"office:forms": true, "text:tracked-changes": true, "text:change": true, "text:change-start": true, "text:change-end": true,
	"text:user-field-decls": true, "text:dde-connection-decls": true, "svg:title": true, "svg:desc": true, "presentation:notes": true, "style:map-dde": true,
	"office:dde-source": true, "text:section-source": true, "text:script": true,
	"text:variable-decls": true, "text:sequence-decls": true, "text:alphabetical-index-auto-mark-file": true, "text:number": true,
	"text:toc-mark": true, "text:toc-mark-start": true, "text:toc-mark-end": true, "text:user-index-mark": true, "text:user-index-mark-start": true, "text:user-index-mark-end": true,
	"text:alphabetical-index-mark": true, "text:alphabetical-index-mark-start": true, "text:alphabetical-index-mark-end": true,
	"office:binary-data": true, "table:title": true, "table:desc": true, "table:named-expressions": true, "table:content-validations": true, "table:tracked-changes": true,
	"loext:list-item": true, "draw:image-map": true, "draw:fill-image": true, "svg:font-face-src": true,
}

// odtTexts are the elements of texts that stay. Of others, which are fields and marks, what they show
// stays: what they are made of is theirs.
var odtTexts = words(`p h span a s tab line-break soft-page-break list list-header list-item numbered-paragraph section note note-citation note-body
	ruby ruby-base ruby-text page-number page-count chapter bookmark bookmark-start bookmark-end
	table-of-content table-of-content-source table-of-content-entry-template illustration-index illustration-index-source illustration-index-entry-template
	table-index table-index-source table-index-entry-template alphabetical-index alphabetical-index-source alphabetical-index-entry-template
	user-index user-index-source user-index-entry-template object-index object-index-source object-index-entry-template bibliography bibliography-source bibliography-entry-template
	index-body index-title index-title-template index-source-styles index-source-style index-entry-text index-entry-chapter index-entry-page-number index-entry-tab-stop
	index-entry-span index-entry-link-start index-entry-link-end index-entry-bibliography
	list-style list-level-style-number list-level-style-bullet list-level-style-image outline-style outline-level-style
	linenumbering-configuration linenumbering-separator notes-configuration note-continuation-notice-forward note-continuation-notice-backward`)

// odtDrawn are the elements whose own text readers see.
var odtDrawn = words(`text:p text:h text:span text:a text:page-number text:page-count text:chapter text:note-citation text:ruby-base text:ruby-text
	text:note-continuation-notice-forward text:note-continuation-notice-backward number:text number:embedded-text`)

// odtSpaces are the namespaces of elements and attributes that stay, by what LibreOffice calls them.
var odtSpaces = func() map[string]string {
	const open = "urn:oasis:names:tc:opendocument:xmlns:"
	return map[string]string{
		open + "office:1.0": "office", open + "style:1.0": "style", open + "drawing:1.0": "draw", open + "table:1.0": "table", open + "datastyle:1.0": "number",
		open + "xsl-fo-compatible:1.0": "fo", open + "svg-compatible:1.0": "svg", open + "dr3d:1.0": "dr3d", open + "text:1.0": "text",
		"http://www.w3.org/1999/xlink": "xlink", "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0": "loext",
	}
}()

func words(text string) map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.Fields(text) {
		all[word] = true
	}
	return all
}

func odtEditor(members archive, veils odtVeils) editor {
	names, columns := &odtNames{lists: map[string]string{}}, &odtColumns{}
	isMember := func(link string) bool { return members[strings.TrimPrefix(link, "./")] != nil }
	return editor{
		prefixes: odtSpaces,
		refuse: func(name string, as []xml.Attr) error {
			if name == "draw:frame" && !isHiddenInODT(name, as) && veils.crops(valueOf(as, "style-name")) {
				return refused(Cropped, isCropped)
			}
			if isLostInODT(members, name, as) {
				return refused(Picture, "has a picture that would be lost: put it in anew, or send a PDF file")
			}
			if isLinkedInODT(name, as) {
				return refused(Picture, "has a picture that is only linked, and would be lost: put it in (in LibreOffice, Edit, External Links, Break Link), or send a PDF file")
			}
			return refuseInODT(name)
		},
		look: func(open []element, name string, as []xml.Attr) (veiled, hidden bool) {
			collapsed := columns.look(open, name, as)
			veiled, hidden = veils.look(open, name, as)
			return veiled || collapsed, hidden
		},
		needs: map[string]string{"table": "table-row"},
		drop: func(name string, as []xml.Attr) bool {
			space, _, _ := strings.Cut(name, ":")
			link := valueOf(as, "href")
			switch {
			case odtDropped[name], space == foreign, space == "xlink", isHiddenInODT(name, as):
				return true
			case strings.HasPrefix(name, "draw:image") && link != "": // on somebody's disk
				return !isMember(link)
			}
			return false
		},
		unwrap: func(name string) bool {
			space, base, _ := strings.Cut(name, ":")
			return space == "text" && !odtTexts[base] || space == "loext" && !strings.HasSuffix(base, "-properties") && !isMargin(name)
		},
		attr: func(element string, a xml.Attr) (string, bool) {
			switch name := written(a.Name); {
			case name == "xlink:href" && slices.Contains([]string{"text:a", "draw:a"}, element):
				if strings.HasPrefix(a.Value, "#") {
					return a.Value, true
				}
				return linked(a.Value)
			case name == "xlink:href":
				return a.Value, isODTPicture(strings.TrimPrefix(a.Value, "./")) && isMember(a.Value)
			}
			return names.attr(element, a)
		},
		text: func(parent, text string) string {
			if odtDrawn[parent] {
				return text
			}
			return ""
		},
		end: func(name string, empty bool) bool {
			return empty && slices.Contains([]string{"text:a", "draw:a", "text:span"}, name)
		},
	}
}

var leadsInODT = regexp.MustCompile(` xlink:href="#([^"]*)"`)

// bookmarksEditor keeps of a part that was edited the bookmarks to which a link leads, by names that
// tell nothing, and of the links in the document those that lead to one.
func bookmarksEditor(seen []byte) editor {
	wanted, names := map[string]bool{}, map[string]string{}
	for _, match := range leadsInODT.FindAllSubmatch(seen, -1) {
		wanted[string(match[1])] = true
	}
	for _, match := range bookmarksInODT.FindAllSubmatch(seen, -1) {
		if name := string(match[1]); wanted[name] && names[name] == "" {
			names[name] = fmt.Sprintf("bm%d", len(names)+1)
		}
	}
	named := func(name string) string { // as it is written
		var out strings.Builder
		_ = xml.EscapeText(&out, []byte(name)) // a builder takes all
		return names[out.String()]
	}
	return editor{
		drop: func(name string, as []xml.Attr) bool {
			return strings.HasPrefix(name, "text:bookmark") && named(valueOf(as, "name")) == ""
		},
		attr: func(element string, a xml.Attr) (string, bool) {
			switch {
			case strings.HasPrefix(element, "text:bookmark"):
				return named(a.Value), a.Name.Local == "name"
			case a.Name.Local == "href" && strings.HasPrefix(a.Value, "#"):
				to := named(a.Value[1:])
				return "#" + to, to != ""
			}
			return a.Value, true
		},
		end: isLeftInODT,
	}
}

// isLeftInODT says whether an element was there only for what is gone.
func isLeftInODT(name string, empty bool) bool {
	return empty && slices.Contains([]string{"text:a", "draw:a", "text:span"}, name)
}

var bookmarksInODT = regexp.MustCompile(`<text:bookmark(?:-start)? (?:[^>]* )?text:name="([^"]*)"`)
