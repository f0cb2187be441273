package strip

import (
	"context"
	"encoding/xml"
	"path"
	"slices"
	"strings"
)

const (
	odtType     = "application/vnd.oasis.opendocument.text"
	odtManifest = "META-INF/manifest.xml"
)

// ODT writes a document anew from its text, styles and pictures, as DOCX does.
func ODT(ctx context.Context, content []byte) ([]byte, error) {
	return guarded("ODT", func() ([]byte, error) {
		members, err := openArchive(ctx, "ODT", content)
		if err != nil {
			return nil, err
		}
		if string(members[mimetypeMember]) != odtType || members["content.xml"] == nil || members[odtManifest] == nil {
			return nil, refused("is no ODT file, though its name says so")
		}
		if err := refuseODT(members); err != nil {
			return nil, err
		}
		kept := archive{mimetypeMember: []byte(odtType)}
		for name, part := range members {
			if !isOfODT(name) {
				continue
			}
			if kept[name] = part; path.Dir(name) == "Pictures" {
				continue
			}
			if kept[name], err = odtEditor(name, members).edit(ctx, part); err != nil {
				return nil, err
			}
		}
		if err := kept.cleanImages(ctx, "Pictures/"); err != nil {
			return nil, err
		}
		return kept.write(mimetypeMember)
	})
}

func isOfODT(name string) bool {
	return slices.Contains([]string{"content.xml", "styles.xml", odtManifest}, name) || path.Dir(name) == "Pictures"
}

func refuseODT(members archive) error {
	manifest := string(members[odtManifest])
	if strings.Contains(manifest, "encryption-data") {
		return refused("is protected by a password: save it without")
	}
	for name := range members {
		switch {
		case strings.HasPrefix(name, "Basic/"), strings.HasPrefix(name, "Scripts/"), strings.HasPrefix(name, "Dialogs/"):
			return refused("has macros: save it as a document without macros")
		case strings.HasPrefix(name, "Object"):
			return refused("has other files, charts or formulas embedded: put them in as pictures, or send a PDF file")
		}
	}
	return nil
}

// odtDropped are elements that readers do not see.
var odtDropped = map[string]bool{
	"office:meta": true, "office:settings": true, "office:scripts": true, "office:event-listeners": true, "office:annotation": true, "office:annotation-end": true,
	"office:forms": true, "text:tracked-changes": true, "text:change": true, "text:change-start": true, "text:change-end": true,
	"text:user-field-decls": true, "text:dde-connection-decls": true, "svg:title": true, "svg:desc": true, "draw:plugin": true,
	"draw:applet": true, "draw:object": true, "draw:object-ole": true, "draw:floating-frame": true, "presentation:notes": true, "style:map-dde": true,
	"office:dde-source": true, "text:section-source": true, "text:script": true,
}

var odtAttrs = []string{"officeooo:rsid", "officeooo:paragraph-rsid", "xml:id", "draw:id", "office:user-name", "text:display-name", "loext:rsid", "xlink:show", "office:name-hint"}

func odtEditor(part string, members archive) editor {
	if part == odtManifest {
		return editor{attr: asItIs, drop: func(name string, as []xml.Attr) bool {
			listed := valueOf(as, "full-path")
			return local(name) == "file-entry" && listed != "/" && (!isOfODT(listed) || members[listed] == nil)
		}}
	}
	return editor{
		drop: func(name string, as []xml.Attr) bool {
			if odtDropped[name] {
				return true
			}
			link := valueOf(as, "href")
			return strings.HasPrefix(name, "draw:image") && link != "" && members[strings.TrimPrefix(link, "./")] == nil // on somebody's disk
		},
		attr: func(element string, a xml.Attr) (string, bool) {
			name := written(a.Name)
			switch {
			case slices.Contains(odtAttrs, name):
				return "", false
			case name == "draw:name":
				return "Picture", true
			case element == "text:a" && name == "xlink:href":
				scheme, _, _ := strings.Cut(strings.ToLower(a.Value), ":")
				return a.Value, strings.HasPrefix(a.Value, "#") || slices.Contains([]string{"http", "https", "mailto"}, scheme)
			}
			return a.Value, true
		},
	}
}
