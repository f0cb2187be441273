package strip

import (
	"encoding/xml"
	"regexp"
	"slices"
	"strings"
)

// isCropped is no hint at PDF files: LibreOffice writes whole pictures into these too, and covers what was cropped away.
const isCropped = "has a picture that is shown cropped, with all that was cropped away still in it: in Word, use Compress Pictures with cropped areas deleted; " +
	"in another program, crop the picture before you put it in"

// noCut is how a side says that nothing is cut off: negative values add a margin. What cannot be read may be a cut.
var noCut = regexp.MustCompile(`^\s*(?:-.*|\+?[0.]*[\pL%]*)\s*$`)

func cuts(side string) bool { return !noCut.MatchString(side) }

// isCroppedInDOCX says whether an element has readers see a part of a picture.
func isCroppedInDOCX(name string, as []xml.Attr) bool {
	side := func(names ...string) bool {
		return slices.ContainsFunc(as, func(a xml.Attr) bool { return slices.Contains(names, a.Name.Local) && cuts(a.Value) })
	}
	switch local(name) {
	case "srcRect":
		return side("l", "t", "r", "b")
	case "fillRect": // negative values have the picture go beyond its frame
		return slices.ContainsFunc(as, func(a xml.Attr) bool {
			out, beyond := strings.CutPrefix(strings.TrimSpace(a.Value), "-")
			return beyond && cuts(out)
		})
	case "imagedata", "image":
		return side("cropleft", "croptop", "cropright", "cropbottom")
	}
	return false
}

// crops says whether a style of frames, or one that it is made from, has readers see a part of a picture.
func (v odtVeils) crops(name string) bool {
	for range 20 { // styles may be made from each other, in a circle too
		style, known := v["graphic "+name]
		for _, properties := range style.Graphic {
			if properties.Clip != "" {
				return slices.ContainsFunc(strings.FieldsFunc(strings.TrimPrefix(properties.Clip, "rect"), betweenSides), cuts)
			}
		}
		if !known || name == "" {
			return false
		}
		name = style.Parent // of none the default is named ""
	}
	return false
}

func betweenSides(r rune) bool { return strings.ContainsRune("(), \t\r\n", r) }
