package strip_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"

	"github.com/upr-info/upr/internal/file/strip"
)

func TestJPEG(t *testing.T) {
	dirty := dirtyJPEG(t, 1)
	hidesCanary(t, dirty, 7)
	clean := must(t, strip.JPEG, dirty)
	samePixels(t, clean, dirty)
	if seen := metadata(t, clean); strings.Contains(seen, "IFD0") || strings.Contains(seen, "GPS") || strings.Contains(seen, "ICC") {
		t.Errorf("exiftool still finds\n%s", seen)
	}
	if seen := metadata(t, dirty); !strings.Contains(seen, "Artist") {
		t.Errorf("the fixture has no artist:\n%s", seen)
	}
}

func TestPNG(t *testing.T) {
	dirty := dirtyPNG(t, 1)
	hidesCanary(t, dirty, 8)
	clean := must(t, strip.PNG, dirty)
	samePixels(t, clean, dirty)
	if seen := metadata(t, clean); strings.Contains(seen, "IFD0") || strings.Contains(seen, "Author") {
		t.Errorf("exiftool still finds\n%s", seen)
	}
}

// TestPicturesStandUpright turns pictures as each orientation of Exif says: where the corner with
// both colours is afterwards is known from the standard.
func TestPicturesStandUpright(t *testing.T) {
	corners := []string{1: "top left", 2: "top right", 3: "bottom right", 4: "bottom left", 5: "top left", 6: "top right", 7: "bottom right", 8: "bottom left"}
	for orientation := uint16(1); orientation <= 8; orientation++ {
		for name, clean := range map[string][]byte{"JPEG": must(t, strip.JPEG, dirtyJPEG(t, orientation)), "PNG": must(t, strip.PNG, dirtyPNG(t, orientation))} {
			p := decode(t, clean)
			w, h := p.Bounds().Dx(), p.Bounds().Dy()
			if upright := w == 48; upright != (orientation < 5) {
				t.Errorf("%s turned by %d is %d wide and %d high", name, orientation, w, h)
			}
			for corner, at := range map[string]image.Point{"top left": {3, 3}, "top right": {w - 4, 3}, "bottom left": {3, h - 4}, "bottom right": {w - 4, h - 4}} {
				r, g, _, _ := p.At(at.X, at.Y).RGBA()
				if both := r > 0x8000 && g > 0x8000; both != (corner == corners[orientation]) {
					t.Errorf("%s turned by %d: both colours %s is %v, want them %s", name, orientation, corner, both, corners[orientation])
				}
			}
		}
	}
	// Red alone is below the corner with both in the picture as it came: no mirror image may pass for a turn.
	p := decode(t, must(t, strip.PNG, dirtyPNG(t, 6)))
	if r, g, _, _ := p.At(3, 3).RGBA(); r < 0x8000 || g > 0x8000 {
		t.Error("turned by 6, the bottom left of the picture is not at the top left")
	}
}

func decode(t *testing.T, content []byte) image.Image {
	t.Helper()
	p, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func samePixels(t *testing.T, clean, dirty []byte) {
	t.Helper()
	a, b := decode(t, clean), decode(t, dirty)
	if a.Bounds() != b.Bounds() {
		t.Fatalf("%v became %v", b.Bounds(), a.Bounds())
	}
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if color.NRGBAModel.Convert(a.At(x, y)) != color.NRGBAModel.Convert(b.At(x, y)) {
				t.Fatalf("the pixel %d, %d differs", x, y)
			}
		}
	}
}

func TestPicturesThatAreRefused(t *testing.T) {
	huge := dirtyPNG(t, 1)
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 9000), 9000)
	huge = slices.Concat(huge[:8], chunk("IHDR", append(header, huge[24:29]...)), huge[33:])
	zipped := append(dirtyJPEG(t, 1), pack(t, member{"a.txt", "a"})...)
	cases := map[string]struct {
		strip   stripper
		content []byte
		because string
	}{
		"an archive behind it": {strip.JPEG, zipped, "an archive at the same time"},
		"a page within it":     {strip.JPEG, append([]byte{0xff, 0xd8, 0xff, 0xfe, 0, 20}, append([]byte("<script>alert()</s"), dirtyJPEG(t, 1)[2:]...)...), "a web page at the same time"},
		"a document within it": {strip.PNG, append(dirtyPNG(t, 1)[:33], append(chunk("tEXt", []byte("%PDF-1.4")), dirtyPNG(t, 1)[33:]...)...), "a PDF file at the same time"},
		"cut off":              {strip.PNG, dirtyPNG(t, 1)[:len(dirtyPNG(t, 1))-60], "damaged"},
		"cut off too":          {strip.JPEG, dirtyJPEG(t, 1)[:60], "damaged"},
		"too many pixels":      {strip.PNG, huge, "50 million at most"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { refused(t, c.strip, c.content, c.because) })
	}
}
