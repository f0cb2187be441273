package strip

import (
	"context"
	"encoding/xml"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// renameODTPictures keeps the pictures that something shows, and numbers them in the order in which it does: they may be
// called as whoever took them.
func renameODTPictures(ctx context.Context, kept, members archive) error {
	names := map[string]string{}
	for _, part := range []string{"content.xml", "styles.xml"} {
		if kept[part] == nil {
			continue
		}
		var err error
		kept[part], err = editor{attr: func(_ string, a xml.Attr) (string, bool) {
			name := strings.TrimPrefix(a.Value, "./")
			if written(a.Name) != "xlink:href" || !isODTPicture(name) {
				return a.Value, true
			}
			if members[name] == nil {
				return "", false
			}
			if names[name] == "" {
				names[name] = fmt.Sprintf(odtPictures+"image%d%s", len(names)+1, strings.ToLower(path.Ext(name)))
			}
			return names[name], true
		}}.edit(ctx, kept[part])
		if err != nil {
			return err
		}
	}
	for name, to := range names {
		kept[to] = members[name]
	}
	return nil
}

// odtPictured are the elements that show a picture.
var odtPictured = []string{"draw:image", "style:background-image", "text:list-level-style-image"}

// isLostInODT says whether an element has a picture where none is looked for: in itself, or in a folder of another name.
func isLostInODT(members archive, name string, as []xml.Attr) bool {
	if !slices.Contains(odtPictured, name) {
		return name == "office:binary-data"
	}
	member := strings.TrimPrefix(valueOf(as, "href"), "./")
	_, there := members[member]
	return there && !isODTPicture(member)
}

// isLinkedInODT says whether an element has a picture that is in another place than the file: on somebody's disk, or on the web.
func isLinkedInODT(name string, as []xml.Attr) bool {
	to := valueOf(as, "href")
	return slices.Contains(odtPictured, name) &&
		(strings.Contains(to, ":") || strings.HasPrefix(to, "/") || strings.HasPrefix(to, "../"))
}

var odtVersions = regexp.MustCompile(`^1\.[0-9]$`)

// manifestOf lists the parts that are kept, in the version of the standard that the document has.
func manifestOf(kept archive, before []byte) []byte {
	var list struct {
		Version string `xml:"version,attr"`
		Entries []struct {
			Path    string `xml:"full-path,attr"`
			Version string `xml:"version,attr"`
		} `xml:"file-entry"`
	}
	version := ""
	if err := xml.Unmarshal(before, &list); err == nil {
		for _, entry := range list.Entries {
			if entry.Path == "/" {
				version = entry.Version
			}
		}
		if version = max(version, list.Version); odtVersions.MatchString(version) {
			version = ` manifest:version="` + version + `"`
		} else {
			version = ""
		}
	}
	var out strings.Builder
	out.WriteString(xmlHead + `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"` + version + `>` +
		`<manifest:file-entry manifest:full-path="/"` + version + ` manifest:media-type="` + odtType + `"></manifest:file-entry>`)
	names := make([]string, 0, len(kept))
	for name := range kept {
		if name != mimetypeMember && name != odtManifest {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		kind := "text/xml"
		if picture := pictureTypes[strings.TrimPrefix(path.Ext(name), ".")]; picture != "" {
			kind = picture
		}
		fmt.Fprintf(&out, `<manifest:file-entry manifest:full-path="%s" manifest:media-type="%s"></manifest:file-entry>`, name, kind)
	}
	out.WriteString("</manifest:manifest>")
	return []byte(out.String())
}
